"""A client has registered a redirect_uri with a query of its own; the answer's parameters come after it."""

from support import expect
from support.wire import query_of

REGISTERED = "https://app.example/callback?shop=a%20b&x=1"


def story(cell):
    client = cell.new_client(redirect_uris=[REGISTERED])
    asked = cell.oauth.authorize_params(client)
    location = cell.browser().approve(asked.params, cell.user)
    expect.true(location.startswith(REGISTERED + "&"), "the redirect goes to %s" % location)
    told = query_of(location)
    expect.equal((told["shop"], told["x"], told["state"]), ("a b", "1", asked.params["state"]), "the parameters")
