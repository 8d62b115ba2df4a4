"""A client tries grant types that this server does not have."""

from support import expect


def story(cell):
    for grant_type in ("password", "client_credentials", "implicit", "Authorization_Code", "refresh_token ",
                       "urn:ietf:params:oauth:grant-type:device_code",
                       "urn:ietf:params:oauth:grant-type:jwt-bearer"):
        answer = cell.oauth.post("token", {"grant_type": grant_type, "username": cell.user.username,
                                           "password": cell.user.password, "scope": "openid"}, cell.demo)
        expect.oauth_error(answer, 400, "unsupported_grant_type", "grant_type %r" % grant_type)
