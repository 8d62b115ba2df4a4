"""A client sends the very request that the published reference shows, odd Accept header and unescaped `=` included."""

from support import expect
from support.oauth import Client
from support.wire import query_of

CLIENT_ID = "8-NKBucVBblNc1LUlok76nz0-JpG8qWAXPIPf2P1NBA"
STATE = "YW55dGhpbmcgeW91IG5lZWQ="
TARGET = ("/oauth2/v4/authorize?client_id=" + CLIENT_ID
          + "&redirect_uri=https%3A%2F%2Fcentzy.org%2Foidc_callback&response_type=code"
          "&code_challenge=uR7wSgfQ1JGJBevOjxefcyWnkX4SpclYyxorm10tBIY&code_challenge_method=S256"
          "&scope=openid+customers+accounts+transactions&state=" + STATE)
HEADERS = [("Accept", "application/x-www-form-urlencoded")]


def story(cell):
    cell.new_client(id=CLIENT_ID, redirect_uris=["https://centzy.org/oidc_callback"], name="Centzy",
                    scope="openid customers accounts transactions")
    browser = cell.browser()
    browser.send("GET", TARGET, headers=HEADERS)
    expect.equal(browser.follow(), None, "the request leads to a page")
    expect.true(browser.at("login"), "the page is the login page, not %s" % browser.url)
    browser.login(cell.user)
    expect.contains(browser.answer.text, "Centzy", "the consent page")
    location = browser.decide("approve")
    expect.true(location.startswith("https://centzy.org/oidc_callback?"), "the redirect goes to %s" % location)
    told = query_of(location)
    expect.equal(told["state"], STATE, "state")
    expect.equal(told["iss"], cell.issuer, "iss")
    expect.true(told["code"].startswith("sr_ac_"), "the code is %s" % told["code"])
