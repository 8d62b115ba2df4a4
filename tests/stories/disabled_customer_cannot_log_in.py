"""The bank disables a customer: the password is refused and the open session worth nothing; enabling undoes it."""

from support import expect


def story(cell):
    user = cell.new_user("disabled-customer")
    browser = cell.browser()
    cell.grant(user=user, browser=browser)
    cell.cli_ok("user", "disable", user.username)
    fresh = cell.browser()
    fresh.open(cell.oauth.authorize_params(cell.demo).params)
    fresh.login(user)
    expect.status(fresh.answer, 403, "login of a disabled customer")
    location = browser.open(cell.oauth.authorize_params(cell.demo).params)
    expect.true(location is None and not browser.at("consent") or browser.answer.status >= 400,
                "the open session leads to %s" % browser.url)
    cell.cli_ok("user", "enable", user.username)
    cell.grant(user=user)
