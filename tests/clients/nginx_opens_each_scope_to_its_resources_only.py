"""nginx asks Strongroom about every API request (auth_request): each scope opens its resources, and only those."""

from clients.lib.web import Gateway
from support import expect

RESOURCES = {
    "customers": ["/customers/current"],
    "accounts": ["/accounts", "/accounts/checking-4711"],
    "transactions": ["/accounts/checking-4711/transactions?startTime=2026-01-01&limit=5"],
    "statements": ["/accounts/checking-4711/statements", "/accounts/checking-4711/statements/2026-01"],
}
EVERYTHING = [(scope, "/fdx/v6" + path) for scope, paths in RESOURCES.items() for path in paths]


def get(nginx, path, token=None, *headers):
    pairs = list(headers) + ([("Authorization", "Bearer " + token)] if token else [])
    return nginx.origin.request("GET", path, pairs)


def refused(nginx, path, token, status, challenge, what):
    answer = expect.status(get(nginx, path, token), status, what)
    told = answer.all("WWW-Authenticate")
    expect.equal(len(told), 1, "%s: challenges %r" % (what, told))
    expect.contains(told[0], challenge, what)
    expect.true(told[0].startswith("Bearer"), what + ": " + told[0])
    return told[0]


def story(cell):
    browser = cell.browser()
    client = cell.new_client()
    grants = {scope: cell.grant(client, scope="openid " + scope, browser=browser) for scope in RESOURCES}
    grants["openid"] = cell.grant(client, scope="openid", browser=browser)
    with Gateway(cell, "nginx", ["nginx", "-c"]) as nginx:
        for scope, tokens in grants.items():
            for wanted, path in EVERYTHING:
                what = "%s with the scope %s" % (path, scope)
                if wanted != scope:
                    told = refused(nginx, path, tokens.access, 403, 'error="insufficient_scope"', what)
                    expect.contains(told, wanted, what)
                    continue
                answer = expect.status(get(nginx, path, tokens.access), 200, what).json()
                expect.equal(answer["path"], path, "the path that the API saw")
                headers = answer["headers"]
                expect.equal(headers["x-strongroom-subject"], cell.user.sub, what)
                expect.equal(headers["x-strongroom-client"], client.id, what)
                expect.equal(set(headers["x-strongroom-scope"].split()), {"openid", scope}, what)
                expect.lacks(headers, "authorization", "the API does not see the token")

        seen = len(nginx.upstream.paths)
        path, token = "/fdx/v6/accounts", grants["accounts"].access
        challenge = refused(nginx, path, None, 401, "Bearer", "no token")
        expect.lacks(challenge, "error=", "no token, so no error is told")
        refused(nginx, path, token[:-1] + ("A" if token[-1] != "A" else "B"), 401, 'error="invalid_token"', "an altered token")
        refused(nginx, "/fdx/v6/accounts/a/payments", token, 403, 'error="insufficient_scope"', "no such resource")
        answer = nginx.origin.request("DELETE", path, [("Authorization", "Bearer " + token)])
        expect.status(answer, 403, "another method")
        expect.status(get(nginx, "/strongroom", token), 404, "the location that asks is internal")

        cell.oauth.revoke(client, grants["accounts"].refresh)
        refused(nginx, path, token, 401, 'error="invalid_token"', "a revoked grant's token")
        expect.equal(len(nginx.upstream.paths), seen, "what the API was asked by those who may not")

        forged = get(nginx, "/fdx/v6/customers/current", grants["customers"].access,
                     ("X-Strongroom-Subject", "somebody-else"))
        expect.equal(forged.json()["headers"]["x-strongroom-subject"], cell.user.sub, "a header of the caller's")
