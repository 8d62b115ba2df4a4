"""The right client redeems with another redirect_uri than it used at authorize, and has burnt its code with that."""

from support import expect


def story(cell):
    client = cell.new_client(redirect_uris=["https://app.example/a", "https://app.example/b"])
    for wrong in ("https://app.example/b", "https://app.example/a?", "https://app.example/A"):
        code, verifier = cell.code(client)
        answer = cell.oauth.redeem(client, code, verifier, redirect_uri=wrong)
        expect.oauth_error(answer, 400, "invalid_grant", "redirect_uri " + wrong)
        expect.oauth_error(cell.oauth.redeem(client, code, verifier), 400, "invalid_grant", "the right one after it")
    expect.contains(cell.audit_text(), "code_redirect_wrong", "the audit")
