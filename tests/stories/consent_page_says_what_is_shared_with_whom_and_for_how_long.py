"""A customer reads the consent page: who asks, what each scope means in words, how long it lasts, yes and no."""

import re

from support import expect


def story(cell):
    client = cell.new_client(name="Fernwood Budget Planner")
    browser = cell.browser()
    browser.to_consent(cell.oauth.authorize_params(client, "openid accounts transactions").params, cell.user)
    page = browser.page
    expect.contains(page.words, "Fernwood Budget Planner", "the consent page")
    for word in ("account", "transaction"):
        expect.contains(page.words.lower(), word, "the consent page")
    expect.lacks(page.words.lower(), "statement", "a scope that was not asked for")
    for raw in ("openid", "sr_ac_", client.id):
        expect.lacks(page.words, raw, "the page speaks a customer's words")
    expect.true(re.search(r"\b20\d\d\b|\b(365|12|one year|a year)\b", page.words), "no end on the page: " + page.words)
    buttons = {value for form in page.forms for name, value in form.buttons if name == "decision"}
    expect.equal(buttons, {"approve", "deny"}, "the buttons")
    html = dict(page.tags[[tag for tag, _ in page.tags].index("html")][1])
    expect.true(html.get("lang"), "the page names its language")
    expect.equal([tag for tag, _ in page.tags].count("h1"), 1, "main headings")
    expect.contains([tag for tag, _ in page.tags], "main", "landmarks")
    expect.true(any(tag == "meta" and told.get("name") == "viewport" for tag, told in page.tags), "no viewport")
    expect.lacks([tag for tag, _ in page.tags], "script", "tags")


