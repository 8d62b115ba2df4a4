/*
 * A buf is where bytes are written: memory of somebody else with a capacity that is given at birth.
 * A write that would overflow writes nothing and is remembered; all later writes do nothing either, so
 * that one check of buf_ok() at the end answers for a whole document.
 */
#ifndef STRONGROOM_COMMON_BUF_H
#define STRONGROOM_COMMON_BUF_H

#include "common/span.h"

struct buf {
    uint8_t *ptr;
    size_t len;
    size_t cap;
    bool overflow;
};

static inline struct buf buf_over(void *ptr, size_t cap)
{
    return (struct buf){(uint8_t *)ptr, 0, cap, false};
}

/* Room for exactly `len` bytes that the caller fills at once; NULL on overflow. */
static inline uint8_t *buf_reserve(struct buf *b, size_t len)
{
    uint8_t *room;

    if (b->overflow || len > b->cap - b->len) {
        b->overflow = true;
        return NULL;
    }
    room = b->ptr + b->len;
    b->len += len;
    return room;
}

static inline void buf_put(struct buf *b, const void *bytes, size_t len)
{
    uint8_t *room = buf_reserve(b, len);

    if (room && len)
        memcpy(room, bytes, len);
}

static inline void buf_put_u8(struct buf *b, uint8_t byte)
{
    buf_put(b, &byte, 1);
}

static inline void buf_put_span(struct buf *b, struct span s)
{
    buf_put(b, s.ptr, s.len);
}

static inline void buf_put_text(struct buf *b, const char *text)
{
    buf_put(b, text, strlen(text));
}

/* Decimal, without sign or padding. */
void buf_put_u64(struct buf *b, uint64_t value);

/* Lower-case hexadecimal. */
void buf_put_hex(struct buf *b, struct span s);

/* Bounded formatting; only for fixed formats, never for text that came from outside as the format. */
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline bool buf_ok(const struct buf *b)
{
    return !b->overflow;
}

static inline struct span buf_span(const struct buf *b)
{
    return span_of(b->ptr, b->len);
}

#endif
