"""A bank's gateway asks for each scope and each path whether the request may pass (the seed's table of scopes)."""

from support import expect

PATHS = {
    "customers": ["/customers/current"],
    "accounts": ["/accounts", "/accounts/12345", "/accounts/a-b_c.d~e"],
    "transactions": ["/accounts/12345/transactions"],
    "statements": ["/accounts/12345/statements", "/accounts/12345/statements/2024-01"],
}
NOWHERE = ("/", "", "/customers", "/customers/1", "/customers/current/x", "/account", "/accountsx",
           "/accounts/1/2", "/accounts/1/transactions/2", "/accounts/1/statements/2/3", "/accounts/1/payments",
           "/Accounts", "/accounts/1/Transactions", "/payments")


def story(cell):
    browser = cell.browser()
    tokens = {scope: cell.grant(scope="openid " + scope, browser=browser).access for scope in PATHS}
    openid_only = cell.grant(scope="openid", browser=browser).access
    for scope, token in tokens.items():
        for of_scope, paths in PATHS.items():
            for path in paths:
                answer = cell.check(token, "/fdx/v6" + path)
                what = "%s with the scope %s" % (path, scope)
                if scope == of_scope:
                    expect.status(answer, 200, what)
                    expect.equal(answer.header("X-Strongroom-Subject"), cell.user.sub, what)
                    expect.equal(answer.header("X-Strongroom-Client"), cell.demo.id, what)
                    expect.equal(set(answer.header("X-Strongroom-Scope").split()), {"openid", scope}, what)
                    expect.true(answer.header("X-Strongroom-Grant"), what)
                else:
                    expect.status(answer, 403, what)
                    challenge = answer.header("WWW-Authenticate")
                    expect.contains(challenge, 'error="insufficient_scope"', what)
                    expect.contains(challenge, 'scope="', what)
                    expect.contains(challenge, of_scope, what)
                    expect.equal(answer.header("X-Strongroom-Subject"), None, what)
    for paths in PATHS.values():
        for path in paths:
            expect.status(cell.check(openid_only, "/fdx/v6" + path), 403, path + " with openid alone")

    whole = cell.grant(scope="openid customers accounts transactions statements", browser=browser).access
    for path in NOWHERE:
        expect.status(cell.check(whole, "/fdx/v6" + path), 403, "%r with every scope" % path)
    for uri in ("/accounts", "/fdx/v5/accounts", "/fdx/v6x/accounts", "/x/fdx/v6/accounts", "accounts",
                "fdx/v6/accounts"):
        expect.status(cell.check(whole, uri), 403, uri)
    expect.status(cell.check(whole, "/fdx/v6/accounts?limit=10&x=/../y"), 200, "with a query")
