"""HTTP as bytes: one connection, what was sent on it and what came back, with nothing repaired on the way.

A story that asks what a malformed request gets must be able to send one, so no HTTP library stands between it and
the socket. request() is the comfortable way for everything else.
"""

import json
import socket
import ssl
import urllib.parse


class WireError(Exception):
    """The peer closed, answered something that is no HTTP, or was silent for too long."""


class Response:
    def __init__(self, version, status, reason, headers, body):
        self.version, self.status, self.reason = version, status, reason
        self.headers, self.body = headers, body

    def all(self, name):
        """Every value of a header, in order."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name):
        """The value of a header that may be there once; None if it is not there."""
        values = self.all(name)
        if len(values) > 1:
            raise WireError("header %s came %d times: %r" % (name, len(values), values))
        return values[0] if values else None

    def json(self):
        kind = self.header("Content-Type") or ""
        if kind.split(";")[0].strip() != "application/json":
            raise WireError("expected JSON, got %r: %s" % (kind, self))
        return json.loads(self.body.decode("utf-8"))

    @property
    def text(self):
        return self.body.decode("utf-8")

    def __str__(self):
        return "%s %d %s %r %r" % (self.version, self.status, self.reason, self.headers, self.body[:600])


class Connection:
    """One TCP connection, with TLS where tls is a context."""

    def __init__(self, host, port, tls=None, timeout=20.0):
        self.sock = socket.create_connection((host, port), timeout=timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is not None:
            self.sock = tls.wrap_socket(self.sock, server_hostname=host)
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data)

    def timeout(self, seconds):
        self.sock.settimeout(seconds)

    def _more(self):
        """Read some bytes; False at the end of the stream."""
        try:
            data = self.sock.recv(65536)
        except socket.timeout:
            raise WireError("no answer in time; so far %r" % self.received[:200])
        except (ConnectionResetError, BrokenPipeError, ssl.SSLError) as problem:
            if isinstance(problem, ssl.SSLError) and "EOF" not in str(problem):
                raise
            return False
        self.received += data
        return bool(data)

    def _until(self, mark):
        while mark not in self.received:
            if not self._more():
                raise WireError("the connection ended inside an answer; so far %r" % self.received[:200])
        part, self.received = self.received.split(mark, 1)
        return part

    def _exactly(self, count):
        while len(self.received) < count:
            if not self._more():
                raise WireError("the connection ended inside a body; so far %r" % self.received[:200])
        part, self.received = self.received[:count], self.received[count:]
        return part

    def response(self, method="GET"):
        """Read one whole answer. method tells whether a body follows (HEAD has none)."""
        head = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        parts = head[0].split(" ", 2)
        if len(parts) < 2 or not parts[0].startswith("HTTP/1.") or not parts[1].isdigit():
            raise WireError("no status line: %r" % head[0])
        headers = []
        for line in head[1:]:
            name, colon, value = line.partition(":")
            if not colon or name != name.strip():
                raise WireError("no header line: %r" % line)
            headers.append((name, value.strip()))
        answer = Response(parts[0], int(parts[1]), parts[2] if len(parts) > 2 else "", headers, b"")
        if method == "HEAD" or answer.status < 200 or answer.status in (204, 304):
            return answer
        if (answer.header("Transfer-Encoding") or "").lower() == "chunked":
            answer.body = self._chunks()
        elif answer.header("Content-Length") is not None:
            answer.body = self._exactly(int(answer.header("Content-Length")))
        else:
            while self._more():
                pass
            answer.body, self.received = self.received, b""
        return answer

    def _chunks(self):
        body = b""
        while True:
            size = int(self._until(b"\r\n").split(b";")[0], 16)
            if size == 0:
                while self._until(b"\r\n"):
                    pass
                return body
            body += self._exactly(size)
            self._until(b"\r\n")

    def is_closed(self, seconds=5.0):
        """True if the peer ends the connection within that time without another byte."""
        self.sock.settimeout(seconds)
        try:
            while self._more():
                pass
        except WireError:
            return False
        return not self.received


class Origin:
    """A base URL and what is needed to talk to it."""

    def __init__(self, url, ca_file=None):
        parts = urllib.parse.urlsplit(url)
        self.url = "%s://%s" % (parts.scheme, parts.netloc)
        self.host, self.port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
        self.netloc = parts.netloc
        self.tls = ssl.create_default_context(cafile=ca_file) if parts.scheme == "https" else None

    def connect(self, timeout=20.0):
        return Connection(self.host, self.port, self.tls, timeout)

    def request(self, method, target, headers=(), body=None, timeout=20.0):
        """One request on a connection of its own. headers is a list of pairs or a dict."""
        with self.connect(timeout) as connection:
            connection.send(self.bytes_of(method, target, headers, body))
            return connection.response(method)

    def bytes_of(self, method, target, headers=(), body=None):
        """The request as it goes out. Host and Content-Length are added unless the story gives its own."""
        pairs = list(headers.items()) if isinstance(headers, dict) else list(headers)
        names = {name.lower() for name, _ in pairs}
        lines = ["%s %s HTTP/1.1" % (method, target)]
        if "host" not in names:
            lines.append("Host: " + self.netloc)
        if body is not None and not names & {"content-length", "transfer-encoding"}:
            pairs.append(("Content-Length", str(len(body))))
        lines += ["%s: %s" % pair for pair in pairs]
        return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + (body or b"")


def form(params):
    """application/x-www-form-urlencoded of a dict or of pairs; a parameter whose value is None is left out."""
    pairs = params.items() if isinstance(params, dict) else params
    return urllib.parse.urlencode([(name, value) for name, value in pairs if value is not None])


def query_of(url):
    """The parameters of a URL's query as a dict; a repeated one is an error, as it is for a client."""
    found = {}
    for name, value in urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query, keep_blank_values=True):
        if name in found:
            raise WireError("parameter %s comes twice in %s" % (name, url))
        found[name] = value
    return found
