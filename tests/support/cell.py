"""A development cell for stories: started by the real command, used through its real sockets.

Cell is one directory made by `strongroom dev`. It knows where things are, runs the command line against it, makes
clients and customers, kills and watches daemons, and reads logs and the audit record. What a client or a browser
does with it is in oauth.py and browser.py; both are reached from here so that a story needs one name only.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from support import expect, ports
from support.browser import Browser
from support.oauth import Client, OAuth, Tokens, User
from support.wire import Origin, query_of

BIN = os.environ.get("STRONGROOM_BIN", "")
START_SECONDS = 90          # a build with sanitizers on a busy machine
PREFIX = "/fdx/v6"
ALL_SCOPES = "openid customers accounts transactions statements"


def binary(name):
    path = os.path.join(BIN, name)
    expect.true(BIN and os.access(path, os.X_OK), "STRONGROOM_BIN must name the folder of %s (is %r)" % (name, BIN))
    return path


def run(argv, stdin=None, timeout=60, env=None, pass_fds=()):
    """Run a command to its end; bytes of stdout and stderr are decoded, the exit code is the story's to judge."""
    return subprocess.run(argv, input=stdin, stdin=None if stdin is not None else subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout, text=True,
                          env=env, pass_fds=pass_fds, check=False)


def is_alive(pid):
    """True if the process exists and is no zombie."""
    try:
        with open("/proc/%d/stat" % pid) as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_gone(pid, seconds=30.0):
    expect.eventually(lambda: not is_alive(pid), "the end of process %d" % pid, seconds)


class Workshop:
    """A story's own folder and the binaries, for stories that start things themselves."""

    def __init__(self, folder):
        self.folder = folder
        self.cells = []

    def new_cell(self, name="cell", **options):
        cell = Cell(os.path.join(self.folder, name), **options)
        self.cells.append(cell)
        return cell

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w") as out:
            out.write(text)
        return path


