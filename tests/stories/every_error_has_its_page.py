"""A developer follows error_uri: every error in the sources has a page with its very words, and no page is about another."""

import os
import re

from support import expect

CELL = "none"
TOP = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PAGES = os.path.join(TOP, "deploy", "errors")

TEXT = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
# ANSWER of common/outcome.def and of frontend/page_text_en.def: what clients get, and what people see on a page.
ANSWER = re.compile(r'^ANSWER\((\w+),\s*"(\w+)",\s*\d+,\s*(?:NULL|' + TEXT + r')\)', re.M)
ON_A_PAGE = re.compile(r"^ANSWER\((\w+),\s*" + TEXT + r"\)", re.M)
OPERATORS = "/* What only the operator's command line sees"
# An error and its description side by side: every OAuth error has an underscore, every description a blank.
PAIR = re.compile(r'"([a-z]+(?:_[a-z]+)+)",\s*' + TEXT)
# What is wrong with a form, or with HTTP: these are always invalid_request.
FAULTS = (("frontend/client_request.c", re.compile(r"return " + TEXT)),
          ("frontend/respond.c", re.compile(r"(?:case \d+|default): return " + TEXT)),
          ("frontend/ep_token.c", re.compile(r"(?:fault = |client_request_refuse\(x, )" + TEXT)),
          ("frontend/ep_revoke.c", re.compile(r"fault = " + TEXT)),
          ("frontend/ep_introspect.c", re.compile(r"fault = " + TEXT)))
# A challenge that has no description (RFC 6750 3).
CHALLENGE = re.compile(r'error=\\"([a-z_]+)\\"')


def read(*path):
    with open(os.path.join(TOP, *path), encoding="utf-8") as text:
        return text.read()


def page(name):
    with open(os.path.join(PAGES, name + ".md"), encoding="utf-8") as text:
        return text.read()


def joined(literals):
    """What the C compiler makes of "one " "two"."""
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals))


def sources():
    for folder in ("vault", "frontend"):
        for entry in sorted(os.listdir(os.path.join(TOP, folder))):
            if entry.endswith(".c") and "config" not in entry and not entry.startswith("page"):
                yield folder, entry


def collect():
    """errors: {error: its descriptions} of what clients get; shown: the same of what only customers see."""
    errors, shown = {}, {}
    table, _, rest = read("common", "outcome.def").partition(OPERATORS)
    expect.true(rest, "common/outcome.def has not the parts it had")
    names = {row[1]: row[2] for row in ANSWER.finditer(table)}
    for row in ANSWER.finditer(table):
        if row[3]:
            errors.setdefault(row[2], set()).add(joined(row[3]))
    for row in ON_A_PAGE.finditer(read("frontend", "page_text_en.def")):
        if not row[1].startswith(("PAGE_", "LOGIN_")):
            continue        # a step on the customer's way, which no page stands for
        shown.setdefault(names[row[1]], set()).add(joined(row[2]))
    for folder, entry in sources():
        text = read(folder, entry)
        for error, description in PAIR.findall(text):
            if " " in joined(description):
                errors.setdefault(error, set()).add(joined(description))
        for error in CHALLENGE.findall(text):
            errors.setdefault(error, set())
    for path, pattern in FAULTS:
        faults = [joined(literals) for literals in pattern.findall(read(path))]
        expect.true(faults, "no description found in %s: this story reads it no longer" % path)
        errors["invalid_request"].update(faults)
    return errors, shown


def story(workshop):
    del workshop
    errors, shown = collect()
    for certain in ("invalid_grant", "login_required", "request_not_supported", "insufficient_scope", "access_denied"):
        expect.true(certain in errors, "%s is not found in the sources: this story reads them no longer" % certain)
    pages = {entry[:-3] for entry in os.listdir(PAGES) if entry.endswith(".md")} - {"README"}
    expect.equal(sorted(set(errors) - pages), [], "errors without a page in deploy/errors")
    expect.equal(sorted(pages - set(errors)), [], "pages about errors that nobody sends")
    index = page("README")
    for error in sorted(pages):
        text = page(error)
        expect.true(text.startswith("# %s\n" % error), "deploy/errors/%s.md does not begin with its name" % error)
        for description in sorted(errors[error] | shown.get(error, set())):
            expect.contains(text, description, "deploy/errors/%s.md" % error)
        for name in ("## Why it comes", "## What to do", "## What it looks like", "## What the bank sees"):
            expect.contains(text, name, "deploy/errors/%s.md" % error)
        expect.contains(index, "[%s](%s.md)" % (error, error), "deploy/errors/README.md")
