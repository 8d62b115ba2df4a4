"""A front end's worker is killed: the master starts another and says so in the log, and service goes on."""

import os
import signal

from support import expect

CELL = "own"
CELL_OPTIONS = {"options": ["--workers", "2"]}


def story(cell):
    tokens = cell.grant()
    before = cell.workers()
    expect.equal(len(before), 2, "workers")
    for victim in before:
        os.kill(victim, signal.SIGKILL)
        expect.eventually(lambda: len(cell.workers()) == 2 and victim not in cell.workers(), "a new worker")
        cell.settled()
        expect.equal(cell.is_active(tokens.access), True, "the access token")
    expect.true(not set(before) & set(cell.workers()), "both workers are new")
    log = cell.log("frontend")
    for victim in before:
        expect.contains(log, str(victim), "the front end's log")
    cell.grant()
