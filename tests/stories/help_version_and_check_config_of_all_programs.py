"""An operator asks the three programs what they are and whether a configuration is good, without starting anything."""

import os
import re

from support import expect
from support.cell import binary, run

CELL = "own"


def story(cell):
    for name in ("strongroom-vault", "strongroom-frontend", "strongroom"):
        result = run([binary(name), "--help"])
        expect.equal(result.returncode, 0, name + " --help")
        expect.contains(result.stdout, name, name + " --help")
        expect.true(result.stdout.count("\n") > 5, name + " --help is short")
        result = run([binary(name), "--version"])
        expect.equal(result.returncode, 0, name + " --version")
        expect.true(re.search(r"\d+\.\d+\.\d+ \(([0-9a-f]{7,40}(-dirty)?|unknown)\)", result.stdout),
                    "%s --version says %r" % (name, result.stdout))
        result = run([binary(name), "--no-such-option"])
        expect.equal(result.returncode, 2, name + " --no-such-option")
        expect.contains(result.stderr, "--no-such-option", name + " --no-such-option")
    for name in ("vault", "frontend"):
        result = run([binary("strongroom-" + name), "--config", cell.path(name + ".yaml"), "--check-config"])
        expect.equal(result.returncode, 0, "%s --check-config beside a running one (%s)" % (name, result.stderr))
        expect.equal(result.stdout, cell.path(name + ".yaml") + ": the configuration is good\n", name + " --check-config")
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    samples = [os.path.join(place, entry) for place, _, entries in os.walk(os.path.join(top, "deploy"))
               for entry in entries if entry.endswith((".yaml", ".yml"))]
    for daemon, must_name in (("vault", "master_key_file"), ("frontend", "vault_socket")):
        texts = [open(path).read() for path in samples if daemon in os.path.basename(path)]
        expect.true(any(must_name in text for text in texts), "no sample configuration of the %s under deploy" % daemon)
    cell.cli_ok("status")
