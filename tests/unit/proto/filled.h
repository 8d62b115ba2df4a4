/*
 * A struct of any field table filled with values, so that a test can go through every message and record
 * without knowing one of them.
 */
#ifndef STRONGROOM_TESTS_UNIT_PROTO_FILLED_H
#define STRONGROOM_TESTS_UNIT_PROTO_FILLED_H

#include "proto/codec.h"

#include <stdlib.h>

#define FILLED_TEXT (65536 + 1) /* one past the largest bound of any field */

/*
 * Text in UTF-8 of exactly `len` bytes: some z, then characters of one, two and three bytes. All texts lie in
 * one buffer that is always written alike, so that those of a message do not disturb each other.
 */
static inline struct span filled_text(size_t len)
{
    static uint8_t text[6 + FILLED_TEXT];
    static const char pattern[] = "a\xc3\xa9\xe2\x82\xac";

    memset(text, 'z', 6);
    for (size_t i = 0; i < len; i++)
        text[6 + i] = (uint8_t)pattern[i % 6];
    return span_of(text + 6 - len % 6, len);
}

static inline struct span filled_bytes(size_t len)
{
    static uint8_t bytes[FILLED_TEXT];

    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(i * 7);
    return span_of(bytes, len);
}

enum filling { FILL_NOTHING, FILL_EMPTY, FILL_SMALL, FILL_FULL };

static inline size_t filled_len(enum filling filling, uint64_t max)
{
    return filling == FILL_FULL ? (size_t)max : filling == FILL_SMALL ? (max < 3 ? (size_t)max : 3) : 0;
}

/* Set one field. FILL_NOTHING leaves the zero that says "absent". */
static inline void filled_set(const struct field *field, void *message, enum filling filling)
{
    void *value = (uint8_t *)message + field->offset;
    size_t len = filled_len(filling, field->kind == FIELD_U64 ? 0 : field->max);
    struct span_list *list = value;

    if (filling == FILL_NOTHING)
        return;
    switch (field->kind) {
    case FIELD_U64: *(uint64_t *)value = filling == FILL_FULL ? field->max : filling == FILL_SMALL; break;
    case FIELD_BOOL: *(bool *)value = filling >= FILL_SMALL; break;
    case FIELD_TEXT: *(struct span *)value = filled_text(len); break;
    case FIELD_BYTES: *(struct span *)value = filled_bytes(len); break;
    case FIELD_SECRET: *(struct secret_ref *)value = secret_ref_of(filled_bytes(len)); break;
    case FIELD_TEXT_LIST:
    case FIELD_BYTES_LIST:
        list->len = filling == FILL_FULL ? LIMIT_LIST : filling == FILL_SMALL ? 2 : 0;
        for (size_t i = 0; i < list->len; i++)
            list->items[i] = field->kind == FIELD_TEXT_LIST ? filled_text(len) : filled_bytes(len);
        break;
    }
}

/* The whole struct; optional fields too unless only the required ones are wanted. For free(). */
static inline void *filled_new(const struct field_table *table, enum filling filling, bool required_only)
{
    void *message = calloc(1, table->size);

    for (size_t i = 0; message && i < table->len; i++)
        if (!required_only || table->fields[i].presence == FIELD_REQUIRED)
            filled_set(&table->fields[i], message, filling);
    return message;
}

static inline bool filled_list_equal(const struct span_list *a, const struct span_list *b)
{
    for (size_t i = 0; i < a->len && i < b->len; i++)
        if (!span_equal(a->items[i], b->items[i]))
            return false;
    return a->len == b->len;
}

static inline bool filled_field_equal(const struct field *field, const void *a, const void *b)
{
    const void *x = (const uint8_t *)a + field->offset;
    const void *y = (const uint8_t *)b + field->offset;
    struct span s, t;

    switch (field->kind) {
    case FIELD_U64: return *(const uint64_t *)x == *(const uint64_t *)y;
    case FIELD_BOOL: return *(const bool *)x == *(const bool *)y;
    case FIELD_TEXT:
    case FIELD_BYTES:
        s = *(const struct span *)x;
        t = *(const struct span *)y;
        return span_equal(s, t) && span_is_absent(s) == span_is_absent(t);
    case FIELD_SECRET:
        s = secret_ref_reveal(*(const struct secret_ref *)x);
        t = secret_ref_reveal(*(const struct secret_ref *)y);
        return span_equal(s, t) && span_is_absent(s) == span_is_absent(t);
    case FIELD_TEXT_LIST:
    case FIELD_BYTES_LIST: return filled_list_equal(x, y);
    }
    return false;
}

#endif
