"""Customers with the smallest phones, 320 pixels wide, in each language: no page scrolls sideways."""

from support import expect
from support.chrome import Chrome
from support.oauth import User

CELL = "own"
TIMEOUT = 240
NAME = "Extraordinarilylongnamedfinancialplanningapplication GmbH & Co KG"
HEADINGS = {
    "en": ("Sign in to", "Share your information", "Sign out of", "You are signed out", "We cannot continue"),
    "fr": ("Ouvrez une session", "Partager vos renseignements", "Fermer votre session", "Votre session est fermée",
           "Nous ne pouvons pas continuer"),
    "es": ("Inicie sesión", "¿Compartir su información", "¿Cerrar su sesión", "Su sesión está cerrada",
           "No podemos continuar"),
}

WRONG = {"en": "is wrong", "fr": "est incorrect", "es": "no son correctos"}


def shows(chrome, language, heading, name):
    expect.contains(chrome.find("h1").text.replace("\u202f", " "), heading, name)
    expect.equal(chrome.find("html").get_attribute("lang"), language, name + ", lang")
    chrome.fits("%s-%s-320" % (name, language))
    for css in ("h1", "p", "footer"):
        ratio = chrome.contrast(css)
        expect.true(ratio >= 4.5, "%s in %s: contrast of %s is %.1f" % (name, language, css, ratio))


def visit(cell, client, chrome, language):
    login, consent, logout, out, error = HEADINGS[language]
    asked = cell.oauth.authorize_params(client, "openid customers accounts transactions statements", prompt="consent")
    chrome.authorize(asked.params)
    chrome.wait_path("/oauth2/v4/login")
    shows(chrome, language, login, "login")
    chrome.sign_in(User(cell.user.username, "not the password", None))
    chrome.wait_path("/oauth2/v4/login")
    chrome.wait_text("[role=alert]", WRONG[language])
    shows(chrome, language, login, "wrong-password")
    chrome.find("input[name=username]").clear()
    chrome.sign_in(cell.user)
    chrome.wait_path("/oauth2/v4/consent")
    shows(chrome, language, consent, "consent")
    chrome.open(cell.origin.url + "/oauth2/v4/end_session?client_id=" + client.id)
    shows(chrome, language, logout, "logout")
    chrome.find("button[value=yes]").click()
    chrome.wait_text("h1", out)
    shows(chrome, language, out, "signed-out")
    chrome.authorize(dict(asked.params, client_id="nobody"))
    shows(chrome, language, error, "error")


def story(cell):
    client = cell.new_client(name=NAME, redirect_uris=["https://app.example/callback"])
    for accepted, language in (("en-US,en", "en"), ("fr-CA,fr", "fr"), ("es-US,es", "es")):
        with Chrome(cell, width=320, height=640, dark=language == "es", language=accepted) as chrome:
            visit(cell, client, chrome, language)
