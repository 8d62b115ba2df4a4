"""A real browser: headless Chromium that trusts the cell's development CA through an NSS database of its own.

Certificate errors are not switched off, so a mistake in TLS shows. Screenshots go to the folder that
STRONGROOM_SCREENSHOTS names, or nowhere.
"""

import http.server
import os
import shutil
import subprocess
import tempfile
import threading
import urllib.parse

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from support import expect

__all__ = ["Chrome", "Callback", "By", "Keys"]

SECONDS = 20


class Callback:
    """The client's side of the redirect: a small server at the demo client's redirect_uri."""

    def __init__(self, redirect_uri):
        parts = urllib.parse.urlsplit(redirect_uri)
        self.seen = []
        seen = self.seen

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                seen.append((self.path, self.headers))
                body = b"<!doctype html><title>Back at the app</title><h1>Back at the app</h1>"
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *unused):
                pass
        self.server = http.server.ThreadingHTTPServer((parts.hostname, parts.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Chrome:
    def __init__(self, cell, width=1100, height=850, dark=False, language="en-US"):
        self.cell = cell
        self.home = tempfile.mkdtemp(prefix="sr-chrome.")
        database = os.path.join(self.home, ".pki", "nssdb")
        os.makedirs(database)
        ca_file = cell.quickstart["ca_file"]
        for args in (["-N", "--empty-password"], ["-A", "-t", "C,,", "-n", "development", "-i", ca_file]):
            subprocess.run(["certutil", "-d", "sql:" + database, *args], check=True, stdout=subprocess.DEVNULL)
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                     "--disable-background-networking", "--lang=en-US", "--accept-lang=" + language,
                     "--user-data-dir=" + self.home + "/profile",
                     "--window-size=%d,%d" % (width, height)):
            options.add_argument(flag)
        if dark:
            options.add_argument("--force-dark-mode")
        env = dict(os.environ, HOME=self.home, XDG_CONFIG_HOME=self.home, XDG_CACHE_HOME=self.home)
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver", env=env), options=options)
        self.driver.set_page_load_timeout(SECONDS)
        # Headless windows have a least width of their own; the page is to see exactly this one.
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
        if dark:
            self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                "features": [{"name": "prefers-color-scheme", "value": "dark"}]})

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.driver.quit()
        shutil.rmtree(self.home, ignore_errors=True)

    def open(self, url):
        self.driver.get(url)

    @property
    def url(self):
        return self.driver.current_url

    @property
    def path(self):
        return urllib.parse.urlsplit(self.url).path

    def wait_path(self, path):
        WebDriverWait(self.driver, SECONDS).until(
            lambda driver: self.path == path, "%s was not reached, the browser is at %s" % (path, self.url))

    def wait_text(self, css, text):
        """Until the first such element says this; narrow spaces count as spaces."""
        def says(driver):
            found = driver.find_elements(By.CSS_SELECTOR, css)
            return found and text in found[0].text.replace("\u202f", " ")
        WebDriverWait(self.driver, SECONDS, ignored_exceptions=(StaleElementReferenceException,)).until(
            says, "%r does not appear at %s" % (text, self.url))

    def find(self, css):
        found = self.driver.find_elements(By.CSS_SELECTOR, css)
        expect.true(found, "no %s on %s: %s" % (css, self.url, self.driver.page_source[:1500]))
        return found[0]

    def focused(self):
        return self.driver.switch_to.active_element

    def press(self, key):
        self.focused().send_keys(key)

    def tab_to(self, wanted, limit=25):
        """Press Tab until the focus is on the element that wanted() accepts, as somebody without a mouse would."""
        for _ in range(limit):
            if wanted(self.focused()):
                return self.focused()
            self.press(Keys.TAB)
        return expect.fail("the keyboard does not reach it on %s" % self.url)

    def widths(self):
        """(how wide the content is, how wide the window is)"""
        return self.driver.execute_script(
            "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]")

    def fits(self, name):
        """Nothing to scroll sideways for, no control cut off or too small for a thumb."""
        self.picture(name)
        content, window = self.widths()
        expect.true(content <= window, "%s: %d pixels wide in a window of %d" % (name, content, window))
        for control in self.driver.find_elements(By.CSS_SELECTOR, "button, input:not([type=hidden])"):
            box = control.rect
            expect.true(box["x"] >= 0 and box["x"] + box["width"] <= window + 1, "%s: %r is cut off" % (name, box))
            expect.true(box["height"] >= 40, "%s: %r is too small for a thumb" % (name, box))

    def contrast(self, css):
        """The contrast ratio (WCAG 2) of an element's text against the first opaque background behind it."""
        return self.driver.execute_script("""
            const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
            const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
                .map(v => v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4))
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
            const element = document.querySelector(arguments[0]);
            let behind = element, colour = [255, 255, 255];
            for (; behind; behind = behind.parentElement) {
                const found = parse(getComputedStyle(behind).backgroundColor);
                if (found.length === 3 || found[3] === 1) { colour = found; break; }
            }
            const a = light(parse(getComputedStyle(element).color)), b = light(colour);
            return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        """, css)

    def picture(self, name):
        folder = os.environ.get("STRONGROOM_SCREENSHOTS")
        if folder:
            os.makedirs(folder, exist_ok=True)
            self.driver.save_screenshot(os.path.join(folder, name + ".png"))

    def sign_in(self, user):
        self.find("input[name=username]").send_keys(user.username)
        self.find("input[name=password]").send_keys(user.password)
        self.find("form button[type=submit], form button").click()

    def authorize(self, params):
        self.open(self.cell.origin.url + "/oauth2/v4/authorize?" + urllib.parse.urlencode(params))
