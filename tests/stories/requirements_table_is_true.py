"""A maintainer renames a test, adds one, or loses a line: the table in tests/README.md notices, and says what to do."""

import re

from support import check_requirements, expect

CELL = "none"

# What may happen to the table, and a word of what the check says then.
DAMAGES = (
    ("a story that was renamed", r"`code_becomes_tokens`", "`code_becomes_gold`",
     "there is no story or client code_becomes_gold"),
    ("a unit test file that is gone", r"`vault/pkce_test: ", "`vault/pkcs_test: ",
     "there is no unit test tests/unit/vault/pkcs_test.c"),
    ("a unit test that was renamed", r": challenge_has_a_form`", ": challenge_has_no_form`",
     "has no test challenge_has_no_form"),
    ("a row without a test", r"(?m)^(\| R1\.3 \| .*? \|).*$", r"\1 later |", "R1.3 has neither a test nor a reason"),
    ("an empty reason", r"does not apply: .* \|", "does not apply: |", "has neither a test nor a reason"),
    ("a row that was lost", r"(?m)^\| R1\.3 .*\n", "", "section R1 counts [1, 2, 4"),
    ("a row that is there twice", r"(?m)^(\| R1\.3 .*\n)", r"\1\1", "R1.3 is there more than once"),
    ("a letter that was lost", r"\| R1\.1a \|", "| R1.1 |", "R1.1 has the letters 'b'"),
    ("a letter alone", r"(?m)^\| R1\.1b .*\n", "", "R1.1 has the letters 'a'"),
    ("a row out of order", r"(?ms)^(\| R1\.3 [^\n]*\n)(.*)(?=^\| R3\.1)", r"\2\1", "section R1 counts [1, 2, 4"),
    ("a section that was lost", r"(?m)^\| R6\..*\n", "", "the sections are not those of"),
    ("a section that nobody asked for", r"\| R6\.", "| R2.", "the sections are not those of"),
    ("a row that is none", r"\| R6\.1 \|", "| R6-1 |", "this is no row"),
    ("a new story", r"`pipelined_requests_are_answered_in_order`", "",
     "pipelined_requests_are_answered_in_order has no place yet"),
    ("a story in both places", r"\Z", "`code_becomes_tokens`\n",
     "code_becomes_tokens is in the table, so it is not beyond"),
    ("a story twice in the list", r"\Z", "`pipelined_requests_are_answered_in_order`\n", "more than once"),
    ("no list", re.escape(check_requirements.BEYOND) + r"(?s:.*)", "", "is missing or empty"),
)


def story(workshop):
    del workshop
    tests = check_requirements.Tests()
    with open(check_requirements.TABLE) as file:
        text = file.read()
    problems = check_requirements.check(text, tests)
    expect.true(not problems, "\n".join(["the table in tests/README.md is not true:"] + problems))
    for what, pattern, replacement, wanted in DAMAGES:
        damaged = re.sub(pattern, replacement, text, count=0 if "R6" in pattern else 1)
        expect.true(damaged != text, "%s: %r is not in the table" % (what, pattern))
        problems = check_requirements.check(damaged, tests)
        expect.true(any(wanted in problem for problem in problems), "%s is not noticed: %r" % (what, problems[:5]))
