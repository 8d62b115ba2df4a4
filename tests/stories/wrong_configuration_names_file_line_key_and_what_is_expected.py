"""An operator mistypes a key, a type or a value; the daemon does not start and says where and what it wants."""

import os
import re

from support import expect
from support.cell import binary, run

CELL = "own"

# daemon, what to put in place of what (or at the end, for None), the key that has to be named
MISTAKES = (
    ("vault", None, "isuer: x\n", "isuer"),
    ("vault", None, "lifetimes: {code: 60s, acces_token: 15m}\n", "acces_token"),
    ("vault", None, "lifetimes: {code: sixty}\n", "code"),
    ("vault", None, "lifetimes: {code: -1s}\n", "code"),
    ("vault", None, "lifetimes: {code: 0s}\n", "code"),
    ("vault", None, "lifetimes: {code: 60s, code: 30s}\n", "code"),
    ("vault", None, "lifetimes: 60s\n", "lifetimes"),
    ("vault", None, "passwords: {workers: many}\n", "workers"),
    ("vault", None, "passwords: {memory: 19 potatoes}\n", "memory"),
    ("vault", None, "passwords: {memory: 99999999GiB}\n", "memory"),
    ("vault", None, "log: {level: loud}\n", "level"),
    ("vault", None, "api_prefix: [a, b]\n", "api_prefix"),
    ("vault", r"(?m)^issuer:.*\n", "", "issuer"),
    ("vault", r"(?m)^issuer:.*\n", "issuer: not a url\n", "issuer"),
    ("vault", r"(?m)^issuer:.*\n", "issuer: https://x.example/?query\n", "issuer"),
    ("vault", None, "scopes: [{name: accounts}, {name: accounts}]\n", "scopes"),
    ("frontend", None, "workerz: 2\n", "workerz"),
    ("frontend", None, "workers: 0\n", "workers"),
    ("frontend", None, "workers: 65\n", "workers"),
    ("frontend", None, "workers: two\n", "workers"),
    ("frontend", None, "workers: 99999999999999999999\n", "workers"),
    ("frontend", None, "limits: {header_bytes: 0}\n", "header_bytes"),
    ("frontend", None, "limits: {headers: 100, bodybytes: 1KiB}\n", "bodybytes"),
    ("frontend", None, "listeners: []\n", "listeners"),
    ("frontend", None, "listeners: [{address: 127.0.0.1, port: 70000}]\n", "port"),
    ("frontend", None, "listeners: [{address: 127.0.0.1}]\n", "port"),
    ("frontend", None, "listeners: [{address: nowhere, port: 8443}]\n", "address"),
    ("frontend", None, "listeners: [{address: 0.0.0.0, port: 8443}]\n", "tls"),
    ("frontend", None, "listeners: [{address: 127.0.0.1, port: 8443, serves: [publik]}]\n", "serves"),
    ("frontend", r"(?m)^vault_socket:.*\n", "", "vault_socket"),
    ("frontend", None, "brand: {colour: bluish}\n", "colour"),
)


def mistaken(text, pattern, new):
    key = new.split(":")[0]
    if pattern is None:
        text = re.sub(r"(?ms)^%s:.*?(?=^[^\s#-]|\Z)" % re.escape(key), "", text).rstrip("\n") + "\n"
        return text + new
    return re.sub(pattern, new, text)


def story(cell):
    for number, (daemon, pattern, new, key) in enumerate(MISTAKES):
        with open(cell.path(daemon + ".yaml")) as text:
            wrong = mistaken(text.read(), pattern, new)
        path = cell.path("wrong-%d-%s.yaml" % (number, daemon))
        with open(path, "w") as out:
            out.write(wrong)
        what = "%s with %r" % (daemon, new or "no " + key)
        result = run([binary("strongroom-" + daemon), "--config", path, "--check-config"])
        expect.equal(result.returncode, 2, what + ", the exit code")
        said = result.stderr
        expect.contains(said, os.path.basename(path), what + ", the file")
        expect.contains(said, key, what + ", the key")
        if new:
            expect.true(re.search(r":\d+", said), "%s: no line in %r" % (what, said))
        expect.true(re.search(r"expect|must|missing|required|unknown|twice|is not|not known", said),
                    "%s: nothing wanted in %r" % (what, said))
        expect.equal(len(said.strip().splitlines()) <= 4, True, "%s: a few lines, not %r" % (what, said))

    for broken, what in ((b"issuer: [\n", "broken YAML"), (b"\xff\xfe\0", "no UTF-8"), (b"", "an empty file"),
                         (b"- a\n- b\n", "a list"), (b"a: &x {b: *x}\n", "an alias")):
        path = cell.path("broken.yaml")
        with open(path, "wb") as out:
            out.write(broken)
        for daemon in ("vault", "frontend"):
            result = run([binary("strongroom-" + daemon), "--config", path, "--check-config"])
            expect.equal(result.returncode, 2, "%s, the exit code (%s)" % (what, result.stderr))
            expect.contains(result.stderr, "broken.yaml", what)
    for daemon in ("vault", "frontend"):
        result = run([binary("strongroom-" + daemon), "--config", cell.path("no-such-file.yaml"), "--check-config"])
        expect.equal(result.returncode, 2, "a missing file: exit code of the " + daemon)
        expect.contains(result.stderr, "no-such-file.yaml", "a missing file")
