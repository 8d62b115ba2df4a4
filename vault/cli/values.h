/*
 * What stands behind an option: text from the command line as a number, a duration or a time.
 */
#ifndef STRONGROOM_VAULT_CLI_VALUES_H
#define STRONGROOM_VAULT_CLI_VALUES_H

#include "vault/cli/command.h"

/*
 * Is this a value that the option's row allows? Then a NUMBER, DURATION or TIME is in *ret_number; else
 * *ret_problem says what was expected.
 */
MUST_CHECK bool value_check(const struct option *option, const char *text, uint64_t *ret_number,
                            struct problem *ret_problem);

/* "90s", "15m", "8h", "30d" to seconds; false for anything else. */
MUST_CHECK bool duration_parse(const char *text, uint64_t *ret_seconds);

/*
 * "2026-12-01T03:00Z" to Unix seconds; with seconds or without, and with a space for the T as tables show it.
 * UTC only, since a time without its Z is another one to each reader. False for anything else, and for days
 * that there are not.
 */
MUST_CHECK bool time_parse(const char *text, uint64_t *ret_unix_s);

#endif
