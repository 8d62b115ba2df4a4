#include "vault/registration.h"

#include "vault/jws.h"
#include "vault/scope.h"

#include "common/uri.h"

/* What op->text has grown by since `start`. */
static struct span said_since(const struct op *op, size_t start)
{
    return span_of(op->text.ptr + start, op->text.len - start);
}

/* ---- words ------------------------------------------------------------------------------------------- */

static struct span say_algorithms(struct op *op)
{
    size_t start = op->text.len;
    const char *separator = "";

    buf_put_text(&op->text, "the signing algorithm must be one of the vault's signing_algorithms: ");
    for (int alg = JWS_ES256; alg < JWS_ALG_COUNT; alg++) {
        if (!(op->vault->config.signing_algorithms & 1U << alg))
            continue;
        buf_printf(&op->text, "%s%s", separator, jws_alg_name((enum jws_alg)alg));
        separator = ", ";
    }
    return said_since(op, start);
}

static struct span take_signing_alg(struct op *op, struct span name, struct client_record *client)
{
    enum jws_alg alg = jws_alg_by_name(name);

    if (span_is_absent(name))
        return SPAN_NONE;
    if (alg == JWS_NONE)
        return say_algorithms(op);
    client->signing_alg = alg == JWS_ES256 ? 0 : alg; /* as in the records from before there was a choice */
    return SPAN_NONE;
}

static struct span take_subject_type(struct span type, struct client_record *client)
{
    if (span_is_absent(type))
        return SPAN_NONE;
    if (client->is_resource_server)
        return SPAN_LITERAL(
            "a resource server is always told the bank's own subjects; it has no subject_type");
    if (!span_equal_text(type, "public") && !span_equal_text(type, "pairwise"))
        return SPAN_LITERAL("the subject_type must be public or pairwise (OpenID Connect Core 8)");
    client->is_pairwise = span_equal_text(type, "pairwise");
    return SPAN_NONE;
}

/* ---- the sector -------------------------------------------------------------------------------------- */

/* Hosts count alike in either case (RFC 3986 3.2.2). */
static struct span lower_case(struct op *op, struct span host)
{
    size_t start = op->text.len;

    for (size_t i = 0; i < host.len; i++) {
        uint8_t c = host.ptr[i];

        buf_put_u8(&op->text, c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c);
    }
    return said_since(op, start);
}

/* The host that all of them have, in lower case. Absent if there is none such, or if it is everybody's. */
static struct span common_host(struct op *op, const struct span_list *uris, const char **ret_why)
{
    struct span common = SPAN_NONE;

    *ret_why = "a redirect URI has no host of the app's own";
    for (size_t i = 0; i < uris->len; i++) {
        struct span host = uri_host(uris->items[i]);

        if (span_is_absent(host) || uri_is_loopback_host(host))
            return SPAN_NONE;
        host = lower_case(op, host);
        if (i > 0 && !span_equal(host, common)) {
            *ret_why = "the redirect URIs are on several hosts";
            return SPAN_NONE;
        }
        common = host;
    }
    if (common.len <= LIMIT_NAME)
        return common;
    *ret_why = "the redirect URIs' host is a very long one";
    return SPAN_NONE;
}

static struct span sector_needed(struct op *op, const char *why)
{
    size_t start = op->text.len;

    buf_put_text(&op->text, why);
    buf_put_text(&op->text,
                 ", so a pairwise client needs a sector (OpenID Connect Core 8.1): the host that stands "
                 "for all apps to which a customer is to be the same");
    return said_since(op, start);
}

static struct span sector_left(struct op *op, struct span sector)
{
    size_t start = op->text.len;

    buf_printf(&op->text,
               "the redirect URIs leave the host %.*s, by which the client's subjects are made; give it as "
               "the sector "
               "to keep them, or another one to give all customers new ones",
               SPAN_PRINTF(sector));
    return said_since(op, start);
}

static struct span take_given_sector(struct op *op, struct span sector, struct client_record *client)
{
    if (client->is_resource_server || !client->is_pairwise)
        return SPAN_LITERAL("only a pairwise client has a sector");
    if (!uri_is_host(sector))
        return SPAN_LITERAL(
            "the sector must be a host, such as apps.example, without a scheme, port or path");
    client->sector = lower_case(op, sector);
    return SPAN_NONE;
}

static struct span settle_sector(struct op *op, struct span given, const struct client_record *before,
                                 struct client_record *client)
{
    struct span now, then;
    const char *why;

    if (!span_is_absent(given))
        return take_given_sector(op, given, client);
    if (!client->is_pairwise) {
        client->sector = SPAN_NONE;
        return SPAN_NONE;
    }
    now = common_host(op, &client->redirect_uris, &why);
    if (before && before->is_pairwise) {
        const char *ignored;

        /* One that was never the URIs' own host was given on purpose, and stays whatever they become. */
        then = common_host(op, &before->redirect_uris, &ignored);
        return span_equal(then, before->sector) && !span_equal(now, before->sector)
                   ? sector_left(op, before->sector)
                   : SPAN_NONE;
    }
    client->sector = now;
    return span_is_absent(now) ? sector_needed(op, why) : SPAN_NONE;
}

