"""Between Strongroom and an app on Authlib something is altered: state, nonce, issuer, ID token; or login is refused."""

from authlib.integrations.base_client import MismatchingStateError, OAuthError
from authlib.jose.errors import BadSignatureError, InvalidClaimError

from clients.lib import customer
from clients.lib.flask_app import App
from support import expect


def story(cell):
    app = App(cell, cell.new_client())
    browser = cell.browser()

    location = customer.approve(browser, app.way_out(state="the-app-s-own"), cell.user)
    customer.refusal(lambda: app.come_back(location.replace("the-app-s-own", "an-attacker-s")),
                     MismatchingStateError, "another state")
    location = customer.approve(browser, app.way_out(), cell.user)
    stranger = App(cell, app.client)
    customer.refusal(lambda: stranger.come_back(location), MismatchingStateError, "an answer in another browser")

    # The ID token of a real answer, asked about with what it does not say.
    app.sign_in(browser)
    genuine = dict(app.tokens)
    nonce = genuine["userinfo"]["nonce"]
    with app.flask.test_request_context():
        def parse(tokens, nonce=nonce, **options):
            return app.remote.parse_id_token(tokens, nonce, **options)
        expect.equal(parse(genuine)["sub"], cell.user.sub, "the genuine ID token")
        customer.refusal(lambda: parse(genuine, "another"), InvalidClaimError, "another nonce")
        other = {"iss": {"values": ["https://attacker.example"]}}
        customer.refusal(lambda: parse(genuine, claims_options=other), InvalidClaimError, "another issuer")
        swapped = dict(genuine, access_token="sr_at_of-another-answer")
        customer.refusal(lambda: parse(swapped), InvalidClaimError, "an access token that at_hash does not name")
        head, body, signature = genuine["id_token"].split(".")
        forged = ".".join((head, body, ("AA" if signature[:2] != "AA" else "BB") + signature[2:]))
        customer.refusal(lambda: parse(dict(genuine, id_token=forged)), BadSignatureError, "another signature")

    browser.send("GET", app.way_out(prompt="consent"))
    browser.follow()
    refused = customer.refusal(lambda: app.come_back(browser.decide("deny")), OAuthError, "the customer says no")
    expect.equal(refused.error, "access_denied", "what the app is told")
    nobody = cell.browser()
    nobody.send("GET", app.way_out(prompt="none"))
    refused = customer.refusal(lambda: app.come_back(nobody.follow()), OAuthError, "prompt=none without a login")
    expect.equal(refused.error, "login_required", "what the app is told")
