"""An attacker guesses a client's secret: there are too many to guess, each guess is on record, and the client works on."""

import base64
import random

from support import expect

GUESSES = 40


def story(cell):
    client = cell.new_client(name="Guessed at")
    secrets = {cell.cli_json("client", "rotate-secret", client.id)["client_secret"] for _ in range(20)}
    expect.equal(len(secrets), 20, "different secrets in 20 rotations")
    for secret in secrets:
        raw = base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))
        expect.true(len(raw) >= 16, "a secret of %d bytes; 128 bits are the least" % len(raw))
        expect.true(len(set(raw)) >= len(raw) // 2, "a secret that repeats itself: %r" % secret)
    client = client.with_secret(cell.cli_json("client", "rotate-secret", client.id)["client_secret"])

    def guesses_on_record():
        return sum(record.get("count") or 1 for record in cell.audit(1000)
                   if record["outcome"] == "client_secret_wrong" and record.get("client_id") == client.id)
    letters = list(client.secret)
    for _ in range(GUESSES):
        place = random.randrange(len(letters))
        wrong = letters[:place] + [chr(ord("a") + (ord(letters[place]) + 1) % 26)] + letters[place + 1:]
        answer = cell.oauth.post("token", {"grant_type": "refresh_token", "refresh_token": "x"},
                                 client.with_secret("".join(wrong)))
        expect.oauth_error(answer, 401, "invalid_client", "a guess")
    expect.eventually(lambda: guesses_on_record() == GUESSES, "every guess on record", 10)
    told = [record for record in cell.audit(1000) if record["outcome"] == "client_secret_wrong"
            and record.get("client_id") == client.id]
    expect.true(all(record["severity"] == "warn" for record in told), "the severity: %r" % told[:1])
    # Nobody can keep a client out by guessing badly in its name.
    expect.status(cell.oauth.revoke(client, "x"), 200, "the client itself, meanwhile")
