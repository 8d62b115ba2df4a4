"""An attacker writes a path so that the check reads one resource and the API serves another."""

from support import expect

ODD = (
    "/accounts/1/../../customers/current",
    "/accounts/../customers/current",
    "/accounts/..",
    "/accounts/.",
    "/./accounts",
    "/accounts/%2e%2e/customers/current",
    "/accounts/%2E%2E",
    "/accounts/.%2e",
    "/accounts/1%2ftransactions",
    "/accounts/1%2Ftransactions",
    "/accounts/1%5ctransactions",
    "/accounts/1\\transactions",
    "/accounts/..;/customers/current",
    "/accounts/..%3b/customers",
    "/accounts//transactions",
    "//accounts",
    "/accounts/",
    "/accounts/1/",
    "/accounts/1%00",
    "/accounts/%",
    "/accounts/%zz",
    "/accounts/%ff",
    "/accounts/%c0%ae%c0%ae",
    "/accounts/%252e%252e",
    "/accounts/%252fx",
    "/accounts/1#/transactions",
    "/accounts/1;a=b",
    "/%61ccounts",
    "/accounts/1%09",
    "/accounts/1%0d%0aX: y",
)


def story(cell):
    token = cell.grant(scope="openid accounts").access
    expect.status(cell.check(token, "/fdx/v6/accounts/1"), 200, "the plain path")
    for path in ODD:
        answer = cell.check(token, "/fdx/v6" + path)
        expect.true(answer.status in (400, 403), "%r: %s" % (path, answer))
    for uri in ("/fdx/../fdx/v6/accounts", "/fdx/v6/../v6/accounts", "https://api.bank.example/fdx/v6/accounts",
                "//api.bank.example/fdx/v6/accounts", "/fdx%2fv6/accounts", "/fdx/v6/accounts " + "x" * 3000):
        answer = cell.check(token, uri)
        expect.true(answer.status in (400, 403, 414, 431), "%r: %s" % (uri[:80], answer))
