"""A thief copies the store and its backup: no token, code, secret, password or cookie can be found in them (I3)."""

import base64
import os

from support import expect
from support.wire import query_of

CELL = "own"


def spellings(secret):
    """The value as it is, and what is inside a token or a base64url value."""
    yield secret.encode()
    core = secret[6:-6] if secret.startswith("sr_") else secret
    try:
        plain = base64.urlsafe_b64decode(core + "=" * (-len(core) % 4))
    except ValueError:
        return
    if len(plain) >= 16:
        yield plain


def story(cell):
    user = cell.new_user("stored-customer", password="pw-Kestrel-8841-pw")
    client = cell.new_client()
    browser = cell.browser()
    asked = cell.oauth.authorize_params(client)
    code = query_of(browser.approve(asked.params, user))["code"]
    pending, verifier = cell.code(client, user, browser=browser)
    told = cell.oauth.redeem(client, code, asked.verifier).json()
    second = cell.oauth.refresh(client, told["refresh_token"]).json()
    cell.oauth.revoke(client, second["access_token"])
    cell.cli_ok("backup", "thief")
    secrets = {"client secret": client.secret, "password": user.password, "code": code, "pending code": pending,
               "verifier": asked.verifier, "access token": told["access_token"],
               "refresh token": told["refresh_token"], "second access token": second["access_token"],
               "second refresh token": second["refresh_token"]}
    secrets.update({"cookie " + name: value for name, value in browser.cookies.items() if "session" in name})
    with open(cell.path("master.key"), "rb") as key:
        master = key.read()
    expect.true(len(master) >= 32, "the master key's length")
    files = [os.path.join(place, name) for top in ("store", "backup")
             for place, _, names in os.walk(cell.path(top)) for name in names]
    expect.true(len(files) >= 2, "the store's and the backup's files: %r" % files)
    for path in files:
        expect.equal(os.stat(path).st_mode & 0o077, 0, "who may read " + path)
        with open(path, "rb") as store:
            data = store.read()
        expect.true(master.strip() not in data, "the master key is in " + path)
        for what, secret in secrets.items():
            for spelling in spellings(secret):
                expect.true(spelling not in data, "the %s is in %s" % (what, path))
        if path.endswith("data.mdb"):
            expect.true(user.username.encode() in data, "the customer's name is in the store, so this was the store")
