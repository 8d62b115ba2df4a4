"""A script reads quickstart.json: every member of SPEC 7 is there, true, and readable by its owner only."""

import os
import stat

from support import cell as cells
from support import expect
from support.wire import Origin

CELL = "own"


def story(cell):
    told = cell.quickstart
    expect.equal(stat.S_IMODE(os.stat(cell.path("quickstart.json")).st_mode), 0o600, "the mode of quickstart.json")
    expect.equal(set(told), {"issuer", "base_url", "ca_file", "client", "second_client", "resource_server", "user",
                             "management_url", "admin_socket", "frontend_socket", "pids"}, "the members")
    for name in ("client", "second_client"):
        expect.equal(set(told[name]), {"client_id", "client_secret", "redirect_uri"}, name)
        expect.true(told[name]["redirect_uri"].startswith("http://127.0.0.1:"), "%s: a loopback redirect" % name)
    expect.equal(set(told["resource_server"]), {"client_id", "client_secret"}, "resource_server")
    expect.equal(set(told["user"]), {"username", "password", "sub"}, "user")
    for name in ("supervisor", "vault", "frontend"):
        expect.equal(told["pids"][name], cell.pid(name), "the pid of the " + name)
        expect.true(cells.is_alive(cell.pid(name)), "the %s lives" % name)
    expect.true(told["base_url"].endswith(":%d" % cell.port), "base_url is %s" % told["base_url"])
    for name in ("admin_socket", "frontend_socket"):
        expect.true(stat.S_ISSOCK(os.stat(told[name]).st_mode), name)
    expect.true(os.path.isabs(told["ca_file"]), "ca_file is %s" % told["ca_file"])
    with open(told["ca_file"]) as text:
        expect.contains(text.read(), "BEGIN CERTIFICATE", "ca_file")
    for secret in ("tls/ca.key", "tls/server.key", "master.key"):
        expect.equal(os.stat(cell.path(secret)).st_mode & 0o077, 0, "who may read " + secret)
    management = Origin(told["management_url"], told["ca_file"])
    expect.status(management.request("GET", "/livez"), 200, "the management listener")
    expect.status(management.request("GET", "/oauth2/v4/authorize"), 404, "authorize on the management listener")
    cell.grant(cell.demo)
    tokens = cell.grant(cell.second)
    expect.equal(cell.is_active(tokens.access), True, "a token of the second client")
