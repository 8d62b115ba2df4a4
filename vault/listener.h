/*
 * The vault's sockets: one for each front end and one for the operator. A peer's uid is the kernel's word
 * (SO_PEERCRED) and is looked at before the first byte is read; whoever may not connect is disconnected.
 */
#ifndef STRONGROOM_VAULT_LISTENER_H
#define STRONGROOM_VAULT_LISTENER_H

#include "vault/vault.h"

#include <sys/types.h>

#define LISTENER_PROBLEM_MAX 512
#define ADMIN_CONNECTIONS_MAX 16

/*
 * Open and own the sockets. A socket file that a vault which died left behind is replaced; the store's lock
 * has shown before that no other vault of this store lives. On failure writes a sentence to `problem`.
 */
MUST_CHECK bool listeners_open(struct vault *vault, char *problem);

/* Begin to accept. Everything else of the vault must be ready. */
MUST_CHECK bool listeners_start(struct vault *vault, char *problem);

/* Stop accepting and reading; what is queued is still answered. */
void listeners_stop(struct vault *vault);

/* Close all that is left and free it. */
void listeners_close(struct vault *vault);

/* For STATUS: the front ends in the order of the configuration, then the operator's socket. */
struct listener_status {
    const char *name;
    uint64_t connections;
    uint64_t refused; /* by uid, by number, for breaking the protocol */
};
size_t listeners_status(struct vault *vault, struct listener_status *ret_status, size_t max);

#endif
