#include "common/token_text.h"

#include "common/b64url.h"

#include <zlib.h>

static const char *const prefixes[] = {
    [TOKEN_ACCESS] = "sr_at_",
    [TOKEN_REFRESH] = "sr_rt_",
    [TOKEN_CODE] = "sr_ac_",
};

/* CRC-32 of all that stands before it, in base 62, most significant digit first; 62^6 > 2^32. */
static void put_checksum(struct span text, uint8_t ret_checksum[TOKEN_CHECKSUM_LEN])
{
    static const char digit[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    uint32_t crc = (uint32_t)crc32(0, text.ptr, (uInt)text.len);

    for (int i = TOKEN_CHECKSUM_LEN - 1; i >= 0; i--) {
        ret_checksum[i] = (uint8_t)digit[crc % 62];
        crc /= 62;
    }
}

void token_text_put(struct buf *out, enum token_kind kind, const uint8_t sealed[TOKEN_SEALED_LEN])
{
    size_t start = out->len;
    uint8_t checksum[TOKEN_CHECKSUM_LEN];

    buf_put_text(out, prefixes[kind]);
    b64url_encode(out, span_of(sealed, TOKEN_SEALED_LEN));
    if (!buf_ok(out))
        return;
    put_checksum(span_of(out->ptr + start, out->len - start), checksum);
    buf_put(out, checksum, sizeof(checksum));
}

bool token_text_parse(struct span text, enum token_kind *ret_kind, uint8_t ret_sealed[TOKEN_SEALED_LEN])
{
    struct buf sealed = buf_over(ret_sealed, TOKEN_SEALED_LEN);
    uint8_t checksum[TOKEN_CHECKSUM_LEN];
    size_t body_len = TOKEN_TEXT_LEN - TOKEN_CHECKSUM_LEN;

    if (text.len != TOKEN_TEXT_LEN)
        return false;
    put_checksum(span_of(text.ptr, body_len), checksum);
    if (memcmp(checksum, text.ptr + body_len, sizeof(checksum)) != 0)
        return false;
    for (enum token_kind kind = TOKEN_ACCESS; kind <= TOKEN_CODE; kind++) {
        if (memcmp(text.ptr, prefixes[kind], TOKEN_PREFIX_LEN) != 0)
            continue;
        *ret_kind = kind;
        return b64url_decode(span_of(text.ptr + TOKEN_PREFIX_LEN, body_len - TOKEN_PREFIX_LEN), &sealed);
    }
    return false;
}
