"""Someone without credentials, or with wrong ones, asks about a token, by POST and by GET."""

from support import expect


def story(cell):
    token = cell.grant().access
    expect.oauth_error(cell.oauth.post("introspect", {"token": token}), 401, "invalid_client", "no credentials")
    answer = cell.oauth.introspect(cell.rs.with_secret("wrong"), token)
    expect.oauth_error(answer, 401, "invalid_client", "a wrong secret")
    answer = cell.oauth.post("introspect", {"token": token}, headers=[("Authorization", "Bearer " + token)])
    expect.oauth_error(answer, 401, "invalid_client", "the token itself as credential")
    for params in ({}, {"token": ""}):
        expect.oauth_error(cell.oauth.post("introspect", params, cell.rs), 400, "invalid_request", "%r" % params)
    answer = cell.origin.request("GET", "/oauth2/v4/introspect?token=" + token)
    expect.status(answer, 405, "by GET")
    expect.equal(answer.header("Allow"), "POST", "Allow")
    cell.cli_ok("client", "disable", cell.new_resource_server().id)