struct span registration_take_words(struct op *op, const struct registration_words *words,
                                    const struct client_record *before, struct client_record *client)
{
    struct span problem = take_signing_alg(op, words->signing_alg, client);

    if (span_is_absent(problem))
        problem = take_subject_type(words->subject_type, client);
    return span_is_absent(problem) ? settle_sector(op, words->sector, before, client) : problem;
}

/* ---- the whole record -------------------------------------------------------------------------------- */

/* Which of them, because there may be many. */
static struct span uris_problem(struct op *op, const char *what, const struct span_list *uris)
{
    size_t start = op->text.len;

    for (size_t i = 0; i < uris->len; i++) {
        const char *problem = uri_redirect_problem(uris->items[i]);

        if (!problem)
            continue;
        buf_printf(&op->text, "%s %zu: %s", what, i + 1, problem);
        return said_since(op, start);
    }
    return SPAN_NONE;
}

static struct span scope_problem(struct op *op, const struct client_record *client)
{
    size_t start = op->text.len;
    struct span rest = client->scope;
    struct span word;

    while (span_next_word(&rest, ' ', &word)) {
        if (scope_find(&op->vault->config, word))
            continue;
        if (!span_is_printable(word) || word.len > LIMIT_WORD)
            return SPAN_LITERAL("a scope is not one of those in the vault's configuration");
        buf_printf(&op->text, "the scope %.*s is not one of those in the vault's configuration",
                   SPAN_PRINTF(word));
        return said_since(op, start);
    }
    if ((client->scope.len || !client->is_resource_server) &&
        !span_list_has(client->scope, SPAN_LITERAL("openid")))
        return SPAN_LITERAL("the scope must hold openid");
    return SPAN_NONE;
}

/* It may have been one of them once: the configuration can change. */
static struct span signing_alg_problem(struct op *op, uint64_t stored)
{
    uint64_t alg = stored ? stored : JWS_ES256;

    if (alg < JWS_ALG_COUNT && op->vault->config.signing_algorithms & 1U << alg)
        return SPAN_NONE;
    return say_algorithms(op);
}

struct span registration_problem(struct op *op, const struct client_record *client)
{
    struct span problem;

    if (client->name.len == 0)
        return SPAN_LITERAL("a name is needed; customers will read it");
    if (client->is_resource_server && client->redirect_uris.len)
        return SPAN_LITERAL("a resource server has no redirect URI");
    if (client->is_resource_server && client->post_logout_redirect_uris.len)
        return SPAN_LITERAL("a resource server signs nobody out and has no post-logout redirect URI");
    if (!client->is_resource_server && client->redirect_uris.len == 0)
        return SPAN_LITERAL("a client needs at least one redirect URI");
    problem = uris_problem(op, "redirect URI", &client->redirect_uris);
    if (span_is_absent(problem))
        problem = uris_problem(op, "post-logout redirect URI", &client->post_logout_redirect_uris);
    if (span_is_absent(problem))
        problem = scope_problem(op, client);
    return span_is_absent(problem) ? signing_alg_problem(op, client->signing_alg) : problem;
}

/* ---- what has changed -------------------------------------------------------------------------------- */

bool registration_changes_subjects(const struct client_record *before, const struct client_record *client)
{
    return before->is_pairwise != client->is_pairwise || !span_equal(before->sector, client->sector);
}

static bool lists_differ(const struct span_list *a, const struct span_list *b)
{
    if (a->len != b->len)
        return true;
    for (size_t i = 0; i < a->len; i++)
        if (!span_equal(a->items[i], b->items[i]))
            return true;
    return false;
}

static void put_if(struct buf *out, size_t start, bool differs, const char *name)
{
    if (!differs)
        return;
    if (out->len > start)
        buf_put_text(out, ", ");
    buf_put_text(out, name);
}

struct span registration_differences(struct op *op, const struct client_record *a,
                                     const struct client_record *b)
{
    struct buf *out = &op->text;
    size_t start = out->len;

    put_if(out, start, !span_equal(a->name, b->name), "name");
    put_if(out, start, lists_differ(&a->redirect_uris, &b->redirect_uris), "redirect_uris");
    put_if(out, start, !span_equal(a->scope, b->scope), "scope");
    put_if(out, start, !span_equal(a->audience, b->audience), "audience");
    put_if(out, start, a->access_token_s != b->access_token_s, "access_token_s");
    put_if(out, start, a->refresh_token_s != b->refresh_token_s, "refresh_token_s");
    put_if(out, start, a->refresh_grace_s != b->refresh_grace_s, "refresh_grace_s");
    put_if(out, start, a->consent_s != b->consent_s, "consent_s");
    put_if(out, start, lists_differ(&a->post_logout_redirect_uris, &b->post_logout_redirect_uris),
           "post_logout_redirect_uris");
    put_if(out, start, a->signing_alg != b->signing_alg, "signing_alg");
    put_if(out, start, a->is_pairwise != b->is_pairwise, "subject_type");
    put_if(out, start, !span_equal(a->sector, b->sector), "sector");
    return said_since(op, start);
}
