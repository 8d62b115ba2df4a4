"""An attacker registers a client whose name is markup, and puts markup into every parameter that a page might show."""

from support import expect

EVIL = "<img src=x onerror=alert(1)>\"'&amp;</title><script>alert(2)</script>"


def harmless(page_text, what):
    for raw in ("<img", "<script", "onerror=alert(1)>\""):
        expect.lacks(page_text, raw, what)


def story(cell):
    client = cell.new_client(name=EVIL)
    user = cell.new_user("markup-customer", name="<b>Bold</b> & \"Co\"")
    browser = cell.browser()
    asked = cell.oauth.authorize_params(client, login_hint=EVIL, state=EVIL, nonce=EVIL)
    browser.open(asked.params)
    harmless(browser.answer.text, "the login page")
    expect.contains(browser.page.words, "onerror=alert(1)", "the name as text on the login page")
    browser.submit(username=EVIL, password=EVIL)
    harmless(browser.answer.text, "the login page after a failed login")
    browser.login(user)
    expect.true(browser.at("consent"), "logged in")
    harmless(browser.answer.text, "the consent page")
    expect.lacks(browser.answer.text, "<b>Bold</b>", "the customer's name")
    expect.contains(browser.page.words, "onerror=alert(1)", "the name as text on the consent page")
    answer = cell.oauth.authorize({"client_id": EVIL, "redirect_uri": EVIL})
    harmless(answer.text, "the error page")
    answer = cell.origin.request("GET", "/oauth2/v4/login?request=%22%3E%3Cscript%3E")
    harmless(answer.text, "the page for a broken handle")
