"""An investigator reads the audit of a grant's life, follows it live, and checks that no record was altered."""

import json
import os
import subprocess
import time

from support import expect
from support.cell import binary

CELL = "own"


def story(cell):
    follow = subprocess.Popen([binary("strongroom"), "--socket", cell.quickstart["admin_socket"], "audit", "tail",
                               "--follow", "--json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    tokens = cell.grant()
    about = cell.oauth.introspect(cell.rs, tokens.access).json()
    told = cell.oauth.refresh(cell.demo, tokens.refresh).json()
    cell.oauth.revoke(cell.demo, told["access_token"])
    cell.oauth.refresh(cell.demo, tokens.refresh)
    cell.oauth.refresh(cell.demo.with_secret("wrong"), tokens.refresh)
    # What any stranger can cause is counted, and put on record once a second.
    expect.eventually(lambda: any(record["outcome"] == "client_secret_wrong" for record in cell.audit(1000)),
                      "the wrong secret on record", 10)

    records = cell.audit(1000)
    numbers = [record["sequence"] for record in records]
    expect.equal(numbers, list(range(numbers[0], numbers[0] + len(numbers))), "the sequence numbers")
    life = [record for record in records if record.get("grant_id") == about["grant_id"]]
    expect.true(len(life) >= 5, "consent, code, refresh, revocation, reuse: %r" % life)
    for record in life:
        expect.equal(record["client_id"], cell.demo.id, "client_id")
        expect.equal(record["subject"], cell.user.sub, "subject")
        expect.true(record["event"] and record["outcome"] and record["severity"], "what happened: %r" % record)
        expect.true(record.get("trace_id"), "a trace id: %r" % record)
        expect.true("127.0.0.1" in record.get("address_claimed", ""), "an address: %r" % record)
    expect.equal([record["outcome"] for record in life][-1], "refresh_reused", "the last record of the grant")
    expect.true(all(first["time_ms"] <= second["time_ms"] for first, second in zip(records, records[1:])),
                "times go forward")

    # What --follow printed is the same, as it happened.
    deadline = time.monotonic() + 15
    seen, last = [], numbers[-1]
    os.set_blocking(follow.stdout.fileno(), False)
    text = b""
    while time.monotonic() < deadline and (not seen or seen[-1]["sequence"] < last):
        text += follow.stdout.buffer.read() or b""      # None: nothing yet
        seen = [json.loads(line) for line in text.split(b"\n")[:-1]]
        time.sleep(0.1)
    follow.kill()
    follow.wait()
    expect.true(seen and seen[-1]["sequence"] >= last, "--follow stayed behind: %r" % seen[-1:])
    expect.equal([record for record in seen if record["sequence"] in numbers],
                 [record for record in records if record["sequence"] >= seen[0]["sequence"]], "--follow's records")
    expect.equal(len(cell.audit(3)), 3, "audit tail -n 3")
    expect.true(cell.cli_ok("audit", "tail", "-n", "3").count("\n") >= 3, "the table for people")
    # What the bank's own people do is on record with their uid, root's 0 as well.
    cell.cli_ok("grant", "list")
    cell.cli_ok("client", "disable", cell.second.id)
    expect.equal(cell.audit(1)[0]["peer_uid"], os.getuid(), "the operator's uid")
    expect.contains(cell.cli_ok("audit", "tail", "-n", "1"), "via=admin uid=%d" % os.getuid(), "the same for people")
    expect.true(cell.cli_ok("audit", "verify").strip(), "audit verify says something")
