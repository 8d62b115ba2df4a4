"""An operator restarts the vault while clients work: they notice a delay, no failed request and no lost grant."""

import signal
import time

from support import expect, traffic

CELL = "own"
TIMEOUT = 200


def story(cell):
    actors, stop = traffic.start_actors(cell, 4)
    for _ in range(3):
        time.sleep(3)
        pid = cell.kill("vault", signal.SIGTERM)
        cell.wait_new("vault", pid)
    time.sleep(3)
    traffic.join(actors, stop)
    for actor in actors:
        expect.true(actor.requests > 10, "a client sent only %d requests" % actor.requests)
        expect.equal(actor.trouble, [], "requests that failed")
    cell.settled()
    traffic.check_facts(cell, actors)
    cell.cli_ok("audit", "verify")
