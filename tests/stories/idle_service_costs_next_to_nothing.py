"""Nobody asks for anything: the workers look once a second for new keys, and that is all that happens."""

import os
import time

from support import expect, jwt

CELL = "own"
CELL_OPTIONS = {"options": ["--workers", "2"]}
SECONDS = 6
SHARE = 0.03            # of one processor, for each process


def processor_seconds(pid):
    with open("/proc/%d/stat" % pid) as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def switches(pid):
    """How often any thread of it went to sleep and was woken."""
    count = 0
    for thread in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/status" % (pid, thread)) as status:
            count += sum(int(line.split()[1]) for line in status if line.startswith("voluntary_ctxt"))
    return count


def story(cell):
    cell.settled()
    jwt.keys_settled(cell)
    time.sleep(1)
    pids = cell.workers() + [cell.pid("vault")]
    expect.equal(len(pids), 3, "two workers and a vault")
    before = {pid: (processor_seconds(pid), switches(pid)) for pid in pids}
    time.sleep(SECONDS)
    for pid in pids:
        used = processor_seconds(pid) - before[pid][0]
        woken = switches(pid) - before[pid][1]
        expect.true(used <= SECONDS * SHARE + 0.02, "process %d used %.2f s in %d s of nothing" % (pid, used, SECONDS))
        expect.true(woken < SECONDS * 100, "process %d woke %d times in %d s of nothing" % (pid, woken, SECONDS))
