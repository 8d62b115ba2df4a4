"""Clients with short lifetimes of their own: access token, refresh token and consent each end when they should."""

import time

from support import expect


def story(cell):
    short = cell.new_client(access_token_lifetime="2s")
    tokens = cell.grant(short)
    expect.equal(tokens.expires_in, 2, "expires_in")
    about = cell.oauth.introspect(cell.rs, tokens.access).json()
    expect.equal(about["exp"] - about["iat"], 2, "exp - iat")
    quick = cell.new_client(refresh_token_lifetime="2s")
    idle = cell.grant(quick)
    ending = cell.new_client(consent_lifetime="3s")
    consent = cell.grant(ending)
    expect.equal(cell.is_active(consent.access), True, "the access token before its consent's end")
    expect.true(consent.expires_in <= 3, "an access token outlives its consent: %d s" % consent.expires_in)
    time.sleep(4.2)
    expect.equal(cell.oauth.introspect(cell.rs, tokens.access).json(), {"active": False}, "the access token")
    expect.status(cell.oauth.refresh(short, tokens.refresh), 200, "its refresh token")
    expect.oauth_error(cell.oauth.refresh(quick, idle.refresh), 400, "invalid_grant", "the refresh token")
    expect.equal(cell.is_active(idle.access), True, "the access token beside it")
    expect.equal(cell.is_active(consent.access), False, "the access token after its consent's end")
    expect.oauth_error(cell.oauth.refresh(ending, consent.refresh), 400, "invalid_grant", "after the consent's end")
