#include "tests/bench/flow_token.h"

#include <stdlib.h>

#define REQUEST_MAX 1024

static MUST_CHECK bool token_take(struct span json, const char *name, struct token *ret_token)
{
    struct span text = text_json_string(json, name);

    if (text.len == 0 || text.len > sizeof(ret_token->text))
        return false;
    memcpy(ret_token->text, text.ptr, text.len);
    ret_token->len = (uint16_t)text.len;
    return true;
}

static struct span token_span(const struct token *token)
{
    return span_of(token->text, token->len);
}

static bool exchange_ask(void *self, struct conn *conn)
{
    struct exchange *x = self;
    uint8_t memory[REQUEST_MAX];
    struct buf body = buf_over(memory, sizeof(memory));
    const struct code *code;

    if (x->next == x->code_count)
        return false;
    code = &x->codes[x->next++];
    buf_put_text(&body, "grant_type=authorization_code&code_verifier=" BENCH_CODE_VERIFIER);
    /* The code came out of a URI and is escaped as it stands. */
    buf_put_text(&body, "&code=");
    buf_put(&body, code->text, code->len);
    text_put_form_field(&body, "redirect_uri", x->cell->redirect_uri);
    text_put_post(&conn->draft, x->cell->host, "/oauth2/v4/token", x->cell->client_basic, buf_span(&body));
    if (!buf_ok(&body))
        engine_die("the redirect URI is too long");
    conn->request = buf_span(&conn->draft);
    return true;
}

static const char *exchange_judge(void *self, struct conn *conn, const struct answer *answer)
{
    struct exchange *x = self;
    struct grant grant;

    (void)conn;
    if (!answer || answer->status != 200 || !token_take(answer->body, "access_token", &grant.access) ||
        !token_take(answer->body, "refresh_token", &grant.refresh))
        return "a code was not exchanged for two tokens";
    if (!span_is_absent(text_json_string(answer->body, "id_token")))
        x->id_tokens++;
    if (x->grants && x->grant_count < x->grants_max)
        x->grants[x->grant_count++] = grant;
    return NULL;
}

struct flow exchange_flow(struct exchange *exchange)
{
    return (struct flow){"code exchange", exchange, exchange_ask, exchange_judge};
}

/* The grant that is this connection's turn now. */
static struct grant *refresh_current(struct refresh *r, const struct conn *conn)
{
    size_t chains = (r->grant_count - conn->number + r->connections - 1) / r->connections;

    return &r->grants[conn->number + r->turn[conn->number] % chains * r->connections];
}

static bool refresh_ask(void *self, struct conn *conn)
{
    struct refresh *r = self;
    uint8_t memory[REQUEST_MAX];
    struct buf body = buf_over(memory, sizeof(memory));

    if (conn->number >= r->grant_count)
        return false;
    buf_put_text(&body, "grant_type=refresh_token");
    text_put_form_field(&body, "refresh_token", token_span(&refresh_current(r, conn)->refresh));
    text_put_post(&conn->draft, r->cell->host, "/oauth2/v4/token", r->cell->client_basic, buf_span(&body));
    if (!buf_ok(&body))
        engine_die("a refresh token is too long");
    conn->request = buf_span(&conn->draft);
    return true;
}

static const char *refresh_judge(void *self, struct conn *conn, const struct answer *answer)
{
    struct refresh *r = self;
    struct grant *grant = refresh_current(r, conn);
    struct grant fresh;

    r->turn[conn->number]++;
    if (!answer || answer->status != 200 || !token_take(answer->body, "access_token", &fresh.access) ||
        !token_take(answer->body, "refresh_token", &fresh.refresh))
        return "a refresh token did not bring two tokens";
    if (span_equal(token_span(&fresh.refresh), token_span(&grant->refresh)))
        return "the refresh token was not rotated";
    *grant = fresh;
    return NULL;
}

struct flow refresh_flow(struct refresh *refresh)
{
    return (struct flow){"refresh", refresh, refresh_ask, refresh_judge};
}

struct introspect {
    uint8_t *memory; /* `count` requests of REQUEST_MAX bytes each */
    struct span *requests;
    size_t count;
    size_t next;
};

struct introspect *introspect_new(const struct cell *cell, const struct grant *grants, size_t count)
{
    struct introspect *in = calloc(1, sizeof(*in));
    uint8_t memory[REQUEST_MAX];

    if (!in || count == 0)
        engine_die("no access tokens to introspect");
    in->memory = malloc(count * REQUEST_MAX);
    in->requests = calloc(count, sizeof(*in->requests));
    if (!in->memory || !in->requests)
        engine_die("out of memory");
    in->count = count;
    for (size_t i = 0; i < count; i++) {
        struct buf request = buf_over(in->memory + i * REQUEST_MAX, REQUEST_MAX);
        struct buf body = buf_over(memory, sizeof(memory));

        text_put_form_field(&body, "token", token_span(&grants[i].access));
        text_put_post(&request, cell->host, "/oauth2/v4/introspect", cell->resource_basic, buf_span(&body));
        if (!buf_ok(&body) || !buf_ok(&request))
            engine_die("an introspection does not fit into %d bytes", REQUEST_MAX);
        in->requests[i] = buf_span(&request);
    }
    return in;
}

void introspect_free(struct introspect **introspect)
{
    if (*introspect) {
        free((*introspect)->memory);
        free((*introspect)->requests);
    }
    free(*introspect);
    *introspect = NULL;
}

static bool introspect_ask(void *self, struct conn *conn)
{
    struct introspect *in = self;

    conn->request = in->requests[in->next];
    in->next = in->next + 1 == in->count ? 0 : in->next + 1;
    return true;
}

static const char *introspect_judge(void *self, struct conn *conn, const struct answer *answer)
{
    (void)self;
    (void)conn;
    if (!answer || answer->status != 200)
        return "an introspection was refused";
    return text_contains(answer->body, "\"active\":true") ? NULL : "a valid token was not active";
}

struct flow introspect_flow(struct introspect *introspect)
{
    return (struct flow){"introspection", introspect, introspect_ask, introspect_judge};
}
