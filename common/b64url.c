#include "common/b64url.h"

#define NO 255

static const char url_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* What a character stands for in either alphabet; 62 and 63 are the alphabets' own, so they are looked up apart. */
static uint8_t values[256];

__attribute__((constructor)) static void make_values(void)
{
    memset(values, NO, sizeof(values));
    for (uint8_t i = 0; i < 62; i++)
        values[(uint8_t)url_alphabet[i]] = i;
}

static uint8_t value_of(uint8_t c, uint8_t char62, uint8_t char63)
{
    uint8_t value = values[c];

    if (value != NO)
        return value;
    return c == char62 ? 62 : c == char63 ? 63 : NO;
}

void b64url_encode(struct buf *out, struct span bytes)
{
    uint8_t *to = buf_reserve(out, B64URL_LEN(bytes.len));
    size_t i = 0;

    if (!to)
        return;
    for (; i + 3 <= bytes.len; i += 3) {
        uint32_t v = (uint32_t)bytes.ptr[i] << 16 | (uint32_t)bytes.ptr[i + 1] << 8 | bytes.ptr[i + 2];

        *to++ = (uint8_t)url_alphabet[v >> 18];
        *to++ = (uint8_t)url_alphabet[v >> 12 & 63];
        *to++ = (uint8_t)url_alphabet[v >> 6 & 63];
        *to++ = (uint8_t)url_alphabet[v & 63];
    }
    if (bytes.len - i == 1) {
        *to++ = (uint8_t)url_alphabet[bytes.ptr[i] >> 2];
        *to++ = (uint8_t)url_alphabet[(bytes.ptr[i] & 3) << 4];
    } else if (bytes.len - i == 2) {
        *to++ = (uint8_t)url_alphabet[bytes.ptr[i] >> 2];
        *to++ = (uint8_t)url_alphabet[(bytes.ptr[i] & 3) << 4 | bytes.ptr[i + 1] >> 4];
        *to++ = (uint8_t)url_alphabet[(bytes.ptr[i + 1] & 15) << 2];
    }
}

static bool decode(struct span text, uint8_t char62, uint8_t char63, struct buf *out)
{
    size_t len = text.len / 4 * 3 + (text.len % 4 ? text.len % 4 - 1 : 0);
    struct buf trial = *out;
    uint8_t *to;
    uint32_t bits = 0;
    unsigned have = 0;
    size_t i = 0;

    if (text.len % 4 == 1)
        return false;
    to = buf_reserve(&trial, len);
    if (!to)
        return false;
    for (; i + 4 <= text.len; i += 4) {
        uint8_t a = value_of(text.ptr[i], char62, char63), b = value_of(text.ptr[i + 1], char62, char63);
        uint8_t c = value_of(text.ptr[i + 2], char62, char63), d = value_of(text.ptr[i + 3], char62, char63);

        if (a == NO || b == NO || c == NO || d == NO)
            return false;
        *to++ = (uint8_t)(a << 2 | b >> 4);
        *to++ = (uint8_t)(b << 4 | c >> 2);
        *to++ = (uint8_t)(c << 6 | d);
    }
    for (; i < text.len; i++) {
        uint8_t v = value_of(text.ptr[i], char62, char63);

        if (v == NO)
            return false;
        bits = bits << 6 | v;
        have += 6;
        if (have >= 8) {
            have -= 8;
            *to++ = (uint8_t)(bits >> have);
            bits &= (1u << have) - 1;
        }
    }
    if (bits != 0)
        return false;
    *out = trial;
    return true;
}

bool b64url_decode(struct span text, struct buf *out)
{
    return decode(text, '-', '_', out);
}

bool b64_decode(struct span text, struct buf *out)
{
    size_t padding = 0;

    if (text.len % 4 != 0)
        return false;
    while (padding < 2 && text.len > padding && text.ptr[text.len - 1 - padding] == '=')
        padding++;
    return decode(span_of(text.ptr, text.len - padding), '+', '/', out);
}
