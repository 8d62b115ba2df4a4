"""A crowd logs in at once, more than the password pool takes: some are asked to come again, token traffic goes on."""

import threading

from support import expect

CELL = "own"
CELL_OPTIONS = {"vault": {"passwords": {"memory": "64MiB", "iterations": 6, "workers": 1, "queue": 4}}}
TIMEOUT = 120


def story(cell):
    tokens = cell.grant()
    user = cell.new_user("slow-hash-customer")      # hashed with the costs above
    browsers = []
    for _ in range(24):
        browser = cell.browser()
        browser.open(cell.oauth.authorize_params(cell.demo).params)
        browsers.append(browser)
    results = []

    def log_in(browser):
        browser.login(user)
        results.append((browser.answer.status, browser.answer.header("Retry-After"), browser.at("consent")))
    threads = [threading.Thread(target=log_in, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for _ in range(10):
        expect.equal(cell.is_active(tokens.access), True, "introspection meanwhile")
    answer = expect.status(cell.oauth.refresh(cell.demo, tokens.refresh), 200, "a refresh meanwhile")
    for thread in threads:
        thread.join(60)
    expect.equal(len(results), len(browsers), "answers")
    busy = [entry for entry in results if entry[0] == 503]
    done = [entry for entry in results if entry[2]]
    expect.equal(len(busy) + len(done), len(browsers), "503s and logins (%r)" % results)
    expect.true(busy, "nobody was asked to come again")
    expect.true(len(done) >= 4, "only %d got in" % len(done))
    expect.true(all(entry[1] for entry in busy), "a 503 without Retry-After")
    cell.grant()
    expect.equal(cell.is_active(answer.json()["access_token"]), True, "the refreshed token")
