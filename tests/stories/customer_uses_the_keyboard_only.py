"""A customer without a mouse logs in and approves with Tab and Enter; every field has a name that is read out."""

from support import expect
from support.chrome import By, Callback, Chrome, Keys
from support.wire import query_of

CELL = "own"
TIMEOUT = 150


def has_name(field):
    return lambda element: element.get_attribute("name") == field


def story(cell):
    callback = Callback(cell.demo.redirect_uri)
    asked = cell.oauth.authorize_params(cell.demo, "openid accounts transactions")
    with Chrome(cell) as chrome:
        chrome.authorize(asked.params)
        chrome.wait_path("/oauth2/v4/login")
        for field in chrome.driver.find_elements(By.CSS_SELECTOR, "input:not([type=hidden]), button"):
            expect.true(field.accessible_name, "a field without a name: " + field.get_attribute("outerHTML"))
        chrome.tab_to(has_name("username")).send_keys(cell.user.username)
        chrome.press(Keys.TAB)
        chrome.tab_to(has_name("password"))
        outline = chrome.driver.execute_script(
            "const s = getComputedStyle(document.activeElement);"
            "return [s.outlineStyle, s.outlineWidth, s.boxShadow, s.borderColor].join(' ')")
        expect.true("none 0px none" not in outline, "the focus cannot be seen: " + outline)
        chrome.focused().send_keys(cell.user.password)
        chrome.press(Keys.ENTER)
        chrome.wait_path("/oauth2/v4/consent")
        button = chrome.tab_to(lambda element: element.get_attribute("value") == "approve")
        expect.true(button.accessible_name, "the approve button's name")
        chrome.picture("consent-focus")
        chrome.press(Keys.ENTER)
        chrome.wait_path("/" + cell.demo.redirect_uri.split("/", 3)[3])
        expect.true("code" in query_of(chrome.url), "a code at the app")
    callback.close()
