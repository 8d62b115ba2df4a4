"""Someone probes which client ids exist by the answer's bytes and by the time that it takes."""

import statistics
import time

from support import expect
from support.oauth import FORM, basic

ROUNDS = 60


def ask(cell, connection, client_id, secret):
    body = b"grant_type=refresh_token&refresh_token=sr_rt_x"
    started = time.perf_counter()
    connection.send(cell.origin.bytes_of("POST", "/oauth2/v4/token", [
        ("Authorization", basic(client_id, secret)), ("Content-Type", FORM)], body))
    answer = connection.response("POST")
    return answer, time.perf_counter() - started


def story(cell):
    disabled = cell.new_client()
    cell.cli_ok("client", "disable", disabled.id)
    wrong = "w" * len(cell.demo.secret)
    cases = {"wrong secret": (cell.demo.id, wrong), "unknown client": ("u" * len(cell.demo.id), wrong),
             "disabled client": (disabled.id, disabled.secret)}
    answers, times = {}, {what: [] for what in cases}
    with cell.origin.connect() as connection:
        for _ in range(ROUNDS):
            for what, (client_id, secret) in cases.items():
                answer, seconds = ask(cell, connection, client_id, secret)
                expect.oauth_error(answer, 401, "invalid_client", what)
                headers = sorted((name, value) for name, value in answer.headers if name.lower() != "date")
                answers[what] = (answer.body, [pair for pair in headers if "id" not in pair[0].lower()])
                times[what].append(seconds)
    expect.equal(answers["unknown client"], answers["wrong secret"], "the two answers")
    expect.equal(answers["disabled client"], answers["wrong secret"], "the two answers")
    middle = {what: statistics.median(values) for what, values in times.items()}
    expect.true(max(middle.values()) < 2.0 * min(middle.values()), "the times tell them apart: %r" % middle)
