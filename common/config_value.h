/*
 * One value of a configuration file: from its text into the caller's struct, and what the text should have
 * been. Used by common/config.c and its parts only.
 */
#ifndef STRONGROOM_COMMON_CONFIG_VALUE_H
#define STRONGROOM_COMMON_CONFIG_VALUE_H

#include "common/buf.h"
#include "common/config.h"

/*
 * Parse a scalar (BOOL to ENUM) into `member`. False, with nothing written, if it is not what the key takes.
 * Numbers and true/false must be plain: in quotes they are texts. A TEXT is copied to the heap.
 */
MUST_CHECK bool config_value_parse(const struct config_key *key, struct span text, bool is_plain,
                                   void *member);

/* The value of one word of a FLAGS or ENUM. */
MUST_CHECK bool config_value_word(const struct config_key *key, struct span text, int *ret_value);

/* What the key takes, to be read after "is not" or "expected": "a whole number from 1 to 65535". */
void config_value_expected(const struct config_key *key, struct buf *out);

#define CONFIG_EXPECTED_SIZE 256

#endif
