/*
 * One row of AUDIT_READ: the head of the chain after a record, then the record as it was hashed. Reads rows,
 * checks them against the chain and prints them; where they come from is cmd_audit.c's.
 */
#ifndef STRONGROOM_VAULT_CLI_AUDIT_ROW_H
#define STRONGROOM_VAULT_CLI_AUDIT_ROW_H

#include "proto/audit_chain.h"
#include "proto/message.h"

#include <stdio.h>

struct audit_row {
    struct span head;   /* AUDIT_CHAIN_HEAD bytes */
    struct span bytes;  /* the record, encoded */
    struct audit_record record;
};

/* False if it is not a head and a record. Spans point into `row`. */
MUST_CHECK bool audit_row_read(struct span row, struct audit_row *ret_row);

/* Where a check of the chain has got to. Starts as {0}. */
struct audit_walk {
    uint64_t sequence; /* of the last record that was right */
    uint8_t head[AUDIT_CHAIN_HEAD];
};

/*
 * Is this the record that comes next, unaltered? Moves the walk on and returns NULL; else says what is wrong with
 * it and leaves the walk where it is.
 */
MUST_CHECK const char *audit_walk_step(struct audit_walk *walk, struct span row);

/* One line for people: the columns of audit_row_print_titles, then whatever else the record has as name=value. */
void audit_row_print_titles(FILE *out);
void audit_row_print(FILE *out, const struct audit_row *row, bool with_colours);

/* One line of JSON: the record's fields by their names, and its head as `hash`. */
void audit_row_print_json(FILE *out, const struct audit_row *row);

#endif
