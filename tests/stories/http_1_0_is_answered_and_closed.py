"""An old probe speaks HTTP/1.0, without Host, and expects the connection to end."""

from support import expect


def story(cell):
    with cell.origin.connect() as connection:
        connection.send(b"GET /livez HTTP/1.0\r\n\r\n")
        expect.status(connection.response(), 200, "HTTP/1.0")
        expect.true(connection.is_closed(), "the connection ends")
    with cell.origin.connect() as connection:
        connection.send(b"GET /livez HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        answer = expect.status(connection.response(), 200, "Connection: close")
        expect.equal((answer.header("Connection") or "").lower(), "close", "Connection")
        expect.true(connection.is_closed(), "the connection ends")
    with cell.origin.connect() as connection:
        for _ in range(3):
            connection.send(b"GET /livez HTTP/1.1\r\nHost: h\r\n\r\n")
            expect.status(connection.response(), 200, "keep-alive")
