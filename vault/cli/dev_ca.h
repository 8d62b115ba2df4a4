/*
 * The development CA: a certificate authority and a server certificate for 127.0.0.1, ::1 and localhost, made
 * on the spot, so that a cell speaks real TLS. For development only: the CA's key lies beside it.
 */
#ifndef STRONGROOM_VAULT_CLI_DEV_CA_H
#define STRONGROOM_VAULT_CLI_DEV_CA_H

#include "vault/cli/exit_code.h"

/* Make ca.pem, ca.key, server.pem and server.key in `folder`, unless they are there and good for a week more. */
MUST_CHECK enum exit_code dev_ca_make(const char *folder);

#endif
