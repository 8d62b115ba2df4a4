"""The right client presents a code with a wrong verifier; after that the right verifier is of no use either."""

from support import expect
from support.oauth import new_verifier


def story(cell):
    for what, wrong in (("another verifier", new_verifier()), ("one letter changed", None)):
        code, verifier = cell.code()
        if wrong is None:
            wrong = verifier[:-1] + ("A" if verifier[-1] != "A" else "B")
        expect.oauth_error(cell.oauth.redeem(cell.demo, code, wrong), 400, "invalid_grant", what)
        expect.oauth_error(cell.oauth.redeem(cell.demo, code, verifier), 400, "invalid_grant", what + ", then right")
    expect.contains(cell.audit_text(), "code_verifier_wrong", "the audit")
