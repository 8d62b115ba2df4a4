/*
 * What clients and gateways ask all day: a code exchanged, a refresh token rotated, an access token
 * introspected. Every answer is checked, because a server that answers wrongly is always fast.
 */
#ifndef STRONGROOM_TESTS_BENCH_FLOW_TOKEN_H
#define STRONGROOM_TESTS_BENCH_FLOW_TOKEN_H

#include "tests/bench/cell.h"
#include "tests/bench/engine.h"
#include "tests/bench/flow_browser.h"

#define TOKEN_MAX 256

struct token {
    uint16_t len;
    char text[TOKEN_MAX];
};

/* One grant as its client knows it. */
struct grant {
    struct token access;
    struct token refresh;
};

/* Each connection takes the next code; the answers' tokens go to `grants` as long as there is room. */
struct exchange {
    const struct cell *cell;
    const struct code *codes;
    size_t code_count;
    struct grant *grants; /* NULL if nobody wants them */
    size_t grants_max;
    size_t next;          /* the caller zeroes these three */
    size_t grant_count;
    uint64_t id_tokens;   /* answers that brought one */
};

struct flow exchange_flow(struct exchange *exchange);

/*
 * Each connection rotates grants of its own in turn: connection n has the grants n, n + connections, and
 * so on. An answer is right only if it brings a refresh token that is not the one that was sent.
 */
struct refresh {
    const struct cell *cell;
    struct grant *grants; /* kept up to date: the newest tokens are in it afterwards */
    size_t grant_count;
    unsigned connections;
    size_t turn[ENGINE_CONNECTIONS_MAX]; /* the caller zeroes it */
};

struct flow refresh_flow(struct refresh *refresh);

/* Introspection of each access token in turn; the whole requests are written beforehand. */
struct introspect;

struct introspect *introspect_new(const struct cell *cell, const struct grant *grants, size_t count);
void introspect_free(struct introspect **introspect);
struct flow introspect_flow(struct introspect *introspect);

#endif
