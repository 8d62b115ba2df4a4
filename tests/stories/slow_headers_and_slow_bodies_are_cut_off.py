"""Someone opens connections and sends a byte now and then to keep them for themselves."""

import time

from support import expect
from support.wire import WireError

CELL = "own"
CELL_OPTIONS = {"frontend": {"limits": {"header_timeout": "2s", "body_timeout": "2s", "idle_timeout": "3s"}}}
TIMEOUT = 90


def drip(connection, start, drop, seconds):
    """Send start, then drop every half second; returns (status or None, how long it was let)."""
    began = time.monotonic()
    connection.timeout(0.5)
    connection.send(start)
    while time.monotonic() - began < seconds:
        try:
            return connection.response("POST").status, time.monotonic() - began
        except WireError as problem:
            if "in time" not in str(problem):
                return None, time.monotonic() - began
        try:
            connection.send(drop)
        except OSError:
            return None, time.monotonic() - began
    return "open", seconds


def story(cell):
    body_start = b"POST /oauth2/v4/token HTTP/1.1\r\nHost: h\r\n" \
                 b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na"
    for what, start, drop in (("slow headers", b"GET /livez HTTP/1.1\r\nX: ", b"y"),
                              ("slow request line", b"G", b"E"),
                              ("slow body", body_start, b"a")):
        with cell.origin.connect() as connection:
            status, seconds = drip(connection, start, drop, 12)
            expect.true(status in (408, None), "%s: %r after %.1f s" % (what, status, seconds))
            expect.true(1.5 <= seconds <= 6, "%s were let for %.1f s" % (what, seconds))
    with cell.origin.connect() as connection:
        began = time.monotonic()
        expect.true(connection.is_closed(10), "an idle connection stays open")
        expect.true(time.monotonic() - began >= 1.5, "an idle connection ended at once")
    with cell.origin.connect() as connection:       # while there is work the connection is not idle
        for _ in range(5):
            connection.send(b"GET /livez HTTP/1.1\r\nHost: h\r\n\r\n")
            expect.status(connection.response(), 200, "a connection in use")
            time.sleep(1)
