"""The vault stalls for longer than requests wait; who is told that nothing has changed can try again and keeps his grant."""

import signal
import threading
import time

from support import expect

CELL = "own"
CELL_OPTIONS = {"frontend": {"limits": {"vault_timeout": "2s"}}}
TIMEOUT = 180
ROUNDS = 6


def keep_refreshing(cell, token, stop, lost):
    while not stop.is_set():
        answer = cell.oauth.refresh(cell.demo, token)
        if answer.status == 200:
            token = answer.json()["refresh_token"]
        elif answer.status != 503:
            lost.append((answer.status, answer.text))
            return
        elif "not known whether" in answer.text:
            lost.append((answer.status, "nobody knows: " + answer.text))
            return
        else:
            time.sleep(0.05)


def story(cell):
    stop, lost = threading.Event(), []
    actors = [threading.Thread(target=keep_refreshing, args=(cell, cell.grant().refresh, stop, lost))
              for _ in range(40)]
    for actor in actors:
        actor.start()
    for number in range(ROUNDS):
        time.sleep(0.5)
        pid = cell.kill("vault", signal.SIGSTOP)
        time.sleep(1.3 + 0.25 * number)       # from before the end of the patience to a good while after it
        cell.kill("vault", signal.SIGCONT)
        expect.equal(cell.pid("vault"), pid, "the vault is the same one")
    time.sleep(2)
    stop.set()
    for actor in actors:
        actor.join(30)
    expect.equal(lost, [], "grants lost by clients who tried again as they were told")
    reused = [record for record in cell.audit(5000) if record["outcome"] in ("refresh_reused", "code_replayed")]
    expect.equal(reused, [], "honest retries taken for reuse")
