"""Someone on a public listener asks the gateway's question; only listeners that serve gateways answer it."""

from support import expect, ports
from support.wire import Origin

CELL = "own"


def story(cell):
    token = cell.grant().access
    cell.stop()
    public, gateway, management = ports.free_block(), ports.free_block(), ports.free_block()
    cell.configure(frontend={"listeners": [
        {"address": "127.0.0.1", "port": public, "serves": ["public"]},
        {"address": "127.0.0.1", "port": gateway, "serves": ["gateway"]},
        {"address": "127.0.0.1", "port": management, "serves": ["management"]}]})
    cell.daemon("vault")
    cell.daemon("frontend")
    expect.eventually(lambda: Origin("http://127.0.0.1:%d" % public).request("GET", "/readyz").status == 200, "ready")
    headers = [("X-Original-Method", "GET"), ("X-Original-URI", "/fdx/v6/accounts"),
               ("Authorization", "Bearer " + token)]

    def ask(port, target, with_headers=()):
        return Origin("http://127.0.0.1:%d" % port).request("GET", target, with_headers).status
    expect.equal(ask(gateway, "/oauth2/v4/check", headers), 200, "check on the gateway's listener")
    for port in (public, management):
        expect.equal(ask(port, "/oauth2/v4/check", headers), 404, "check on another listener")
    for port in (gateway, management):
        expect.equal(ask(port, "/oauth2/v4/authorize"), 404, "authorize on another listener")
    expect.equal(ask(public, "/oauth2/v4/authorize"), 400, "authorize on the public listener")
    for port in (public, gateway, management):
        expect.equal(ask(port, "/livez"), 200, "livez")
        expect.equal(ask(port, "/readyz"), 200, "readyz")
