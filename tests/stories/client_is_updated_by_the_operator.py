"""An operator changes what a client registered: what is named changes, the rest, its secret and its grants stay."""

from support import expect, jwt
from support.wire import query_of


def story(cell):
    jwt.keys_settled(cell)
    client = cell.new_client(id="changing-app", name="Before", refresh_grace="30s",
                             redirect_uris=("https://before.example/cb",))
    tokens = cell.grant(client)
    before = cell.cli_json("client", "show", client.id)
    told = cell.cli_json("client", "update", client.id, "--name", "After", "--access-token-lifetime", "77s",
                         "--redirect-uri", "https://after.example/cb", "--redirect-uri", "https://after.example/cb2",
                         "--post-logout-redirect-uri", "https://after.example/out", "--signing-alg", "PS256")
    expected = dict(before, name="After", access_token_s=77, id_token_signed_response_alg="PS256",
                    redirect_uris=["https://after.example/cb", "https://after.example/cb2"],
                    post_logout_redirect_uris=["https://after.example/out"])
    expect.equal(told, expected, "the answer")
    expect.equal(cell.cli_json("client", "show", client.id), expected, "client show")
    records = [record for record in cell.audit() if record["event"] == "client_update"
               and record["client_id"] == client.id]
    expect.equal([record["detail"] for record in records],
                 ["name, redirect_uris, access_token_s, post_logout_redirect_uris, signing_alg"], "the audit's detail")

    # Its grants go on, under the new rules.
    expect.equal(cell.is_active(tokens.access), True, "a token from before")
    refreshed = expect.status(cell.oauth.refresh(client, tokens.refresh), 200, "a refresh").json()
    expect.equal(refreshed["expires_in"], 77, "the lifetime of a new access token")
    gone = cell.oauth.authorize(cell.oauth.authorize_params(client).params)
    expect.status(gone, 400, "the redirect URI that was replaced")
    client.redirect_uri = "https://after.example/cb2"
    cell.grant(client)

    # Nothing is a value, too.
    told = cell.cli_json("client", "update", client.id, "--no-refresh-grace", "--no-post-logout-redirect-uris")
    expect.equal(told, dict(expected, refresh_grace_s=0, post_logout_redirect_uris=[]), "what was taken away")
    what_a_person_sees(cell, client)
    refusals(cell, client, told)
    cell.cli_ok("client", "update", client.id, "--scope", "openid accounts")
    answer = cell.oauth.authorize(cell.oauth.authorize_params(client, scope="openid statements").params)
    expect.equal(query_of(answer.header("Location")).get("error"), "invalid_scope", "a scope that was taken away")


def what_a_person_sees(cell, client):
    shown = cell.cli_ok("client", "update", client.id, "--post-logout-redirect-uri", "https://after.example/bye")
    expect.contains(shown, "https://after.example/bye", "the table")
    expect.lacks(shown, "Note that", "a change that customers do not feel")
    shown = cell.cli_ok("client", "update", client.id, "--subject-type", "pairwise")
    expect.contains(shown, "after.example", "the table names the sector")
    expect.contains(shown, "Note that", "a change of every customer's sub")
    cell.cli_ok("client", "update", client.id, "--subject-type", "public", "--no-post-logout-redirect-uris")


def refusals(cell, client, unchanged):
    for wanted, words, args in (
            (2, "at least one option", ()),
            (2, "exclude each other", ("--refresh-grace", "9s", "--no-refresh-grace")),
            (2, "exclude each other", ("--post-logout-redirect-uri", "https://a.example/",
                                       "--no-post-logout-redirect-uris")),
            (2, "--name", ("--name", "")),
            (2, "public|pairwise", ("--subject-type", "secret")),
            (1, "redirect URI 2: http is allowed", ("--redirect-uri", "https://a.example/",
                                                    "--redirect-uri", "http://a.example/")),
            (1, "post-logout redirect URI 1: it has a fragment", ("--post-logout-redirect-uri",
                                                                  "https://a.example/#x")),
            (1, "must hold openid", ("--scope", "accounts")),
            (1, "the scope everything", ("--scope", "openid everything")),
            (1, "only a pairwise client", ("--sector", "a.example"))):
        result = cell.cli("client", "update", client.id, *args)
        expect.equal(result.returncode, wanted, "the exit code of %s (%s)" % (" ".join(args), result.stderr))
        expect.contains(result.stderr, words, " ".join(args))
        expect.equal(result.stdout, "", "stdout of " + " ".join(args))
    result = cell.cli("client", "update", "nobody", "--name", "Somebody")
    expect.equal(result.returncode, 4, "a client that is not there (%s)" % result.stderr)
    result = cell.cli("client", "update", cell.rs.id, "--redirect-uri", "https://a.example/")
    expect.equal(result.returncode, 1, "a redirect URI for a resource server")
    expect.equal(cell.cli_json("client", "show", client.id), unchanged, "the client after what was refused")
