"""The vault is killed again and again under load: what was acknowledged holds, and nothing has been redeemed twice."""

import threading
import time

from support import expect, traffic
from support.wire import WireError

CELL = "own"
TIMEOUT = 240
KILLS = 6


class Racer(threading.Thread):
    """Sends one refresh token several times at once, so that a kill may fall between decision and answer."""

    def __init__(self, cell, stop):
        super().__init__(daemon=True)
        self.cell, self.stop, self.winners, self.rounds = cell, stop, [], 0
        self.browser = cell.browser()
        cell.code(browser=self.browser)

    def run(self):
        while not self.stop.is_set():
            try:
                tokens = self.cell.grant(browser=self.browser)
            except (OSError, WireError, expect.Failure):
                continue
            told = []

            def attempt():
                try:
                    answer = self.cell.oauth.refresh(self.cell.demo, tokens.refresh)
                    if answer.status == 200:
                        told.append(answer.json()["refresh_token"])
                except (OSError, WireError):
                    pass        # no answer, nothing was promised
            threads = [threading.Thread(target=attempt) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.winners.append(len(told))
            self.rounds += 1


def story(cell):
    actors, stop = traffic.start_actors(cell, 4)
    racer = Racer(cell, stop)
    racer.start()
    for _ in range(KILLS):
        time.sleep(2.5)
        pid = cell.kill("vault")
        cell.wait_new("vault", pid)
    time.sleep(2.5)
    traffic.join(actors + [racer], stop)
    cell.settled()

    for actor in actors:
        expect.equal(actor.wrong, [], "answers that no outage explains")
    traffic.check_facts(cell, actors)
    expect.true(racer.rounds >= 3, "the race was run %d times" % racer.rounds)
    expect.true(max(racer.winners) <= 1, "a refresh token was redeemed twice: %r" % racer.winners)
    cell.cli_ok("audit", "verify")
