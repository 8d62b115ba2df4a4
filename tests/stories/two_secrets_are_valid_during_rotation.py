"""An operator rotates a client's secret while the client is running: both work until the old one is dropped."""

from support import expect


def accepted(cell, client, secret):
    answer = cell.oauth.post("revoke", {"token": "x"}, client.with_secret(secret))
    if answer.status != 200:
        expect.oauth_error(answer, 401, "invalid_client", "a refused secret")
    return answer.status == 200


def story(cell):
    client = cell.new_client()
    tokens = cell.grant(client)
    secrets = [client.secret]
    secrets.append(cell.cli_json("client", "rotate-secret", client.id)["client_secret"])
    expect.true(secrets[1] != secrets[0] and len(secrets[1]) >= 43, "the new secret is %r" % secrets[1])
    expect.equal([accepted(cell, client, s) for s in secrets], [True, True], "both secrets during the rotation")
    secrets.append(cell.cli_json("client", "rotate-secret", client.id)["client_secret"])
    expect.equal([accepted(cell, client, s) for s in secrets], [False, True, True], "after a second rotation")
    secrets.append(cell.cli_json("client", "rotate-secret", client.id, "--drop-old")["client_secret"])
    expect.equal([accepted(cell, client, s) for s in secrets], [False, False, False, True], "after --drop-old")
    expect.status(cell.oauth.refresh(client.with_secret(secrets[3]), tokens.refresh), 200, "the grant goes on")
