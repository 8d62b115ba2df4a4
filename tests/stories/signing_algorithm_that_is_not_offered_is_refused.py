"""An operator asks for a signing algorithm that is none, is weak, or is not configured: told what there is."""

import json

from support import expect, jwt

CELL = "own"
CELL_OPTIONS = {"vault": {"signing_algorithms": ["ES256", "RS256"]}}

CLIENT = ("client", "add", "--name", "A story", "--redirect-uri", "https://app.example/cb")
SERVER = ("client", "add", "--name", "A gateway", "--kind", "resource_server")


def alg_of(token):
    return json.loads(jwt.decode(token.split(".")[0]))["alg"]


def story(cell):
    jwt.keys_settled(cell)
    clients = len(cell.cli_json("client", "list")["clients"])
    for alg in ("none", "HS256", "PS256", "es256", "ES512", "RS256 "):
        for args in (CLIENT, SERVER, ("client", "update", cell.second.id), ("client", "update", cell.rs.id)):
            result = cell.cli(*args, "--signing-alg", alg)
            expect.equal(result.returncode, 1, "%s with %s (%s)" % (" ".join(args), alg, result.stderr))
            expect.contains(result.stderr, "signing_algorithms: ES256, RS256", "what is offered")
    expect.equal(len(cell.cli_json("client", "list")["clients"]), clients, "how many clients there are")

    expect.equal(alg_of(cell.grant(cell.second).told["id_token"]), "ES256", "what a client gets by itself")
    cell.cli_ok("client", "update", cell.second.id, "--signing-alg", "RS256")
    expect.equal(alg_of(cell.grant(cell.second).told["id_token"]), "RS256", "what it has asked for")
    told = cell.cli_json("client", "update", cell.rs.id, "--signing-alg", "RS256")
    expect.equal(told["introspection_signed_response_alg"], "RS256", "a resource server's")
    expect.equal(cell.cli("key", "rotate", "--alg", "PS256", "--now").returncode, 1, "keys of what is not configured")
