/*
 * CONSENT_PAGE and CONSENT: a customer who is logged in allows a client something, or does not.
 * CONSENT_REMEMBERED: the customer has allowed it before. Either makes the grant and its code; the handle's
 * id is the grant's, so that one request is answered once.
 */
#include "common/uri.h"
#include "vault/consent.h"
#include "vault/grant.h"
#include "vault/handle.h"
#include "vault/redirect.h"
#include "vault/scope.h"
#include "vault/session.h"

static void list_scopes(const struct op *op, enum language language, struct rep_consent_page *reply)
{
    struct span rest = op->handle.scope;
    struct span word;

    while (span_next_word(&rest, ' ', &word) && reply->scope_names.len < LIMIT_LIST) {
        const struct vault_config_scope *scope = scope_find(&op->vault->config, word);
        struct scope_words words = scope_words(scope, language);

        reply->scope_names.items[reply->scope_names.len++] = span_of_text(scope->name);
        reply->scope_titles.items[reply->scope_titles.len++] = words.title;
        reply->scope_descriptions.items[reply->scope_descriptions.len++] = words.description;
    }
}

/* OK: nobody has answered this request yet. */
static enum outcome check_open(struct op *op, struct grant_record *ret_grant)
{
    enum outcome rc = grant_load(op, op->handle.id, ret_grant);

    if (rc == OUTCOME_OK)
        return OUTCOME_HANDLE_ANSWERED;
    return rc == OUTCOME_GRANT_UNKNOWN ? OUTCOME_OK : rc;
}

enum outcome op_consent_page(struct op *op)
{
    struct rep_consent_page *reply = &op->reply->consent_page;
    enum language language = handle_language(&op->handle, op->request->consent_page.accept_language);
    struct grant_record grant;
    enum outcome rc = consent_check_client(op);

    if (rc == OUTCOME_OK)
        rc = check_open(op, &grant);
    if (rc == OUTCOME_OK)
        rc = consent_find(op, &grant);
    if (rc != OUTCOME_OK && rc != OUTCOME_CONSENT_NOT_REMEMBERED)
        return rc;
    reply->is_remembered = rc == OUTCOME_OK;
    reply->language = span_of_text(language_tag(language));
    reply->client_name = op->client.name;
    reply->customer_name = op->user.name;
    reply->ends_at_s = op->now_s + op->client.consent_s;
    reply->redirect_source = uri_csp_source(op->handle.redirect_uri);
    list_scopes(op, language, reply);
    return handle_csrf(op, "consent", &op->handle, span_of(op->session_key, MAC_LEN), &reply->csrf);
}

/* The code is composed from the record, so a request that is repeated gets the same one. */
static enum outcome answer_with_code(struct op *op, const struct grant_record *grant,
                                     struct span *ret_location)
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
                         secret_ref_of(span_of(op->text.ptr + start, op->text.len - start)), ret_location);
}

static enum outcome deny(struct op *op, struct span *ret_location)
{
    op->recorded = OUTCOME_CONSENT_DENIED;
    return redirect_error(op, op->handle.redirect_uri, op->handle.state, "access_denied",
                          "The customer did not allow it.", ret_location);
}

/* Make the grant. One that rests on a consent given before has that one's bounds; NULL: it is given now. */
static enum outcome approve(struct op *op, const struct grant_record *before, struct span *ret_location)
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

    if (before) {
        grant.ends_at_s = before->ends_at_s < grant.ends_at_s ? before->ends_at_s : grant.ends_at_s;
        grant.accounts = before->accounts;
    }
    op->audit.grant_id = op_keep(op, grant_id_text(op->handle.id, (uint8_t[LIMIT_GRANT_ID]){0}));
    if (!rng_fill(&op->vault->rng, salt, sizeof(salt)))
        return OUTCOME_NO_RANDOM;
    rc = session_sid(op, op->session_key, sid);
    if (rc != OUTCOME_OK)
        return rc;
    rc = grant_create(op->txn, op->handle.id, &grant, op->handle.created_at_s + config->lifetimes.handle_s);
    if (rc == OUTCOME_OK)
        rc = session_touch(op, span_of(op->session_key, MAC_LEN), &op->session);
    return rc == OUTCOME_OK ? answer_with_code(op, &grant, ret_location) : rc;
}

static void note_for_audit(struct op *op)
{
    op->audit.client_id = op->handle.client_id;
    op->audit.subject = op->session.subject;
    op->audit.scope = op->handle.scope;
}

/*
 * May this request be answered? OK: yes. *ret_is_repeat: it has been, by this very request, whose reply was
 * lost, so it gets the same code again (I10); by any other it has been answered for good.
 */
static enum outcome check_answerable(struct op *op, struct grant_record *ret_grant, bool *ret_is_repeat)
{
    enum outcome rc = consent_check_client(op);

    if (rc == OUTCOME_OK)
        rc = check_open(op, ret_grant);
    *ret_is_repeat = rc == OUTCOME_HANDLE_ANSWERED && ret_grant->generation == 0 &&
                     grant_is_repeat(op, ret_grant);
    return *ret_is_repeat ? OUTCOME_OK : rc;
}

enum outcome op_consent(struct op *op)
{
    const struct req_consent *request = &op->request->consent;
    struct span *location = &op->reply->consent.location;
    struct grant_record grant;
    bool is_repeat;
    enum outcome rc;

    note_for_audit(op);
    rc = handle_csrf_check(op, "consent", &op->handle, span_of(op->session_key, MAC_LEN), request->csrf);
    if (rc == OUTCOME_OK)
        rc = check_answerable(op, &grant, &is_repeat);
    if (rc != OUTCOME_OK)
        return rc;
    if (is_repeat)
        return request->approve ? answer_with_code(op, &grant, location) : OUTCOME_HANDLE_ANSWERED;
    return request->approve ? approve(op, NULL, location) : deny(op, location);
}

/*
 * No anti-forgery value is asked for: the customer's answer was given then, to a page that had one. What this
 * does, any site can have a browser do by a link, and the code goes to the client's own address.
 */
enum outcome op_consent_remembered(struct op *op)
{
    struct span *location = &op->reply->consent_remembered.location;
    struct grant_record grant;
    bool is_repeat;
    enum outcome rc;

    note_for_audit(op);
    rc = check_answerable(op, &grant, &is_repeat);
    if (rc != OUTCOME_OK)
        return rc;
    if (is_repeat)
        return answer_with_code(op, &grant, location);
    rc = consent_find(op, &grant);
    return rc == OUTCOME_OK ? approve(op, &grant, location) : consent_refuse(op, rc);
}
