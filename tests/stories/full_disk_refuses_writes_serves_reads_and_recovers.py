"""The disk under the store fills up: writes get 503, reads go on, and with room again all goes on by itself."""

import os
import subprocess

from support import expect

CELL = "none"
TIMEOUT = 150


def fill(path):
    """Write until there is no room; keeps no room for anybody."""
    size = 1 << 20
    with open(path, "ab", buffering=0) as ballast:
        while size >= 512:
            try:
                ballast.write(b"\0" * size)
            except OSError:
                size //= 2


def story(workshop):
    store = os.path.join(workshop.folder, "cell", "store")
    os.makedirs(store)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m,mode=0700", "tmpfs", store], check=True)
    try:
        through_a_full_disk(workshop.new_cell(), store)
    finally:
        for cell in workshop.cells:
            cell.stop()
        subprocess.run(["umount", "-l", store], check=True)


def through_a_full_disk(cell, store):
    browser = cell.browser()
    tokens = cell.grant(browser=browser)
    fill(os.path.join(store, "ballast"))

    # The store has some free pages left: writes go on until those are used up.
    refresh, access = tokens.refresh, tokens.access
    for _ in range(3000):
        answer = cell.oauth.refresh(cell.demo, refresh)
        if answer.status != 200:
            break
        refresh, access = answer.json()["refresh_token"], answer.json()["access_token"]
    expect.oauth_error(answer, 503, "temporarily_unavailable", "a refresh with a full disk")
    expect.true(answer.header("Retry-After"), "Retry-After")
    expect.oauth_error(cell.oauth.revoke(cell.demo, access), 503, "temporarily_unavailable", "a revocation")
    for _ in range(3):
        expect.equal(cell.is_active(access), True, "introspection with a full disk")
        expect.status(cell.check(access, "/fdx/v6/accounts"), 200, "the gateway's check with a full disk")
    expect.status(cell.origin.request("GET", "/readyz"), 503, "readyz with a full disk")
    expect.status(cell.origin.request("GET", "/livez"), 200, "livez with a full disk")
    pid = cell.pid("vault")

    os.unlink(os.path.join(store, "ballast"))
    expect.eventually(cell.is_ready, "readiness with room again", 30)
    # What was refused has not happened: the same refresh token is still the current one.
    answer = expect.status(cell.oauth.refresh(cell.demo, refresh), 200, "the refresh that got a 503")
    expect.status(cell.oauth.revoke(cell.demo, access), 200, "the revocation that got a 503")
    expect.equal(cell.is_active(access), False, "the token after its revocation")
    expect.equal(cell.is_active(answer.json()["access_token"]), True, "the new token")
    expect.equal(cell.pid("vault"), pid, "the vault's pid: it has not ended meanwhile")
    cell.cli_ok("audit", "verify")
