"""A resource server introspects an access token and learns all that there is to say about it."""

import time

from support import expect

MEMBERS = {"active", "scope", "client_id", "username", "token_type", "exp", "iat", "nbf", "sub", "aud", "iss", "jti",
           "grant_id", "acr", "auth_time"}


def story(cell):
    before = int(time.time())
    tokens = cell.grant(scope="openid accounts transactions")
    answer = expect.status(cell.oauth.introspect(cell.rs, tokens.access), 200, "introspection")
    expect.contains(answer.header("Cache-Control") or "", "no-store", "Cache-Control")
    told = answer.json()
    expect.equal(set(told), MEMBERS, "the members")
    expect.true(told["active"] is True, "active")
    expect.equal(set(told["scope"].split(" ")), {"openid", "accounts", "transactions"}, "scope")
    expect.equal(told["client_id"], cell.demo.id, "client_id")
    expect.equal(told["username"], cell.user.username, "username")
    expect.equal(told["sub"], cell.user.sub, "sub")
    expect.equal(told["iss"], cell.issuer, "iss")
    expect.equal(told["token_type"], "Bearer", "token_type")
    expect.equal(told["exp"] - told["iat"], 900, "exp - iat")
    expect.true(before - 2 <= told["iat"] <= time.time() + 2, "iat is %d" % told["iat"])
    expect.true(told["nbf"] <= told["iat"], "nbf is after iat")
    expect.equal(told["acr"], "urn:strongroom:acr:password", "acr (RFC 9470 6.2)")
    expect.true(told["auth_time"] <= told["iat"], "the customer signed in before")
    other = cell.oauth.introspect(cell.rs, cell.grant().access).json()
    expect.true(other["jti"] != told["jti"] and other["grant_id"] != told["grant_id"], "ids of two grants are alike")
    again = cell.oauth.refresh(cell.demo, tokens.refresh).json()
    again = cell.oauth.introspect(cell.rs, again["access_token"]).json()
    expect.equal(again["grant_id"], told["grant_id"], "the grant_id after a refresh")
    expect.equal(again["auth_time"], told["auth_time"], "auth_time after a refresh")
    expect.true(again["jti"] != told["jti"], "two access tokens have one jti")
