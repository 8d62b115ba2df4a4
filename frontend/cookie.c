#include "frontend/cookie.h"

static bool is_named(struct span pair, const char *name, bool has_tls, struct span *ret_value)
{
    struct span prefix = has_tls ? SPAN_LITERAL(COOKIE_PREFIX) : SPAN_LITERAL("");

    if (!span_starts_with(pair, prefix))
        return false;
    pair = span_from(pair, prefix.len);
    if (!span_starts_with(pair, span_of_text(name)))
        return false;
    pair = span_from(pair, strlen(name));
    if (pair.len == 0 || pair.ptr[0] != '=')
        return false;
    *ret_value = span_from(pair, 1);
    return true;
}

static struct span trim(struct span text)
{
    while (text.len && text.ptr[0] == ' ')
        text = span_from(text, 1);
    while (text.len && text.ptr[text.len - 1] == ' ')
        text.len--;
    return text;
}

struct secret_ref cookie_find(struct span header, const char *name, bool has_tls)
{
    struct span found = SPAN_NONE;
    struct span pair, value;

    while (span_next_word(&header, ';', &pair)) {
        if (!is_named(trim(pair), name, has_tls, &value))
            continue;
        if (!span_is_absent(found))
            return secret_ref_of(SPAN_NONE);
        found = value;
    }
    return secret_ref_of(found.len == 0 || found.len > LIMIT_COOKIE ? SPAN_NONE : found);
}

static void put_name(struct buf *out, const char *name, bool has_tls)
{
    if (has_tls)
        buf_put_text(out, COOKIE_PREFIX);
    buf_put_text(out, name);
    buf_put_u8(out, '=');
}

static void put_attributes(struct buf *out, bool has_tls)
{
    buf_put_text(out,
                 has_tls ? "; Path=/; HttpOnly; SameSite=Lax; Secure" : "; Path=/; HttpOnly; SameSite=Lax");
}

void cookie_put(struct buf *out, const char *name, struct secret_ref value, uint64_t max_age_s, bool has_tls)
{
    put_name(out, name, has_tls);
    buf_put_span(out, secret_ref_reveal(value));
    if (max_age_s) {
        buf_put_text(out, "; Max-Age=");
        buf_put_u64(out, max_age_s);
    }
    put_attributes(out, has_tls);
}

void cookie_put_ended(struct buf *out, const char *name, bool has_tls)
{
    put_name(out, name, has_tls);
    buf_put_text(out, "; Max-Age=0");
    put_attributes(out, has_tls);
}
