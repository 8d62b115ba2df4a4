"""A browser without a screen: keeps cookies as a browser would, reads forms with their hidden fields, and stops at
the redirect that leaves the issuer. The real browser is in chrome.py."""

import html.parser
import urllib.parse

from support import expect
from support.wire import form, query_of

MAX_STEPS = 8


class Form:
    def __init__(self, action, method):
        self.action, self.method = action, (method or "get").lower()
        self.fields, self.buttons = {}, []


class Page(html.parser.HTMLParser):
    """The forms of a page, its words, and the tags in it."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.words, self.tags, self.links = [], "", [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.tags.append((tag, told))
        if tag == "form":
            self.forms.append(Form(told.get("action"), told.get("method")))
        elif tag == "input" and self.forms and told.get("name"):
            self.forms[-1].fields[told["name"]] = told.get("value") or ""
        elif tag == "button" and self.forms and told.get("name"):
            self.forms[-1].buttons.append((told["name"], told.get("value")))
        elif tag == "a":
            self.links.append(told.get("href"))

    def handle_data(self, data):
        self.words += " " + data.strip()


class Browser:
    def __init__(self, origin):
        self.origin = origin
        self.cookies = {}           # name -> value
        self.set_cookies = []       # every Set-Cookie line as it came
        self.headers = []           # pairs that go with every request, such as Accept-Language
        self.url, self.answer = None, None

    def send(self, method, url, fields=None, headers=()):
        """One request with the cookies kept so far; no redirect is followed."""
        target = urllib.parse.urljoin(self.url or self.origin.url + "/", url)
        parts = urllib.parse.urlsplit(target)
        expect.equal("%s://%s" % (parts.scheme, parts.netloc), self.origin.url, "the browser stays at the issuer")
        pairs = [("Accept", "text/html"), ("Accept-Encoding", "gzip, deflate")] + self.headers + list(headers)
        if self.cookies:
            pairs.append(("Cookie", "; ".join("%s=%s" % pair for pair in self.cookies.items())))
        body = None
        if fields is not None:
            body = fields if isinstance(fields, bytes) else form(fields).encode()
            pairs.append(("Content-Type", "application/x-www-form-urlencoded"))
        path = parts.path + ("?" + parts.query if parts.query else "")
        self.answer = self.origin.request(method, path, pairs, body)
        self.url = target
        for line in self.answer.all("Set-Cookie"):
            self.set_cookies.append(line)
            self._keep(line)
        return self.answer

    def _keep(self, line):
        pair, *attributes = [part.strip() for part in line.split(";")]
        name, _, value = pair.partition("=")
        lower = [attribute.lower() for attribute in attributes]
        if "max-age=0" in lower:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    def follow(self):
        """Follow redirects inside the issuer; returns the Location that leaves it, or None at a page."""
        for _ in range(MAX_STEPS):
            if self.answer.status not in (301, 302, 303, 307, 308):
                return None
            expect.equal(self.answer.status, 303, "the status of a redirect")
            location = self.answer.header("Location")
            target = urllib.parse.urljoin(self.url, location)
            parts = urllib.parse.urlsplit(target)
            if "%s://%s" % (parts.scheme, parts.netloc) != self.origin.url or not parts.path.startswith("/oauth2/"):
                return location
            self.send("GET", target)
        return expect.fail("the redirects at %s do not end" % self.url)

    def open(self, params):
        """Start an authorization request; returns the Location that leaves the issuer, or None at a page."""
        self.send("GET", self.origin.url + "/oauth2/v4/authorize?" + form(params))
        return self.follow()

    @property
    def page(self):
        return Page(self.answer.text)

    def the_form(self):
        forms = self.page.forms
        expect.equal(len(forms) > 0, True, "a form on the page %s (%s)" % (self.url, self.answer))
        return forms[0]

    def submit(self, headers=(), **fields):
        """Submit the page's form with its hidden fields and these; redirects are followed."""
        found = self.the_form()
        expect.equal(found.method, "post", "the form's method")
        values = dict(found.fields)
        values.update(fields)
        self.send("POST", found.action or self.url, {k: v for k, v in values.items() if v is not None}, headers)
        return self.follow()

    def at(self, step):
        """True if the page shown is that step's: login or consent."""
        return urllib.parse.urlsplit(self.url).path == "/oauth2/v4/" + step

    def ask(self, params):
        """An authorization request, and what comes of it in a word: login or consent for the page that is shown, code,
        or the name of the error that the client is told."""
        location = self.open(params)
        if location is None:
            expect.status(self.answer, 200, "the page at %s" % self.url)
            return urllib.parse.urlsplit(self.url).path.rsplit("/", 1)[1]
        told = query_of(location)
        return "code" if "code" in told else told.get("error")

    def login(self, user, password=None):
        return self.submit(username=user.username, password=user.password if password is None else password)

    def decide(self, decision):
        return self.submit(decision=decision)

    def to_consent(self, params, user):
        """Go as far as the consent page. The customer may have allowed it before, in this story or in another one on
        the same cell, so the request asks for the page."""
        expect.equal(self.open(dict({"prompt": "consent"}, **params)), None, "the authorization request ends at a page")
        if self.at("login"):
            expect.equal(self.login(user), None, "login ends at a page")
        expect.true(self.at("consent") and self.answer.status == 200,
                    "after login comes the consent page, not %s: %s" % (self.url, self.answer))

    def approve(self, params, user):
        """The whole way; returns the redirect to the client."""
        self.to_consent(params, user)
        location = self.decide("approve")
        expect.true(location is not None, "approving leads back to the client, not to %s" % self.answer)
        return location
