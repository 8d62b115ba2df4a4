"""Someone looks at the cookies for a way to read, send or plant them from elsewhere."""

from support import expect


def check_cookie(line, prefix="__Host-", secure=True):
    name, *attributes = [part.strip() for part in line.split(";")]
    lower = [attribute.lower() for attribute in attributes]
    expect.true(name.startswith(prefix + "sr_"), "the cookie's name: %s" % line)
    expect.equal("secure" in lower, secure, "Secure in " + line)
    for wanted in ("httponly", "samesite=lax", "path=/"):
        expect.true(wanted in lower, "%s is missing in %s" % (wanted, line))
    expect.true(not any(attribute.startswith("domain") for attribute in lower), "a Domain in " + line)


def story(cell):
    browser = cell.browser()
    browser.open(cell.oauth.authorize_params(cell.demo).params)
    expect.equal(sorted(browser.cookies), ["__Host-sr_browser"], "the cookies before login")
    before = dict(browser.cookies)
    browser.login(cell.user)
    expect.equal(sorted(browser.cookies), ["__Host-sr_browser", "__Host-sr_session"], "the cookies after login")
    for line in browser.set_cookies:
        check_cookie(line)
    for value in browser.cookies.values():
        expect.true(len(value) >= 22, "a cookie of less than 128 bits: %r" % value)

    other = cell.browser()
    other.open(cell.oauth.authorize_params(cell.demo).params)
    expect.true(other.cookies["__Host-sr_browser"] != before["__Host-sr_browser"], "two browsers got the same cookie")
    other.login(cell.user)
    expect.true(other.cookies["__Host-sr_session"] != browser.cookies["__Host-sr_session"], "two logins, one session")
