"""A customer with a window of 360 pixels, and one who sees letters at twice the size, never has to scroll sideways."""

from support import expect
from support.chrome import Chrome

CELL = "own"
TIMEOUT = 150
LONG = "Extraordinarilylongnamedfinancialplanningapplication GmbH & Co KG"


def story(cell):
    client = cell.new_client(name=LONG, redirect_uris=["https://app.example/callback"])
    asked = cell.oauth.authorize_params(client, "openid customers accounts transactions statements")
    with Chrome(cell, width=360, height=740) as chrome:
        chrome.authorize(asked.params)
        chrome.wait_path("/oauth2/v4/login")
        expect.equal(chrome.widths()[1], 360, "the window's width")
        chrome.fits("login-360")
        for css in ("h1", "label", "button"):
            expect.true(chrome.contrast(css) >= 4.5, "contrast of %s: %.1f" % (css, chrome.contrast(css)))
        chrome.sign_in(cell.user)
        chrome.wait_path("/oauth2/v4/consent")
        chrome.fits("consent-360")
        chrome.authorize(dict(asked.params, client_id="nobody"))
        chrome.fits("error-360")
