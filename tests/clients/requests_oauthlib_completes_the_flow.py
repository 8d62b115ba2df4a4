"""requests-oauthlib does OAuth, PyJWT verifies the ID token: the whole way, and what the two refuse on it."""

import jwt
import requests
from oauthlib.oauth2 import InvalidGrantError, MismatchingStateError, WebApplicationClient
from requests_oauthlib import OAuth2Session

from clients.lib import customer, keys
from support import expect

SCOPE = "openid accounts transactions"


class App:
    def __init__(self, cell, client):
        customer.trust(cell)
        self.cell, self.client = cell, client
        self.metadata = requests.get(cell.issuer + "/.well-known/openid-configuration", timeout=20).json()
        self.keys = jwt.PyJWKClient(self.metadata["jwks_uri"])
        self.auth = requests.auth.HTTPBasicAuth(client.id, client.secret)

    def ask(self, browser, nonce):
        """A customer on the way: the session that waits for an answer, and the answer."""
        web = WebApplicationClient(self.client.id)
        session = OAuth2Session(client=web, redirect_uri=self.client.redirect_uri, scope=SCOPE.split())
        web.create_code_verifier(64)
        url, _ = session.authorization_url(
            self.metadata["authorization_endpoint"], nonce=nonce, code_challenge_method="S256",
            code_challenge=web.create_code_challenge(web.code_verifier, "S256"))
        return session, customer.approve(browser, url, self.cell.user)

    def redeem(self, session, location):
        return session.fetch_token(self.metadata["token_endpoint"], authorization_response=location, auth=self.auth,
                                   include_client_id=False, code_verifier=session._client.code_verifier)

    def verify(self, id_token, nonce, **expected):
        key = self.keys.get_signing_key_from_jwt(id_token)
        wanted = {"audience": self.client.id, "issuer": self.cell.issuer, **expected}
        claims = jwt.decode(id_token, key.key, algorithms=self.metadata["id_token_signing_alg_values_supported"],
                            options={"require": ["iss", "sub", "aud", "exp", "iat", "auth_time"]}, **wanted)
        expect.equal(claims.get("nonce"), nonce, "nonce")
        return claims


def story(cell):
    keys.await_next(cell, "ES256")
    app = App(cell, cell.new_client())
    browser = cell.browser()

    session, location = app.ask(browser, "n-1")
    tokens = dict(app.redeem(session, location))
    claims = app.verify(tokens["id_token"], "n-1")
    expect.equal(claims["sub"], cell.user.sub, "sub")
    about = session.get(app.metadata["userinfo_endpoint"])
    expect.equal((about.status_code, about.json()["sub"]), (200, cell.user.sub), "UserInfo")

    refreshed = dict(session.refresh_token(app.metadata["token_endpoint"], auth=app.auth))
    expect.true(refreshed["refresh_token"] != tokens["refresh_token"], "the refresh token is rotated")
    expect.equal(app.verify(refreshed["id_token"], None)["auth_time"], claims["auth_time"], "auth_time")

    # The keys rotate; PyJWT has those that it fetched.
    keys.rotate(cell, "ES256")
    rotated = dict(session.refresh_token(app.metadata["token_endpoint"], auth=app.auth))
    expect.true(jwt.get_unverified_header(rotated["id_token"])["kid"] !=
                jwt.get_unverified_header(refreshed["id_token"])["kid"], "another key signs")
    app.verify(rotated["id_token"], None)
    app.verify(tokens["id_token"], "n-1")

    given_back = requests.post(app.metadata["revocation_endpoint"], data={"token": rotated["refresh_token"]},
                               auth=app.auth, timeout=20)
    expect.equal(given_back.status_code, 200, "revocation")
    customer.refusal(lambda: session.refresh_token(app.metadata["token_endpoint"], auth=app.auth), InvalidGrantError,
                     "a revoked refresh token")
    expect.equal(session.get(app.metadata["userinfo_endpoint"]).status_code, 401, "UserInfo after the revocation")

    session, location = app.ask(browser, "n-2")
    state = session._state
    customer.refusal(lambda: app.redeem(session, location.replace(state, state[::-1])), MismatchingStateError,
                     "another state")
    customer.refusal(lambda: app.verify(rotated["id_token"], None, issuer="https://attacker.example"),
                     jwt.InvalidIssuerError, "another issuer")
    customer.refusal(lambda: app.verify(rotated["id_token"], None, audience="another-client"),
                     jwt.InvalidAudienceError, "an ID token for another client")
