/*
 * Where a password comes from: the terminal, without echo and twice; a file descriptor; or our own random
 * numbers. Never the argument list, which every user of the machine can read. Each prints what is wrong.
 */
#ifndef STRONGROOM_VAULT_CLI_PASSWORD_H
#define STRONGROOM_VAULT_CLI_PASSWORD_H

#include "common/secret.h"
#include "vault/cli/exit_code.h"

/* Asks on the controlling terminal, whatever standard input and output are. `whose` is a customer's name. */
MUST_CHECK enum exit_code password_ask(struct span whose, struct secret *ret_password);

/* The first line of what can be read from the descriptor, without its newline. */
MUST_CHECK enum exit_code password_read(int fd, struct secret *ret_password);

/* Five groups of four letters and digits, 100 random bits, without those that are taken for each other. */
MUST_CHECK enum exit_code password_generate(struct secret *ret_password);

#endif
