"""A gateway introspects a thousand times: the audit does not grow, and neither does the store (I12)."""

import os

from support import expect
from support.oauth import FORM, basic
from support.wire import form

CELL = "own"


def story(cell):
    token = cell.grant().access
    ask = cell.origin.bytes_of("POST", "/oauth2/v4/introspect", [
        ("Authorization", basic(cell.rs.id, cell.rs.secret)), ("Content-Type", FORM)], form({"token": token}).encode())
    store = cell.path("store", "data.mdb")
    before, records = os.stat(store), len(cell.audit(10000))
    with cell.origin.connect() as connection:
        for _ in range(20):
            connection.send(ask * 50)
            for _ in range(50):
                expect.equal(connection.response("POST").json()["active"], True, "introspection")
    after = os.stat(store)
    expect.equal(len(cell.audit(10000)), records, "the audit records")
    expect.equal((after.st_size, after.st_mtime_ns), (before.st_size, before.st_mtime_ns), "the store's file")
