/*
 * A JSON writer over a buf: it places the commas, escapes the text, allocates nothing and never fails in
 * between; buf_ok() of the buffer says at the end whether all of it fitted.
 *
 *     struct json_writer json = json_begin(&out);
 *     json_object_open(&json, NULL);
 *     json_text(&json, "error", SPAN_LITERAL("invalid_grant"));
 *     json_object_close(&json);
 *
 * `name` is a literal of ours and is NULL for an element of an array and for the document itself.
 * Text is expected to be UTF-8; each byte that is not is written as U+FFFD, so that the document always
 * parses.
 */
#ifndef STRONGROOM_COMMON_JSON_WRITE_H
#define STRONGROOM_COMMON_JSON_WRITE_H

#include "common/buf.h"

struct json_writer {
    struct buf *out;
    bool needs_comma;
};

static inline struct json_writer json_begin(struct buf *out)
{
    return (struct json_writer){out, false};
}

void json_object_open(struct json_writer *json, const char *name);
void json_object_close(struct json_writer *json);
void json_array_open(struct json_writer *json, const char *name);
void json_array_close(struct json_writer *json);

/* An absent span writes nothing at all. */
void json_text(struct json_writer *json, const char *name, struct span text);
void json_u64(struct json_writer *json, const char *name, uint64_t value);
void json_bool(struct json_writer *json, const char *name, bool value);
void json_hex(struct json_writer *json, const char *name, struct span bytes);

#endif
