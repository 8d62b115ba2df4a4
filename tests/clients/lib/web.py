"""Web servers of others in front of an upstream of ours: nginx and Apache, each started from its own configuration.

Folder is where a server lives: readable by the user that it becomes, with the cell's certificate, so that the pages it
protects are https://127.0.0.1 as well, and gone when it is left. Upstream is the bank's API: it says what it was asked.
"""

import http.server
import json
import os
import shutil
import socket
import string
import subprocess
import tempfile
import threading

from support import expect, ports
from support.wire import Origin

HERE = os.path.dirname(os.path.abspath(__file__))


class Upstream:
    """An API behind a gateway. It answers with what reached it, and keeps the paths that did."""

    def __init__(self, port):
        self.port, self.paths = port, []
        paths = self.paths

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                paths.append(self.path)
                told = {"path": self.path, "headers": {name.lower(): value for name, value in self.headers.items()}}
                body = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *unused):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Gateway:
    """A web server from the template NAME.conf beside this file, with an upstream; it ends with the block."""

    def __init__(self, cell, name, command, port=None, **values):
        self.folder = tempfile.mkdtemp(prefix="sr-%s." % name)
        os.chmod(self.folder, 0o755)                # the user that the server becomes reads the CA from here
        port = port or ports.free_block()
        self.upstream = Upstream(port + 1)
        self.url = "https://127.0.0.1:%d" % port
        self.origin = Origin(self.url, cell.quickstart["ca_file"])
        shutil.copyfile(cell.quickstart["ca_file"], self.path("ca.pem"))
        for part in ("server.pem", "server.key"):
            shutil.copyfile(cell.path("tls", part), self.path(part))
            os.chmod(self.path(part), 0o600)
        values.update(folder=self.folder, port=port, upstream_port=port + 1, issuer=cell.issuer,
                      cell_port=cell.port, url=self.url)
        with open(os.path.join(HERE, name + ".conf")) as template, open(self.path("server.conf"), "w") as out:
            out.write(string.Template(template.read()).substitute(values))
        with open(self.path("output.log"), "wb") as log:
            self.process = subprocess.Popen(command + [self.path("server.conf")], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)
        try:
            expect.eventually(lambda: self.process.poll() is not None or self.answers(port), "the start of " + name)
            expect.equal(self.process.poll(), None, "%s ended at once: %s" % (name, self.log()))
        except BaseException:
            self.close()
            raise

    @staticmethod
    def answers(port):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True

    def path(self, name):
        return os.path.join(self.folder, name)

    def log(self):
        text = ""
        for name in ("output.log", "error.log"):
            if os.path.exists(self.path(name)):
                with open(self.path(name), errors="replace") as part:
                    text += part.read()
        return text

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)
        self.upstream.close()
        shutil.rmtree(self.folder, ignore_errors=True)
