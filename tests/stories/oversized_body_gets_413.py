"""A client sends a body of more than 64 KiB, announced or in chunks, and one that just fits."""

from support import expect
from support.oauth import FORM, basic


def story(cell):
    auth = "Authorization: %s\r\n" % basic(cell.demo.id, cell.demo.secret)
    head = ("POST /oauth2/v4/revoke HTTP/1.1\r\nHost: h\r\nContent-Type: %s\r\n%s" % (FORM, auth)).encode()
    limit = 64 * 1024

    with cell.origin.connect() as connection:
        connection.send(head + b"Content-Length: %d\r\n\r\n" % limit + b"token=x&pad=" + b"y" * (limit - 12))
        expect.status(connection.response("POST"), 200, "a body of 64 KiB")
    with cell.origin.connect() as connection:
        connection.send(head + b"Content-Length: %d\r\n\r\n" % (limit + 1))
        expect.status(connection.response("POST"), 413, "one byte more, announced")
        expect.true(connection.is_closed(), "the connection ends after 413")
    with cell.origin.connect() as connection:
        chunk = b"2000\r\n" + b"y" * 0x2000 + b"\r\n"
        connection.send(head + b"Transfer-Encoding: chunked\r\n\r\n7\r\ntoken=x\r\n")
        try:
            for _ in range(9):
                connection.send(chunk)
        except OSError:
            pass        # it may close as soon as the bound is passed; the answer is there all the same
        expect.status(connection.response("POST"), 413, "72 KiB in chunks")
    with cell.origin.connect() as connection:
        connection.send(head + b"Transfer-Encoding: chunked\r\n\r\n3\r\ntok\r\n4;x=y\r\nen=x\r\n0\r\n\r\n")
        expect.status(connection.response("POST"), 200, "a small body in chunks")
