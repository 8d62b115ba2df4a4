"""Ports that are free now: a block of five in a row, below the range from which the kernel hands out its own."""

import os
import random
import socket

FIRST, LAST, BLOCK = 20000, 31990, 5


def _is_free(port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_block():
    """The first port of a free block. A development cell uses the port itself and some right after it."""
    chooser = random.Random(os.getpid() * 65537 + random.getrandbits(32))
    for _ in range(500):
        first = chooser.randrange(FIRST, LAST, BLOCK * 2)
        if all(_is_free(port) for port in range(first, first + BLOCK)):
            return first
    raise OSError("no free block of ports")
