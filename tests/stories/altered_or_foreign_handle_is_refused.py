"""An attacker edits the sealed authorization request on its way, or brings one that was made for another browser."""

import base64

from support import expect
from support.wire import query_of


def altered(handle):
    """The handle with one bit turned at several places, cut, extended, and dressed differently."""
    for at in (0, 1, len(handle) // 3, len(handle) // 2, len(handle) - 2):
        letter = "B" if handle[at] != "B" else "C"
        yield handle[:at] + letter + handle[at + 1:]
    yield handle[:-1]
    yield handle + "A"
    yield handle + "="
    yield ""
    yield base64.urlsafe_b64encode(b"{}" * 40).decode()


def story(cell):
    browser = cell.browser()
    browser.open(cell.oauth.authorize_params(cell.demo, prompt="consent").params)
    handle = query_of(browser.url)["request"]
    expect.true("redirect" not in handle and cell.demo.id not in handle, "the handle is readable")
    for wrong in altered(handle):
        for step in ("login", "consent"):
            browser.send("GET", "/oauth2/v4/%s?request=%s" % (step, wrong))
            expect.status(browser.answer, 400, "%s with a handle that was altered" % step)
    form = cell.browser()
    form.send("GET", "/oauth2/v4/login?request=" + handle)
    expect.status(form.answer, 400, "the handle in another browser")
    browser.send("GET", "/oauth2/v4/login?request=" + handle)
    expect.status(browser.answer, 200, "the handle itself")
    expect.true(browser.login(cell.user) is None and browser.at("consent"), "login with the handle itself")
