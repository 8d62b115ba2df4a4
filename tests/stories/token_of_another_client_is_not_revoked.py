"""A client revokes another client's tokens: it is told 200, nothing happens, and the audit knows."""

from support import expect


def story(cell):
    tokens = cell.grant()
    for token in (tokens.access, tokens.refresh):
        answer = expect.status(cell.oauth.revoke(cell.second, token), 200, "revoking another client's token")
        expect.equal(answer.body, b"", "the body")
    expect.equal(cell.is_active(tokens.access), True, "the access token")
    expect.status(cell.oauth.refresh(cell.demo, tokens.refresh), 200, "the refresh token")
    records = [record for record in cell.audit() if record.get("outcome") == "token_of_other_client"
               and record.get("client_id") == cell.second.id]
    expect.true(records, "the attempt is not in the audit")
