"""A story in JavaScript: tests/clients/*.mjs, for client libraries of Node.

Story has what the runner wants of a Python story's module. Node trusts the cell's development CA and nothing else is
switched off: NODE_EXTRA_CA_CERTS has to be in the environment before node starts. What the story finds there is
described in tests/clients/lib/cell.mjs.
"""

import functools
import os
import shutil
import subprocess

from support import expect

TELL = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "clients", "lib", "tell.mjs")
SECONDS = 50            # less than the runner's limit, so that the reason comes from here


class Story:
    def __init__(self, path):
        self.path = path
        self.__doc__ = sentence_of(path)

    def story(self, cell):
        env = dict(os.environ, NODE_EXTRA_CA_CERTS=cell.quickstart["ca_file"],
                   STRONGROOM_QUICKSTART=cell.path("quickstart.json"))
        try:
            result = subprocess.run(command() + [TELL, self.path], env=env, stdin=subprocess.DEVNULL,
                                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS,
                                    check=False)
        except subprocess.TimeoutExpired as late:
            expect.fail("no end after %d s; so far it said: %s" % (SECONDS, late.output))
        expect.true(result.returncode == 0, result.stdout.strip() or "node ended with %d" % result.returncode)


@functools.lru_cache(maxsize=None)
def command():
    """How node is started. Before version 20 it kept WebCrypto, which the libraries need, behind an option."""
    path = shutil.which("node")
    expect.true(path, "there is no node in PATH")
    told = subprocess.run([path, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    is_old = int(told.lstrip("v").split(".")[0]) < 20
    return [path] + (["--experimental-global-webcrypto", "--no-warnings"] if is_old else [])


def sentence_of(path):
    """The comment at the top, which stands for a Python story's docstring."""
    lines = []
    with open(path) as text:
        for line in text:
            if not line.startswith("//"):
                break
            lines.append(line[2:].strip())
    return " ".join(lines)
