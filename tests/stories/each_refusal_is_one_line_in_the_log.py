"""An operator looks into the front end's log for what was refused: one line each, with the status and no content."""

import time

from support import expect
from support.oauth import basic

CELL = "own"


def story(cell):
    def lines():
        return cell.log("frontend").splitlines()
    wrong = {
        "malformed HTTP": (b"GET /livez HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", "400"),
        "an oversized header": (b"GET /livez HTTP/1.1\r\nHost: h\r\nX: " + b"x" * 20000 + b"\r\n\r\n", "431"),
        "an oversized body": (b"POST /oauth2/v4/token HTTP/1.1\r\nHost: h\r\nContent-Length: 99999\r\n\r\n", "413"),
        "an unknown path": (b"GET /nowhere-Kestrel HTTP/1.1\r\nHost: h\r\n\r\n", "404"),
        "a wrong media type": (("POST /oauth2/v4/token HTTP/1.1\r\nHost: h\r\nAuthorization: %s\r\nContent-Type: "
                                "text/plain\r\nContent-Length: 1\r\n\r\nx"
                                % basic(cell.demo.id, cell.demo.secret)).encode(), "415"),
        "a wrong secret": (("POST /oauth2/v4/revoke HTTP/1.1\r\nHost: h\r\nAuthorization: %s\r\nContent-Type: "
                            "application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\ntoken=x"
                            % basic(cell.demo.id, "wrong")).encode(), "401"),
    }
    for what, (data, status) in wrong.items():
        before = len(lines())
        with cell.origin.connect() as connection:
            connection.send(data)
            expect.equal(str(connection.response("POST").status), status, what)
        expect.eventually(lambda: len(lines()) > before, "a line in the log for " + what, 5)
        time.sleep(0.3)
        fresh = lines()[before:]
        expect.equal(len(fresh), 1, "lines for %s: %r" % (what, fresh))
        expect.contains(fresh[0], status, "the line for " + what)
        expect.contains(fresh[0], "127.0.0.1", "the line for " + what)
