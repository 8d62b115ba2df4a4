"""An orchestrator probes /livez and /readyz while the vault is there, gone, and back."""

from support import expect

CELL = "own"


def story(cell):
    cell.stop()
    frontend = cell.daemon("frontend")
    expect.eventually(lambda: cell.origin.request("GET", "/livez").status == 200, "a live front end")
    answer = expect.status(cell.origin.request("GET", "/readyz"), 503, "readyz without a vault")
    expect.true(answer.header("Retry-After"), "Retry-After of readyz")
    vault = cell.daemon("vault")
    cell.wait_ready()
    expect.equal(vault.terminate(), 0, "the vault's exit code")
    expect.eventually(lambda: cell.origin.request("GET", "/readyz").status == 503, "readyz after the vault's end")
    expect.status(cell.origin.request("GET", "/livez"), 200, "livez after the vault's end")
    cell.daemon("vault")
    cell.wait_ready()
    expect.equal(frontend.terminate(), 0, "the front end's exit code")
