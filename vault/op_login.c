/*
 * LOGIN_PAGE and LOGIN: a customer proves to be one. The password is checked in the slow lane's pool; the
 * writer then decides with the record as it is at that moment, counts failures and begins the session.
 */
#include "common/uri.h"
#include "vault/consent.h"
#include "vault/guesses.h"
#include "vault/handle.h"
#include "vault/password.h"
#include "vault/session.h"
#include "vault/subject.h"
#include "vault/user.h"

enum outcome op_login_page(struct op *op)
{
    struct rep_login_page *reply = &op->reply->login_page;
    enum outcome rc = op_load(op, TABLE_CLIENTS, op->handle.client_id, &client_fields, OUTCOME_HANDLE_INVALID,
                              &op->client);

    if (rc != OUTCOME_OK)
        return rc;
    reply->client_name = op->client.name;
    reply->login_hint = op->handle.login_hint;
    reply->language =
        span_of_text(language_tag(handle_language(&op->handle, op->request->login_page.accept_language)));
    /* Browsers hold the form's redirects to its page's policy, and this one may go through to the client. */
    if (consent_may_be_remembered(op))
        reply->redirect_source = uri_csp_source(op->handle.redirect_uri);
    return handle_csrf(op, "login", &op->handle, SPAN_NONE, &reply->csrf);
}

void slow_login(struct op *op, struct slow_result *ret_result)
{
    const struct req_login *request = &op->request->login;
    struct password_cost cost = {op->vault->config.passwords.memory / 1024,
                                 op->vault->config.passwords.iterations};
    static const uint8_t nobody[PASSWORD_SALT_LEN];
    struct span salt = span_of(nobody, sizeof(nobody));
    struct span subject;
    enum outcome rc = handle_csrf_check(op, "login", &op->handle, SPAN_NONE, request->csrf);

    if (rc == OUTCOME_OK)
        rc = user_find(op, request->username, &subject, &op->user);
    if (rc == OUTCOME_OK) {
        cost = (struct password_cost){op->user.password_memory_kib, op->user.password_iterations};
        salt = op->user.password_salt;
        memcpy(ret_result->subject, subject.ptr, subject.len);
    } else if (rc != OUTCOME_USER_UNKNOWN) {
        ret_result->outcome = rc;
        return;
    }
    /* A name that nobody has costs as much as one that somebody has, so time does not tell which ones exist. */
    ret_result->outcome = password_hash(op->bench->keys, secret_ref_reveal(request->password), salt, cost,
                                        ret_result->password_hash);
}

/* Each failure in a row doubles the wait, up to a quarter of an hour; nobody can be locked out for good. */
static enum outcome count_failure(struct op *op, struct span subject)
{
    uint64_t wait;

    op->user.failures++;
    wait = guesses_wait_s(op->user.failures);
    if (wait)
        op->user.locked_until_s = op->now_s + wait;
    return user_store(op->txn, subject, &op->user);
}

static enum outcome succeed(struct op *op, struct span subject, struct rep_login *reply)
{
    enum outcome rc = OUTCOME_OK;

    if (op->user.failures) {
        op->user.failures = 0;
        op->user.locked_until_s = 0;
        rc = user_store(op->txn, subject, &op->user);
    }
    if (rc == OUTCOME_OK)
        rc = session_begin(op, subject, &reply->session);
    reply->session_s = op->vault->config.lifetimes.session_s;
    return rc;
}

/* The client said whom it expects; a login of anybody else would only lead back here (OpenID Connect Core 3.1.2.2). */
static enum outcome check_hint(struct op *op, struct span subject)
{
    enum outcome rc;

    if (span_is_absent(op->handle.subject_hint))
        return OUTCOME_OK;
    rc = op_load(op, TABLE_CLIENTS, op->handle.client_id, &client_fields, OUTCOME_HANDLE_INVALID, &op->client);
    return rc == OUTCOME_OK ? subject_check_hint(op, &op->client, op->handle.subject_hint, subject) : rc;
}

enum outcome op_login(struct op *op)
{
    struct rep_login *reply = &op->reply->login;
    struct span subject = span_of_text(op->slow->subject);
    enum outcome rc;

    if (op->slow->outcome != OUTCOME_OK)
        return op->slow->outcome;
    if (subject.len == 0)
        return guesses_count(op, op->request->login.username, &reply->retry_after_s);
    op->audit.subject = subject;
    rc = op_load(op, TABLE_USERS, subject, &user_fields, OUTCOME_USER_UNKNOWN, &op->user);
    if (rc != OUTCOME_OK)
        return rc;
    if (op->user.locked_until_s > op->now_s) {
        reply->retry_after_s = op->user.locked_until_s - op->now_s;
        return OUTCOME_USER_LOCKED;
    }
    /* The record may have been given a new password while the old one was being hashed: then this is wrong too. */
    if (!ct_equal(span_of(op->slow->password_hash, PASSWORD_HASH_LEN), op->user.password_hash)) {
        rc = count_failure(op, subject);
        return rc == OUTCOME_OK ? OUTCOME_PASSWORD_WRONG : rc;
    }
    if (op->user.is_disabled)
        return OUTCOME_USER_DISABLED;
    rc = check_hint(op, subject);
    return rc == OUTCOME_OK ? succeed(op, subject, reply) : rc;
}
