/*
 * One thing with everything that is known of it, for people: two columns, what and value. A fact that is not
 * there is left out; a list's further values stand below the first.
 */
#ifndef STRONGROOM_VAULT_CLI_FACTS_H
#define STRONGROOM_VAULT_CLI_FACTS_H

#include "vault/cli/table.h"

#include <jansson.h>

struct table *facts_new(void);

void facts_put(struct table *facts, const char *what, const char *value);

/* A member of a document: a text, an array of texts, a Unix time, a number of seconds; 0 is not there. */
void facts_put_text(struct table *facts, const char *what, const json_t *object, const char *member);
void facts_put_list(struct table *facts, const char *what, const json_t *object, const char *member);
void facts_put_time(struct table *facts, const char *what, const json_t *object, const char *member);
void facts_put_duration(struct table *facts, const char *what, const json_t *object, const char *member);

/* Print them on standard output and free the table. */
void facts_print(struct table **facts);

#endif
