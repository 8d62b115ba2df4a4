"""Answers reach Apache's mod_auth_openidc altered, twice, or in a browser that never asked: no page is shown."""

import urllib.parse

import requests

from clients.lib import customer
from clients.lib.apache import protected_site
from support import expect


def changed(location, **parameters):
    """The same redirect with other values; None takes a parameter away."""
    parts = urllib.parse.urlsplit(location)
    told = dict(urllib.parse.parse_qsl(parts.query), **parameters)
    return parts._replace(query=urllib.parse.urlencode({k: v for k, v in told.items() if v is not None})).geturl()


def story(cell):
    customer.trust(cell)
    browser = cell.browser()
    with protected_site(cell) as site:
        page = site.url + "/statement"

        def asked():
            """Apache's side of the customer's browser, and the answer that it waits for."""
            visitor = requests.Session()
            away = visitor.get(page, allow_redirects=False, timeout=20)
            expect.equal(away.status_code, 302, "the page, before a login")
            return visitor, customer.approve(browser, away.headers["Location"], cell.user)

        def refuses(visitor, location, what):
            answer = visitor.get(location, allow_redirects=False, timeout=20)
            # Some of its refusals have the status 400, others are a page about an error with 200.
            expect.true(answer.status_code == 400 or "Error" in answer.text, "%s: %s" % (what, answer.text))
            expect.equal(answer.headers.get("Location"), None, what)
            away = visitor.get(page, allow_redirects=False, timeout=20)
            expect.true(away.headers.get("Location", "").startswith(cell.issuer), what + ": the page was shown")

        visitor, location = asked()
        refuses(visitor, changed(location, state="another"), "another state")
        visitor, location = asked()
        refuses(visitor, changed(location, iss="https://attacker.example"), "another issuer")
        visitor, location = asked()
        refuses(visitor, changed(location, code="sr_ac_of-another-answer"), "another code")
        _, location = asked()
        refuses(requests.Session(), location, "an answer in a browser that never asked")

        visitor, location = asked()
        answer = visitor.get(location, timeout=20)
        expect.equal((answer.status_code, answer.json()["path"]), (200, "/statement"), "the genuine answer")
        expect.equal(answer.json()["headers"]["oidc_claim_sub"], cell.user.sub, "the subject that the page sees")
        again = visitor.get(location, allow_redirects=False, timeout=20)
        expect.true(again.status_code != 200, "the same answer again")
