"""Someone with access to the disk changes one byte of one audit record; `audit verify` names the place."""

import subprocess

from support import expect

CELL = "own"


def story(cell):
    cell.grant()
    cell.grant()
    cell.cli_ok("audit", "verify")
    cell.stop()
    store = cell.path("store")
    lines = subprocess.run(["mdb_dump", "-s", "audit", store], stdout=subprocess.PIPE, text=True,
                           check=True).stdout.splitlines()
    first = lines.index("HEADER=END") + 1
    needle = cell.demo.id.encode().hex()
    at = next(number for number in range(first + 1, len(lines), 2) if needle in lines[number])
    forged = cell.demo.id[:-1] + ("x" if cell.demo.id[-1] != "x" else "y")
    lines[at] = lines[at].replace(needle, forged.encode().hex())
    subprocess.run(["mdb_load", "-s", "audit", store], input="\n".join(lines) + "\n", text=True, check=True)
    cell.start()
    result = cell.cli("audit", "verify")
    expect.equal(result.returncode, 1, "audit verify of a forged record (%s)" % result.stdout)
    sequence = (at - first - 1) // 2 + 1
    expect.contains(result.stdout + result.stderr, str(sequence), "the place of the forgery")
