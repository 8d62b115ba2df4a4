"""A thief uses a refresh token that its owner has already rotated: that grant ends, all of it, and no other does."""

from support import expect


def story(cell):
    user = cell.new_user("reuse-customer")
    browser = cell.browser()
    stolen, same_client = cell.grant(user=user, browser=browser), cell.grant(user=user, browser=browser)
    other_client = cell.grant(cell.second, user=user, browser=browser)
    current = expect.status(cell.oauth.refresh(cell.demo, stolen.refresh), 200, "the owner's refresh").json()

    expect.oauth_error(cell.oauth.refresh(cell.demo, stolen.refresh), 400, "invalid_grant", "the thief's refresh")
    expect.equal(cell.is_active(stolen.access), False, "the first access token")
    expect.equal(cell.is_active(current["access_token"]), False, "the second access token")
    answer = cell.oauth.refresh(cell.demo, current["refresh_token"])
    expect.oauth_error(answer, 400, "invalid_grant", "the owner's next refresh")

    for what, tokens, client in (("same client", same_client, cell.demo), ("other client", other_client, cell.second)):
        expect.equal(cell.is_active(tokens.access), True, "access token of another grant, " + what)
        expect.status(cell.oauth.refresh(client, tokens.refresh), 200, "refresh of another grant, " + what)
    expect.contains(cell.audit_text(), "refresh_reused", "the audit")
    expect.contains(cell.audit_text(), "alert", "the audit's severity")
