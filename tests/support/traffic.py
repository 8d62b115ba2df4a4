"""Token traffic from several clients at once, which remembers what it has been told and nothing else.

An actor writes down a fact when an answer has acknowledged it: these tokens are yours, this one is revoked. Where an
answer did not come, or said 503, it does not know, gives that grant up and starts another. What it knows at the end
is what the vault has to stand for, whatever was killed in between.
"""

import threading
import time

from support import expect
from support.wire import WireError, query_of


class GrantFacts:
    """What one client was told about one grant."""

    def __init__(self, told):
        self.access = [told["access_token"]]    # acknowledged and not revoked
        self.refresh = told["refresh_token"]    # the newest one
        self.spent = []                         # codes and refresh tokens that were redeemed
        self.revoked = []                       # tokens whose revocation was acknowledged
        self.is_over = False                    # the whole grant was revoked, and that was acknowledged
        self.is_uncertain = False               # an answer is missing: nothing can be asked of it


class Actor(threading.Thread):
    """Makes grants, refreshes, introspects and revokes until it is stopped."""

    def __init__(self, cell, number, stop, refreshes=6):
        super().__init__(daemon=True)
        self.cell, self.number, self.stop, self.refreshes = cell, number, stop, refreshes
        self.client = cell.demo if number % 2 else cell.second
        self.browser = cell.browser()
        cell.code(self.client, browser=self.browser)        # log in while all is quiet
        self.grants, self.trouble, self.requests = [], [], 0
        self.wrong = []

    def run(self):
        while not self.stop.is_set():
            try:
                self.one_grant()
            except (OSError, WireError, expect.Failure) as problem:
                self.trouble.append("%.1f %s" % (time.monotonic(), problem))

    def note(self, what, answer):
        """True if the answer is a success; otherwise it is remembered, as wrong if no outage explains it."""
        self.requests += 1
        if answer.status == 200:
            return True
        self.trouble.append("%.1f %s: %s" % (time.monotonic(), what, answer))
        if answer.status != 503:
            self.wrong.append("%s: %s" % (what, answer))
        return False

    def one_grant(self):
        # By turns the customer is asked, and spared the page where a grant still stands.
        asked = self.cell.oauth.authorize_params(self.client, prompt=None if len(self.grants) % 2 else "consent")
        location = self.browser.open(asked.params)
        if location is None:
            if not self.browser.at("consent") or self.browser.answer.status != 200:
                raise WireError("no consent page: %s" % self.browser.answer)
            location = self.browser.decide("approve")
        if location is None:
            raise WireError("no code: %s" % self.browser.answer)
        code = query_of(location)["code"]
        answer = self.cell.oauth.redeem(self.client, code, asked.verifier)
        if not self.note("redeem", answer):
            return
        grant = GrantFacts(answer.json())
        grant.spent.append(("code", code, asked.verifier))
        self.grants.append(grant)
        for _ in range(self.refreshes):
            if self.stop.is_set() or not self.refresh(grant):
                return
        if len(self.grants) % 3 == 1:
            self.revoke(grant, grant.access[0])
        elif len(self.grants) % 3 == 2:
            self.revoke(grant, grant.refresh)

    def refresh(self, grant):
        grant.is_uncertain = True           # until the answer is here
        old = grant.refresh
        answer = self.cell.oauth.refresh(self.client, old)
        if not self.note("refresh", answer):
            return False
        told = answer.json()
        grant.spent.append(("refresh", old, None))
        grant.access.append(told["access_token"])
        grant.refresh = told["refresh_token"]
        grant.is_uncertain = False
        answer = self.cell.oauth.introspect(self.cell.rs, told["access_token"])
        if self.note("introspect", answer) and answer.json()["active"] is not True:
            self.wrong.append("an access token is inactive right after it was given")
        return True

    def revoke(self, grant, token):
        grant.is_uncertain = True
        if not self.note("revoke", self.cell.oauth.revoke(self.client, token)):
            return
        grant.is_uncertain = False
        if token == grant.refresh:
            grant.is_over = True
            grant.revoked += grant.access
            grant.access = []
        else:
            grant.access.remove(token)
            grant.revoked.append(token)


def start_actors(cell, count, **options):
    """Actors that run until the event, which is returned with them, is set."""
    stop = threading.Event()
    actors = [Actor(cell, number, stop, **options) for number in range(count)]
    for actor in actors:
        actor.start()
    return actors, stop


def join(actors, stop, seconds=60):
    stop.set()
    for actor in actors:
        actor.join(seconds)
        expect.true(not actor.is_alive(), "a client is still waiting for an answer")


def check_facts(cell, actors, spent_sample=25):
    """Everything that was acknowledged holds, and nothing that was spent can be spent again."""
    grants = [(actor, grant) for actor in actors for grant in actor.grants]
    certain = [(actor, grant) for actor, grant in grants if not grant.is_uncertain]
    expect.true(len(certain) >= 4, "too little happened: %d grants, %d of them certain" % (len(grants), len(certain)))
    for actor, grant in grants:
        for token in grant.revoked:
            expect.equal(cell.is_active(token), False, "a token whose revocation was acknowledged")
    for actor, grant in certain:
        for token in grant.access:
            expect.equal(cell.is_active(token), True, "a token that was acknowledged")
        answer = cell.oauth.refresh(actor.client, grant.refresh)
        if grant.is_over:
            expect.oauth_error(answer, 400, "invalid_grant", "the refresh token of a revoked grant")
        else:
            expect.status(answer, 200, "the newest refresh token of a grant")
    spent = [(actor, entry) for actor, grant in certain for entry in grant.spent]
    step = max(1, len(spent) // spent_sample)
    for actor, (kind, credential, verifier) in spent[::step]:
        if kind == "code":
            answer = cell.oauth.redeem(actor.client, credential, verifier)
        else:
            answer = cell.oauth.refresh(actor.client, credential)
        expect.oauth_error(answer, 400, "invalid_grant", "a %s that was spent" % kind)
