"""A client sends a wrong, unknown or empty token_type_hint; the answer is the same as without one."""

from support import expect


def story(cell):
    for hint in ("access_token", "refresh_token", "id_token", "nobody_knows_it", "", "h" * 500):
        tokens = cell.grant()
        answer = cell.oauth.introspect(cell.rs, tokens.access, hint)
        expect.equal(answer.json()["active"], True, "introspection with the hint %r" % hint)
        expect.status(cell.oauth.revoke(cell.demo, tokens.access, hint), 200, "hint %r" % hint)
        expect.equal(cell.is_active(tokens.access), False, "access token, hint %r" % hint)
        expect.status(cell.oauth.revoke(cell.demo, tokens.refresh, hint), 200, "hint %r" % hint)
        expect.oauth_error(cell.oauth.refresh(cell.demo, tokens.refresh), 400, "invalid_grant", "hint %r" % hint)
