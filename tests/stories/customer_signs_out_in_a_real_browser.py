"""A customer with Chromium signs out: asked by our page, from a link of the app, and from a form on the app's page."""

import html
import http.server
import json
import threading

from support import expect
from support.chrome import Callback, Chrome
from support.wire import form, query_of

CELL = "own"
TIMEOUT = 180
END = "/oauth2/v4/end_session"


class App:
    """The app's own site, not ours: a page with a form that signs out, and the page that the browser comes back to."""

    def __init__(self):
        self.page, self.seen = b"", []
        app = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                app.seen.append(self.path)
                body = app.page if self.path == "/form" else b"<!doctype html><title>Bye</title><h1>Bye</h1>"
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *unused):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # Another scheme makes it another site to the browser: its forms and images bring no cookies of ours.
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def offer(self, action, params):
        fields = "".join('<input type="hidden" name="%s" value="%s">' % (name, html.escape(value))
                         for name, value in params.items())
        self.page = ('<!doctype html><title>App</title><form method="post" action="%s">%s<button>Sign out</button>'
                     '</form>' % (action, fields)).encode()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def story(cell):
    app, callback = App(), Callback(cell.demo.redirect_uri)
    return_uri = app.url + "/bye"
    cell.cli_ok("client", "update", cell.demo.id, "--post-logout-redirect-uri", return_uri)
    with Chrome(cell) as chrome:
        def sign_in():
            asked = cell.oauth.authorize_params(cell.demo, prompt="consent")
            chrome.authorize(asked.params)
            if chrome.path == "/oauth2/v4/login":
                chrome.sign_in(cell.user)
            chrome.wait_path("/oauth2/v4/consent")
            chrome.find("button[value=approve]").click()
            chrome.wait_path("/callback")
            answer = cell.oauth.redeem(cell.demo, query_of(chrome.url)["code"], asked.verifier)
            return expect.status(answer, 200, "redeeming the code").json()["id_token"]

        def is_signed_in():
            chrome.authorize(cell.oauth.authorize_params(cell.demo, prompt="none").params)
            chrome.wait_path("/callback")
            return query_of(chrome.url).get("error") != "login_required"

        sign_in()
        params = {"client_id": cell.demo.id, "post_logout_redirect_uri": return_uri, "state": "s1"}
        chrome.open(cell.issuer + END + "?" + form(params))
        chrome.wait_path(END)
        chrome.picture("sign-out")
        chrome.find("button[value=no]").click()
        chrome.wait_path("/bye")
        expect.true(is_signed_in(), "stayed")
        chrome.open(cell.issuer + END + "?" + form(params))
        chrome.find("button[value=yes]").click()
        chrome.wait_path("/bye")
        expect.equal(query_of(chrome.url), {"state": "s1"}, "what the app learns")
        expect.true(not is_signed_in(), "signed out by our page")

        hint = sign_in()
        expect.true(is_signed_in(), "signed in again")
        chrome.open(cell.issuer + END + "?" + form(dict(params, id_token_hint=hint)))
        chrome.wait_path("/bye")
        expect.true(not is_signed_in(), "signed out by a link")

        app.offer(cell.issuer + END, dict(params, id_token_hint=sign_in()))
        chrome.open(app.url + "/form")
        chrome.find("button").click()
        chrome.wait_path("/bye")
        expect.true(not is_signed_in(), "signed out by the app's own form")

        sign_in()
        app.page = b'<!doctype html><title>Evil</title><img src="%s">' % (cell.issuer + END).encode()
        chrome.open(app.url + "/form")
        app.offer(cell.issuer + END, {"confirm": "yes", "csrf": "A" * 22})
        chrome.open(app.url + "/form")
        chrome.find("button").click()
        chrome.wait_path(END)
        chrome.find("button[value=yes]")
        expect.true(is_signed_in(), "neither an image nor a form of another site signs anybody out")
        blocked = [entry["message"] for entry in chrome.driver.get_log("browser")
                   if "Content Security Policy" in json.dumps(entry)]
        expect.equal(blocked, [], "what the pages' own policy blocked")
    app.close()
    callback.close()
