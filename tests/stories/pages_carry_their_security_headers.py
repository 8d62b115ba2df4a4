"""A browser looks at the headers of the login, consent and error pages before it lets anything on them run."""

from support import expect


def directives(answer):
    policy = answer.header("Content-Security-Policy") or ""
    return {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}


def check_page(answer, http_status, what):
    expect.status(answer, http_status, what)
    expect.contains(answer.header("Content-Type"), "text/html", what)
    expect.contains(answer.header("Content-Type").lower(), "utf-8", what)
    expect.contains(answer.header("Cache-Control") or "", "no-store", what + ", Cache-Control")
    expect.equal(answer.header("X-Content-Type-Options"), "nosniff", what + ", X-Content-Type-Options")
    expect.equal(answer.header("Referrer-Policy"), "no-referrer", what + ", Referrer-Policy")
    expect.equal(answer.header("X-Frame-Options"), "DENY", what + ", X-Frame-Options")
    expect.contains(answer.header("Strict-Transport-Security") or "", "max-age=", what + ", HSTS")
    policy = directives(answer)
    expect.equal(policy.get("frame-ancestors"), ["'none'"], what + ", frame-ancestors")
    expect.equal(policy.get("default-src"), ["'none'"], what + ", default-src")
    for name in ("script-src", "script-src-elem", "script-src-attr"):
        expect.true(policy.get(name, ["'none'"]) == ["'none'"], "%s allows a script: %r" % (what, policy))
    expect.lacks(answer.text.lower(), "<script", what)
    expect.lacks(answer.text.lower(), "javascript:", what)
    expect.equal(answer.header("Access-Control-Allow-Origin"), None, what + ", CORS")


def story(cell):
    browser = cell.browser()
    browser.open(cell.oauth.authorize_params(cell.demo, prompt="consent").params)
    check_page(browser.answer, 200, "the login page")
    browser.login(cell.user, "not the password")
    check_page(browser.answer, 403, "the login page after a wrong password")
    browser.login(cell.user)
    check_page(browser.answer, 200, "the consent page")
    location = browser.decide("approve")
    expect.equal(browser.answer.status, 303, "approving")
    expect.contains(browser.answer.header("Cache-Control") or "", "no-store", "the redirect with the code")
    expect.equal(browser.answer.header("Referrer-Policy"), "no-referrer", "the redirect with the code")
    expect.true(location, "a Location")
    check_page(cell.oauth.authorize({"client_id": "nobody"}), 400, "the error page")
    check_page(cell.origin.request("GET", "/oauth2/v4/login?request=nonsense"), 400, "the page for a broken handle")
