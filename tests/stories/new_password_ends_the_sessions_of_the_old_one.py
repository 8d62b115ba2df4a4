"""The bank resets a customer's password: the old one and every open session are worth nothing from then on."""

import os

from support import expect
from support.oauth import User


def story(cell):
    user = cell.new_user("reset-customer", password="the old password 1")
    browser = cell.browser()
    cell.grant(user=user, browser=browser)
    reading, writing = os.pipe()
    os.write(writing, b"the new password 2\n")
    os.close(writing)
    cell.cli_ok("user", "reset-password", user.username, "--password-fd", str(reading), pass_fds=(reading,))
    os.close(reading)

    browser.open(cell.oauth.authorize_params(cell.demo).params)
    expect.true(browser.at("login"), "the open session leads to %s" % browser.url)
    browser.login(user)
    expect.status(browser.answer, 403, "the old password")
    cell.grant(user=User(user.username, "the new password 2", user.sub))
