"""A client sends a request on its idle connection just as the front end is stopped: it is answered, not cut off."""

import signal
import time

from support import expect
from support.wire import WireError

CELL = "own"
TIMEOUT = 120


def story(cell):
    cell.stop()
    vault, frontend = cell.daemon("vault"), cell.daemon("frontend")
    cell.wait_ready()
    cell.settled()
    ask = cell.origin.bytes_of("GET", "/livez")
    used, unused = [cell.origin.connect() for _ in range(8)], [cell.origin.connect() for _ in range(4)]
    for connection in used + unused[:2]:
        connection.send(ask)
        expect.status(connection.response(), 200, "a request before")

    frontend.process.send_signal(signal.SIGTERM)
    time.sleep(0.1)
    for number, connection in enumerate(used):
        try:
            connection.send(ask)
            answer = expect.status(connection.response(), 200, "a request on an idle connection")
        except (WireError, OSError) as problem:
            expect.fail("connection %d was cut off: %s" % (number, problem))
        expect.equal(answer.header("Connection"), "close", "its Connection header")
        expect.true(connection.is_closed(), "the connection after that answer")
    began = time.monotonic()
    for connection in unused:
        expect.true(connection.is_closed(5), "a connection that stays idle")
    expect.true(time.monotonic() - began < 3, "idle connections stay open for %.1f s" % (time.monotonic() - began))
    for connection in used + unused:
        connection.close()
    expect.equal(frontend.wait(20), 0, "the front end's exit code")
    expect.true(time.monotonic() - began < 10, "the end takes %.1f s" % (time.monotonic() - began))
    expect.equal(vault.terminate(), 0, "the vault's exit code")
