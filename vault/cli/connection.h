/*
 * A blocking client of the vault's admin socket: one stream, one call at a time (proto/schema.def,
 * proto/codec.h). The vault judges by the peer's uid; this side proves nothing.
 *
 * nng starts its threads with the first connection: whoever still wants to fork does it before.
 */
#ifndef STRONGROOM_VAULT_CLI_CONNECTION_H
#define STRONGROOM_VAULT_CLI_CONNECTION_H

#include "proto/message.h"
#include "vault/cli/exit_code.h"

struct connection;

/* Longest path of a socket that the system can name (sun_path without its NUL). */
#define SOCKET_PATH_MAX 107

/* OK, or UNREACHABLE with the reason and what to do about it. */
MUST_CHECK enum exit_code connection_open(const char *socket_path, struct connection **ret_connection,
                                          struct problem *ret_problem);

/*
 * Send a request (a `struct req_<name>`) and wait for its reply (a `struct rep_<name>`). The reply's spans
 * are valid until the next call or the end of the connection. An answer other than OK is not a failure of
 * the call; the reply is then all absent but for what the vault chose to say.
 * UNREACHABLE: the connection cannot be used any more. USAGE: a value is longer than the protocol allows.
 */
MUST_CHECK enum exit_code connection_call(struct connection *connection, enum message_number number,
                                          const void *request, union any_reply *ret_reply,
                                          enum answer *ret_answer, struct problem *ret_problem);

void connection_close(struct connection **connection);

#endif
