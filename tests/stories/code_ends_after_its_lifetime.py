"""A client takes too long to redeem its code."""

import time

from support import expect

CELL = "own"
CELL_OPTIONS = {"vault": {"lifetimes": {"code": "2s"}}}


def story(cell):
    code, verifier = cell.code()
    expect.status(cell.oauth.redeem(cell.demo, code, verifier), 200, "a quick client")
    code, verifier = cell.code()
    time.sleep(3.2)
    expect.oauth_error(cell.oauth.redeem(cell.demo, code, verifier), 400, "invalid_grant", "a slow client")
    expect.contains(cell.audit_text(), "code_expired", "the audit")
