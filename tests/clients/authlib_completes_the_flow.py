"""An app on Flask and Authlib signs a customer in, reads UserInfo, refreshes by itself, and gives its tokens back."""

import requests
from authlib.integrations.base_client import OAuthError

from clients.lib import customer
from clients.lib.flask_app import App
from support import expect


def story(cell):
    app = App(cell, cell.new_client())
    claims = app.sign_in(cell.browser())
    expect.equal(claims["sub"], cell.user.sub, "sub")
    expect.equal(app.visitor.get("/me").json["sub"], cell.user.sub, "UserInfo")

    # Authlib believes that the access token has ended: it refreshes, and the new tokens are kept.
    before = dict(app.tokens)
    app.tokens = dict(before, expires_at=1)
    expect.equal(app.visitor.get("/me").json["sub"], cell.user.sub, "UserInfo after a refresh")
    expect.true(app.tokens["access_token"] != before["access_token"], "another access token")
    expect.true(app.tokens["refresh_token"] != before["refresh_token"], "the refresh token is rotated")

    session = app.remote.client_cls(app.client.id, app.client.secret)
    metadata = app.remote.load_server_metadata()
    answer = session.revoke_token(metadata["revocation_endpoint"], app.tokens["refresh_token"], "refresh_token")
    expect.equal(answer.status_code, 200, "revocation")
    app.tokens = dict(app.tokens, expires_at=1)
    refused = customer.refusal(lambda: app.visitor.get("/me"), OAuthError, "a refresh after the revocation")
    expect.equal(refused.error, "invalid_grant", "the error that Authlib tells")
    app.tokens = {"access_token": app.tokens["access_token"], "token_type": "Bearer"}
    refused = customer.refusal(lambda: app.visitor.get("/me"), requests.HTTPError, "UserInfo after the revocation")
    expect.equal(refused.response.status_code, 401, "the status of UserInfo")
