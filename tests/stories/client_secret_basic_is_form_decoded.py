"""Clients whose ids have %, +, :, blanks and letters beyond ASCII authenticate as RFC 6749 2.3.1 says."""

import urllib.parse

from support import expect
from support.oauth import basic_raw

IDS = ("100% client", "a+b", "a:b:c", "a%2Bb", "Bänk & Söhne", "東京銀行", "a b", "~-._!*'()")
CHANGED_BY_DECODING = ("100% client", "a+b", "a:b:c", "a%2Bb")      # sent as they are, they are somebody else


def percent(text):
    """Every byte escaped: another spelling of the same."""
    return "".join("%%%02x" % byte for byte in text.encode())


def story(cell):
    for client_id in IDS:
        client = cell.new_client(id=client_id)
        tokens = cell.grant(client)
        for what, encode in (("quote_plus", urllib.parse.quote_plus), ("%20 for a blank", urllib.parse.quote),
                             ("every byte escaped", percent)):
            header = basic_raw(encode(client.id) + ":" + encode(client.secret))
            answer = cell.oauth.post("revoke", {"token": "x"}, headers=[("Authorization", header)])
            expect.status(answer, 200, "%r as %s" % (client_id, what))
        if client_id in CHANGED_BY_DECODING:
            header = basic_raw(client.id + ":" + client.secret)
            answer = cell.oauth.post("revoke", {"token": "x"}, headers=[("Authorization", header)])
            expect.oauth_error(answer, 401, "invalid_client", "%r not encoded" % client_id)
        expect.equal(cell.is_active(tokens.access), True, "the token of %r" % client_id)
