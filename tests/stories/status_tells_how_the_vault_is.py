"""An operator asks for the status, for people and for scripts, with the vault there and without it."""

from support import expect
from support.cell import binary, run

CELL = "own"


def story(cell):
    told = cell.cli_json("status")
    expect.equal(told["issuer"], cell.issuer, "issuer")
    expect.true("version" in told, "version in %r" % told)
    expect.contains(cell.cli_ok("status"), cell.issuer, "status")
    cell.stop()
    for args in (["status"], ["client", "list"], ["audit", "verify"]):
        result = cell.cli(*args)
        expect.equal(result.returncode, 3, "the exit code of %r without a vault" % args)
        expect.contains(result.stderr, cell.quickstart["admin_socket"], "what it says")
    result = run([binary("strongroom"), "--socket", "/nonexistent/admin.sock", "status"])
    expect.equal(result.returncode, 3, "the exit code with a wrong socket")
