#include "frontend/bearer.h"

#include <strings.h>

#include "common/token_text.h"
#include "frontend/respond.h"

enum { POSTED_TOKEN };

static const struct form_field fields[] = {{"access_token", 0}};

/* ---- taking it out of a request ------------------------------------------------------------------------ */

static bool names_bearer(struct span authorization)
{
    struct span scheme = SPAN_LITERAL("Bearer ");

    return authorization.len >= scheme.len &&
           strncasecmp((const char *)authorization.ptr, (const char *)scheme.ptr, scheme.len) == 0;
}

enum bearer_state bearer_take(const struct http_request *request, struct span *ret_token)
{
    struct span token;

    if (credentials_take_bearer(request->authorization, &token) != CREDENTIALS_USABLE)
        return names_bearer(request->authorization) ? BEARER_UNUSABLE : BEARER_ABSENT;
    if (!token_text_looks_valid(token))
        return BEARER_UNUSABLE;
    *ret_token = token;
    return BEARER_USABLE;
}

enum bearer_state bearer_take_posted(const struct http_request *request, struct form *form,
                                     struct span *ret_token)
{
    struct span token;

    if (request->method != HTTP_VERB_POST || !form_is_media_type(request->content_type))
        return bearer_take(request, ret_token);
    form_parse(form, request->body, fields, sizeof(fields) / sizeof(fields[0]));
    if (!form_is_sound(form))
        return BEARER_AMBIGUOUS;
    token = form->values[POSTED_TOKEN].text;
    if (span_is_absent(token))
        return bearer_take(request, ret_token);
    /* Another scheme's credentials beside it are a second way to say who asks, as well (RFC 6750 2). */
    if (!span_is_absent(request->authorization))
        return BEARER_AMBIGUOUS;
    if (!token_text_looks_valid(token))
        return BEARER_UNUSABLE;
    *ret_token = token;
    return BEARER_USABLE;
}

/*
 * ---- refusing it ----------------------------------------------------------------------------------------
 */

static void put_parameter(struct buf *out, const char *name, struct span value)
{
    if (span_is_absent(value))
        return;
    /* Neither a quote nor a backslash is in our literals, nor in a scope (RFC 6749 3.3). */
    if (!span_is_printable(value) || memchr(value.ptr, '"', value.len) || memchr(value.ptr, '\\', value.len))
        out->overflow = true;
    buf_put_text(out, ", ");
    buf_put_text(out, name);
    buf_put_text(out, "=\"");
    buf_put_span(out, value);
    buf_put_u8(out, '"');
}

void bearer_put_challenge(struct buf *out, enum answer answer, struct span scope)
{
    buf_put_text(out, "Bearer realm=\"strongroom\"");
    if (answer == ANSWER_OK)
        return;
    put_parameter(out, "error", span_of_text(answer_error(answer)));
    put_parameter(out, "error_description", span_of_text(answer_description(answer)));
    put_parameter(out, "scope", scope.len ? scope : SPAN_NONE);
}

void bearer_refuse(struct exchange *x, enum answer answer, struct span scope)
{
    struct response *r;

    if (answer != ANSWER_OK && answer != ANSWER_INVALID_REQUEST && answer != ANSWER_INVALID_TOKEN &&
        answer != ANSWER_INSUFFICIENT_SCOPE) {
        respond_error(x, answer);
        return;
    }
    r = respond_begin(x, answer == ANSWER_OK ? 401 : answer_http_status(answer), RESPOND_NO_STORE);
    buf_put_text(&r->headers, "WWW-Authenticate: ");
    bearer_put_challenge(&r->headers, answer, scope);
    buf_put_text(&r->headers, "\r\n");
    respond_empty_send(r);
}

void bearer_refuse_state(struct exchange *x, enum bearer_state state)
{
    switch (state) {
    case BEARER_USABLE: /* never: it is the vault's to refuse */
    case BEARER_ABSENT: bearer_refuse(x, ANSWER_OK, SPAN_NONE); return;
    case BEARER_UNUSABLE: bearer_refuse(x, ANSWER_INVALID_TOKEN, SPAN_NONE); return;
    case BEARER_AMBIGUOUS: bearer_refuse(x, ANSWER_INVALID_REQUEST, SPAN_NONE); return;
    }
}
