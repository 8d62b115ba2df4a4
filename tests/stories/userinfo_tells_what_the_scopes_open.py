"""A client asks who the customer is, in each way that OpenID Connect gives it, and learns what the scopes open."""

from support import expect

SCOPES = [{"name": "openid", "title": "Confirm who you are"},
          {"name": "accounts", "title": "See your accounts", "paths": ["/accounts"]},
          {"name": "email", "title": "See your e-mail address", "claims": ["email", "email_verified"]},
          {"name": "profile", "title": "See your name",
           "claims": ["name", "preferred_username", "nickname", "updated_at"]},
          {"name": "address", "title": "See your address", "claims": ["address"]}]
CELL = "own"
CELL_OPTIONS = {"vault": {"scopes": SCOPES}}
FORM = ("Content-Type", "application/x-www-form-urlencoded")


def story(cell):
    client = cell.new_client(scope="openid accounts email profile address")
    user = cell.new_user("ada", name="Ada Lovelace")
    cell.cli_ok("user", "set-claims", "ada", "--claim", "email=ada@bank.example", "--claim", "email_verified=true",
                "--claim", "nickname=Zo\u00eb \"A\"", "--claim", "address.locality=London",
                "--claim", "address=1 Dorset Street, London")
    email = {"email": "ada@bank.example", "email_verified": True}
    address = {"address": {"formatted": "1 Dorset Street, London", "locality": "London"}}

    def ask(scope):
        token = cell.grant(client, user, scope).access
        answer = cell.origin.request("GET", "/oauth2/v4/userinfo", [("Authorization", "Bearer " + token)])
        expect.status(answer, 200, "userinfo for " + scope)
        expect.equal(answer.header("Cache-Control"), "no-store", "Cache-Control")
        told = answer.json()
        expect.equal(told.pop("sub"), user.sub, "sub")
        return told

    expect.equal(ask("openid"), {}, "openid alone")
    expect.equal(ask("openid accounts"), {}, "a scope for data")
    expect.equal(ask("openid email"), email, "email")
    expect.equal(ask("openid address"), address, "address")
    profile = ask("openid profile")
    expect.true(isinstance(profile.pop("updated_at"), int), "updated_at is a number")
    wanted = {"name": "Ada Lovelace", "preferred_username": "ada", "nickname": "Zo\u00eb \"A\""}
    expect.equal(profile, wanted, "profile")
    everything = ask("openid email profile address")
    expect.equal({key: everything[key] for key in email}, email, "several scopes")
    expect.equal(everything["address"], address["address"], "several scopes")

    tokens = cell.grant(client, user, "openid email")
    bearer = ("Authorization", "Bearer " + tokens.access)
    form = b"access_token=" + tokens.access.encode()
    wanted = dict(email, sub=user.sub)
    for what, headers, body in (("POST without a body", [bearer], None),
                                ("POST with an empty form", [bearer, FORM], b""),
                                ("POST with JSON", [bearer, ("Content-Type", "application/json")], b"{}"),
                                ("POST with the token in a form", [FORM], form)):
        answer = expect.status(cell.origin.request("POST", "/oauth2/v4/userinfo", headers, body), 200, what)
        expect.equal(answer.json(), wanted, what)
    answer = expect.status(cell.origin.request("HEAD", "/oauth2/v4/userinfo", [bearer]), 200, "HEAD")

    fewer = expect.status(cell.oauth.refresh(client, tokens.refresh, scope="openid"), 200, "fewer scopes").json()
    answer = cell.origin.request("GET", "/oauth2/v4/userinfo", [("Authorization", "Bearer " + fewer["access_token"])])
    expect.equal(answer.json(), {"sub": user.sub}, "a token with fewer scopes than its grant")
    cell.cli_ok("user", "set-claims", "ada", "--claim", "email=countess@bank.example")
    answer = cell.origin.request("GET", "/oauth2/v4/userinfo", [bearer])
    expect.equal(answer.json()["email"], "countess@bank.example", "what changed is told at once")
