#include "vault/redirect.h"

#include "common/uri.h"

#define ERROR_URI_MAX (512 + 64) /* the configured base and an error's name */

/* A parameter with its `?` or `&`; an absent value writes nothing. */
static void put_parameter(struct buf *out, size_t start, const char *name, struct span value)
{
    if (span_is_absent(value) || !buf_ok(out))
        return;
    buf_put_u8(out, memchr(out->ptr + start, '?', out->len - start) ? '&' : '?');
    buf_put_text(out, name);
    buf_put_u8(out, '=');
    uri_put_escaped(out, value);
}

static enum outcome finish(struct op *op, size_t start, struct span state, struct span *ret_location)
{
    put_parameter(&op->text, start, "state", state);
    put_parameter(&op->text, start, "iss", span_of_text(op->vault->config.issuer));
    *ret_location = span_of(op->text.ptr + start, op->text.len - start);
    return buf_ok(&op->text) && ret_location->len <= LIMIT_LOCATION ? OUTCOME_OK : OUTCOME_INTERNAL;
}

/* Where the bank explains its errors; absent unless it says where. */
static struct span error_uri(struct op *op, const char *error, uint8_t room[ERROR_URI_MAX])
{
    struct buf uri = buf_over(room, ERROR_URI_MAX);

    if (!op->vault->config.error_uri_base)
        return SPAN_NONE;
    buf_put_text(&uri, op->vault->config.error_uri_base);
    buf_put_text(&uri, error);
    return buf_ok(&uri) ? buf_span(&uri) : SPAN_NONE;
}

enum outcome redirect_error(struct op *op, struct span redirect_uri, struct span state, const char *error,
                            const char *description, struct span *ret_location)
{
    uint8_t room[ERROR_URI_MAX];
    struct span uri = error_uri(op, error, room);
    size_t start = op->text.len;

    buf_put_span(&op->text, redirect_uri);
    put_parameter(&op->text, start, "error", span_of_text(error));
    put_parameter(&op->text, start, "error_description", span_of_text(description));
    put_parameter(&op->text, start, "error_uri", uri);
    return finish(op, start, state, ret_location);
}

enum outcome redirect_code(struct op *op, struct span redirect_uri, struct span state, struct secret_ref code,
                           struct span *ret_location)
{
    size_t start = op->text.len;

    buf_put_span(&op->text, redirect_uri);
    put_parameter(&op->text, start, "code", secret_ref_reveal(code));
    return finish(op, start, state, ret_location);
}

enum outcome redirect_logout(struct op *op, struct span uri, struct span state, struct span *ret_location)
{
    size_t start = op->text.len;

    buf_put_span(&op->text, uri);
    put_parameter(&op->text, start, "state", state);
    *ret_location = span_of(op->text.ptr + start, op->text.len - start);
    return buf_ok(&op->text) && ret_location->len <= LIMIT_LOCATION ? OUTCOME_OK : OUTCOME_INTERNAL;
}
