#include "frontend/credentials.h"

#include <strings.h>

#include "common/b64url.h"
#include "common/uri.h"

/* "Scheme 1*SP rest"; the scheme in any case (RFC 9110 11.1). */
static bool take_scheme(struct span authorization, const char *scheme, struct span *ret_rest)
{
    size_t len = strlen(scheme);

    if (authorization.len <= len || strncasecmp((const char *)authorization.ptr, scheme, len) != 0 ||
        authorization.ptr[len] != ' ')
        return false;
    while (len < authorization.len && authorization.ptr[len] == ' ')
        len++;
    *ret_rest = span_from(authorization, len);
    return ret_rest->len > 0;
}

static bool form_decode(struct span *half)
{
    return uri_form_decode_in_place((uint8_t *)(uintptr_t)half->ptr, half->len, &half->len);
}

static bool take_basic(struct span authorization, struct span *ret_id, struct span *ret_secret)
{
    struct span coded, pair;
    struct buf plain;
    const uint8_t *colon;

    if (!take_scheme(authorization, "Basic", &coded))
        return false;
    /* Three bytes out for four characters in: writing never overtakes reading. */
    plain = buf_over((void *)(uintptr_t)coded.ptr, coded.len);
    if (!b64_decode(coded, &plain))
        return false;
    pair = buf_span(&plain);
    colon = memchr(pair.ptr, ':', pair.len);
    if (!colon)
        return false;
    *ret_id = span_of(pair.ptr, (size_t)(colon - pair.ptr));
    *ret_secret = span_from(pair, ret_id->len + 1);
    return form_decode(ret_id) && form_decode(ret_secret) && ret_id->len > 0 &&
           ret_id->len <= LIMIT_CLIENT_ID && ret_secret->len > 0 && ret_secret->len <= LIMIT_SECRET;
}

void credentials_take_basic(struct span authorization, struct credentials *credentials)
{
    struct span id, secret;

    *credentials = (struct credentials){.state = CREDENTIALS_ABSENT};
    if (span_is_absent(authorization))
        return;
    credentials->state = CREDENTIALS_UNUSABLE;
    if (!take_basic(authorization, &id, &secret))
        return;
    *credentials = (struct credentials){CREDENTIALS_USABLE, id, secret_ref_of(secret)};
}

/* b64token of RFC 6750 2.1. */
static bool is_token(struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];

        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
              strchr("-._~+/=", c)))
            return false;
    }
    return true;
}

enum credentials_state credentials_take_bearer(struct span authorization, struct span *ret_token)
{
    struct span token;

    if (span_is_absent(authorization))
        return CREDENTIALS_ABSENT;
    if (!take_scheme(authorization, "Bearer", &token) || !is_token(token))
        return CREDENTIALS_UNUSABLE;
    *ret_token = token;
    return CREDENTIALS_USABLE;
}
