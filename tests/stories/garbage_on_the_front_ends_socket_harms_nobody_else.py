"""A taken-over front end connects and closes, announces huge frames, sends garbage, and leaves peers half open."""

import os
import random
import socket
import struct

from support import expect

CELL = "own"
TIMEOUT = 150


def connect(path, seconds=5.0):
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    peer.connect(path)          # blocking: where the queue of the socket is full, it waits its turn
    peer.settimeout(seconds)
    return peer


def is_cut_off(peer):
    """True if the vault ends the connection; an answer on the way is not an end."""
    try:
        while peer.recv(65536):
            pass
        return True
    except ConnectionResetError:
        return True
    except socket.timeout:
        return False


def send(peer, data):
    try:
        peer.sendall(data)
    except (BrokenPipeError, ConnectionResetError):
        pass        # cut off in the middle, which is what is wanted


def garbage():
    """Frames that break the contract, one way each. The length is 4 bytes; both byte orders are tried."""
    dice = random.Random(20240117)
    for order in (">I", "<I"):
        for size in (0, 1, 3, 0x7fffffff, 0xffffffff, 1024 * 1024 + 1):
            yield struct.pack(order, size) + b"x" * min(size, 64)
        for body in (b"\xc0", b"\x90", b"\x80", b"\xff" * 8, b"\x91" * 64, b"\xdd\xff\xff\xff\xff",
                     b"\xdb\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff\xc0", b"\x9f" * 2000, b"\x01", b"\xa5hello",
                     b"GET / HTTP/1.1\r\n\r\n"):
            yield struct.pack(order, len(body)) + body
        for _ in range(40):
            body = bytes(dice.getrandbits(8) for _ in range(dice.randrange(1, 300)))
            yield struct.pack(order, len(body)) + body


def alive(cell, token, what):
    expect.equal(cell.is_active(token), True, "service after " + what)


def story(cell):
    path = cell.quickstart["frontend_socket"]
    token = cell.grant().access
    pid = cell.pid("vault")
    for _ in range(200):
        connect(path).close()
    alive(cell, token, "200 times connect and close")
    cell.settled()

    half_open = [connect(path) for _ in range(50)]
    alive(cell, token, "50 half-open peers")
    for number, peer in enumerate(half_open):
        send(peer, b"\0" * (number % 4))        # part of a length and then silence
    alive(cell, token, "50 peers that stopped inside a length")
    for peer in half_open:
        peer.close()

    for number, data in enumerate(garbage()):
        with connect(path, 3.0) as peer:
            send(peer, data)
            if number % 7 == 0:
                alive(cell, token, "garbage %d" % number)
            peer.shutdown(socket.SHUT_WR)
            expect.true(is_cut_off(peer), "garbage %d left its sender connected: %r" % (number, data[:40]))
    alive(cell, token, "garbage")

    crowd = []
    for _ in range(200):        # more than connections_per_frontend
        try:
            crowd.append(connect(path))
        except OSError:
            break
    alive(cell, token, "a crowd of peers")
    for peer in crowd:
        peer.close()
    for worker in cell.workers():       # new workers find room again
        os.kill(worker, 9)
    cell.settled()
    alive(cell, token, "the crowd has gone")
    expect.equal(cell.pid("vault"), pid, "the vault's pid")
    with open("/proc/%d/status" % pid) as status:
        peak = [int(line.split()[1]) for line in status if line.startswith("VmHWM")][0]
    expect.true(peak < 2 * 1024 * 1024, "the vault's memory went up to %d KiB" % peak)
    cell.grant()
