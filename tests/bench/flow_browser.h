/*
 * The customer's part: browsers that log in once, then consent again and again, so that there are codes
 * to exchange. Cookies are kept, redirects followed, forms filled in from the page that was sent; no
 * value that the vault made up is guessed. This is set-up and is not measured.
 */
#ifndef STRONGROOM_TESTS_BENCH_FLOW_BROWSER_H
#define STRONGROOM_TESTS_BENCH_FLOW_BROWSER_H

#include "tests/bench/cell.h"
#include "tests/bench/engine.h"

#define CODE_MAX 256

/* RFC 7636 appendix B: one pair of verifier and challenge serves for every code. */
#define BENCH_CODE_VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define BENCH_CODE_CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

struct code {
    uint16_t len;
    char text[CODE_MAX];
};

struct browsers;

/* `codes` has room for `capacity`; both it and `cell` are borrowed. */
struct browsers *browsers_new(const struct cell *cell, unsigned connections, struct code *codes,
                              size_t capacity);
void browsers_free(struct browsers **browsers);

/* Log in on connection 0 and fetch one code; then every connection has the session's cookies. */
void browsers_log_in(struct browsers *b, struct engine *engine, struct tally *tally);

/* Fetch codes until there are `wanted` of them or `seconds` are over. Returns how many there are now. */
size_t browsers_fetch_codes(struct browsers *b, struct engine *engine, unsigned connections, size_t wanted,
                            double seconds, struct tally *tally);

#endif
