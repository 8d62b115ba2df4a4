"""A store that a newer version wrote is put under this vault: it is refused with a clear word, and not touched."""

import re
import subprocess

from support import expect

CELL = "own"


def load(folder, text):
    subprocess.run(["mdb_load", "-s", "meta", folder], input=text, text=True, check=True)


def story(cell):
    tokens = cell.grant()
    cell.stop()
    store = cell.path("store")
    meta = subprocess.run(["mdb_dump", "-s", "meta", store], stdout=subprocess.PIPE, text=True, check=True).stdout
    lines = meta.splitlines()
    at = next(number for number, line in enumerate(lines)
              if re.search(r"format", bytes.fromhex(line.strip()).decode("latin-1") if line.startswith(" ") else ""))
    value = lines[at + 1].strip()
    for other in ("ff" * (len(value) // 2), "00" * (len(value) // 2)):
        changed = lines[:]
        changed[at + 1] = " " + other
        load(store, "\n".join(changed) + "\n")
        vault = cell.daemon("vault")
        expect.true(vault.wait() != 0, "a vault on a store of another format ended with 0")
        expect.contains(vault.log().lower(), "format", "what it said")
    load(store, meta)
    vault, frontend = cell.daemon("vault"), cell.daemon("frontend")
    cell.wait_ready()
    expect.equal(cell.is_active(tokens.access), True, "the token, with the store's own format again")
    expect.equal((frontend.terminate(), vault.terminate()), (0, 0), "exit codes")
