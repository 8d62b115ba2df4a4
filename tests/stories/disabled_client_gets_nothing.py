"""The bank disables a client: no code, no tokens, no refresh; what it holds is inactive until it is enabled again."""

from support import expect


def story(cell):
    client = cell.new_client()
    tokens = cell.grant(client)
    code, verifier = cell.code(client)
    cell.cli_ok("client", "disable", client.id)
    expect.oauth_error(cell.oauth.redeem(client, code, verifier), 401, "invalid_client", "redeeming")
    expect.oauth_error(cell.oauth.refresh(client, tokens.refresh), 401, "invalid_client", "refreshing")
    expect.oauth_error(cell.oauth.revoke(client, tokens.refresh), 401, "invalid_client", "revoking")
    expect.equal(cell.is_active(tokens.access), False, "its access token while it is disabled")
    expect.status(cell.oauth.authorize(cell.oauth.authorize_params(client).params), 400, "authorize")
    cell.cli_ok("client", "enable", client.id)
    expect.equal(cell.is_active(tokens.access), True, "its access token afterwards")
    expect.status(cell.oauth.refresh(client, tokens.refresh), 200, "refreshing afterwards")
