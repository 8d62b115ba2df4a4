"""An attacker sends two client_ids or two redirect_uris and hopes that two parsers take different ones."""

from support import expect


def story(cell):
    asked = cell.oauth.authorize_params(cell.demo).params
    for name in ("client_id", "redirect_uri"):
        for second in (asked[name], "https://evil.example/", ""):
            for pairs in ([*asked.items(), (name, second)], [(name, second), *asked.items()]):
                for method in ("GET", "POST"):
                    answer = cell.oauth.authorize(pairs, method=method)
                    expect.status(answer, 400, "%s twice, %r" % (name, second))
                    expect.equal(answer.header("Location"), None, "Location with %s twice" % name)
