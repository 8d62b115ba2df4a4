"""Another client, or someone with a wrong secret, tries a code that is not theirs; its owner still gets the tokens."""

from support import expect


def story(cell):
    code, verifier = cell.code()
    answer = cell.oauth.redeem(cell.second, code, verifier, redirect_uri=cell.demo.redirect_uri)
    expect.oauth_error(answer, 400, "invalid_grant", "another client")
    answer = cell.oauth.redeem(cell.second, code, verifier)
    expect.oauth_error(answer, 400, "invalid_grant", "another client with its own redirect_uri")
    answer = cell.oauth.redeem(cell.demo.with_secret("not the secret"), code, verifier)
    expect.oauth_error(answer, 401, "invalid_client", "a wrong secret")
    answer = cell.oauth.redeem(cell.demo, code, verifier)
    expect.status(answer, 200, "its own client")
    expect.equal(cell.is_active(answer.json()["access_token"]), True, "the access token")
    expect.contains(cell.audit_text(), "token_of_other_client", "the audit")
