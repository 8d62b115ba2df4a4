"""An operator backs up under load, loses the store and restores: grants of before work, later ones are unknown."""

import os
import shutil

from support import expect, traffic
from support.cell import binary, run

CELL = "own"
TIMEOUT = 150


def story(cell):
    kept = cell.grant()
    actors, stop = traffic.start_actors(cell, 2)
    told = cell.cli_json("backup", "before")
    traffic.join(actors, stop)
    for actor in actors:
        expect.equal(actor.trouble, [], "requests that failed during the backup")
    found = [os.path.join(place, name) for place, _, names in os.walk(cell.path("backup")) for name in names]
    expect.equal(len(found), 1, "the backup's files (%r, %r)" % (found, told))
    expect.true(cell.cli("backup", "before").returncode != 0, "a second backup of the same name was accepted")

    later = cell.grant()
    current = cell.oauth.refresh(cell.demo, kept.refresh).json()
    restore = [binary("strongroom"), "restore", found[0], "--config", cell.path("vault.yaml")]
    expect.equal(run(restore + ["--force"]).returncode, 1, "a restore under a running vault")
    cell.settled()
    cell.stop()
    result = run(restore)
    expect.equal(result.returncode, 1, "a restore over a store that is there, without --force")
    expect.contains(result.stderr, "--force", "what it says")
    result = run(restore + ["--force"])
    expect.equal(result.returncode, 0, "the restore (%s)" % result.stderr)
    kept_file = cell.path("store", "data.mdb.before-restore")
    expect.true(os.path.getsize(kept_file) > 0, "what was there before has been kept")
    cell.start()

    expect.equal(cell.is_active(kept.access), True, "a token of before the backup")
    expect.equal(cell.is_active(later.access), False, "a token of after the backup")
    # The restored grant does not know the newer refresh token; nobody must get two lines of tokens out of that.
    expect.oauth_error(cell.oauth.refresh(cell.demo, current["refresh_token"]), 400, "invalid_grant",
                       "a refresh token that is newer than the store")
    cell.cli_ok("audit", "verify")
    cell.grant()
    cell.stop()
    shutil.rmtree(cell.path("store"))       # the disk is lost, and with it the whole folder
    result = run(restore)
    if result.returncode != 0:
        os.mkdir(cell.path("store"), 0o700)
        result = run(restore)
    expect.equal(result.returncode, 0, "the restore onto a new disk (%s)" % result.stderr)
    broken = os.path.join(cell.dir, "broken.backup")
    with open(found[0], "rb") as good, open(broken, "wb") as out:
        out.write(good.read(5000))
    result = run([binary("strongroom"), "restore", broken, "--config", cell.path("vault.yaml"), "--force"])
    expect.true(result.returncode in (1, 2), "restoring half a file ended with %d" % result.returncode)
    cell.start()
    expect.equal(cell.is_active(kept.access), True, "the token of before, after all that")
