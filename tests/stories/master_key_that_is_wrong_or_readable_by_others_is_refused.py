"""The master key file is missing, short, of another store, or readable by everybody; the vault says so and ends."""

import os

from support import expect

CELL = "own"


def story(cell):
    tokens = cell.grant()
    cell.stop()
    path = cell.path("master.key")
    with open(path, "rb") as text:
        good = text.read()

    def attempt(what):
        vault = cell.daemon("vault")
        expect.true(vault.wait() != 0, "a vault whose master key is %s ended with 0" % what)
        said = vault.log().lower()
        expect.true("key" in said, "a master key that is %s: %r" % (what, said[-500:]))
        expect.lacks(said, good.decode("latin-1").strip().lower(), "what it said")

    def write(data, mode=0o600):
        if os.path.exists(path):
            os.unlink(path)
        with open(path, "wb") as out:
            out.write(data)
        os.chmod(path, mode)
    os.unlink(path)
    attempt("missing")
    write(good[:5])
    attempt("short")
    write(b"")
    attempt("empty")
    alike = bytes(reversed(good.strip()))
    write(alike if alike != good.strip() else good[1:] + good[:1])
    attempt("another one")
    write(good, 0o644)
    attempt("readable by everybody")
    write(good)
    vault, frontend = cell.daemon("vault"), cell.daemon("frontend")
    cell.wait_ready()
    expect.equal(cell.is_active(tokens.access), True, "the token, with its key again")
    expect.equal((frontend.terminate(), vault.terminate()), (0, 0), "exit codes")
