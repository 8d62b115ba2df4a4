"""Somebody opens an address that does not exist or is for programs only: a page tells what to do, not JSON."""

from support import expect
from support.browser import Page
from support.wire import Origin

BROWSER = [("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")]


def is_page(answer, status, what):
    expect.status(answer, status, what)
    expect.contains(answer.header("Content-Type"), "text/html", what + ", Content-Type")
    expect.contains(answer.header("Content-Security-Policy"), "default-src 'none'", what + ", its policy")
    expect.contains(answer.header("Cache-Control"), "no-store", what + ", Cache-Control")
    expect.contains(answer.text, "go back to", what + ", what to do")
    expect.equal(Page(answer.text).forms, [], what + ", forms")


def story(cell):
    for path in ("/", "/index.html", "/oauth2/v4/nothing", "/%3Cscript%3E"):
        answer = cell.origin.request("GET", path, BROWSER)
        is_page(answer, 404, path)
        expect.lacks(answer.text.lower(), "script", path + " in its page")
    answer = cell.origin.request("GET", "/oauth2/v4/token", BROWSER)
    is_page(answer, 405, "the token endpoint in a browser")
    expect.equal(answer.header("Allow"), "POST", "its Allow header")

    for what, method, headers in (("no Accept", "GET", []), ("Accept: */*", "GET", [("Accept", "*/*")]),
                                  ("Accept of a program", "GET", [("Accept", "application/json")]),
                                  ("POST", "POST", BROWSER)):
        body = b"" if method == "POST" else None
        told = expect.status(cell.origin.request(method, "/nothing", headers, body), 404, what).json()
        expect.equal(told["error"], "not_found", what)
    told = expect.status(cell.origin.request("PUT", "/oauth2/v4/token", BROWSER, b""), 405, "PUT").json()
    expect.equal(told["error"], "method_not_allowed", "PUT")
    told = cell.quickstart
    management = Origin(told["management_url"], told.get("ca_file") or None)
    told = expect.status(management.request("GET", "/nothing", BROWSER), 404, "a listener for operators").json()
    expect.equal(told["error"], "not_found", "a listener for operators")
