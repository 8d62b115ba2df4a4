"""Someone probes which client ids exist by the answer's bytes and by the time that it takes."""

import random
import time

from support import expect
from support.oauth import FORM, basic

ROUNDS = 100


def ask(cell, connection, client_id, secret):
    body = b"grant_type=refresh_token&refresh_token=sr_rt_x"
    started = time.perf_counter()
    connection.send(cell.origin.bytes_of("POST", "/oauth2/v4/token", [
        ("Authorization", basic(client_id, secret)), ("Content-Type", FORM)], body))
    answer = connection.response("POST")
    return answer, time.perf_counter() - started


def measure(cell, cases, answers):
    """Ask in random order; how many times longer the slowest case takes than the quickest, by lower quartiles."""
    times = {what: [] for what in cases}
    with cell.origin.connect() as connection:
        for _ in range(ROUNDS):
            for what in random.sample(sorted(cases), len(cases)):
                answer, seconds = ask(cell, connection, *cases[what])
                expect.oauth_error(answer, 401, "invalid_client", what)
                answers[what] = (answer.body, sorted(pair for pair in answer.headers if pair[0].lower() != "date"))
                times[what].append(seconds)
    quartiles = [sorted(values)[len(values) // 4] for values in times.values()]
    return max(quartiles) / min(quartiles)


def story(cell):
    disabled = cell.new_client()
    cell.cli_ok("client", "disable", disabled.id)
    wrong = "w" * len(cell.demo.secret)
    cases = {"wrong secret": (cell.demo.id, wrong), "unknown client": ("u" * len(cell.demo.id), wrong),
             "disabled client": (disabled.id, disabled.secret)}
    answers, ratio = {}, None
    for _ in range(4):      # a busy machine blurs a measurement; a real difference is there each time
        ratio = measure(cell, cases, answers)
        if ratio < 1.5:
            break
    expect.true(ratio < 1.5, "the times tell them apart: the slowest takes %.1f times the quickest" % ratio)
    expect.equal(answers["unknown client"], answers["wrong secret"], "the two answers")
    expect.equal(answers["disabled client"], answers["wrong secret"], "the two answers")
