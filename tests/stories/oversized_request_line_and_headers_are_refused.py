"""Someone sends a request line, a header, or a number of headers beyond the bounds, and requests just within them."""

from support import expect


def status_of(cell, data):
    with cell.origin.connect(timeout=10) as connection:
        connection.send(data)
        answer = connection.response()
        if answer.status != 200:
            expect.true(connection.is_closed(), "the connection ends after %s" % answer)
        return answer.status


def story(cell):
    host = b"Host: h\r\n"
    line = b"GET /livez?%s HTTP/1.1\r\n" + host + b"\r\n"
    expect.equal(status_of(cell, line % (b"x" * 12000)), 200, "a request line of 12 KiB")
    expect.equal(status_of(cell, line % (b"x" * 17000)), 414, "a request line of 17 KiB")
    expect.equal(status_of(cell, line % (b"x" * 60000)), 414, "a request line of 60 KiB")

    header = b"GET /livez HTTP/1.1\r\n" + host + b"X: %s\r\n\r\n"
    expect.equal(status_of(cell, header % (b"x" * 12000)), 200, "a header of 12 KiB")
    expect.equal(status_of(cell, header % (b"x" * 17000)), 431, "a header of 17 KiB")
    name = b"GET /livez HTTP/1.1\r\n" + host + b"%s: x\r\n\r\n"
    expect.equal(status_of(cell, name % (b"x" * 17000)), 431, "a header's name of 17 KiB")

    def with_headers(count):
        return b"GET /livez HTTP/1.1\r\n" + host + b"".join(b"X%d: y\r\n" % i for i in range(count - 1)) + b"\r\n"
    expect.equal(status_of(cell, with_headers(100)), 200, "100 headers")
    expect.equal(status_of(cell, with_headers(101)), 431, "101 headers")
    expect.equal(status_of(cell, with_headers(1000)), 431, "1,000 headers")
