#include "vault/handle.h"

#include "common/b64url.h"

#define HANDLE_FORMAT 1

static const uint8_t format_header[] = {HANDLE_FORMAT};

enum outcome handle_close(struct op *op, const struct handle_record *handle, struct span *ret_text)
{
    uint8_t plain[LIMIT_HANDLE];
    uint8_t sealed[LIMIT_HANDLE];
    struct buf out = buf_over(plain, sizeof(plain) - SEAL_TAG_LEN);
    size_t start = op->text.len;

    if (!codec_encode(&out, &handle_fields, handle) ||
        !seal_close(op->bench->handle, span_of(format_header, 1), buf_span(&out), sealed))
        return OUTCOME_INTERNAL;
    b64url_encode(&op->text, span_of(sealed, out.len + SEAL_TAG_LEN));
    *ret_text = span_of(op->text.ptr + start, op->text.len - start);
    /* Over the limit only if the limits of its fields were raised without it. */
    return buf_ok(&op->text) && ret_text->len <= LIMIT_HANDLE ? OUTCOME_OK : OUTCOME_INTERNAL;
}

enum outcome handle_open(struct op *op, struct span text, struct secret_ref browser,
                         struct handle_record *ret_handle)
{
    uint8_t room[LIMIT_HANDLE];
    uint8_t hash[BROWSER_BYTES];
    struct buf sealed = buf_over(room, sizeof(room));
    uint8_t *plain;
    enum outcome rc;

    if (!b64url_decode(text, &sealed) || sealed.len <= SEAL_TAG_LEN)
        return OUTCOME_HANDLE_INVALID;
    plain = buf_reserve(&op->text, sealed.len - SEAL_TAG_LEN);
    if (!plain)
        return OUTCOME_INTERNAL;
    if (!seal_open(op->bench->handle, span_of(format_header, 1), buf_span(&sealed), plain) ||
        !codec_decode(span_of(plain, sealed.len - SEAL_TAG_LEN), &handle_fields, ret_handle))
        return OUTCOME_HANDLE_INVALID;
    if (ret_handle->id.len != GRANT_ID_LEN || ret_handle->browser.len != BROWSER_BYTES)
        return OUTCOME_HANDLE_INVALID;
    if (ret_handle->created_at_s + op->vault->config.lifetimes.handle_s <= op->now_s)
        return OUTCOME_HANDLE_EXPIRED;
    rc = handle_browser_hash(op, secret_ref_reveal(browser), hash);
    if (rc != OUTCOME_OK)
        return rc;
    return ct_equal(span_of(hash, sizeof(hash)), ret_handle->browser) ? OUTCOME_OK
                                                                      : OUTCOME_HANDLE_FOREIGN_BROWSER;
}

enum outcome handle_browser_hash(struct op *op, struct span browser, uint8_t ret_hash[BROWSER_BYTES])
{
    uint8_t hash[MAC_LEN];

    if (!mac_compute(op->bench->hash, "browser", &browser, 1, hash))
        return OUTCOME_INTERNAL;
    memcpy(ret_hash, hash, BROWSER_BYTES);
    return OUTCOME_OK;
}

enum outcome handle_browser_new(struct op *op, struct secret_ref *ret_browser)
{
    uint8_t bytes[BROWSER_BYTES];
    size_t start = op->text.len;

    if (!rng_fill(&op->vault->rng, bytes, sizeof(bytes)))
        return OUTCOME_NO_RANDOM;
    b64url_encode(&op->text, span_of(bytes, sizeof(bytes)));
    *ret_browser = secret_ref_of(span_of(op->text.ptr + start, op->text.len - start));
    return buf_ok(&op->text) ? OUTCOME_OK : OUTCOME_INTERNAL;
}

enum language handle_language(const struct handle_record *handle, struct span accept_language)
{
    enum language language = language_find(handle->language);

    if (language == LANGUAGE_NONE)
        language = language_of_header(accept_language);
    return language == LANGUAGE_NONE ? (enum language)0 : language;
}

enum outcome handle_csrf(struct op *op, const char *step, const struct handle_record *handle,
                         struct span session_key, struct span *ret_csrf)
{
    struct span parts[] = {span_of_text(step), handle->id, handle->browser, session_key};
    uint8_t hash[MAC_LEN];
    size_t start = op->text.len;

    if (!mac_compute(op->bench->hash, "csrf", parts, 4, hash))
        return OUTCOME_INTERNAL;
    b64url_encode(&op->text, span_of(hash, 16));
    *ret_csrf = span_of(op->text.ptr + start, op->text.len - start);
    return buf_ok(&op->text) ? OUTCOME_OK : OUTCOME_INTERNAL;
}

enum outcome handle_csrf_check(struct op *op, const char *step, const struct handle_record *handle,
                               struct span session_key, struct span presented)
{
    struct span right;
    enum outcome rc = handle_csrf(op, step, handle, session_key, &right);

    if (rc != OUTCOME_OK)
        return rc;
    return ct_equal(right, presented) ? OUTCOME_OK : OUTCOME_CSRF_WRONG;
}
