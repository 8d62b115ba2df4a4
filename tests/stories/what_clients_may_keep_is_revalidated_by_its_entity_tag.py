"""A client, a cache and a browser's script keep the discovery document and the keys, and ask whether they are new."""

from support import expect, jwt

PATHS = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/oauth2/v4/jwks")


def max_age(answer):
    rule = answer.header("Cache-Control") or ""
    expect.true(rule.startswith("public, max-age="), "Cache-Control is %r" % rule)
    return int(rule[len("public, max-age="):])


def check_document(cell, path):
    whole = expect.status(cell.origin.request("GET", path), 200, path)
    tag = whole.header("ETag")
    expect.true(tag and tag[0] == tag[-1] == '"' and len(tag) > 10, "%s has the entity tag %r" % (path, tag))
    expect.true(0 < max_age(whole) <= 300, "max-age of %s" % path)
    expect.equal(whole.header("Access-Control-Allow-Origin"), "*", "CORS of %s" % path)
    expect.equal(whole.all("Set-Cookie"), [], "cookies of %s" % path)

    def asked(value, method="GET"):
        return cell.origin.request(method, path, [("If-None-Match", value)])
    for value in (tag, "W/" + tag, "*", '"other", ' + tag, '"a,b" , W/%s, "z"' % tag):
        answer = expect.status(asked(value), 304, "%s with If-None-Match: %s" % (path, value))
        expect.equal((answer.header("ETag"), max_age(answer)), (tag, max_age(whole)), "what a 304 repeats")
        expect.equal(answer.header("Access-Control-Allow-Origin"), "*", "CORS of a 304")
        expect.equal(answer.header("Content-Type"), None, "the Content-Type of a 304")
    for value in ('"other"', tag.strip('"'), tag[:-2] + '"', "", "nonsense", '"*"', "W/", tag.upper()):
        answer = expect.status(asked(value), 200, "%s with If-None-Match: %s" % (path, value))
        expect.equal(answer.body, whole.body, "the document")
    head = expect.status(asked('"other"', "HEAD"), 200, "HEAD %s" % path)
    expect.equal((head.header("ETag"), head.header("Content-Length")), (tag, str(len(whole.body))), "HEAD")
    expect.status(asked(tag, "HEAD"), 304, "HEAD with the tag")
    answer = expect.status(cell.origin.request("POST", path, [], b""), 405, "POST %s" % path)
    expect.equal(answer.header("Allow"), "GET, HEAD", "Allow")
    return tag


def story(cell):
    jwt.keys_settled(cell)
    tags = [check_document(cell, path) for path in PATHS]
    expect.equal(tags[0], tags[1], "the two addresses of one document")
    expect.true(tags[2] != tags[0], "the keys have an entity tag of their own")
    # Every worker has the same tag, or a client behind them would fetch the same document again and again.
    for path, tag in zip(PATHS, tags):
        for _ in range(12):
            answer = cell.origin.request("GET", path, [("If-None-Match", tag)])
            expect.status(answer, 304, "%s on a new connection" % path)
    # A connection goes on after a 304: nothing of a body is left in it.
    with cell.origin.connect() as connection:
        for _ in range(3):
            connection.send(cell.origin.bytes_of("GET", PATHS[2], [("If-None-Match", tags[2])]))
            expect.status(connection.response(), 304, "one of several on a connection")
        connection.send(cell.origin.bytes_of("GET", PATHS[2]))
        expect.status(connection.response(), 200, "the document on the same connection")
    # Nothing else is open to scripts of other origins.
    for path in ("/oauth2/v4/authorize", "/livez", "/oauth2/v4/style.css"):
        expect.equal(cell.origin.request("GET", path).header("Access-Control-Allow-Origin"), None, "CORS of " + path)
