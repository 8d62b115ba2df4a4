/*
 * Clients and resource servers: who they are, and whether someone is one of them.
 */
#ifndef STRONGROOM_VAULT_CLIENT_H
#define STRONGROOM_VAULT_CLIENT_H

#include "vault/op.h"

#define CLIENT_SECRET_BYTES 32
#define CLIENT_REGISTRATION_LEN 16

/*
 * Authenticate by client_id and secret (RFC 6749 2.3.1) against the keyed hashes of up to two secrets. An
 * unknown client is checked against a dummy, so that time does not tell which ones exist.
 * OK, CLIENT_UNKNOWN, CLIENT_SECRET_WRONG or CLIENT_DISABLED; on OK the record is in *ret_client.
 */
MUST_CHECK enum outcome client_authenticate(struct op *op, struct span client_id, struct secret_ref secret,
                                            struct client_record *ret_client);

/* Make a secret of 256 random bits: its text is appended to op->text, its keyed hash written to ret_hash. */
MUST_CHECK enum outcome client_secret_new(struct op *op, struct span client_id, struct secret_ref *ret_text,
                                          uint8_t ret_hash[MAC_LEN]);

/* The registered URI that the presented one equals, byte for byte (RFC 9700 2.1). False if there is none. */
MUST_CHECK bool client_has_redirect_uri(const struct client_record *client, struct span presented);

#endif