class Cell:
    """vault, frontend: settings laid over the development cell's two files, e.g. {"lifetimes": {"code": "2s"}}."""

    def __init__(self, folder, options=(), vault=None, frontend=None, start=True):
        self.dir = folder
        self.options = list(options)
        self.port = ports.free_block()
        self._gateway = None
        os.makedirs(folder, exist_ok=True)
        if start:
            self.start()
            if vault or frontend:
                self.stop()
                self.configure(vault, frontend)
                self.start()

    # -- life ------------------------------------------------------------------------------------------------------

    def start(self):
        result = run([binary("strongroom"), "dev", "--dir", self.dir, "--port", str(self.port), "--detach"]
                     + self.options, timeout=START_SECONDS)
        expect.equal(result.returncode, 0, "strongroom dev (%s %s)" % (result.stdout, result.stderr))
        self.read_quickstart()

    def read_quickstart(self):
        with open(self.path("quickstart.json")) as text:
            self.quickstart = json.load(text)
        told = self.quickstart
        self.issuer = told["issuer"]
        self.origin = Origin(told["base_url"], told.get("ca_file") or None)
        self.demo = Client(told["client"])
        self.second = Client(told["second_client"])
        self.rs = Client(told["resource_server"])
        self.user = User(told["user"]["username"], told["user"]["password"], told["user"]["sub"])
        self.oauth = OAuth(self.origin)

    def stop(self):
        result = run([binary("strongroom"), "dev", "--dir", self.dir, "--stop"], timeout=60)
        expect.equal(result.returncode, 0, "strongroom dev --stop (%s %s)" % (result.stdout, result.stderr))

    def remove(self):
        shutil.rmtree(self.dir, ignore_errors=True)

    def configure(self, vault=None, frontend=None):
        """Lay settings over vault.yaml and frontend.yaml; a top-level key is replaced whole."""
        for name, settings in (("vault.yaml", vault), ("frontend.yaml", frontend)):
            if settings:
                with open(self.path(name)) as text:
                    edited = overlay(text.read(), settings)
                with open(self.path(name), "w") as out:
                    out.write(edited)

    # -- places and processes --------------------------------------------------------------------------------------

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def pid(self, name):
        """name: supervisor, vault or frontend."""
        with open(self.path("run", name + ".pid")) as text:
            return int(text.read().split()[0])

    def workers(self):
        """The pids of the front end's workers, the children of its master."""
        master = str(self.pid("frontend"))
        found = []
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    with open("/proc/%s/stat" % entry) as stat:
                        fields = stat.read().rsplit(")", 1)[1].split()
                except (FileNotFoundError, ProcessLookupError):
                    continue
                if fields[1] == master and fields[0] not in "ZX":
                    found.append(int(entry))
        return sorted(found)

    def kill(self, name, how=signal.SIGKILL):
        """Send a signal to a daemon by its pid file; returns the pid it had."""
        pid = self.pid(name)
        os.kill(pid, how)
        return pid

    def wait_new(self, name, old_pid, seconds=30.0):
        """Wait until the pid file names another, living process."""
        def is_new():
            try:
                pid = self.pid(name)
            except (FileNotFoundError, IndexError, ValueError):
                return False
            return pid != old_pid and is_alive(pid)
        expect.eventually(is_new, "a new %s in place of %d" % (name, old_pid), seconds)
        return self.pid(name)

    def daemon(self, name, config=None, env=None):
        """Start the vault or a front end without the supervisor of `strongroom dev`; name: vault or frontend."""
        return Daemon("strongroom-" + name, config or self.path(name + ".yaml"),
                      self.path("log", "by-hand-%s.log" % name), env)

    def on_a_slow_disk(self, milliseconds):
        """Start both daemons anew with a disk whose every sync takes that long; returns a path that breaks it."""
        self.stop()
        library, broken = self.path("slow_disk.so"), self.path("broken")
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "slow_disk.c")
        made = run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"])
        expect.equal(made.returncode, 0, "compiling slow_disk.c (%s)" % made.stderr)
        sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        self.daemon("vault", env={"LD_PRELOAD": library, "SLOW_DISK_MS": str(milliseconds),
                                  "SLOW_DISK_BROKEN": broken, "ASAN_OPTIONS": sanitizer})
        self.daemon("frontend")
        self.wait_ready()
        self.settled()
        return broken

    def is_ready(self):
        return self.origin.request("GET", "/readyz", timeout=10).status == 200

    def wait_ready(self, seconds=60.0):
        expect.eventually(self.is_ready, "readiness", seconds)

    def settled(self):
        """Ready several times in a row, so that every worker has its stream to the vault again."""
        expect.eventually(lambda: all(self.is_ready() for _ in range(8)), "lasting readiness", 60.0)

    # -- the operator ----------------------------------------------------------------------------------------------

    def cli(self, *args, stdin=None, timeout=60, pass_fds=()):
        return run([binary("strongroom"), "--socket", self.quickstart["admin_socket"]] + list(args),
                   stdin=stdin, timeout=timeout, pass_fds=pass_fds)

    def cli_ok(self, *args, **options):
        result = self.cli(*args, **options)
        expect.equal(result.returncode, 0, "strongroom %s (%s)" % (" ".join(args), result.stderr))
        return result.stdout

    def cli_json(self, *args, **options):
        text = self.cli_ok("--json", *args, **options)
        try:
            return json.loads(text)
        except ValueError:
            return expect.fail("strongroom --json %s printed no JSON: %r" % (" ".join(args), text[:500]))

    def new_client(self, scope=ALL_SCOPES, redirect_uris=("https://app.example/callback",), name="A story", **flags):
        """Register a client; flags are options of `client add`, e.g. access_token_lifetime="2s", id="x"."""
        args = ["client", "add", "--name", name, "--scope", scope]
        for uri in redirect_uris:
            args += ["--redirect-uri", uri]
        for key, value in flags.items():
            args += ["--" + key.replace("_", "-"), value]
        told = self.cli_json(*args)
        return Client({"client_id": told["client_id"], "client_secret": told["client_secret"],
                       "redirect_uri": redirect_uris[0]})

    def new_resource_server(self, **flags):
        args = ["client", "add", "--name", "A gateway", "--kind", "resource_server"]
        for key, value in flags.items():
            args += ["--" + key.replace("_", "-"), value]
        told = self.cli_json(*args)
        return Client({"client_id": told["client_id"], "client_secret": told["client_secret"], "redirect_uri": None})

    def new_user(self, username, password="correct horse battery staple", accounts=("acc-1",), name="Sam Customer"):
        """Register a customer; the password goes through a pipe, as an operator's script would do it."""
        reading, writing = os.pipe()
        os.write(writing, password.encode() + b"\n")
        os.close(writing)
        args = ["user", "add", username, "--name", name, "--password-fd", str(reading)]
        for account in accounts:
            args += ["--account", account]
        try:
            told = self.cli_json(*args, pass_fds=(reading,))
        finally:
            os.close(reading)
        return User(username, password, told["sub"])

    # -- the customer and the client -------------------------------------------------------------------------------

    def browser(self):
        return Browser(self.origin)

    def code(self, client=None, user=None, scope="openid accounts", browser=None, **more):
        """Go through login and consent; returns the authorization response's parameters and the PKCE verifier."""
        client, user, browser = client or self.demo, user or self.user, browser or self.browser()
        asked = self.oauth.authorize_params(client, scope, **more)
        location = browser.approve(asked.params, user)
        told = query_of(location)
        expect.true("code" in told, "no code in %s" % location)
        return told["code"], asked.verifier

    def grant(self, client=None, user=None, scope="openid accounts", browser=None):
        """A whole grant: returns Tokens."""
        client = client or self.demo
        code, verifier = self.code(client, user, scope, browser)
        answer = expect.status(self.oauth.redeem(client, code, verifier), 200, "redeeming a code")
        return Tokens(client, answer.json())

    def is_active(self, token, rs=None):
        answer = expect.status(self.oauth.introspect(rs or self.rs, token), 200, "introspection")
        return answer.json()["active"]

    @property
    def gateway(self):
        """The origin that answers /oauth2/v4/check, which is on gateway listeners only."""
        if self._gateway is None:
            for origin in (Origin(self.quickstart["management_url"], self.quickstart.get("ca_file") or None),
                           self.origin):
                if origin.request("GET", "/oauth2/v4/check").status != 404:
                    self._gateway = origin
                    break
            expect.true(self._gateway, "no listener of the cell answers /oauth2/v4/check")
        return self._gateway

    def check(self, token, uri, method="GET", headers=()):
        pairs = [("X-Original-Method", method), ("X-Original-URI", uri)] + list(headers)
        if token is not None:
            pairs.append(("Authorization", "Bearer " + token))
        return self.gateway.request("GET", "/oauth2/v4/check", pairs)

    # -- what is written down --------------------------------------------------------------------------------------

    def audit(self, count=200):
        """The newest audit records, oldest first, as dicts."""
        text = self.cli_ok("audit", "tail", "-n", str(count), "--json")
        return [json.loads(line) for line in text.splitlines() if line.strip()]

    def audit_text(self, count=200):
        return "\n".join(json.dumps(record) for record in self.audit(count))

    def log(self, name=None):
        """The text of one daemon's log, or of all of them."""
        found = ""
        for entry in sorted(os.listdir(self.path("log"))):
            if name is None or entry == name + ".log":
                with open(self.path("log", entry), errors="replace") as text:
                    found += text.read()
        return found


