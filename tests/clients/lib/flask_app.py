"""An app as one writes it with Flask and Authlib: it knows the issuer's well-known address and nothing else of it.

/login sends the customer away, /callback takes the answer and keeps the tokens, /me asks UserInfo (Authlib refreshes
an access token that has ended and hands the new tokens to update_token). Errors of Authlib come out of the calls.
"""

import urllib.parse

import flask
from authlib.integrations.flask_client import OAuth

from clients.lib import customer

SCOPE = "openid customers accounts"


class App:
    def __init__(self, cell, client):
        customer.trust(cell)
        self.cell, self.client, self.tokens = cell, client, None
        self.flask = flask.Flask("app")
        self.flask.secret_key = "of this app alone"
        self.flask.testing = True                   # exceptions come out instead of becoming a page
        self.remote = OAuth(self.flask).register(
            "bank", client_id=client.id, client_secret=client.secret, update_token=self.keep,
            server_metadata_url=cell.issuer + "/.well-known/openid-configuration",
            client_kwargs={"scope": SCOPE, "code_challenge_method": "S256"})
        self.flask.add_url_rule("/login", view_func=self.login)
        self.flask.add_url_rule("/callback", view_func=self.callback)
        self.flask.add_url_rule("/me", view_func=self.me)
        self.visitor = self.flask.test_client()     # keeps the app's own cookie

    def keep(self, tokens, **unused):
        self.tokens = tokens

    def login(self):
        return self.remote.authorize_redirect(self.client.redirect_uri, **flask.request.args.to_dict())

    def callback(self):
        self.tokens = self.remote.authorize_access_token()
        return dict(self.tokens["userinfo"])        # the ID token's claims, verified

    def me(self):
        return dict(self.remote.userinfo(token=self.tokens))

    # -- from outside ----------------------------------------------------------------------------------------------

    def way_out(self, **more):
        """Where the app sends the customer."""
        return self.visitor.get("/login", query_string=more).location

    def come_back(self, location):
        """The redirect to the app, as the customer's browser follows it; the ID token's claims."""
        return self.visitor.get("/callback?" + urllib.parse.urlsplit(location).query).json

    def sign_in(self, browser, **more):
        return self.come_back(customer.approve(browser, self.way_out(**more), self.cell.user))
