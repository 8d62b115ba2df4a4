"""A port is taken by another program, or is one of root's: who wants it names it, says why, and does not half start."""

import os
import socket

from support import expect
from support.cell import binary, run

CELL = "own"


def story(cell):
    cell.stop()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", cell.port))
        other.listen()
        frontend = cell.daemon("frontend")
        expect.true(frontend.wait() != 0, "a front end whose port is taken ended with 0")
        expect.contains(frontend.log(), str(cell.port), "what it said")
        result = run([binary("strongroom"), "dev", "--dir", cell.dir, "--detach"])
        expect.equal(result.returncode, 5, "strongroom dev on that port")
        expect.contains(result.stderr, "port %d on 127.0.0.1 is taken" % cell.port, "what it said")
    ports_of_root_are_named_as_such(cell)


def ports_of_root_are_named_as_such(cell):
    with open("/proc/sys/net/ipv4/ip_unprivileged_port_start") as text:
        if int(text.read()) <= 80:
            return      # this machine has none
    without_root = ["setpriv", "--bounding-set", "-net_bind_service", "--inh-caps", "-net_bind_service"]
    folder = cell.dir + "-80"
    result = run((without_root if os.getuid() == 0 else []) +
                 [binary("strongroom"), "dev", "--dir", folder, "--port", "80", "--detach"])
    expect.equal(result.returncode, 1, "port 80 without the right to it (%s)" % result.stderr)
    expect.contains(result.stderr, "port 80 is one that only root may open", "what is said of port 80")
    expect.true(not os.path.exists(folder), "it has made its directory")
