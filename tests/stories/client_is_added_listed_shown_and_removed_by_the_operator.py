"""An operator manages clients: tables for people, JSON for scripts, secrets once, exit codes to rely on."""

import re

from support import expect


def story(cell):
    # The table that a person sees.
    added = cell.cli("client", "add", "--name", "Table App", "--redirect-uri", "https://table.example/cb",
                     "--id", "table-app", "--scope", "openid accounts")
    expect.equal(added.returncode, 0, "client add (%s)" % added.stderr)
    secret = re.search(r"Client secret\s+(\S+)", added.stdout)
    expect.true(secret and len(secret.group(1)) >= 43, "a secret of 256 bits in %r" % added.stdout)
    for command in (("client", "show", "table-app"), ("client", "list"), ("--json", "client", "show", "table-app"),
                    ("--json", "client", "list"), ("audit", "tail", "-n", "50")):
        expect.lacks(cell.cli_ok(*command), secret.group(1), " ".join(command))
    listed = cell.cli_ok("client", "list")
    expect.true(re.search(r"(?m)^table-app\s+Table App\s", listed), "no row in %r" % listed)
    expect.true(re.search(r"(?m)^table-app\s.* \d{4}-\d\d-\d\d \d\d:\d\dZ\s*$", listed), "no UTC in %r" % listed)

    # JSON that a script reads.
    shown = cell.cli_json("client", "show", "table-app")
    expect.equal(shown["client_id"], "table-app", "client_id")
    expect.equal(shown["redirect_uris"], ["https://table.example/cb"], "redirect_uris")
    expect.equal(set(shown["scope"].split()), {"openid", "accounts"}, "scope")
    expect.equal(shown["status"], "enabled", "status")
    ids = [client["client_id"] for client in cell.cli_json("client", "list")["clients"]]
    for wanted in ("table-app", cell.demo.id, cell.second.id, cell.rs.id):
        expect.contains(ids, wanted, "client list")
    made = cell.cli_json("client", "add", "--name", "No id", "--redirect-uri", "https://x.example/")
    expect.true(len(made["client_id"]) >= 16 and made["client_id"] not in ids, "the id that the vault made")

    # What it answers a script that makes mistakes.
    for wanted, args in (
            (4, ("client", "show", "nobody")), (4, ("client", "disable", "nobody")),
            (4, ("client", "remove", "nobody")),
            (4, ("client", "rotate-secret", "nobody")),
            (5, ("client", "add", "--name", "Again", "--redirect-uri", "https://x.example/", "--id", "table-app")),
            (2, ("client", "add", "--name", "No redirect")),
            (2, ("client", "add", "--redirect-uri", "https://x.example/")),
            (2, ("client", "show")), (2, ("client", "nonsense")), (2, ("client", "show", "a", "b")),
            (2, ("client", "add", "--name")), (2, ("nonsense",)), (2, ("client", "list", "--nonsense"))):
        for form in ((), ("--json",)):
            result = cell.cli(*form, *args)
            expect.equal(result.returncode, wanted, "the exit code of %s (%s)" % (" ".join(args), result.stderr))
            expect.equal(result.stdout if not form else "", "", "stdout of %s" % " ".join(args))
            expect.true(result.stderr.strip() or form, "%s said nothing" % " ".join(args))
            if wanted in (4, 5):
                expect.true(result.stderr.startswith("strongroom: client %s: " %
                                                     ("nobody" if wanted == 4 else "table-app")),
                            "it does not say what it is about: %r" % result.stderr)
    for uri in ("not a uri", "https://x.example/#fragment", "http://x.example/", "/relative", "javascript:alert(1)",
                "https://", "https://x.example/\n", "ftp://x.example/"):
        result = cell.cli("client", "add", "--name", "Bad", "--redirect-uri", uri)
        expect.true(result.returncode in (1, 2), "redirect URI %r: exit code %d" % (uri, result.returncode))
    result = cell.cli("client", "add", "--name", "Bad", "--redirect-uri", "https://x.example/",
                      "--scope", "openid nonsense")
    expect.equal(result.returncode, 1, "an unknown scope")

    tokens = cell.grant(cell.new_client(id="to-be-removed"))
    cell.cli_ok("client", "remove", "to-be-removed")
    expect.equal(cell.is_active(tokens.access), False, "a token of a client that was removed")
    expect.oauth_error(cell.oauth.refresh(tokens.client, tokens.refresh), 401, "invalid_client", "its refresh")
    expect.equal(cell.cli("client", "show", "to-be-removed").returncode, 4, "showing it")
    # Its name can be given again, and what was given to its namesake stays dead.
    again = cell.new_client(id="to-be-removed")
    expect.oauth_error(cell.oauth.refresh(again, tokens.refresh), 400, "invalid_grant", "the namesake's refresh")
    expect.equal(cell.is_active(tokens.access), False, "a token of the removed namesake")
