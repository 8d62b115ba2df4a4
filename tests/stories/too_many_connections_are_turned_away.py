"""Someone opens connections without end; those within the bound are served, the rest is turned away at once."""

from support import expect
from support.wire import WireError

CELL = "own"
CELL_OPTIONS = {"options": ["--workers", "1"], "frontend": {"workers": 1, "limits": {"connections": 20}}}


def story(cell):
    served, turned_away = [], 0
    for _ in range(40):
        try:
            connection = cell.origin.connect(timeout=5)
            connection.send(b"GET /livez HTTP/1.1\r\nHost: h\r\n\r\n")
            answer = connection.response()
        except (OSError, WireError):
            turned_away += 1
            continue
        if answer.status == 200:
            served.append(connection)
        else:
            expect.status(answer, 503, "a connection beyond the bound")
            turned_away += 1
    expect.true(15 <= len(served) <= 20, "%d of 40 connections were served" % len(served))
    expect.true(turned_away >= 20, "%d of 40 connections were turned away" % turned_away)
    for connection in served:
        connection.send(b"GET /livez HTTP/1.1\r\nHost: h\r\n\r\n")
        expect.status(connection.response(), 200, "a connection that was there before")
        connection.close()
    expect.eventually(lambda: cell.origin.request("GET", "/livez").status == 200, "service after they have gone", 10)
