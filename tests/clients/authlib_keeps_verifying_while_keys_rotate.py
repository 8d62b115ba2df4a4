"""The operator rotates the signing keys under an app on Authlib, which keeps the keys that it has fetched once."""

import json

from clients.lib import keys
from clients.lib.flask_app import App
from support import expect, jwt


def kid(app):
    return json.loads(jwt.decode(app.tokens["id_token"].split(".")[0]))["kid"]


def story(cell):
    browser = cell.browser()
    for algorithm in ("ES256", "RS256"):
        keys.await_next(cell, algorithm)
        app = App(cell, cell.new_client(signing_alg=algorithm))
        app.sign_in(browser)
        before, known = kid(app), app.remote.server_metadata["jwks"]
        keys.rotate(cell, algorithm)
        expect.equal(app.sign_in(browser)["sub"], cell.user.sub, "an ID token under the next key")
        expect.true(kid(app) != before, "another key signs")
        expect.true(app.remote.server_metadata["jwks"] is known, "the keys that it had were enough")
        silent = app.sign_in(browser, prompt="none")
        expect.equal(silent["sub"], cell.user.sub, "and without a page")
