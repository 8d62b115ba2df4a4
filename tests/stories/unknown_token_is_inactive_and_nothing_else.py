"""A resource server asks about tokens that are unknown, made up, or none of its business."""

from support import expect

INACTIVE = b'{"active":false}'


def story(cell):
    for token in ("x", "sr_at_" + "A" * 80, "sr_rt_", "é\n", "0" * 5000):
        answer = expect.status(cell.oauth.introspect(cell.rs, token), 200, "introspecting %r" % token[:40])
        expect.equal(answer.body.replace(b" ", b"").strip(), INACTIVE, "introspecting %r" % token[:40])
        expect.contains(answer.header("Cache-Control") or "", "no-store", "Cache-Control")

    # A resource server that is registered for another audience learns nothing about this one's tokens.
    foreign = cell.new_resource_server(audience="https://other-api.example/")
    tokens = cell.grant()
    expect.equal(cell.is_active(tokens.access), True, "its own resource server")
    for token in (tokens.access, tokens.refresh):
        answer = expect.status(cell.oauth.introspect(foreign, token), 200, "another audience's resource server")
        expect.equal(answer.body.replace(b" ", b"").strip(), INACTIVE, "another audience's resource server")
