"""The vault stops answering without ending; clients get their 503 in time, and service goes on when it wakes."""

import signal
import threading
import time

from support import expect

CELL = "own"
CELL_OPTIONS = {"frontend": {"limits": {"vault_timeout": "3s"}}}
TIMEOUT = 120


def story(cell):
    tokens = cell.grant()
    cell.kill("vault", signal.SIGSTOP)
    answers = []

    def ask():
        started = time.monotonic()
        answer = cell.oauth.introspect(cell.rs, tokens.access)
        answers.append((answer.status, time.monotonic() - started, answer.header("Retry-After")))
    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    cell.kill("vault", signal.SIGCONT)
    expect.equal(len(answers), 10, "answers")
    for status, seconds, retry_after in answers:
        expect.equal(status, 503, "the status while the vault hangs")
        expect.true(2.0 <= seconds <= 8.0, "a 503 took %.1f s" % seconds)
        expect.true(retry_after, "Retry-After")
    cell.wait_ready()
    cell.settled()
    expect.equal(cell.is_active(tokens.access), True, "the access token afterwards")
    expect.status(cell.oauth.refresh(cell.demo, tokens.refresh), 200, "the refresh token afterwards")
