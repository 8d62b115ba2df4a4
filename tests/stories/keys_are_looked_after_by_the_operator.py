"""An operator lists, rotates, schedules and retires keys: refused where clients would suffer, told why and until when."""

import json
import re
import time

from support import expect, jwt

CELL = "own"
TIMEOUT = 120
DAY = 86400
KID = "[A-Za-z0-9_-]{43}"


def keys_of(cell, algorithm="ES256"):
    """By state: the kids of an algorithm's keys."""
    told = {"current": [], "next": [], "retired": []}
    for key in cell.cli_json("key", "list")["keys"]:
        if key.get("algorithm") == algorithm:
            told[key["state"]].append(key["kid"])
    return told


def kid_of(id_token):
    return json.loads(jwt.decode(id_token.split(".")[0]))["kid"]


def refused(cell, code, words, *args):
    result = cell.cli("key", *args)
    expect.equal(result.returncode, code, "the exit code of key %s (%s)" % (" ".join(args), result.stderr))
    expect.contains(result.stderr, words, "key " + " ".join(args))
    expect.equal(result.stdout, "", "stdout of key " + " ".join(args))


def story(cell):
    jwt.keys_settled(cell)
    what_a_person_sees(cell)
    rotating(cell)
    scheduling(cell)
    retiring(cell)
    for args in (("rotate", "extra"), ("retire",), ("schedule",), ("schedule", "--clear", "--in", "7d"),
                 ("schedule", "--at", "tomorrow"), ("schedule", "--at", "2026-02-30T00:00Z"), ("list", "--alg", "ES256")):
        result = cell.cli("key", *args)
        expect.equal(result.returncode, 2, "the exit code of key %s (%s)" % (" ".join(args), result.stderr))


def what_a_person_sees(cell):
    listed = cell.cli_ok("key", "list")
    for line in (r"ES256: the next key takes over at \d{4}-\d\d-\d\d \d\d:\d\dZ, in 89 d",
                 r"  current  " + KID + r"  since \d{4}", r"  next     " + KID + r"  from \d{4}"):
        expect.true(re.search("(?m)^" + line, listed), "no line like %s in\n%s" % (line, listed))
    expect.true(max(map(len, listed.splitlines())) <= 80, "the list is wider than a terminal:\n" + listed)
    for name in ("PS256: ", "RS256: ", "mint ", "handle ", "root "):
        expect.contains(listed, name, "key list")
    told = cell.cli_json("key", "list")
    expect.equal([one["algorithm"] for one in told["algorithms"]], ["ES256", "PS256", "RS256"], "algorithms")
    expect.lacks(json.dumps(told), "sealed", "the document")


def rotating(cell):
    before = keys_of(cell)
    tomorrow = time.strftime("%Y-%m-%dT", time.gmtime(time.time() + DAY))
    refused(cell, 5, "may sign from " + tomorrow, "rotate")
    refused(cell, 5, "may sign from " + tomorrow, "rotate", "--alg", "ES256")
    refused(cell, 1, "ES256, PS256, RS256", "rotate", "--alg", "HS256", "--now")
    expect.equal(keys_of(cell), before, "the keys after what was refused")

    told = cell.cli_json("key", "rotate", "--alg", "ES256", "--now")["rotated"]
    expect.equal([(one["algorithm"], one["kid"], one["retired_kid"]) for one in told],
                 [("ES256", before["next"][0], before["current"][0])], "what was rotated")
    after = expect.eventually(lambda: keys_of(cell) if keys_of(cell)["next"] else None, "a new next key")
    expect.equal((after["current"], after["retired"]), (before["next"], before["current"]), "the keys after it")
    expect.equal(kid_of(cell.grant().told["id_token"]), after["current"][0], "the key that signs")
    expect.contains(cell.cli_ok("key", "list"), "  retired  %s  until " % before["current"][0], "key list")
    record = [record for record in cell.audit() if record["event"] == "key_rotate"][-1]
    expect.contains(record["detail"], after["current"][0], "the audit")
    shown = cell.cli_ok("key", "rotate", "--alg", "PS256", "--now")
    expect.true(re.match(r"PS256: " + KID + r" signs from now on\.\n.*stays published until \d{4}", shown), shown)


def next_rotation(cell, algorithm="ES256"):
    for one in cell.cli_json("key", "list")["algorithms"]:
        if one["algorithm"] == algorithm:
            return one["next_rotation_at"], one["is_scheduled"]
    return expect.fail("key list has no %s" % algorithm)


def scheduling(cell):
    configured = next_rotation(cell)
    expect.equal(configured[1], False, "is_scheduled at first")
    at = (int(time.time()) // 60 + 3 * 1440) * 60
    text = time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime(at))
    told = cell.cli_json("key", "schedule", "--alg", "ES256", "--at", text)["scheduled"]
    expect.equal([(one["algorithm"], one["signs_from"], one["is_scheduled"]) for one in told], [("ES256", at, True)],
                 "what was scheduled")
    expect.equal(next_rotation(cell), (at, True), "the next rotation")
    expect.equal(next_rotation(cell, "RS256")[1], False, "that of another algorithm")
    expect.contains(cell.cli_ok("key", "list"), text.replace("T", " "), "key list")
    expect.contains(cell.cli_ok("key", "list"), ", as scheduled", "key list")
    cell.cli_ok("key", "schedule", "--in", "7d")
    for algorithm in ("ES256", "RS256"):
        when, is_scheduled = next_rotation(cell, algorithm)
        expect.true(is_scheduled and abs(when - time.time() - 7 * DAY) < 60, "%s in 7 days" % algorithm)
    refused(cell, 1, "announced until", "schedule", "--in", "2h")
    refused(cell, 1, "has passed", "schedule", "--at", "2020-01-01T00:00Z")
    refused(cell, 1, "ES256, PS256, RS256", "schedule", "--alg", "none", "--in", "7d")
    expect.contains(cell.cli_ok("key", "schedule", "--clear"), "as the configuration says", "key schedule --clear")
    expect.equal(next_rotation(cell), configured, "the next rotation after --clear")


def retiring(cell):
    before = keys_of(cell)
    token = cell.grant().told["id_token"]
    refused(cell, 4, "there is no", "retire", "nothing")
    refused(cell, 5, "", "retire", before["current"][0])
    refused(cell, 5, "", "retire", before["current"][0], "--force")
    refused(cell, 5, "", "retire", before["retired"][0])
    expect.equal(keys_of(cell), before, "the keys after what was refused")
    shown = cell.cli_ok("key", "retire", before["retired"][0], "--force")
    expect.contains(shown, before["retired"][0], "key retire")
    expect.equal(keys_of(cell)["retired"], [], "retired keys")
    told = cell.cli_json("key", "retire", before["next"][0])
    expect.equal((told["kid"], told["state"]), (before["next"][0], "next"), "what was retired")
    after = expect.eventually(lambda: keys_of(cell) if keys_of(cell)["next"] else None, "another next key")
    expect.true(after["next"] != before["next"] and after["current"] == before["current"], "%r, %r" % (before, after))
    jwks = cell.origin.request("GET", "/oauth2/v4/jwks").json()
    expect.true(jwt.verify(token, jwks)["sub"], "an ID token of the current key")
