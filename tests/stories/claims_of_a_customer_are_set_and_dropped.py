"""An operator keeps what UserInfo may say of a customer: sets, replaces and drops claims; each shows at once."""

import json
import re

from support import expect

CELL = "own"        # its configuration has the scopes profile and email
FIRST = ["email=sam@bank.example", "given_name=Sam", "nickname=a=b"]


def user_info(cell, tokens):
    answer = cell.origin.request("GET", "/oauth2/v4/userinfo", [("Authorization", "Bearer " + tokens.access)])
    return expect.status(answer, 200, "userinfo").json()


def claims(*texts, option="--claim"):
    return [part for text in texts for part in (option, text)]


def story(cell):
    added = cell.cli_json("user", "add", "sam", "--password-generate", *claims(*FIRST))
    expect.equal(added["claims"], FIRST, "the claims of a new customer")
    cell.cli_ok("user", "add", "plain", "--password-generate")
    tokens = cell.grant(scope="openid profile email")
    told = user_info(cell, tokens)
    expect.equal((told["email"], told["email_verified"]), ("alex@customer.example", True), "what the demo customer has")

    set_claims = ("user", "set-claims", cell.user.username)
    told = cell.cli_json(*set_claims, *claims("email=new@customer.example", "address.locality=Halifax"),
                         *claims("email_verified", option="--drop"))
    expect.true("email=new@customer.example" in told["claims"] and "given_name=Alex" in told["claims"], told["claims"])
    expect.equal([text for text in told["claims"] if text.startswith("email_verified")], [], "what was dropped")
    shown = user_info(cell, tokens)
    expect.equal(shown["email"], "new@customer.example", "email after it was replaced")
    expect.true("email_verified" not in shown and "address" not in shown, "userinfo says %r" % shown)
    expect.equal(cell.cli_json("user", "show", cell.user.username), told, "user show")
    record = cell.audit(1)[0]
    expect.equal((record["event"], record["detail"]),
                 ("user_set_claims", "set email, address.locality; dropped email_verified"), "the audit")
    for text in (json.dumps(cell.audit()), cell.log()):
        for value in ("new@customer", "Halifax", "sam@bank"):
            expect.lacks(text, value, "what is written down")
    table = cell.cli_ok("user", "show", cell.user.username)
    expect.true(re.search(r"(?m)^Claims\s+given_name=Alex$", table), "the table: %s" % table)

    for wanted, words, args in (
            (2, "--claim", ()),
            (1, "claim 1: ", claims("email")),
            (1, "claim 2: ", claims("zoneinfo=UTC", "sub=somebody")),
            (1, "claim 1: ", claims("iss=https://evil.example")),
            (1, "claim 1: ", claims("Email=a@b.example")),
            (1, "claim 1: ", claims("email_verified=yes")),
            (1, "claim 1: ", claims("nickname=two\nlines")),
            (1, "claim 2: its name", claims("nickname=a", "nickname=b")),
            (1, "set and dropped", claims("email=a@b.example") + claims("email", option="--drop")),
            (4, "no claim of a name", claims("nickname", option="--drop")),
            (1, "32 claims", claims(*("x%d=1" % i for i in range(32))))):
        result = cell.cli(*set_claims, *args)
        expect.equal(result.returncode, wanted, "the exit code of %r (%s)" % (args, result.stderr))
        expect.contains(result.stderr, words, "%r" % (args,))
    expect.equal(cell.cli_json("user", "show", cell.user.username), told, "the customer after what was refused")
    expect.equal(cell.cli("user", "show", "nobody").returncode, 4, "a customer who is not there")
    expect.equal(cell.cli("user", "set-claims", "nobody", "--claim", "locale=en").returncode, 4, "the same, to set")
    result = cell.cli("user", "add", "bad-claim", "--password-generate", "--claim", "aud=me")
    expect.equal(result.returncode, 1, "a new customer with a claim of the protocol's")
    expect.equal(cell.cli("user", "show", "bad-claim").returncode, 4, "who was not added")
