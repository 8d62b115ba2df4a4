"""A careful client sends Expect: 100-continue and waits before it sends the body."""

from support import expect
from support.oauth import FORM, basic


def story(cell):
    head = ("POST /oauth2/v4/revoke HTTP/1.1\r\nHost: h\r\nContent-Type: %s\r\nAuthorization: %s\r\n"
            % (FORM, basic(cell.demo.id, cell.demo.secret))).encode()
    with cell.origin.connect() as connection:
        connection.send(head + b"Content-Length: 7\r\nExpect: 100-continue\r\n\r\n")
        expect.status(connection.response("POST"), 100, "the interim answer")
        connection.send(b"token=x")
        expect.status(connection.response("POST"), 200, "the answer")
        connection.send(b"GET /livez HTTP/1.1\r\nHost: h\r\n\r\n")
        expect.status(connection.response(), 200, "the next request on the connection")
    with cell.origin.connect() as connection:
        connection.send(head + b"Content-Length: 70000\r\nExpect: 100-continue\r\n\r\n")
        expect.status(connection.response("POST"), 413, "a body that would be refused is not asked for")
    with cell.origin.connect() as connection:
        connection.send(head + b"Content-Length: 7\r\nExpect: a-miracle\r\n\r\ntoken=x")
        expect.true(connection.response("POST").status in (200, 417), "another expectation")
    with cell.origin.connect() as connection:      # the body is there already: no interim answer is needed
        connection.send(head + b"Content-Length: 7\r\nExpect: 100-continue\r\n\r\ntoken=x")
        answer = connection.response("POST")
        if answer.status == 100:
            answer = connection.response("POST")
        expect.status(answer, 200, "with the body at once")
