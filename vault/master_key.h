/*
 * The one key that is not in the store: every other key rests there in a box under it (I3). It is read at
 * start, before the vault gives up the right to read its file, and stays in locked memory to seal the keys
 * that are made later.
 */
#ifndef STRONGROOM_VAULT_MASTER_KEY_H
#define STRONGROOM_VAULT_MASTER_KEY_H

#include "common/secret.h"

#define MASTER_KEY_LEN 32
#define MASTER_KEY_PROBLEM_MAX 512

/*
 * 64 hexadecimal digits with or without a line end, or 32 bytes, in a file that only its owner can read. On
 * failure writes a sentence for the operator to `problem`.
 */
MUST_CHECK bool master_key_read(const char *path, struct secret *ret_key, char *problem);

#endif