def overlay(text, settings):
    """Replace top-level keys of a block-style YAML text. A value is written as JSON, which YAML takes as well."""
    for key, value in settings.items():
        text = re.sub(r"(?ms)^%s:.*?(?=^[^\s#-]|\Z)" % re.escape(key), "", text)
        if value is not None:
            text = text.rstrip("\n") + "\n%s: %s\n" % (key, json.dumps(value))
    return text


class Daemon:
    """A daemon started by the story itself, without the supervisor of `strongroom dev`."""

    def __init__(self, name, config, log_path, env=None):
        self.log_path = log_path
        self.log_file = open(log_path, "ab")
        self.process = subprocess.Popen([binary(name), "--config", config], stdin=subprocess.DEVNULL,
                                        stdout=self.log_file, stderr=self.log_file,
                                        env=dict(os.environ, **(env or {})))
        self.pid = self.process.pid

    def wait(self, seconds=30.0):
        return self.process.wait(seconds)

    def terminate(self, seconds=40.0):
        self.process.send_signal(signal.SIGTERM)
        return self.wait(seconds)

    def kill(self):
        self.process.kill()
        return self.wait()

    def log(self):
        with open(self.log_path, errors="replace") as text:
            return text.read()


def scratch_folder():
    """A folder with a short path: a socket's path must fit into 107 bytes."""
    return tempfile.mkdtemp(prefix="sr-story.", dir=os.environ.get("TMPDIR", "/tmp"))


class Foreground:
    """`strongroom dev` without --detach, as in a terminal."""

    def __init__(self, cell):
        self.path = cell.path("foreground.txt")
        with open(self.path, "wb") as out:
            self.process = subprocess.Popen([binary("strongroom"), "dev", "--dir", cell.dir, "--port", str(cell.port)]
                                            + cell.options, stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=subprocess.STDOUT)

    def interrupt(self, seconds=40.0):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(seconds)

    def output(self):
        with open(self.path) as text:
            return text.read()
