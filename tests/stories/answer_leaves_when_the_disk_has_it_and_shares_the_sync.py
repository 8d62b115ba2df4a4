"""A slow disk: no write is acknowledged before its sync is done, many share one sync, and reads do not wait (I5)."""

import threading
import time

from support import expect

CELL = "own"
TIMEOUT = 120
SYNC_S = 0.5
CLIENTS = 16


def timed(function):
    started = time.monotonic()
    answer = function()
    return answer, time.monotonic() - started


def story(cell):
    browser = cell.browser()
    grants = [cell.grant(browser=browser) for _ in range(CLIENTS)]
    code, verifier = cell.code(browser=browser)
    cell.on_a_slow_disk(int(SYNC_S * 1000))

    answer, seconds = timed(lambda: cell.oauth.redeem(cell.demo, code, verifier))
    expect.status(answer, 200, "redeeming a code")
    expect.true(seconds >= SYNC_S, "tokens were given after %.2f s, before the sync was done" % seconds)
    token = answer.json()["access_token"]
    answer, seconds = timed(lambda: cell.oauth.revoke(cell.demo, token))
    expect.status(answer, 200, "revoking")
    expect.true(seconds >= SYNC_S, "a revocation was acknowledged after %.2f s" % seconds)

    answers = []

    def refresh(tokens):
        answers.append(timed(lambda: cell.oauth.refresh(cell.demo, tokens.refresh)))
    threads = [threading.Thread(target=refresh, args=(tokens,)) for tokens in grants]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    reads = [timed(lambda: cell.oauth.introspect(cell.rs, tokens.access))[1] for tokens in grants[:8]]
    for thread in threads:
        thread.join(60)
    whole = time.monotonic() - started
    for answer, seconds in answers:
        expect.status(answer, 200, "a refresh among many")
        expect.true(seconds >= SYNC_S, "a refresh was acknowledged after %.2f s" % seconds)
    expect.equal(len(answers), CLIENTS, "answers")
    expect.true(whole < CLIENTS * SYNC_S / 2, "%d refreshes took %.1f s: each its own sync" % (CLIENTS, whole))
    expect.true(sorted(reads)[len(reads) // 2] < SYNC_S / 2, "introspections waited for the disk: %r" % reads)
