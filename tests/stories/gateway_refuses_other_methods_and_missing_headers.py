"""A gateway asks about a write, or forgets to say what is asked for."""

from support import expect


def story(cell):
    token = cell.grant(scope="openid accounts").access
    for method in ("POST", "PUT", "DELETE", "PATCH", "get", "GETx", "", "TRACE"):
        answer = cell.check(token, "/fdx/v6/accounts", method=method)
        expect.true(answer.status in (400, 403), "method %r: %s" % (method, answer))
    bearer = ("Authorization", "Bearer " + token)
    target = "/oauth2/v4/check"
    for headers in ([bearer], [bearer, ("X-Original-Method", "GET")], [bearer, ("X-Original-URI", "/fdx/v6/accounts")],
                    [bearer, ("X-Original-Method", "GET"), ("X-Original-URI", "")],
                    [bearer, ("X-Original-Method", "GET"), ("X-Original-URI", "/fdx/v6/accounts"),
                     ("X-Original-URI", "/fdx/v6/accounts/1")],
                    [bearer, ("X-Original-Method", "GET"), ("X-Original-Method", "POST"),
                     ("X-Original-URI", "/fdx/v6/accounts")]):
        answer = cell.gateway.request("GET", target, headers)
        expect.true(answer.status in (400, 403), "%r: %s" % (headers[1:], answer))
    expect.status(cell.check(token, "/fdx/v6/accounts", method="GET"), 200, "GET")
    answer = cell.check(token, "/fdx/v6/accounts", method="HEAD")
    expect.true(answer.status in (200, 403), "HEAD: %s" % answer)
