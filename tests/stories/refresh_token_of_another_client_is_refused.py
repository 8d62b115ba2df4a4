"""A client that got hold of another client's refresh token tries it with its own credentials."""

from support import expect


def story(cell):
    tokens = cell.grant()
    expect.oauth_error(cell.oauth.refresh(cell.second, tokens.refresh), 400, "invalid_grant", "the other client")
    expect.equal(cell.is_active(tokens.access), True, "the owner's access token")
    expect.status(cell.oauth.refresh(cell.demo, tokens.refresh), 200, "the owner's refresh")
    expect.contains(cell.audit_text(), "token_of_other_client", "the audit")
