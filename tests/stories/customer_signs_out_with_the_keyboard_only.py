"""A customer without a mouse is asked whether to sign out, stays once, then signs out; the focus is always seen."""

from support import expect
from support.chrome import By, Chrome, Keys

CELL = "own"
TIMEOUT = 150
END = "/oauth2/v4/end_session"


def is_button(value):
    return lambda element: element.get_attribute("name") == "confirm" and element.get_attribute("value") == value


def choose(chrome, value):
    button = chrome.tab_to(is_button(value))
    expect.true(button.accessible_name, "the name of the button %s" % value)
    outline = chrome.driver.execute_script(
        "const s = getComputedStyle(document.activeElement); return s.outlineStyle + ' ' + s.outlineWidth")
    expect.true("none" not in outline and " 0px" not in outline, "the focus cannot be seen: " + outline)
    chrome.picture("logout-focus-" + value)
    chrome.press(Keys.ENTER)


def story(cell):
    ask = cell.origin.url + END + "?client_id=" + cell.demo.id
    with Chrome(cell, language="fr-CA") as chrome:
        chrome.authorize(cell.oauth.authorize_params(cell.demo).params)
        chrome.wait_path("/oauth2/v4/login")
        chrome.sign_in(cell.user)
        chrome.wait_path("/oauth2/v4/consent")

        chrome.open(ask)
        chrome.wait_text("h1", "Fermer votre session")
        expect.equal(len(chrome.driver.find_elements(By.CSS_SELECTOR, "main, header, footer")), 3, "landmarks")
        expect.contains(chrome.find(".who").text, "Session ouverte", "who is signed in")
        ways = chrome.driver.find_elements(By.CSS_SELECTOR, "button")
        expect.equal([way.get_attribute("value") for way in ways], ["yes", "no"], "the order of the answers")
        looks = [way.value_of_css_property("background-color") for way in ways]
        expect.true(looks[0] != looks[1], "the two answers look the same: %r" % looks)
        choose(chrome, "no")
        chrome.wait_text("h1", "Votre session reste ouverte")
        chrome.picture("still-signed-in")
        expect.true(chrome.driver.get_cookie("__Host-sr_session"), "the session's cookie")

        chrome.open(ask)
        chrome.wait_text("h1", "Fermer votre session")
        choose(chrome, "yes")
        chrome.wait_text("h1", "Votre session est fermée")
        chrome.picture("signed-out")
        expect.contains(chrome.find("main").text, "fermer maintenant toutes les fenêtres", "a shared computer")
        expect.equal(chrome.driver.get_cookie("__Host-sr_session"), None, "the session's cookie")

        chrome.authorize(cell.oauth.authorize_params(cell.demo).params)
        chrome.wait_path("/oauth2/v4/login")
