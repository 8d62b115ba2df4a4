/*
 * The little of HTML, JSON and HTTP that the load generator has to read and write. It reads what
 * Strongroom writes and what any server may write instead, but it is a measuring tool, not a browser: what
 * it does not understand is "absent", and the caller counts that as a wrong answer.
 */
#ifndef STRONGROOM_TESTS_BENCH_TEXT_H
#define STRONGROOM_TESTS_BENCH_TEXT_H

#include "common/buf.h"

/* True if `part` occurs in `whole`. */
bool text_contains(struct span whole, const char *part);

/* The value of a JSON member that is a string without escapes; absent if there is none. Borrowed. */
struct span text_json_string(struct span json, const char *name);

/* The text of a response header's value without white space around it; names compare without case. */
struct span text_header(struct span head, const char *name);

/*
 * The next value of a header that may be there several times. *rest starts as the head and is moved on;
 * absent at the end.
 */
struct span text_header_next(struct span *rest, const char *name);

/* Append the value of the first <input> with that name, entities decoded. False if there is none. */
MUST_CHECK bool text_put_input_value(struct span html, const char *name, struct buf *out);

/* Append `name=value` form-encoded, with a leading `&` unless it is the first thing in the body. */
void text_put_form_field(struct buf *body, const char *name, struct span value);

/* Append an `Authorization: Basic` header line (RFC 6749 2.3.1: both halves form-encoded first). */
void text_put_basic(struct buf *out, struct span id, struct span secret);

/* Append a whole POST with a form body; `credentials` is a header line as above, or absent. */
void text_put_post(struct buf *out, struct span host, const char *path, struct span credentials,
                   struct span body);

#endif
