/*
 * A span is a borrowed look at bytes that live elsewhere: a read buffer, a received frame, a page of
 * the store. It owns nothing, is not NUL-terminated and is valid only as long as what it looks into.
 * An absent value has ptr == NULL; an empty one has ptr != NULL and len == 0.
 */
#ifndef STRONGROOM_COMMON_SPAN_H
#define STRONGROOM_COMMON_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MUST_CHECK __attribute__((warn_unused_result))

struct span {
    const uint8_t *ptr;
    size_t len;
};

#define SPAN_NONE ((struct span){NULL, 0})
/* For string literals only: the length is the array's. */
#define SPAN_LITERAL(s) ((struct span){(const uint8_t *)("" s), sizeof(s) - 1})
/* printf arguments for a "%.*s"; only for text that has been validated or came from us. */
#define SPAN_PRINTF(s) (int)(s).len, (const char *)((s).ptr ? (s).ptr : (const uint8_t *)"")

static inline struct span span_of(const void *ptr, size_t len)
{
    return (struct span){(const uint8_t *)ptr, len};
}

static inline struct span span_of_text(const char *text)
{
    return text ? span_of(text, strlen(text)) : SPAN_NONE;
}

static inline bool span_is_absent(struct span s)
{
    return s.ptr == NULL;
}

static inline bool span_is_empty(struct span s)
{
    return s.len == 0;
}

/* Byte for byte; not constant in time, so never for secrets (common/secret.h has secret_equal). */
static inline bool span_equal(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool span_equal_text(struct span a, const char *text)
{
    return span_equal(a, span_of_text(text));
}

static inline bool span_starts_with(struct span s, struct span prefix)
{
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

/* The part from `from` on, empty if there is none. */
static inline struct span span_from(struct span s, size_t from)
{
    return from >= s.len ? span_of(s.ptr ? s.ptr + s.len : NULL, 0) : span_of(s.ptr + from, s.len - from);
}

/*
 * Take the next word of `*rest` up to `separator` and move `*rest` behind it. Returns false at the end.
 * Runs of separators give no empty words.
 */
bool span_next_word(struct span *rest, uint8_t separator, struct span *ret_word);

/* True if `word` is one of the space-separated words of `list`. */
bool span_list_has(struct span list, struct span word);

/* The length of the well-formed UTF-8 sequence that `s` starts with; 0 if it starts with none. NUL has 1. */
size_t span_utf8_len(struct span s);

/* True if it is well-formed UTF-8 (RFC 3629) without NUL. Other control characters are the caller's. */
bool span_is_utf8(struct span s);

/* True if every byte is a printable ASCII character, 0x20 to 0x7e (RFC 6749 appendix A: VSCHAR). */
bool span_is_printable(struct span s);

#endif
