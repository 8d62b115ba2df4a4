"""An operator manages customers; a password comes from a descriptor or is made here, it is never an argument."""

import os
import re

from support import expect
from support.oauth import User


def with_password(cell, password, *args):
    reading, writing = os.pipe()
    os.write(writing, password)
    os.close(writing)
    result = cell.cli(*args, "--password-fd", str(reading), pass_fds=(reading,))
    os.close(reading)
    return result


def story(cell):
    for args in (("user", "add", "arg-user", "--password", "secret-in-ps"),
                 ("user", "add", "arg-user", "secret-in-ps")):
        expect.equal(cell.cli(*args).returncode, 2, "a password as an argument")
    # Without a terminal and without a descriptor there is nobody to ask.
    expect.true(cell.cli("user", "add", "arg-user").returncode != 0, "no password at all")

    made = cell.cli_json("user", "add", "generated", "--password-generate", "--name", "Gene Rated", "--account", "a1",
                         "--account", "a2")
    expect.true(len(made["password"]) >= 12, "the password that was made")
    cell.grant(user=User("generated", made["password"], made["sub"]))
    row = [user for user in cell.cli_json("user", "list")["users"] if user["username"] == "generated"][0]
    expect.equal(row["accounts"], ["a1", "a2"], "accounts")
    expect.equal(row["sub"], made["sub"], "sub")
    expect.lacks(cell.cli_ok("--json", "user", "list"), made["password"], "the list")
    expect.true(re.search(r"(?m)^generated\s+Gene Rated\s", cell.cli_ok("user", "list")), "the table")

    unicode_password = "Pässwörd mit Leerzeichen 東京 \U0001f511"
    user = cell.new_user("Ünï-customer@bank.example", password=unicode_password)
    cell.grant(user=user)
    result = with_password(cell, b"without a newline", "user", "add", "no-newline")
    expect.equal(result.returncode, 0, "a password without a newline (%s)" % result.stderr)
    for wrong, what in ((b"", "empty"), (b"\n", "an empty line"), (b"x" * 1025 + b"\n", "too long"),
                        (b"a\0b\n", "a NUL"), (b"\xff\xfe\n", "no UTF-8")):
        result = with_password(cell, wrong, "user", "add", "bad-password")
        expect.true(result.returncode in (1, 2), "a password that is %s: exit code %d" % (what, result.returncode))
    result = with_password(cell, b"x\n", "user", "reset-password", "nobody-there")
    expect.equal(result.returncode, 4, "a password for an unknown customer")
    result = with_password(cell, b"long enough password\n", "user", "add", "generated")
    expect.equal(result.returncode, 5, "a name that is taken")
    expect.equal(cell.cli("user", "disable", "nobody-there").returncode, 4, "disabling an unknown customer")

    tokens = cell.grant(user=user)
    cell.cli_ok("user", "remove", user.username)
    expect.equal(cell.is_active(tokens.access), False, "a token of a customer who was removed")
    expect.oauth_error(cell.oauth.refresh(cell.demo, tokens.refresh), 400, "invalid_grant", "the refresh token")
    expect.equal(cell.cli("user", "remove", user.username).returncode, 4, "removing twice")
    again = cell.new_user(user.username, password="another password 1")
    expect.true(again.sub != user.sub, "the namesake of a removed customer has the same sub")
