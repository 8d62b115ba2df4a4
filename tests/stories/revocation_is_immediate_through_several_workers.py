"""A token is used through every worker and connection; after the 200 of its revocation no answer anywhere is active."""

import threading

from support import expect
from support.oauth import FORM, basic
from support.wire import form

CELL = "own"
CELL_OPTIONS = {"options": ["--workers", "4"]}
TIMEOUT = 180
CONNECTIONS, ROUNDS = 16, 12


def question(cell, token):
    return cell.origin.bytes_of("POST", "/oauth2/v4/introspect", [
        ("Authorization", basic(cell.rs.id, cell.rs.secret)), ("Content-Type", FORM)], form({"token": token}).encode())


def story(cell):
    expect.equal(len(cell.workers()), 4, "workers")
    connections = [cell.origin.connect() for _ in range(CONNECTIONS)]
    browser = cell.browser()
    for turn in range(ROUNDS):
        tokens = cell.grant(browser=browser)
        ask = question(cell, tokens.access)
        for connection in connections:
            connection.send(ask)
            expect.equal(connection.response("POST").json()["active"], True, "before the revocation")
        # Questions are on their way while the revocation is decided; what counts is what is asked after its 200.
        stop = threading.Event()

        def keep_asking(connection):
            while not stop.is_set():
                connection.send(ask)
                connection.response("POST")
        threads = [threading.Thread(target=keep_asking, args=(connection,)) for connection in connections[:4]]
        for thread in threads:
            thread.start()
        given = tokens.access if turn % 2 else tokens.refresh
        expect.status(cell.oauth.revoke(cell.demo, given), 200, "revoking")
        for connection in connections[4:]:
            connection.send(ask)
        late = [connection.response("POST").json() for connection in connections[4:]]
        stop.set()
        for thread in threads:
            thread.join()
        expect.equal(late, [{"active": False}] * len(late), "after the 200 of the revocation")
