#include "common/span.h"

bool span_next_word(struct span *rest, uint8_t separator, struct span *ret_word)
{
    size_t from = 0;
    size_t to;

    while (from < rest->len && rest->ptr[from] == separator)
        from++;
    if (from == rest->len) {
        *rest = span_from(*rest, rest->len);
        return false;
    }
    for (to = from; to < rest->len && rest->ptr[to] != separator; to++)
        ;
    *ret_word = span_of(rest->ptr + from, to - from);
    *rest = span_from(*rest, to);
    return true;
}

bool span_list_has(struct span list, struct span word)
{
    struct span each;

    while (span_next_word(&list, ' ', &each))
        if (span_equal(each, word))
            return true;
    return false;
}

/* How many bytes the sequence that starts with `lead` has, 0 if no sequence starts with it. */
static size_t utf8_sequence_len(uint8_t lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef)
        return 3;
    if (lead >= 0xf0 && lead <= 0xf4)
        return 4;
    return 0;
}

/* The second byte carries the rules against overlong forms, surrogates and what is past U+10FFFF. */
static bool utf8_second_is_valid(uint8_t lead, uint8_t second)
{
    switch (lead) {
    case 0xe0: return second >= 0xa0 && second <= 0xbf;
    case 0xed: return second >= 0x80 && second <= 0x9f;
    case 0xf0: return second >= 0x90 && second <= 0xbf;
    case 0xf4: return second >= 0x80 && second <= 0x8f;
    default: return second >= 0x80 && second <= 0xbf;
    }
}

size_t span_utf8_len(struct span s)
{
    size_t len = s.len ? utf8_sequence_len(s.ptr[0]) : 0;

    if (len > s.len || (len > 1 && !utf8_second_is_valid(s.ptr[0], s.ptr[1])))
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((s.ptr[i] & 0xc0) != 0x80)
            return 0;
    return len;
}

/* Eight bytes of ASCII without NUL, judged at once: what nearly every text between the processes consists of. */
static bool is_plain_word(const uint8_t *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof(word));
    /* The top bit of a byte of the first term is set where that byte is 0 (or where one below it is). */
    return (((word - UINT64_C(0x0101010101010101)) | word) & UINT64_C(0x8080808080808080)) == 0;
}

bool span_is_utf8(struct span s)
{
    size_t i = 0;

    while (i < s.len) {
        size_t len;

        if (s.len - i >= 8 && is_plain_word(s.ptr + i)) {
            i += 8;
            continue;
        }
        len = s.ptr[i] < 0x80 ? s.ptr[i] != 0 : span_utf8_len(span_from(s, i));
        if (len == 0)
            return false;
        i += len;
    }
    return true;
}

bool span_is_printable(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < 0x20 || s.ptr[i] > 0x7e)
            return false;
    return true;
}
