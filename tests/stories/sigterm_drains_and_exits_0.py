"""An operator stops the daemons in the middle of work: what has begun is answered, then both end with code 0."""

import signal
import threading
import time

from support import expect
from support.oauth import FORM, basic
from support.wire import form

CELL = "own"
TIMEOUT = 120


def story(cell):
    tokens = cell.grant()
    cell.stop()
    vault, frontend = cell.daemon("vault"), cell.daemon("frontend")
    cell.wait_ready()
    cell.settled()

    ask = cell.origin.bytes_of("POST", "/oauth2/v4/introspect", [
        ("Authorization", basic(cell.rs.id, cell.rs.secret)), ("Content-Type", FORM)],
        form({"token": tokens.access}).encode())
    # One request is half sent, one connection is idle, and logins are being checked when the signal comes.
    half, idle = cell.origin.connect(), cell.origin.connect()
    idle.send(ask)
    expect.status(idle.response("POST"), 200, "a request before")
    half.send(ask[:-5])
    browsers = [cell.browser() for _ in range(3)]
    for browser in browsers:
        browser.open(cell.oauth.authorize_params(cell.demo).params)
    answers = []

    def log_in(browser):
        found = browser.the_form()
        answers.append(browser.send("POST", found.action or browser.url, dict(
            found.fields, username=cell.user.username, password=cell.user.password)).status)
    threads = [threading.Thread(target=log_in, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    frontend.process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    half.send(ask[-5:])
    answer = expect.status(half.response("POST"), 200, "the request that was half sent")
    expect.equal(answer.json()["active"], True, "its answer")
    for thread in threads:
        thread.join(30)
    expect.equal(answers, [303] * 3, "the logins that were on their way")
    expect.true(idle.is_closed(10), "the idle connection ends")
    expect.equal(frontend.wait(40), 0, "the front end's exit code")
    try:
        cell.origin.connect(timeout=2).close()
        expect.fail("something still listens")
    except OSError:
        pass        # as it must be: nobody listens any more
    expect.equal(vault.terminate(), 0, "the vault's exit code")

    vault, frontend = cell.daemon("vault"), cell.daemon("frontend")
    cell.wait_ready()
    expect.equal(cell.is_active(tokens.access), True, "the access token after the restart")
    expect.equal((frontend.terminate(), vault.terminate()), (0, 0), "exit codes when there is nothing to do")
