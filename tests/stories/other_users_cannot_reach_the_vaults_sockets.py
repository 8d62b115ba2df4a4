"""A process of another uid, to whom the file modes say yes, connects to the admin and front-end sockets."""

import os
import shutil
import socket
import subprocess

from support import expect
from support.cell import binary

CELL = "own"
NOBODY = 65534


def talk_as(uid, path):
    """In a child under that uid: connect, send a little, report what came of it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
                peer.settimeout(3)
                peer.connect(path)
                try:
                    told = b"cut off" if peer.recv(16) == b"" else b"answered"
                except socket.timeout:
                    told = b"let in"
                except ConnectionResetError:
                    told = b"cut off"
        except OSError as problem:
            told = ("refused: %s" % problem).encode()
        os.write(writing, told)
        os._exit(0)
    os.close(writing)
    told = os.read(reading, 200).decode()
    os.close(reading)
    os.waitpid(child, 0)
    return told


def story(cell):
    expect.equal(os.getuid(), 0, "the uid that runs this story, which has to become another")
    sockets = {name: cell.quickstart[name] for name in ("admin_socket", "frontend_socket")}
    for path in sockets.values():
        expect.equal(talk_as(0, path), "let in", "the right uid at " + path)
        expect.true(os.stat(path).st_mode & 0o007 == 0, "the mode of %s lets everybody in" % path)
        expect.contains(talk_as(NOBODY, path), "refused", "another uid at " + path)

    # Now as if somebody had opened the folders and sockets to everyone: the peer's uid is checked all the same.
    place = os.path.dirname(cell.dir)
    for folder in (place, cell.dir, cell.path("run")):
        os.chmod(folder, 0o755)
    for path in sockets.values():
        os.chmod(path, 0o777)
        expect.equal(talk_as(NOBODY, path), "cut off", "another uid at %s, modes open" % path)
        expect.equal(talk_as(0, path), "let in", "the right uid afterwards at " + path)
    program = os.path.join(place, "strongroom")
    shutil.copy(binary("strongroom"), program)
    os.chmod(program, 0o755)
    result = subprocess.run(["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", program,
                             "--socket", sockets["admin_socket"], "client", "list"], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30, check=False)
    expect.true(result.returncode in (1, 3), "the command line as another uid ended with %d" % result.returncode)
    expect.lacks(result.stdout, cell.demo.id, "what it printed")
    expect.true(result.stderr.strip(), "it said nothing")
    cell.grant()
