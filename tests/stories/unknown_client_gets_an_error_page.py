"""Someone sends a customer here with a client_id that is unknown, empty, absent or of a disabled client."""

from support import expect
from support.browser import Page


def is_error_page(answer, what):
    expect.status(answer, 400, what)
    expect.equal(answer.header("Location"), None, what + ", Location")
    expect.contains(answer.header("Content-Type"), "text/html", what + ", Content-Type")
    expect.equal(Page(answer.text).forms, [], what + ", forms")
    expect.contains(answer.text, "go back to the app", what + ", what to do")


def story(cell):
    disabled = cell.new_client()
    cell.cli_ok("client", "disable", disabled.id)
    for what, client_id in (("unknown", "no-such-client"), ("empty", ""), ("absent", None), ("disabled", disabled.id),
                            ("resource server", cell.rs.id), ("very long", "x" * 3000)):
        asked = cell.oauth.authorize_params(cell.demo, client_id=client_id)
        is_error_page(cell.oauth.authorize(asked.params), what + " client_id")
        is_error_page(cell.oauth.authorize(asked.params, method="POST"), what + " client_id by POST")
    cell.cli_ok("client", "enable", disabled.id)
    asked = cell.oauth.authorize_params(disabled)
    expect.status(cell.oauth.authorize(asked.params), 303, "the client that was enabled again")
