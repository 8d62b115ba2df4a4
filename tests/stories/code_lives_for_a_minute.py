"""With nothing configured a code can be redeemed within 60 seconds and not after."""

import time

from support import expect

TIMEOUT = 120


def story(cell):
    in_time, in_time_verifier = cell.code()
    started = time.monotonic()
    late, late_verifier = cell.code()
    time.sleep(max(0, 52 - (time.monotonic() - started)))
    expect.status(cell.oauth.redeem(cell.demo, in_time, in_time_verifier), 200, "a code of 52 seconds")
    time.sleep(max(0, 63 - (time.monotonic() - started)))
    expect.oauth_error(cell.oauth.redeem(cell.demo, late, late_verifier), 400, "invalid_grant",
                       "a code of more than 60 seconds")
