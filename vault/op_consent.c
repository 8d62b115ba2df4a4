/*
 * CONSENT_PAGE and CONSENT: a customer who is logged in allows a client something, or does not. Approval makes
 * the grant and its code; the handle's id is the grant's, so that one request is answered once.
 */
#include "vault/grant.h"
#include "vault/handle.h"
#include "vault/redirect.h"
#include "vault/scope.h"
#include "vault/session.h"

#include "common/uri.h"
#include "vault/client.h"

/* The handle was sealed a while ago: the client may have been disabled or changed since. */
static enum outcome check_client_still(struct op *op)
{
    enum outcome rc = op_load(op, TABLE_CLIENTS, op->handle.client_id, &client_fields,
                              OUTCOME_AUTHORIZE_CLIENT_UNKNOWN, &op->client);

    if (rc != OUTCOME_OK)
        return rc;
    if (op->client.is_disabled || op->client.is_resource_server)
        return OUTCOME_AUTHORIZE_CLIENT_UNKNOWN;
    if (!client_has_redirect_uri(&op->client, op->handle.redirect_uri))
        return OUTCOME_AUTHORIZE_REDIRECT_BAD;
    /* Checked at authorize; it fails only if the client's scopes were changed since. */
    rc = scope_check_request(&op->vault->config, op->handle.scope, op->client.scope);
    return rc == OUTCOME_SCOPE_NOT_GRANTED ? OUTCOME_AUTHORIZE_UNREADABLE : rc;
}

enum outcome op_consent_page(struct op *op)
{
    struct rep_consent_page *reply = &op->reply->consent_page;
    struct span rest = op->handle.scope;
    struct span word;
    enum outcome rc = check_client_still(op);

    if (rc != OUTCOME_OK)
        return rc;
    while (span_next_word(&rest, ' ', &word) && reply->scope_names.len < LIMIT_LIST) {
        const struct vault_config_scope *scope = scope_find(&op->vault->config, word);

        reply->scope_names.items[reply->scope_names.len++] = span_of_text(scope->name);
        reply->scope_titles.items[reply->scope_titles.len++] = span_of_text(scope->title);
        reply->scope_descriptions.items[reply->scope_descriptions.len++] = span_of_text(scope->description);
    }
    reply->client_name = op->client.name;
    reply->customer_name = op->user.name;
    reply->ends_at_s = op->now_s + op->client.consent_s;
    reply->redirect_source = uri_csp_source(op->handle.redirect_uri);
    return handle_csrf(op, "consent", &op->handle, span_of(op->session_key, MAC_LEN), &reply->csrf);
}

/* The code is composed from the record, so a request that is repeated gets the same one. */
static enum outcome answer_with_code(struct op *op, const struct grant_record *grant,
                                     struct rep_consent *reply)
{
    struct token code = {
        .kind = TOKEN_CODE, .issued_at_s = grant->created_at_s, .expires_at_s = grant->code_ends_at_s};
    size_t start = op->text.len;
    enum outcome rc;

    memcpy(code.grant_id, op->handle.id.ptr, GRANT_ID_LEN);
    memcpy(code.salt, grant->salt.ptr, GRANT_SALT_LEN);
    rc = token_close(op->bench, &code, &op->text);
    if (rc != OUTCOME_OK)
        return rc;
    return redirect_code(op, op->handle.redirect_uri, op->handle.state,
                         secret_ref_of(span_of(op->text.ptr + start, op->text.len - start)),
                         &reply->location);
}

static enum outcome deny(struct op *op, struct rep_consent *reply)
{
    op->recorded = OUTCOME_CONSENT_DENIED;
    return redirect_error(op, op->handle.redirect_uri, op->handle.state, "access_denied",
                          "The customer did not allow it.", &reply->location);
}

static enum outcome approve(struct op *op, struct rep_consent *reply)
{
    const struct vault_config *config = &op->vault->config;
    uint8_t salt[GRANT_SALT_LEN] = {0};
    uint8_t sid[SESSION_SID_LEN];
    struct grant_record grant = {
        .subject = op->session.subject,
        .client_id = op->handle.client_id,
        .scope = op->handle.scope,
        .created_at_s = op->now_s,
        .ends_at_s = op->now_s + op->client.consent_s,
        .auth_time_s = op->session.auth_time_s,
        .salt = span_of(salt, sizeof(salt)),
        .spent_by = op->envelope->request_id,
        .spent_at_s = op->now_s,
        .code_ends_at_s = op->now_s + config->lifetimes.code_s,
        .code_challenge = op->handle.code_challenge,
        .redirect_uri = op->handle.redirect_uri,
        .nonce = op->handle.nonce,
        .registration = op->client.registration,
        .audience = op->client.audience,
        .sid = span_of(sid, sizeof(sid)),
        .acr = op->session.acr,
    };
    enum outcome rc;

    if (!rng_fill(&op->vault->rng, salt, sizeof(salt)))
        return OUTCOME_NO_RANDOM;
    rc = session_sid(op, op->session_key, sid);
    if (rc != OUTCOME_OK)
        return rc;
    rc = grant_create(op->txn, op->handle.id, &grant, op->handle.created_at_s + config->lifetimes.handle_s);
    if (rc == OUTCOME_OK)
        rc = session_touch(op, span_of(op->session_key, MAC_LEN), &op->session);
    return rc == OUTCOME_OK ? answer_with_code(op, &grant, reply) : rc;
}

enum outcome op_consent(struct op *op)
{
    const struct req_consent *request = &op->request->consent;
    struct rep_consent *reply = &op->reply->consent;
    struct grant_record grant;
    enum outcome rc;

    op->audit.client_id = op->handle.client_id;
    op->audit.subject = op->session.subject;
    op->audit.scope = op->handle.scope;
    rc = handle_csrf_check(op, "consent", &op->handle, span_of(op->session_key, MAC_LEN), request->csrf);
    if (rc == OUTCOME_OK)
        rc = check_client_still(op);
    if (rc != OUTCOME_OK)
        return rc;
    rc = grant_load(op, op->handle.id, &grant);
    if (rc == OUTCOME_OK) {
        /* Answered before: by this very request, which lost its reply, or by another, which gets nothing. */
        if (request->approve && grant.generation == 0 && grant_is_repeat(op, &grant))
            return answer_with_code(op, &grant, reply);
        return OUTCOME_HANDLE_ANSWERED;
    }
    if (rc != OUTCOME_GRANT_UNKNOWN)
        return rc;
    if (!request->approve)
        return deny(op, reply);
    op->audit.grant_id = op_keep(op, grant_id_text(op->handle.id, (uint8_t[LIMIT_GRANT_ID]){0}));
    return approve(op, reply);
}

enum outcome op_consent_remembered(struct op *op)
{
    (void)op;
    return OUTCOME_INTERNAL;
}
