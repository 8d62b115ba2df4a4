"""A client asks for a language by ui_locales, a browser by Accept-Language: the customer reads that one, or English."""

from support import expect

# ui_locales, Accept-Language, the language of the pages
CHOICES = [
    ("fr-CA", None, "fr"),
    ("fr-CA en", "es-US,es;q=0.9", "fr"),
    ("ES", "fr", "es"),
    ("de pt-BR es-419 fr", None, "es"),
    (None, "es", "es"),
    (None, "es-US,es;q=0.9,en;q=0.8", "es"),
    (None, "de-DE,de;q=0.9,fr;q=0.5,en;q=0.3", "fr"),
    (None, "fr;q=0,es;q=0.1", "es"),
    ("de", "fr-CA", "fr"),
    (None, "de, ja;q=0.5", "en"),
    ("de ja", None, "en"),
    (None, None, "en"),
    ("xx-\"><script>", "<script>, fr;q=nonsense", "en"),
    ("french", "*", "en"),
]
LOGIN = {"en": "Sign in to", "fr": "Ouvrez une session chez", "es": "Inicie sesión en"}
WRONG = {"en": "The user name or the password is wrong.",
         "fr": "Le nom d’utilisateur ou le mot de passe est incorrect.",
         "es": "El nombre de usuario o la contraseña no son correctos."}
CONSENT = {"en": "Share your information with", "fr": "Partager vos renseignements avec",
           "es": "¿Compartir su información con"}
SCOPE = {"en": "See your accounts and balances", "fr": "Voir vos comptes et leurs soldes",
         "es": "Ver sus cuentas y saldos"}
ANSWERED = {"en": "You have answered this request already", "fr": "Vous avez déjà répondu à cette demande",
            "es": "Usted ya respondió a esta solicitud"}


def is_in(language, answer, words, what):
    expect.contains(answer.text, words[language], what)
    expect.contains(answer.text, '<html lang="%s" dir="ltr">' % language, what)
    expect.equal(answer.header("Content-Language"), language, what + ", Content-Language")
    for name in ("Accept-Language", "Cookie"):
        expect.contains(answer.header("Vary") or "", name, what + ", Vary")


def one(cell, user, ui_locales, accept_language, language):
    what = "ui_locales=%s, Accept-Language: %s" % (ui_locales, accept_language)
    browser = cell.browser()
    if accept_language:
        browser.headers = [("Accept-Language", accept_language)]
    browser.open(cell.oauth.authorize_params(cell.demo, ui_locales=ui_locales, prompt="consent").params)
    is_in(language, browser.answer, LOGIN, what + ": login")
    browser.login(user, "not the password")
    is_in(language, browser.answer, WRONG, what + ": wrong password")
    browser.login(user)
    is_in(language, browser.answer, CONSENT, what + ": consent")
    is_in(language, browser.answer, SCOPE, what + ": a scope")


def story(cell):
    for number, choice in enumerate(CHOICES):
        user = cell.new_user("reader-%d" % number)
        one(cell, user, *choice)

    # A page without the vault's word is in the browser's language, whatever the client asked for before.
    browser = cell.browser()
    browser.headers = [("Accept-Language", "es")]
    browser.open(cell.oauth.authorize_params(cell.demo, ui_locales="fr").params)
    browser.login(cell.new_user("reader-last"))
    fields, url = browser.the_form().fields, browser.the_form().action
    expect.true(browser.decide("approve"), "approving")
    browser.send("POST", url, dict(fields, decision="approve"))
    is_in("es", browser.answer, ANSWERED, "an error page")
