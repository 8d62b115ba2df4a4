"""A developer runs the cell with --http: the whole way works over loopback, with cookies that a browser takes there."""

from support import expect

CELL = "own"
CELL_OPTIONS = {"options": ["--http"]}


def story(cell):
    expect.true(cell.origin.url.startswith("http://"), "base_url is %s" % cell.origin.url)
    expect.true(cell.issuer.startswith("http://"), "issuer is %s" % cell.issuer)
    browser = cell.browser()
    tokens = cell.grant(browser=browser)
    expect.equal(sorted(browser.cookies), ["sr_browser", "sr_session"], "the cookies")
    for line in browser.set_cookies:
        lower = [part.strip().lower() for part in line.split(";")]
        expect.true("secure" not in lower, "Secure in " + line)
        expect.true("httponly" in lower and "samesite=lax" in lower, line)
    expect.equal(cell.is_active(tokens.access), True, "the access token")
    # Plain HTTP never leaves the machine.
    with open("/proc/net/tcp") as table:
        listening = [line.split()[1] for line in table.readlines()[1:] if line.split()[3] == "0A"]
    ours = [address for address in listening if int(address.split(":")[1], 16) == cell.port]
    expect.true(ours, "nothing listens on port %d" % cell.port)
    for address in ours:
        expect.equal(address.split(":")[0][-2:], "7F", "the first byte of the address that is listened on")
