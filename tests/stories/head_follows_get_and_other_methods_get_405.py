"""Someone tries every method on every path: HEAD is GET without a body, others are 405 with Allow, other paths 404."""

from support import expect

ALLOWED = {
    "/oauth2/v4/authorize": ("GET", "POST"),
    "/oauth2/v4/login": ("GET", "POST"),
    "/oauth2/v4/consent": ("GET", "POST"),
    "/oauth2/v4/token": ("POST",),
    "/oauth2/v4/revoke": ("POST",),
    "/oauth2/v4/introspect": ("POST",),
    "/livez": ("GET",),
    "/readyz": ("GET",),
}
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")


def allow_of(answer):
    return {method.strip() for method in (answer.header("Allow") or "").split(",")} - {"HEAD"}


def story(cell):
    for path, allowed in ALLOWED.items():
        for method in METHODS:
            if method in allowed:
                continue
            answer = expect.status(cell.origin.request(method, path, body=b""), 405, "%s %s" % (method, path))
            expect.equal(allow_of(answer), set(allowed), "Allow of " + path)
    for path in ("/livez", "/readyz", "/oauth2/v4/authorize", "/oauth2/v4/login?request=x"):
        with cell.origin.connect() as connection:
            connection.send(cell.origin.bytes_of("GET", path))
            get = connection.response()
            connection.send(cell.origin.bytes_of("HEAD", path))
            head = connection.response("HEAD")
            expect.equal(head.status, get.status, "HEAD " + path)
            expect.equal(head.header("Content-Type"), get.header("Content-Type"), "Content-Type of HEAD " + path)
            connection.send(cell.origin.bytes_of("GET", "/livez"))
            expect.status(connection.response(), 200, "the request after HEAD " + path)
    for path in ("/", "/oauth2", "/oauth2/v4", "/oauth2/v4/", "/oauth2/v4/Token", "/oauth2/v4/token/", "//livez",
                 "/oauth2/v4/../v4/token", "/oauth2/v4/%74oken", "/index.html", "/livez/", "/oauth2/v4/token%00",
                 "/.well-known/nothing", "/metrics"):
        for method in ("GET", "POST"):
            answer = cell.origin.request(method, path, body=b"" if method == "POST" else None)
            expect.true(answer.status in (404, 400), "%s %s: %s" % (method, path, answer))
            expect.true(answer.status == 404 or "%" in path, "%s %s: %s" % (method, path, answer))
