"""More writes arrive than the queue takes: some are turned away at once, and what was turned away can be sent again."""

import threading
import time

from support import expect

CELL = "own"
CELL_OPTIONS = {"vault": {"limits": {"commit_queue": 4, "requests_per_commit": 2}}}
TIMEOUT = 150
CLIENTS = 24


def story(cell):
    browser = cell.browser()
    grants = [cell.grant(browser=browser) for _ in range(CLIENTS)]
    cell.on_a_slow_disk(600)
    results = []

    def refresh(tokens):
        started = time.monotonic()
        answer = cell.oauth.refresh(cell.demo, tokens.refresh)
        results.append((tokens, answer, time.monotonic() - started))
    threads = [threading.Thread(target=refresh, args=(tokens,)) for tokens in grants]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    done = [entry for entry in results if entry[1].status == 200]
    refused = [entry for entry in results if entry[1].status != 200]
    expect.equal(len(results), CLIENTS, "answers")
    expect.true(len(done) >= 4, "only %d got through" % len(done))
    expect.true(refused, "a queue of 4 took %d at once" % CLIENTS)
    for _, answer, seconds in refused:
        expect.oauth_error(answer, 503, "temporarily_unavailable", "what was turned away")
        expect.true(answer.header("Retry-After"), "Retry-After")
        expect.true(seconds < 6, "a 503 took %.1f s" % seconds)
    for tokens, answer, _ in refused:
        again = expect.status(cell.oauth.refresh(cell.demo, tokens.refresh), 200, "what was turned away, sent again")
        expect.equal(cell.is_active(again.json()["access_token"]), True, "its access token")
    for tokens, answer, _ in done:
        expect.equal(cell.is_active(answer.json()["access_token"]), True, "an acknowledged token")
    cell.cli_ok("audit", "verify")
