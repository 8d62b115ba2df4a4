"""Apps want to know customers by subjects of their own; the bank must say whose, where their hosts do not."""

import json

from support import expect, jwt

ONE = ("https://one.example/cb",)
TWO = ("https://one.example/cb", "https://two.example/cb")


def sub_of(cell, client):
    id_token = cell.grant(client).told["id_token"]
    return json.loads(jwt.decode(id_token.split(".")[1]))["sub"]


def refused(cell, words, *args):
    result = cell.cli(*args)
    expect.equal(result.returncode, 1, "the exit code of %s (%s)" % (" ".join(args), result.stderr))
    expect.contains(result.stderr, words, " ".join(args))


def story(cell):
    jwt.keys_settled(cell)
    public = cell.new_client()
    first = cell.new_client(redirect_uris=ONE, subject_type="pairwise")
    second = cell.new_client(redirect_uris=("https://ONE.example/other", "https://one.example:8443/"),
                             subject_type="pairwise")
    family = cell.new_client(redirect_uris=TWO, subject_type="pairwise", sector="one.example")
    other = cell.new_client(redirect_uris=TWO, subject_type="pairwise", sector="two.example")
    subs = [sub_of(cell, client) for client in (first, second, family, other)]
    expect.equal(sub_of(cell, public), cell.user.sub, "a public client's sub")
    expect.true(len(set(subs[:3])) == 1, "clients of one sector know a customer by several names: %r" % subs)
    expect.true(subs[3] != subs[0] and cell.user.sub not in subs, "sectors can tell that it is the same one: %r" % subs)

    # Whose subjects are they, where nothing says so?
    base = ("client", "add", "--name", "A story", "--subject-type", "pairwise")
    uris = [part for uri in TWO for part in ("--redirect-uri", uri)]
    refused(cell, "several hosts", *base, *uris)
    for uri in ("http://127.0.0.1:9999/cb", "http://localhost/cb", "com.example.app:/cb"):
        refused(cell, "no host of the app's own", *base, "--redirect-uri", uri)
    for sector in ("https://one.example", "one.example:443", "one example", "one.example/cb"):
        refused(cell, "the sector must be a host", *base, *uris, "--sector", sector)
    refused(cell, "only a pairwise client", "client", "add", "--name", "A story", *uris, "--sector", "one.example")
    refused(cell, "no subject_type", "client", "add", "--name", "A story", "--kind", "resource_server",
            "--subject-type", "pairwise")

    # A client that moves keeps its customers, or leaves them behind, but not by accident.
    moving = ("client", "update", first.id, "--redirect-uri", "https://moved.example/cb")
    refused(cell, "leave the host one.example", *moving)
    told = cell.cli_json(*moving, "--sector", "one.example")
    expect.true("note" not in told, "a note about subjects that stay: %r" % told)
    first.redirect_uri = "https://moved.example/cb"
    expect.equal(sub_of(cell, first), subs[0], "the sub after the move")
    told = cell.cli_json("client", "update", first.id, "--sector", "moved.example")
    expect.contains(told["note"], "sub", "the note about subjects that change")
    expect.true(sub_of(cell, first) not in subs, "the sub in a new sector")
