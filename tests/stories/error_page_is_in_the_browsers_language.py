"""Something goes wrong before anybody knows which client asks: the page is in the browser's language, JSON is not."""

from support import expect
from support.oauth import FORM

BROWSER = [("Accept", "text/html")]
# Accept-Language lines, the language of the page
LINES = [
    (["fr-CA, fr;q=0.9, en;q=0.8"], "fr"),
    (["es-MX"], "es"),
    (["ES-us;q=0.4, fr;q=0.3"], "es"),
    (["en-GB, fr"], "en"),
    (["de, fr;q=0.2"], "fr"),
    (["fr", "es"], "fr"),
    (["zh-Hant-TW"], "en"),
    (["fr;q=2"], "en"),
    (["fr;q=0"], "en"),
    (["fr-CA" + ",x" * 400], "fr"),
    ([",;,;q=,;;=,--"], "en"),
    ([""], "en"),
    ([], "en"),
]
WORDS = {
    "en": ("We cannot continue", "We do not know the app that sent you here."),
    "fr": ("Nous ne pouvons pas continuer", "Nous ne connaissons pas l’application d’où vous venez."),
    "es": ("No podemos continuar", "No conocemos la aplicación desde la que llegó."),
}
LOST = {"en": "Page not found", "fr": "Page introuvable", "es": "Página no encontrada"}


def story(cell):
    for lines, language in LINES:
        what = "Accept-Language: %s" % lines
        headers = BROWSER + [("Accept-Language", line) for line in lines]
        answer = expect.status(cell.oauth.authorize({"client_id": "nobody"}, headers=headers), 400, what)
        for words in WORDS[language]:
            expect.contains(answer.text, words, what)
        expect.contains(answer.text, '<html lang="%s"' % language, what)
        expect.equal(answer.header("Content-Language"), language, what + ", Content-Language")
        expect.contains(answer.header("Vary") or "", "Accept-Language", what + ", Vary")
        answer = expect.status(cell.origin.request("GET", "/nothing", headers), 404, what)
        expect.contains(answer.text, LOST[language], what)

    # A program reads the same words everywhere.
    french = [("Accept-Language", "fr")]
    told = expect.status(cell.origin.request("GET", "/nothing", french), 404, "a program").json()
    expect.equal(told["error_description"], "There is nothing at this path.", "a program")
    answer = cell.origin.request("POST", "/oauth2/v4/token", french + [("Content-Type", FORM)], b"grant_type=x")
    expect.lacks(answer.text, "é", "the token endpoint")
