"""An operator names a certificate or key that cannot be used: the check says which file, which setting and why."""

import os

from support import expect
from support.cell import binary, run
from support.wire import Origin

CELL = "own"


def story(cell):
    with open(cell.path("tls", "server.pem")) as certificate, open(cell.path("tls", "server.key")) as key:
        good = {"certificate": certificate.read(), "key": key.read()}
    made = run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout"])
    expect.equal(made.returncode, 0, "making another key (%s)" % made.stderr)
    unusable = cell.path("unusable.pem")
    table = [("a file that is not there", None, "No such file or directory"),
             ("an empty file", "", "empty"),
             ("no PEM", "hello\n", "in PEM"),
             ("half of it", "half", "in PEM"),
             ("a folder", "folder", "Is a directory")]
    if os.geteuid() != 0:
        table.append(("a file that nobody may read", "locked", "Permission denied"))
    for which, file_key in (("certificate", "certificate_file"), ("key", "key_file")):
        rows = table + ([("the key of another certificate", made.stdout, "certificate's private key")]
                        if which == "key" else [])
        for what, content, reason in rows:
            text = good[which][:len(good[which]) // 2] if content == "half" else content
            if content == "folder":
                os.mkdir(unusable)
            elif content is not None:
                with open(unusable, "w") as out:
                    out.write(text)
                os.chmod(unusable, 0 if content == "locked" else 0o600)
            listener = {"address": "127.0.0.1", "port": cell.port, "serves": ["public"]}
            plain = dict(listener, port=cell.port + 1)
            tls = {"certificate_file": cell.path("tls", "server.pem"), "key_file": cell.path("tls", "server.key")}
            cell.configure(frontend={"listeners": [plain, dict(listener, tls=dict(tls, **{file_key: unusable}))]})
            result = run([binary("strongroom-frontend"), "--config", cell.path("frontend.yaml"), "--check-config"])
            said = "%s as the %s" % (what, which)
            expect.equal(result.returncode, 2, said + ", the exit code")
            expect.contains(result.stderr, "listeners[1].tls." + file_key, said + ", the setting")
            expect.contains(result.stderr, unusable, said + ", the file")
            expect.contains(result.stderr, reason, said + ", the reason")
            expect.lacks(result.stderr, "error:", said + ", in OpenSSL's own words")
            if content == "folder":
                os.rmdir(unusable)
            elif content is not None:
                os.remove(unusable)
    expect.status(Origin(cell.origin.url, cell.quickstart["ca_file"]).request("GET", "/livez"), 200, "the running one")
