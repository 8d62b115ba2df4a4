"""The bank looks a customer's grants up and ends one: its tokens are dead at once, the others are not."""

from support import expect


def story(cell):
    user = cell.new_user("grant-customer")
    browser = cell.browser()
    first = cell.grant(user=user, browser=browser)
    second = cell.grant(cell.second, user=user, browser=browser, scope="openid transactions")
    grants = cell.cli_json("grant", "list", "--user", user.username)["grants"]
    expect.equal(len(grants), 2, "the customer's grants")
    by_client = {grant["client_id"]: grant for grant in grants}
    about = cell.oauth.introspect(cell.rs, first.access).json()
    expect.equal(by_client[cell.demo.id]["grant_id"], about["grant_id"], "the grant's id")
    expect.equal(set(by_client[cell.second.id]["scope"].split()), {"openid", "transactions"}, "scope")
    listed = cell.cli_json("grant", "list", "--user", user.username, "--client", cell.second.id)["grants"]
    expect.equal([grant["client_id"] for grant in listed], [cell.second.id], "the list of one client")
    expect.equal(len(cell.cli_json("grant", "list", "--user", user.username, "--limit", "1")["grants"]), 1, "--limit 1")

    third = cell.grant(user=user, browser=browser)
    newest = cell.cli_ok("--json", "grant", "list", "--user", user.username, "--limit", "1")
    expect.contains(newest, cell.oauth.introspect(cell.rs, third.access).json()["grant_id"], "the newest of all")
    grants = cell.cli_json("grant", "list", "--user", user.username)["grants"]
    expect.equal([grant["grant_id"] for grant in grants],
                 sorted((grant["grant_id"] for grant in grants), reverse=True), "the order, the newest first")
    fewer = cell.cli("grant", "list", "--user", user.username, "--limit", "2")
    expect.contains(fewer.stderr, "newest 2 of 3", "what is said of the others")
    for option in ("--user", "--client"):
        result = cell.cli("grant", "list", option, "nope")
        expect.equal(result.returncode, 4, "grant list %s nope" % option)
        expect.contains(result.stderr, option[2:] + " nope: ", "what was not found")

    shown = cell.cli_json("grant", "show", about["grant_id"])
    expect.equal((shown["username"], shown["sub"]), (user.username, user.sub), "whose grant it is")
    cell.cli_ok("grant", "revoke", about["grant_id"])
    expect.equal(cell.is_active(first.access), False, "its access token")
    expect.oauth_error(cell.oauth.refresh(cell.demo, first.refresh), 400, "invalid_grant", "its refresh token")
    expect.equal(cell.is_active(second.access), True, "the other grant's access token")
    expect.status(cell.oauth.refresh(cell.second, second.refresh), 200, "the other grant's refresh token")
    again = cell.cli("grant", "revoke", about["grant_id"])
    expect.equal(again.returncode, 5, "revoking it twice")
    expect.contains(again.stderr, "revoked already", "what is said then")
    expect.true("revoked" in cell.cli_ok("grant", "show", about["grant_id"]).lower(), "grant show")
    for wrong in ("0" * 32, "nonsense", "", "../x"):
        expect.true(cell.cli("grant", "show", wrong).returncode in (1, 2, 4), "grant show %r" % wrong)
        expect.true(cell.cli("grant", "revoke", wrong).returncode in (1, 2, 4), "grant revoke %r" % wrong)
    records = [record for record in cell.audit() if record.get("grant_id") == about["grant_id"]]
    expect.true(any(record.get("via") == "admin" for record in records), "the operator's part in the audit")
