"""A client connects with old TLS versions and weak ciphers, and with the ones that are good."""

import socket
import ssl
import subprocess

from support import expect


def shake(cell, *options):
    """openssl s_client; returns (worked, its output)."""
    result = subprocess.run(["openssl", "s_client", "-connect", "%s:%d" % (cell.origin.host, cell.origin.port),
                             "-CAfile", cell.quickstart["ca_file"], "-verify_return_error", *options],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            timeout=20, check=False)
    return result.returncode == 0 and "Verify return code: 0" in result.stdout, result.stdout


def story(cell):
    for options in (["-tls1_3"], ["-tls1_2"], ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256:"
                                               "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305"]):
        worked, output = shake(cell, *options)
        expect.true(worked, "%r: %s" % (options, output[-1500:]))
    for options in (["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], ["-tls1", "-cipher", "ALL:@SECLEVEL=0"],
                    ["-tls1_2", "-cipher", "AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-SHA:@SECLEVEL=0"],
                    ["-tls1_2", "-cipher", "NULL:eNULL:aNULL:@SECLEVEL=0"]):
        worked, output = shake(cell, *options)
        expect.true(not worked, "%r was accepted: %s" % (options, output[-800:]))
    # Plain HTTP on the TLS port gets no service.
    with socket.create_connection((cell.origin.host, cell.origin.port), timeout=10) as plain:
        plain.sendall(b"GET /livez HTTP/1.1\r\nHost: h\r\n\r\n")
        try:
            expect.lacks(plain.recv(4096), b"200 OK", "plain HTTP on the TLS port")
        except ConnectionResetError:
            pass        # that is a refusal too
    # The certificate is for these names and not for others, and a client that trusts nothing of ours refuses it.
    strict = ssl.create_default_context()
    try:
        with socket.create_connection((cell.origin.host, cell.origin.port), timeout=10) as raw:
            strict.wrap_socket(raw, server_hostname=cell.origin.host)
        expect.fail("a client that does not trust the development CA accepted the certificate")
    except ssl.SSLCertVerificationError:
        pass
