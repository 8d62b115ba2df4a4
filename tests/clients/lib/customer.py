"""What stories about client libraries in Python share: the environment they need, and the customer's part of a login."""

import os

from support import expect


def trust(cell):
    """Let libraries on requests and urllib trust the cell's development CA, and nothing else."""
    ca_file = cell.quickstart["ca_file"]
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        os.environ[name] = ca_file


def approve(browser, url, user):
    """Follow a client to its authorization URL, log in and approve where pages ask for it; the way back, as a URL."""
    browser.send("GET", url)
    left = browser.follow()
    if left is None and browser.at("login"):
        left = browser.login(user)
    if left is None and browser.at("consent"):
        left = browser.decide("approve")
    expect.true(left is not None, "the customer is stuck at %s: %s" % (browser.url, browser.answer))
    return left


def refusal(call, kind, what):
    """The exception by which a client notices something; kind: its class."""
    try:
        result = call()
    except kind as problem:
        return problem
    return expect.fail("%s: the client noticed nothing, it got %r" % (what, result))
