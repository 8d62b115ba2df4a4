/*
 * A table for people: columns as wide as what is in them, cut to fit a terminal and never cut elsewhere, so
 * that `strongroom client list | grep` sees everything. Cells are copied and made safe (text.h).
 *
 *     static const struct column columns[] = {{"CLIENT ID", COLUMN_WHOLE}, {"NAME", COLUMN_SHRINKS}};
 *     struct table *table = table_new(columns, 2);
 *     table_cell(table, id);
 *     table_cell(table, name);
 *     table_print(table, stdout);
 *     table_free(&table);
 */
#ifndef STRONGROOM_VAULT_CLI_TABLE_H
#define STRONGROOM_VAULT_CLI_TABLE_H

#include "common/span.h"

#include <stdio.h>

enum column_kind {
    COLUMN_WHOLE,   /* what one copies from the screen: never cut */
    COLUMN_SHRINKS, /* cut, ending in an ellipsis, where the terminal is too narrow */
    COLUMN_NUMBER,  /* to the right; never cut */
};

struct column {
    const char *title; /* NULL in all columns: no line of titles */
    enum column_kind kind;
};

struct table;

/* `columns` must outlive the table. The program ends if there is no memory: a table is all it still has to do. */
struct table *table_new(const struct column *columns, size_t columns_len);

/* The next cell, from left to right, row after row. Absent is an empty cell. */
void table_cell_span(struct table *table, struct span text);
void table_cell(struct table *table, const char *text);

/* As wide as the terminal behind the stream. */
void table_print(const struct table *table, FILE *out);

/* As wide as that many columns; 0 for as wide as it gets. */
void table_print_within(const struct table *table, FILE *out, size_t width, bool with_colours);

void table_free(struct table **table);

#endif
