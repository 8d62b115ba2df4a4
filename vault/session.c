#include "vault/session.h"

#include "common/b64url.h"
#include "vault/expiry.h"

enum outcome session_key(struct op *op, struct secret_ref cookie, uint8_t ret_key[MAC_LEN])
{
    struct span part = secret_ref_reveal(cookie);

    return mac_compute(op->bench->hash, "session", &part, 1, ret_key) ? OUTCOME_OK : OUTCOME_INTERNAL;
}

enum outcome session_find(struct op *op, struct secret_ref cookie, uint8_t ret_key[MAC_LEN],
                          struct session_record *ret_session, struct user_record *ret_user)
{
    enum outcome rc;

    if (cookie.len == 0)
        return OUTCOME_SESSION_ENDED;
    rc = session_key(op, cookie, ret_key);
    if (rc == OUTCOME_OK)
        rc = op_load(op, TABLE_SESSIONS, span_of(ret_key, MAC_LEN), &session_fields, OUTCOME_SESSION_ENDED,
                     ret_session);
    if (rc != OUTCOME_OK)
        return rc;
    if (ret_session->ends_at_s <= op->now_s ||
        ret_session->used_at_s + op->vault->config.lifetimes.session_idle_s <= op->now_s)
        return OUTCOME_SESSION_ENDED;
    rc = op_load(op, TABLE_USERS, ret_session->subject, &user_fields, OUTCOME_SESSION_ENDED, ret_user);
    if (rc != OUTCOME_OK)
        return rc;
    if (ret_user->is_disabled || ret_session->auth_time_s < ret_user->sessions_valid_from_s)
        return OUTCOME_SESSION_ENDED;
    return OUTCOME_OK;
}

enum outcome session_begin(struct op *op, struct span subject, struct secret_ref *ret_cookie)
{
    struct span parts[] = {op->envelope->request_id, op->handle.id, subject};
    uint8_t cookie[MAC_LEN], key[MAC_LEN];
    size_t start = op->text.len;
    struct session_record session = {
        .subject = subject,
        /* Not before a new password that was set within this very second. */
        .auth_time_s = op->now_s > op->user.sessions_valid_from_s ? op->now_s
                                                                  : op->user.sessions_valid_from_s,
        .auth_ms = op->now_ms % 1000,
        .used_at_s = op->now_s,
        .ends_at_s = op->now_s + op->vault->config.lifetimes.session_s,
        .acr = span_of_text(op->vault->config.acr),
    };
    enum outcome rc;

    if (!mac_compute(op->bench->hash, "session cookie", parts, 3, cookie))
        return OUTCOME_INTERNAL;
    b64url_encode(&op->text, span_of(cookie, sizeof(cookie)));
    wipe(cookie, sizeof(cookie));
    if (!buf_ok(&op->text))
        return OUTCOME_INTERNAL;
    *ret_cookie = secret_ref_of(span_of(op->text.ptr + start, op->text.len - start));
    rc = session_key(op, *ret_cookie, key);
    if (rc == OUTCOME_OK)
        rc = record_put(op->txn, TABLE_SESSIONS, span_of(key, sizeof(key)), &session_fields, &session);
    if (rc == OUTCOME_OK)
        rc = expiry_enter(op->txn, session.ends_at_s, EXPIRY_SESSION, span_of(key, sizeof(key)));
    return rc;
}

bool session_is_since(const struct session_record *session, uint64_t since_s, uint64_t since_ms)
{
    return session->auth_time_s > since_s ||
           (session->auth_time_s == since_s && session->auth_ms >= since_ms);
}

enum outcome session_sid(struct op *op, const uint8_t session_key[MAC_LEN], uint8_t ret_sid[SESSION_SID_LEN])
{
    struct span part = span_of(session_key, MAC_LEN);
    uint8_t hash[MAC_LEN];

    if (!mac_compute(op->bench->hash, "sid", &part, 1, hash))
        return OUTCOME_INTERNAL;
    memcpy(ret_sid, hash, SESSION_SID_LEN);
    return OUTCOME_OK;
}

enum outcome session_touch(struct op *op, struct span key, struct session_record *session)
{
    session->used_at_s = op->now_s;
    return record_put(op->txn, TABLE_SESSIONS, key, &session_fields, session);
}
