"""A client with a grace loses a reply and repeats the refresh: it gets the very same tokens, until those are used."""

import time

from support import expect


def story(cell):
    client = cell.new_client(refresh_grace="20s")
    tokens = cell.grant(client)
    first = expect.status(cell.oauth.refresh(client, tokens.refresh), 200, "the refresh").json()
    again = expect.status(cell.oauth.refresh(client, tokens.refresh), 200, "the repetition").json()
    expect.equal(again["refresh_token"], first["refresh_token"], "the successor")
    second = expect.status(cell.oauth.refresh(client, first["refresh_token"]), 200, "using the successor").json()
    expect.oauth_error(cell.oauth.refresh(client, tokens.refresh), 400, "invalid_grant", "after the successor's use")
    expect.equal(cell.is_active(second["access_token"]), False, "the grant after reuse")

    late = cell.new_client(refresh_grace="1s")
    tokens = cell.grant(late)
    first = cell.oauth.refresh(late, tokens.refresh).json()
    time.sleep(2.2)
    expect.oauth_error(cell.oauth.refresh(late, tokens.refresh), 400, "invalid_grant", "after the grace")
    expect.equal(cell.is_active(first["access_token"]), False, "the grant after a late repetition")
