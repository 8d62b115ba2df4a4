"""A form comes back with no decision, two of them, or a word that is neither yes nor no."""

from support import expect


def story(cell):
    for wrong in ([], [("decision", "")], [("decision", "APPROVE")], [("decision", "maybe")],
                  [("decision", "approve"), ("decision", "deny")], [("decision", "deny"), ("decision", "approve")]):
        browser = cell.browser()
        browser.to_consent(cell.oauth.authorize_params(cell.demo).params, cell.user)
        form = browser.the_form()
        browser.send("POST", form.action or browser.url, [*form.fields.items(), *wrong])
        location = browser.follow()
        expect.true(location is None or "code=" not in location, "%r led to %s" % (wrong, location))
