"""The operator's side of a key rotation."""

from support import expect


def await_next(cell, algorithm):
    """Wait until the next key is made and every worker publishes it: who fetches the keys now has it."""
    def is_published():
        listed = [key for key in cell.cli_json("key", "list")["keys"] if key.get("algorithm") == algorithm]
        kids = {key["kid"] for key in listed}
        told = [cell.origin.request("GET", "/oauth2/v4/jwks").json()["keys"] for _ in range(8)]
        return (any(key["state"] == "next" for key in listed) and
                all(kids <= {key["kid"] for key in keys} for keys in told))
    expect.eventually(is_published, "the next %s key in the published keys" % algorithm, 30.0)


def rotate(cell, algorithm):
    """The next key signs from now on; the cell has not announced it for as long as a bank would."""
    cell.cli_ok("key", "rotate", "--alg", algorithm, "--now")
