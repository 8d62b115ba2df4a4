"""Many customers and clients work at the same time; nobody's answer is another's."""

import threading

from support import expect

CELL = "own"
CELL_OPTIONS = {"options": ["--workers", "3"]}
TIMEOUT = 120


def story(cell):
    users = [cell.new_user("customer-%d" % number) for number in range(4)]
    clients = [cell.demo, cell.second]
    wrong = []

    def work(number):
        user, client = users[number % len(users)], clients[number % 2]
        scope = "openid accounts" if number % 3 else "openid transactions customers"
        browser = cell.browser()
        try:
            for _ in range(5):
                tokens = cell.grant(client, user, scope, browser)
                told = cell.oauth.refresh(client, tokens.refresh).json()
                for token in (tokens.access, told["access_token"]):
                    about = cell.oauth.introspect(cell.rs, token).json()
                    seen = (about["sub"], about["username"], about["client_id"], set(about["scope"].split()))
                    if seen != (user.sub, user.username, client.id, set(scope.split())):
                        wrong.append(seen)
        except Exception as problem:
            wrong.append(repr(problem))
    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    expect.equal(wrong, [], "answers that were not right")
