"""What a story demands. Each function raises Failure with a sentence that says what was wanted and what came."""

import time


class Failure(AssertionError):
    pass


def fail(message):
    raise Failure(message)


def true(condition, what):
    if not condition:
        fail(what)


def equal(got, wanted, what):
    if got != wanted:
        fail("%s: wanted %r, got %r" % (what, wanted, got))


def contains(haystack, needle, what):
    if needle not in haystack:
        fail("%s: %r is not in %r" % (what, needle, haystack[:2000]))


def lacks(haystack, needle, what):
    if needle in haystack:
        at = haystack.index(needle)
        fail("%s: %r is in it, near %r" % (what, needle, haystack[max(0, at - 80):at + 120]))


def status(answer, wanted, what):
    if answer.status != wanted:
        fail("%s: wanted status %d, got %s" % (what, wanted, answer))
    return answer


def oauth_error(answer, http_status, code, what):
    """A JSON error of a client's endpoint (RFC 6749 5.2): status, code, no-store, and nothing else in it."""
    status(answer, http_status, what)
    body = answer.json()
    equal(body.get("error"), code, what + ", error")
    true(set(body) <= {"error", "error_description"}, "%s: unexpected members %r" % (what, sorted(body)))
    description = body.get("error_description", "")
    true(all(c == " " or c == "!" or "#" <= c <= "[" or "]" <= c <= "~" for c in description),
         "%s: characters outside RFC 6749 5.2 in %r" % (what, description))
    contains((answer.header("Cache-Control") or ""), "no-store", what + ", Cache-Control")
    if http_status == 401:
        contains(answer.header("WWW-Authenticate") or "", "Basic", what + ", WWW-Authenticate")
    return body


def eventually(probe, what, seconds=15.0, pause=0.05):
    """Ask again until the probe's result is true; a probe that raises an OSError has said no."""
    deadline = time.monotonic() + seconds
    last = None
    while time.monotonic() < deadline:
        try:
            result = probe()
            if result:
                return result
            last = result
        except OSError as problem:
            last = problem
        time.sleep(pause)
    return fail("%s did not happen within %g s (last: %r)" % (what, seconds, last))
