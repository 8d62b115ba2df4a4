#!/usr/bin/python3
"""Is the table of requirements in tests/README.md true? Prints what is not; the exit code is 1 if there is anything.

A row is `| R1.2a | what is asked | by what it is shown |`. The third column names tests in backticks: a story or a
client by its name, a unit test as `vault/pkce_test: challenge_has_a_form`; or it begins with "does not apply: " and
says why. Numbers run without gaps, in order; a line that asks for several things has letters. Every story and every
client stands in the table, or in the list of those beyond the checklists.
"""

import itertools
import os
import re
import string
import sys

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TABLE = os.path.join(TESTS, "README.md")
BEYOND = "### Stories beyond the checklists"
REASON = "does not apply: "
LETTERS = string.ascii_lowercase
SECTIONS = (1, 3, 4, 5, 6, 7, 8, 9, 10)
ROW = re.compile(r"^\| (R(\d+)\.(\d+)([a-z]?)) \| (.+?) \| (.*?) ?\|$")


class Tests:
    """What there is: names of stories and clients, and of each unit test file its functions."""

    def __init__(self, folder=TESTS):
        self.stories = {entry.rsplit(".", 1)[0] for place in ("stories", "clients")
                        for entry in listing(os.path.join(folder, place)) if entry.endswith((".py", ".mjs"))}
        self.units = {}
        units = os.path.join(folder, "unit")
        for area in listing(units):
            for entry in listing(os.path.join(units, area)):
                if entry.endswith("_test.c"):
                    with open(os.path.join(units, area, entry)) as text:
                        found = re.findall(r"(?m)^static void (\w+)\(void \*\*", text.read())
                    self.units["%s/%s" % (area, entry[:-2])] = set(found)

    def problem_with(self, name):
        """None if there is a test of that name, otherwise what is wrong with it."""
        if ":" not in name:
            return None if name in self.stories else "there is no story or client %s" % name
        unit, _, function = name.partition(": ")
        if unit not in self.units:
            return "there is no unit test tests/unit/%s.c" % unit
        return None if function in self.units[unit] else "tests/unit/%s.c has no test %s" % (unit, function)


def listing(folder):
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


def check_numbers(numbers):
    """numbers: (section, line, letter) in the order of the table."""
    problems = []
    if list(dict.fromkeys(n[0] for n in numbers)) != list(SECTIONS):
        problems.append("the sections are not those of %s, each in one piece and in order" % (SECTIONS,))
    for section in SECTIONS:
        groups = [(line, [letter for _, _, letter in group]) for line, group in itertools.groupby(
            (n for n in numbers if n[0] == section), key=lambda n: n[1])]
        lines = [line for line, _ in groups]
        if lines != list(range(1, len(lines) + 1)):
            problems.append("section R%d counts %s: from 1 on, without gaps, in order" % (section, lines))
        problems += ["R%d.%d has the letters %r: none, or a, b and so on" % (section, line, "".join(letters))
                     for line, letters in groups
                     if letters != [""] and (len(letters) < 2 or letters != list(LETTERS[:len(letters)]))]
    return problems


def check(text, tests):
    """Every problem of the table in this text, as sentences."""
    table, _, beyond = text.partition(BEYOND)
    problems, numbers, placed = [], [], set()
    for line in table.splitlines():
        if not line.startswith("| R"):
            continue
        row = ROW.match(line)
        if not row:
            problems.append("this is no row: %s" % line[:100])
            continue
        numbers.append((int(row[2]), int(row[3]), row[4]))
        names = re.findall(r"`([^`]+)`", row[6])
        if not names and not (row[6].startswith(REASON) and len(row[6]) > len(REASON) + 10):
            problems.append("%s has neither a test nor a reason (`%s...`)" % (row[1], REASON))
        problems += ["%s: %s" % (row[1], wrong) for wrong in map(tests.problem_with, names) if wrong]
        placed |= {name for name in names if ":" not in name}
    doubled = {n for n in numbers if numbers.count(n) > 1}
    problems += ["R%d.%d%s is there more than once" % n for n in sorted(doubled)]
    if not doubled:
        problems += check_numbers(numbers)

    others = re.findall(r"`([^`]+)`", beyond)
    if not others:
        problems.append("the list under %r is missing or empty" % BEYOND)
    problems += ["beyond the checklists: %s" % wrong for wrong in map(tests.problem_with, others) if wrong]
    problems += ["%s is in the list beyond the checklists more than once" % name
                 for name in sorted({name for name in others if others.count(name) > 1})]
    problems += ["%s is in the table, so it is not beyond the checklists" % name
                 for name in sorted(placed & set(others))]
    problems += ["the story %s has no place yet: name it in the row of what it shows, or in the list %r" %
                 (name, BEYOND) for name in sorted(tests.stories - placed - set(others))]
    return problems


def main():
    with open(TABLE) as text:
        problems = check(text.read(), Tests())
    for problem in problems:
        print("tests/README.md: " + problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
