"""What a client and a resource server send, one function per request. Nothing here judges an answer."""

import base64
import hashlib
import os
import urllib.parse

from support.wire import form

FORM = "application/x-www-form-urlencoded"


class Client:
    def __init__(self, told):
        self.id, self.secret, self.redirect_uri = told["client_id"], told["client_secret"], told.get("redirect_uri")

    def with_secret(self, secret):
        return Client({"client_id": self.id, "client_secret": secret, "redirect_uri": self.redirect_uri})


class User:
    def __init__(self, username, password, sub):
        self.username, self.password, self.sub = username, password, sub


class Tokens:
    """A token response: the JSON object and its usual members by name."""

    def __init__(self, client, told):
        self.client, self.told = client, told
        self.access, self.refresh = told["access_token"], told["refresh_token"]
        self.scope, self.expires_in = told["scope"], told["expires_in"]


class Asked:
    """Parameters of an authorization request and the verifier that belongs to them."""

    def __init__(self, params, verifier):
        self.params, self.verifier = params, verifier


def basic(client_id, secret):
    """The Authorization header's value of RFC 6749 2.3.1: both halves form-encoded, then base64."""
    def encode(text):
        return urllib.parse.quote_plus(text)
    return basic_raw(encode(client_id) + ":" + encode(secret))


def basic_raw(text):
    return "Basic " + base64.b64encode(text.encode("utf-8")).decode()


def new_verifier():
    return base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")


def challenge_of(verifier):
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


class OAuth:
    def __init__(self, origin):
        self.origin = origin

    def authorize_params(self, client, scope="openid accounts", **more):
        """A correct authorization request; more replaces a parameter, or removes it where the value is None."""
        verifier = new_verifier()
        params = {"response_type": "code", "client_id": client.id, "redirect_uri": client.redirect_uri,
                  "scope": scope, "state": "st-" + new_verifier()[:12],
                  "code_challenge": challenge_of(verifier), "code_challenge_method": "S256"}
        params.update(more)
        return Asked({name: value for name, value in params.items() if value is not None}, verifier)

    def authorize(self, params, method="GET", headers=()):
        """The authorization request as a browser without cookies sends it; params: a dict or pairs."""
        if method == "GET":
            return self.origin.request("GET", "/oauth2/v4/authorize?" + form(params), headers)
        pairs = list(headers) + [("Content-Type", FORM)]
        return self.origin.request(method, "/oauth2/v4/authorize", pairs, form(params).encode())

    def post(self, endpoint, params, client=None, headers=(), timeout=20.0):
        """POST a form to a client's endpoint. params: dict, pairs or the encoded bytes; client: for Basic."""
        body = params if isinstance(params, bytes) else form(params).encode()
        pairs = list(headers)
        names = {name.lower() for name, _ in pairs}
        if "content-type" not in names:
            pairs.append(("Content-Type", FORM))
        if client is not None and "authorization" not in names:
            pairs.append(("Authorization", basic(client.id, client.secret)))
        return self.origin.request("POST", "/oauth2/v4/" + endpoint, pairs, body, timeout)

    def redeem_params(self, client, code, verifier, **more):
        params = {"grant_type": "authorization_code", "code": code, "redirect_uri": client.redirect_uri,
                  "code_verifier": verifier}
        params.update(more)
        return params

    def redeem(self, client, code, verifier, **more):
        return self.post("token", self.redeem_params(client, code, verifier, **more), client)

    def refresh(self, client, refresh_token, scope=None, **more):
        return self.post("token", dict({"grant_type": "refresh_token", "refresh_token": refresh_token,
                                        "scope": scope}, **more), client)

    def revoke(self, client, token, hint=None):
        return self.post("revoke", {"token": token, "token_type_hint": hint}, client)

    def introspect(self, rs, token, hint=None):
        return self.post("introspect", {"token": token, "token_type_hint": hint}, rs)
