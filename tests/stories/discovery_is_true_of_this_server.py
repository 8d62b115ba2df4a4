"""A client configures itself from one URL: what the document says is so, and what it does not do is said."""

import json
import urllib.parse

from support import expect, jwt
from support.oauth import FORM
from support.wire import form

WELL_KNOWN = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")

# What a request without anything gets from each endpoint, so that it is known to be there and to be what it is said.
BARE = {"authorization_endpoint": ("GET", 400, "text/html"), "token_endpoint": ("POST", 401, "application/json"),
        "userinfo_endpoint": ("GET", 401, None), "jwks_uri": ("GET", 200, "application/json"),
        "revocation_endpoint": ("POST", 401, "application/json"),
        "introspection_endpoint": ("POST", 401, "application/json"), "end_session_endpoint": ("GET", 200, "text/html")}

# A promise that nothing here keeps, or a door that is not there.
ABSENT = ("registration_endpoint", "pushed_authorization_request_endpoint", "check_session_iframe",
          "device_authorization_endpoint", "backchannel_authentication_endpoint", "mtls_endpoint_aliases",
          "dpop_signing_alg_values_supported", "request_object_signing_alg_values_supported",
          "userinfo_signing_alg_values_supported", "id_token_encryption_alg_values_supported")


def bare(cell, method, url):
    told = urllib.parse.urlsplit(url)
    headers = [("Accept", "text/html")] + ([("Content-Type", FORM)] if method == "POST" else [])
    return cell.origin.request(method, told.path, headers, b"" if method == "POST" else None)


def story(cell):
    answers = [expect.status(cell.origin.request("GET", path), 200, path) for path in WELL_KNOWN]
    for answer in answers:
        expect.equal(answer.header("Content-Type"), "application/json", "Content-Type")
    told = answers[0].json()
    expect.equal(answers[0].body, answers[1].body, "the document at its other address")
    expect.equal(told["issuer"], cell.issuer, "issuer")

    endpoints = {name: url for name, url in told.items() if name.endswith("_endpoint") or name == "jwks_uri"}
    expect.equal(sorted(endpoints), sorted(BARE), "the endpoints")
    for name, (method, status, kind) in BARE.items():
        expect.true(told[name].startswith(cell.issuer + "/"), "%s is at %s" % (name, told[name]))
        answer = expect.status(bare(cell, method, told[name]), status, name)
        if kind:
            expect.contains(answer.header("Content-Type") or "", kind, name)
    for name in ABSENT:
        expect.true(name not in told, "%s is there: %r" % (name, told.get(name)))
    for name in ("claims_parameter_supported", "request_parameter_supported", "request_uri_parameter_supported",
                 "require_request_uri_registration", "require_pushed_authorization_requests",
                 "tls_client_certificate_bound_access_tokens", "frontchannel_logout_supported",
                 "backchannel_logout_supported"):
        expect.equal(told.get(name), False, name)
    what_it_lists_works(cell, told)


def check_id_token(id_token, told):
    header, claims = (json.loads(jwt.decode(part)) for part in id_token.split(".")[:2])
    expect.true(header["alg"] in told["id_token_signing_alg_values_supported"], "alg: %r" % header)
    expect.equal(set(claims) - set(told["claims_supported"]), set(), "claims that are not listed")
    expect.true(claims["acr"] in told["acr_values_supported"], "acr: %r" % claims)


def what_it_lists_works(cell, told):
    expect.equal(told["authorization_response_iss_parameter_supported"], True, "iss in the answer")
    expect.equal(told["response_types_supported"], ["code"], "response types")
    expect.equal(told["response_modes_supported"], ["query"], "response modes")
    expect.equal(told["code_challenge_methods_supported"], ["S256"], "PKCE")
    expect.equal(told["token_endpoint_auth_methods_supported"], ["client_secret_basic"], "client authentication")
    expect.equal(told["id_token_signing_alg_values_supported"][0], "ES256", "the usual algorithm comes first")
    expect.true("none" not in told["id_token_signing_alg_values_supported"], "none is no algorithm")
    # Every scope that is listed is granted, every grant type is taken, and another one of each is refused.
    scope = " ".join(told["scopes_supported"])
    tokens = cell.grant(scope=scope)
    expect.equal(sorted(tokens.scope.split()), sorted(told["scopes_supported"]), "the scope of a grant for all of them")
    check_id_token(tokens.told["id_token"], told)
    expect.equal(told["grant_types_supported"], ["authorization_code", "refresh_token"], "grant types")
    expect.status(cell.oauth.refresh(cell.demo, tokens.refresh), 200, "a refresh")
    expect.oauth_error(cell.oauth.post("token", {"grant_type": "client_credentials"}, cell.demo), 400,
                       "unsupported_grant_type", "a grant type that is not listed")
    expect.true(set(told["subject_types_supported"]) == {"public", "pairwise"}, "subject types")
    in_the_body = form({"grant_type": "refresh_token", "refresh_token": tokens.refresh, "client_id": cell.demo.id,
                        "client_secret": cell.demo.secret}).encode()
    expect.oauth_error(cell.oauth.post("token", in_the_body), 401, "invalid_client", "a method that is not listed")
    location = cell.browser().open(cell.oauth.authorize_params(cell.demo, prompt="none").params)
    expect.contains(location or "", "iss=" + urllib.parse.quote(cell.issuer, safe=""), "the answer to authorize")
