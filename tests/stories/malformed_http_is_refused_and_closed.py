"""Someone speaks HTTP that two parsers could read differently: each form of it gets 400 and the connection ends."""

from support import expect
from support.wire import WireError

HOST = b"Host: h\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
POST = b"POST /oauth2/v4/revoke HTTP/1.1\r\n" + HOST + FORM

TABLE = (
    ("obs-fold", b"GET /livez HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n"),
    ("obs-fold with a tab", b"GET /livez HTTP/1.1\r\n" + HOST + b"X: a\r\n\tb\r\n\r\n"),
    ("bare LF after the request line", b"GET /livez HTTP/1.1\nHost: h\r\n\r\n"),
    ("bare LF after a header", b"GET /livez HTTP/1.1\r\nHost: h\nX: y\r\n\r\n"),
    ("bare LF at the end", b"GET /livez HTTP/1.1\r\nHost: h\r\n\n"),
    ("bare CR in a value", b"GET /livez HTTP/1.1\r\n" + HOST + b"X: a\rb\r\n\r\n"),
    ("NUL in a value", b"GET /livez HTTP/1.1\r\n" + HOST + b"X: a\0b\r\n\r\n"),
    ("NUL in the target", b"GET /livez\0 HTTP/1.1\r\n" + HOST + b"\r\n"),
    ("blank before the colon", b"GET /livez HTTP/1.1\r\n" + HOST + b"X : a\r\n\r\n"),
    ("blank before the first header", b"GET /livez HTTP/1.1\r\n Host: h\r\n\r\n"),
    ("no colon", b"GET /livez HTTP/1.1\r\n" + HOST + b"X\r\n\r\n"),
    ("empty header name", b"GET /livez HTTP/1.1\r\n" + HOST + b": a\r\n\r\n"),
    ("header name with a blank", b"GET /livez HTTP/1.1\r\n" + HOST + b"X Y: a\r\n\r\n"),
    ("no Host", b"GET /livez HTTP/1.1\r\n\r\n"),
    ("two Hosts", b"GET /livez HTTP/1.1\r\n" + HOST + HOST + b"\r\n"),
    ("two different Hosts", b"GET /livez HTTP/1.1\r\n" + HOST + b"Host: i\r\n\r\n"),
    ("version 0.9", b"GET /livez HTTP/0.9\r\n" + HOST + b"\r\n"),
    ("version 2.0", b"GET /livez HTTP/2.0\r\n" + HOST + b"\r\n"),
    ("version 1.2", b"GET /livez HTTP/1.2\r\n" + HOST + b"\r\n"),
    ("version 1.10", b"GET /livez HTTP/1.10\r\n" + HOST + b"\r\n"),
    ("lower-case version", b"GET /livez http/1.1\r\n" + HOST + b"\r\n"),
    ("two blanks", b"GET  /livez HTTP/1.1\r\n" + HOST + b"\r\n"),
    ("tab for a blank", b"GET\t/livez HTTP/1.1\r\n" + HOST + b"\r\n"),
    ("lower-case method", b"get /livez HTTP/1.1\r\n" + HOST + b"\r\n"),
    ("unknown method", b"GETT /livez HTTP/1.1\r\n" + HOST + b"\r\n"),
    ("no target", b"GET HTTP/1.1\r\n" + HOST + b"\r\n"),
    ("byte above 127 in the target", b"GET /liv\xe9z HTTP/1.1\r\n" + HOST + b"\r\n"),
    ("no HTTP at all", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 nonsense\r\n\r\n"),
    ("Content-Length and Transfer-Encoding",
     POST + b"Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("Transfer-Encoding and Content-Length",
     POST + b"Transfer-Encoding: chunked\r\nContent-Length: 7\r\n\r\n0\r\n\r\n"),
    ("two Content-Lengths", POST + b"Content-Length: 7\r\nContent-Length: 8\r\n\r\ntoken=xy"),
    ("the same Content-Length twice", POST + b"Content-Length: 7\r\nContent-Length: 7\r\n\r\ntoken=x"),
    ("Content-Length as a list", POST + b"Content-Length: 7, 7\r\n\r\ntoken=x"),
    ("Content-Length with a sign", POST + b"Content-Length: +7\r\n\r\ntoken=x"),
    ("negative Content-Length", POST + b"Content-Length: -7\r\n\r\ntoken=x"),
    ("hexadecimal Content-Length", POST + b"Content-Length: 0x7\r\n\r\ntoken=x"),
    ("Content-Length beyond 64 bits", POST + b"Content-Length: 18446744073709551623\r\n\r\ntoken=x"),
    ("unknown Transfer-Encoding", POST + b"Transfer-Encoding: gzip\r\n\r\ntoken=x"),
    ("chunked twice", POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
    ("chunked not last", POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
    ("empty Transfer-Encoding before chunked",
     POST + b"Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("empty Transfer-Encoding before chunked, with Content-Length",
     POST + b"Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
    ("Transfer-Encoding twice", POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("gzip, chunked", POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    ("identity, chunked", POST + b"Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n"),
    ("empty Host before another", b"GET /livez HTTP/1.1\r\nHost:\r\n" + HOST + b"\r\n"),
    ("absolute target without host", b"GET http:///livez HTTP/1.1\r\n" + HOST + b"\r\n"),
    ("absolute target with a query for a host", b"GET http://h?x/livez HTTP/1.1\r\n" + HOST + b"\r\n"),
    ("absolute target with a user", b"GET http://u@h/livez HTTP/1.1\r\n" + HOST + b"\r\n"),
    ("chunk size is no number", POST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n"),
    ("chunk size of 20 digits", POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\nx"),
    ("chunk longer than it says", POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\ntoken=x\r\n0\r\n\r\n"),
    ("bare LF in chunks", POST + b"Transfer-Encoding: chunked\r\n\r\n7\ntoken=x\n0\n\n"),
)


def story(cell):
    # Behind each comes a good request: if it is answered, the bad one has been taken for something else.
    behind = b"GET /livez HTTP/1.1\r\nHost: h\r\n\r\n"
    for what, data in TABLE:
        with cell.origin.connect(timeout=8) as connection:
            connection.send(data + behind)
            try:
                answer = connection.response()
            except WireError as problem:
                expect.fail("%s: %s" % (what, problem))
            wanted = (400, 501, 505) if "version" in what or "Transfer" in what or "chunked" in what \
                or "method" in what else (400,)
            expect.true(answer.status in wanted, "%s: %s" % (what, answer))
            expect.true(connection.is_closed(), "%s: the connection goes on with %r" % (what, connection.received))
    expect.status(cell.origin.request("GET", "/livez"), 200, "an ordinary request afterwards")
    cell.grant()
