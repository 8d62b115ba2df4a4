#include "vault/cli/table.h"

#include "vault/cli/text.h"

#include <stdlib.h>

enum { GAP = 2, COLUMNS_MAX = 16, SHRUNK_LEAST = 8 };

struct cell {
    char *text;
    size_t len;
    size_t width;
};

struct table {
    const struct column *columns;
    size_t columns_len;
    struct cell *cells;
    size_t cells_len;
    size_t cells_cap;
};

static void *must_have(void *memory)
{
    if (!memory) {
        fputs("strongroom: not enough memory\n", stderr);
        exit(1);
    }
    return memory;
}

struct table *table_new(const struct column *columns, size_t columns_len)
{
    struct table *table = must_have(calloc(1, sizeof(*table)));

    table->columns = columns;
    table->columns_len = columns_len < COLUMNS_MAX ? columns_len : COLUMNS_MAX;
    return table;
}

void table_cell_span(struct table *table, struct span text)
{
    struct cell *cell;
    struct buf safe;

    if (table->cells_len == table->cells_cap) {
        table->cells_cap = table->cells_cap ? 2 * table->cells_cap : 64;
        table->cells = must_have(realloc(table->cells, table->cells_cap * sizeof(*cell)));
    }
    /* A replacement is three bytes long and stands for one at least. */
    safe = buf_over(must_have(malloc(3 * text.len + 1)), 3 * text.len);
    text_put_safe(&safe, text);
    cell = &table->cells[table->cells_len++];
    *cell = (struct cell){(char *)safe.ptr, safe.len, text_width(buf_span(&safe))};
}

void table_cell(struct table *table, const char *text)
{
    table_cell_span(table, text ? span_of_text(text) : SPAN_LITERAL(""));
}

static void measure(const struct table *table, size_t widths[COLUMNS_MAX])
{
    for (size_t i = 0; i < table->columns_len; i++)
        widths[i] = table->columns[i].title ? strlen(table->columns[i].title) : 0;
    for (size_t i = 0; i < table->cells_len; i++) {
        size_t *width = &widths[i % table->columns_len];

        if (table->cells[i].width > *width)
            *width = table->cells[i].width;
    }
}

/* Take columns away from whichever shrinking one is the widest, until it fits or nothing shrinks any more. */
static void fit(const struct table *table, size_t widths[COLUMNS_MAX], size_t width)
{
    size_t total = GAP * (table->columns_len - 1);

    for (size_t i = 0; i < table->columns_len; i++)
        total += widths[i];
    while (total > width) {
        size_t *widest = NULL;

        for (size_t i = 0; i < table->columns_len; i++)
            if (table->columns[i].kind == COLUMN_SHRINKS && widths[i] > SHRUNK_LEAST &&
                (!widest || widths[i] > *widest))
                widest = &widths[i];
        if (!widest)
            return;
        (*widest)--;
        total--;
    }
}

static void print_blanks(FILE *out, size_t count)
{
    while (count-- > 0)
        fputc(' ', out);
}

static void print_cell(FILE *out, const struct column *column, struct span text, size_t text_columns,
                       size_t width, bool is_last)
{
    if (text_columns > width) {
        struct span start = text_cut(text, width - 1);

        fwrite(start.ptr, 1, start.len, out);
        fputs("\xe2\x80\xa6", out); /* an ellipsis */
        text_columns = text_width(start) + 1;
    } else {
        if (column->kind == COLUMN_NUMBER)
            print_blanks(out, width - text_columns);
        fwrite(text.ptr, 1, text.len, out);
        if (column->kind == COLUMN_NUMBER)
            text_columns = width;
    }
    if (!is_last)
        print_blanks(out, width - text_columns + GAP);
}

static void print_titles(const struct table *table, FILE *out, const size_t widths[COLUMNS_MAX],
                         bool with_colours)
{
    if (!table->columns[0].title)
        return;
    if (with_colours)
        fputs("\033[1m", out);
    for (size_t i = 0; i < table->columns_len; i++) {
        struct span title = span_of_text(table->columns[i].title);

        print_cell(out, &table->columns[i], title, title.len, widths[i], i + 1 == table->columns_len);
    }
    fputs(with_colours ? "\033[0m\n" : "\n", out);
}

void table_print_within(const struct table *table, FILE *out, size_t width, bool with_colours)
{
    size_t widths[COLUMNS_MAX];

    measure(table, widths);
    if (width > 0)
        fit(table, widths, width);
    print_titles(table, out, widths, with_colours);
    for (size_t i = 0; i < table->cells_len; i++) {
        size_t column = i % table->columns_len;
        const struct cell *cell = &table->cells[i];
        bool is_last = column + 1 == table->columns_len;

        print_cell(out, &table->columns[column], span_of(cell->text, cell->len), cell->width, widths[column],
                   is_last);
        if (is_last)
            fputc('\n', out);
    }
}

void table_print(const struct table *table, FILE *out)
{
    table_print_within(table, out, terminal_width(out), terminal_has_colours(out));
}

void table_free(struct table **table)
{
    if (!*table)
        return;
    for (size_t i = 0; i < (*table)->cells_len; i++)
        free((*table)->cells[i].text);
    free((*table)->cells);
    free(*table);
    *table = NULL;
}
