"""A customer with Chromium opens a page behind Apache's mod_auth_openidc: logs in, sees it, and signs out again."""

import json
import urllib.parse

from clients.lib import keys
from clients.lib.apache import protected_site
from support import expect
from support.chrome import Chrome


class Visit:
    def __init__(self, cell, site, chrome):
        self.cell, self.site, self.chrome = cell, site, chrome

    def hook(self, **query):
        """mod_auth_openidc's own address, which refreshes tokens and signs out."""
        self.chrome.open(self.site.url + "/oidc?" + urllib.parse.urlencode(query))

    def headers(self, path):
        """What the page says about the request that reached it."""
        self.chrome.wait_path(path)
        expect.true(self.chrome.url.startswith(self.site.url), "the browser is at " + self.chrome.url)
        return json.loads(self.chrome.find("pre").text)["headers"]

    def is_sent_to_login(self):
        self.chrome.open(self.site.url + "/statement")
        self.chrome.wait_path("/oauth2/v4/login")

    def sign_in(self):
        self.is_sent_to_login()
        self.chrome.sign_in(self.cell.user)


def story(cell):
    keys.await_next(cell, "ES256")
    with protected_site(cell) as site, Chrome(cell) as chrome:
        visit = Visit(cell, site, chrome)
        visit.sign_in()
        chrome.wait_path("/oauth2/v4/consent")
        chrome.find("button[value=approve]").click()
        first = visit.headers("/statement")
        expect.equal(first["oidc_claim_sub"], cell.user.sub, "the subject that the page sees")
        expect.equal(first["oidc_claim_iss"], cell.issuer, "the issuer")
        expect.equal(first["oidc_claim_aud"], site.client.id, "the audience")
        expect.true(cell.is_active(first["oidc_access_token"]), "the page's access token")

        visit.hook(refresh=site.url + "/statement", access_token=first["oidc_access_token"])
        second = visit.headers("/statement")
        expect.true(second["oidc_access_token"] != first["oidc_access_token"], "another access token")
        expect.true(second["oidc_refresh_token"] != first["oidc_refresh_token"], "the refresh token is rotated")

        # Signing out ends Apache's session and the bank's, and gives the tokens back.
        visit.hook(logout=site.url + "/goodbye")
        visit.headers("/goodbye")
        expect.true(not cell.is_active(second["oidc_access_token"]), "the access token is active after signing out")

        # The keys rotate; Apache has those that it fetched. The consent went with the tokens.
        keys.rotate(cell, "ES256")
        visit.sign_in()
        chrome.wait_path("/oauth2/v4/consent")
        chrome.find("button[value=approve]").click()
        third = visit.headers("/statement")
        expect.equal(third["oidc_claim_sub"], cell.user.sub, "the subject after the keys rotated")
