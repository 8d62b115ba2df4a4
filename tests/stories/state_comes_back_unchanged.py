"""A client keeps odd things in state; whatever it is, up to 1,024 bytes, comes back byte for byte."""

from support import expect
from support.wire import query_of

STATES = ("x", "a b+c%20d&e=f#g?h/i;j:k@l", "=%&", "\"<script>alert(1)</script>'", "Zürich 東京 \U0001f511",
          "YW55dGhpbmcgeW91IG5lZWQ=", "s" * 1024, "ä" * 512)


def story(cell):
    browser = cell.browser()
    for state in STATES:
        asked = cell.oauth.authorize_params(cell.demo, state=state)
        told = query_of(browser.approve(asked.params, cell.user))
        expect.equal(told["state"], state, "state")
        asked = cell.oauth.authorize_params(cell.demo, state=state, response_type="token")
        told = query_of(cell.oauth.authorize(asked.params).header("Location"))
        expect.equal(told["state"], state, "state of an error")

    told = query_of(browser.approve(cell.oauth.authorize_params(cell.demo, state=None).params, cell.user))
    expect.true("state" not in told, "there was no state, and %r came back" % told)
    answer = cell.oauth.authorize(cell.oauth.authorize_params(cell.demo, state="s" * 1025).params)
    expect.status(answer, 303, "a state of 1,025 bytes")
    expect.equal(query_of(answer.header("Location")).get("error"), "invalid_request", "a state of 1,025 bytes")
