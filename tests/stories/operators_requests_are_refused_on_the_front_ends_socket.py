"""The operator's command line, pointed at the front end's socket, gets nothing: rights belong to the socket (I2)."""

from support import expect
from support.cell import binary, run

CELL = "own"


def story(cell):
    for command in (["client", "list"], ["user", "list"], ["grant", "list"], ["audit", "tail", "-n", "5"], ["status"],
                    ["backup", "stolen"], ["client", "show", cell.demo.id],
                    ["client", "add", "--name", "x", "--redirect-uri", "https://x.example/"],
                    ["client", "rotate-secret", cell.demo.id], ["user", "disable", cell.user.username]):
        result = run([binary("strongroom"), "--socket", cell.quickstart["frontend_socket"], "--json"] + command)
        expect.true(result.returncode != 0, "%r worked on the front end's socket" % command)
        expect.lacks(result.stdout, cell.demo.id, "%r" % command)
    cell.settled()
    cell.grant()
