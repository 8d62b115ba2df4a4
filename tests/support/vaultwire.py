"""The protocol between the processes, spoken by hand: what a taken-over front end can put on its socket."""

import os
import socket
import struct
import time

VERSION = 1
HEALTH, INTROSPECT, REVOKE, STATUS = 1, 23, 22, 40
AUTHORIZE, LOGIN_PAGE, CONSENT_PAGE, CONSENT, CONSENT_REMEMBERED = 10, 11, 13, 14, 15


def uint(value):
    for limit, head in ((0x80, None), (0x100, b"\xcc"), (0x10000, b"\xcd"), (0x100000000, b"\xce")):
        if value < limit:
            width = {None: 1, b"\xcc": 1, b"\xcd": 2, b"\xce": 4}[head]
            return (head or b"") + value.to_bytes(width, "big")
    return b"\xcf" + value.to_bytes(8, "big")


def binary(data):
    head = b"\xc4" + bytes([len(data)]) if len(data) < 256 else b"\xc5" + struct.pack(">H", len(data))
    return head + data


def text(value):
    data = value.encode()
    if len(data) < 32:
        return bytes([0xa0 | len(data)]) + data
    return (b"\xd9" + bytes([len(data)]) if len(data) < 256 else b"\xda" + struct.pack(">H", len(data))) + data


def fields(values):
    """{place: encoded value} as the map that a request's fields are."""
    return bytes([0x80 | len(values)]) + b"".join(uint(place) + value for place, value in sorted(values.items()))


def request(number, values=None, call=1, request_id=None, wait=5.0, peer="192.0.2.7", body=None):
    body = fields(values or {}) if body is None else body
    return (b"\x97" + uint(number) + uint(call) + binary(request_id or os.urandom(16)) +
            uint(int((time.clock_gettime(time.CLOCK_MONOTONIC) + wait) * 1000)) + binary(os.urandom(16)) + text(peer) +
            b"\xc6" + struct.pack(">I", len(body)) + body)


def frame(*requests, version=VERSION):
    payload = bytes([version]) + b"".join(requests)
    return struct.pack(">I", len(payload)) + payload


class Peer:
    def __init__(self, path, seconds=10.0):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(seconds)
        self.socket.connect(path)
        self.rest = b""

    def send(self, data):
        """False if the vault has hung up."""
        try:
            self.socket.sendall(data)
            return True
        except (BrokenPipeError, ConnectionResetError):
            return False

    def receive(self):
        """The payload of the next frame without its version, or None if the vault has hung up."""
        while True:
            if len(self.rest) >= 4 and len(self.rest) >= 4 + struct.unpack(">I", self.rest[:4])[0]:
                size = struct.unpack(">I", self.rest[:4])[0]
                payload, self.rest = self.rest[5:4 + size], self.rest[4 + size:]
                return payload
            try:
                more = self.socket.recv(1 << 16)
            except ConnectionResetError:
                return None
            if not more:
                return None
            self.rest += more

    def ask(self, *requests):
        return self.receive() if self.send(frame(*requests)) else None

    def close(self):
        self.socket.close()
