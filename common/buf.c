#include "common/buf.h"

#include <stdarg.h>
#include <stdio.h>

void buf_put_u64(struct buf *b, uint64_t value)
{
    uint8_t digits[20];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (uint8_t)('0' + value % 10);
        value /= 10;
    } while (value);
    buf_put(b, digits + at, sizeof(digits) - at);
}

void buf_put_hex(struct buf *b, struct span s)
{
    static const char digit[] = "0123456789abcdef";
    uint8_t *to = buf_reserve(b, s.len * 2);

    for (size_t i = 0; to && i < s.len; i++) {
        *to++ = (uint8_t)digit[s.ptr[i] >> 4];
        *to++ = (uint8_t)digit[s.ptr[i] & 15];
    }
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    int len;

    if (b->overflow)
        return;
    va_start(args, format);
    len = vsnprintf((char *)b->ptr + b->len, b->cap - b->len, format, args);
    va_end(args);
    /* vsnprintf wants a byte more than the text, for a NUL that we do not count. */
    if (len < 0 || (size_t)len >= b->cap - b->len) {
        b->overflow = true;
        return;
    }
    b->len += (size_t)len;
}
