#include "tests/bench/cell.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/engine.h"
#include "tests/bench/text.h"

static struct span span_kept(struct span s)
{
    uint8_t *copy = malloc(s.len + 1);

    if (!copy)
        engine_die("out of memory");
    memcpy(copy, s.ptr, s.len);
    return span_of(copy, s.len);
}

static struct span basic_line(struct span id, struct span secret)
{
    uint8_t memory[1024];
    struct buf line = buf_over(memory, sizeof(memory));

    text_put_basic(&line, id, secret);
    if (!buf_ok(&line))
        engine_die("credentials are too long");
    return span_kept(buf_span(&line));
}

/* "http://127.0.0.1:8443" or with a path behind it, which Strongroom's base URL never has. */
static struct span host_of(struct span url)
{
    static const char scheme[] = "http://";
    const uint8_t *slash;

    if (!span_starts_with(url, SPAN_LITERAL("http://")))
        engine_die("base_url must be plain http: start the cell with --http");
    url = span_of(url.ptr + strlen(scheme), url.len - strlen(scheme));
    slash = memchr(url.ptr, '/', url.len);
    return slash ? span_of(url.ptr, (size_t)(slash - url.ptr)) : url;
}

static void take_line(struct cell *cell, struct span name, struct span value)
{
    const struct {
        const char *name;
        struct span *to;
    } known[] = {
        {"base_url", &cell->host},
        {"client_id", &cell->client_id},
        {"client_secret", &cell->client_secret},
        {"redirect_uri", &cell->redirect_uri},
        {"resource_id", &cell->resource_id},
        {"resource_secret", &cell->resource_secret},
        {"username", &cell->username},
        {"password", &cell->password},
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (span_equal_text(name, known[i].name)) {
            *known[i].to = span_kept(value);
            return;
        }
    }
    engine_die("standard input: unknown name '%.*s'", SPAN_PRINTF(name));
}

void cell_read(struct cell *ret_cell)
{
    struct cell cell = {0};
    char line[1024];

    while (fgets(line, sizeof(line), stdin)) {
        size_t len = strcspn(line, "\n");
        const char *space = memchr(line, ' ', len);

        if (!space)
            engine_die("standard input: a line must be 'name value'");
        take_line(&cell, span_of(line, (size_t)(space - line)),
                  span_of(space + 1, len - (size_t)(space - line) - 1));
    }
    if (!cell.host.ptr || !cell.client_id.ptr || !cell.client_secret.ptr || !cell.redirect_uri.ptr ||
        !cell.resource_id.ptr || !cell.resource_secret.ptr || !cell.username.ptr || !cell.password.ptr)
        engine_die("standard input: a line is missing, see cell.c for the names");
    cell.host = host_of(cell.host);
    cell.client_basic = basic_line(cell.client_id, cell.client_secret);
    cell.resource_basic = basic_line(cell.resource_id, cell.resource_secret);
    *ret_cell = cell;
}
