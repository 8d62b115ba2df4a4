"""A customer presses approve twice, or goes back after it: one request makes one code at the most."""

from support import expect
from support.wire import query_of


def story(cell):
    for first, second in (("approve", "approve"), ("approve", "deny")):
        browser = cell.browser()
        browser.to_consent(cell.oauth.authorize_params(cell.demo).params, cell.user)
        form, url = browser.the_form(), browser.url
        one = query_of(browser.decide(first))
        browser.send("POST", form.action or url, dict(form.fields, decision=second))
        location = browser.follow()
        two = query_of(location) if location else {}
        what = "%s, then %s" % (first, second)
        expect.true("code" not in two or two["code"] == one.get("code"), what + " made another code")
