"""A client sends challenges of every length that the seed allows; the ones that are no S256 can never be redeemed."""

from support import expect
from support.oauth import new_verifier


def story(cell):
    for challenge in ("a" * 32, "b" * 43, "c" * 128, "AZaz09-._~" * 4):
        answer = cell.oauth.authorize(cell.oauth.authorize_params(cell.demo, code_challenge=challenge).params)
        expect.status(answer, 303, "a challenge of %d characters" % len(challenge))
        expect.contains(answer.header("Location"), "/oauth2/v4/login", "where it leads")

    code, _ = cell.code(code_challenge="a" * 32)
    expect.oauth_error(cell.oauth.redeem(cell.demo, code, new_verifier()), 400, "invalid_grant",
                       "redeeming a code whose challenge is no hash")
    # Sending the challenge itself as verifier would work with `plain`.
    code, _ = cell.code(code_challenge="d" * 64)
    expect.oauth_error(cell.oauth.redeem(cell.demo, code, "d" * 64), 400, "invalid_grant",
                       "redeeming with the challenge as verifier")
