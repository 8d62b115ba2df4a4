/*
 * LOGOUT_PAGE and LOGOUT (OpenID Connect RP-Initiated Logout 1.0). Anybody can send a browser here, so a
 * session ends only where it is certain that its customer means it: the request carries an ID token of this
 * very session, which only the client has that the customer signed in to, or the form that we showed comes
 * back with its anti-forgery value. Otherwise the customer is asked.
 *
 * What a client said is judged anew by each message (I1). A browser is sent back only to an address that the
 * client registered, and a client that asks for another gets nothing done at all. Tokens and grants stay:
 * they are not the session.
 */
#include "vault/id_token.h"
#include "vault/redirect.h"
#include "vault/session.h"

#include "common/b64url.h"
#include "common/uri.h"
#include "vault/subject.h"

#define CSRF_BYTES 16

/* What a client may say, the same in both messages. */
struct logout_request {
    struct span id_token_hint, client_id, uri, state;
};
#define LOGOUT_REQUEST(request)                                                                              \
    ((struct logout_request){(request)->id_token_hint, (request)->client_id,                                 \
                             (request)->post_logout_redirect_uri, (request)->state})

/* What is true of it. */
struct logout {
    struct id_token_claims hint; /* all absent: none that is ours */
    struct span client_id;
    struct client_record client; /* known and enabled if client_id is there */
    struct span location;        /* back to the client; absent: it did not ask, or is not known */
    struct span source;          /* of the location, for a form-action */
};

/* ---- what a client said ------------------------------------------------------------------------------- */

/*
 * An expired ID token is as good as a new one; one that is not ours says nothing, so the customer is asked.
 */
static enum outcome read_hint(struct op *op, struct span text, struct id_token_claims *ret_hint)
{
    enum outcome rc = text.len ? id_token_open(op, text, ret_hint) : OUTCOME_OK;

    return outcome_answer(rc) == ANSWER_INVALID_GRANT ? OUTCOME_OK : rc;
}

/*
 * Who the client says it is: by client_id, by whom the ID token was issued to, and if by both, by one name.
 */
static enum outcome find_client(struct op *op, struct span named, struct logout *logout)
{
    struct span client_id = named.len ? named : logout->hint.client_id;
    enum outcome rc;

    if (named.len && logout->hint.client_id.len && !span_equal(named, logout->hint.client_id))
        return OUTCOME_LOGOUT_CLIENT_DIFFERS;
    if (client_id.len == 0)
        return OUTCOME_OK;
    rc = op_load(op, TABLE_CLIENTS, client_id, &client_fields, OUTCOME_CLIENT_UNKNOWN, &logout->client);
    if (rc == OUTCOME_CLIENT_UNKNOWN)
        return OUTCOME_OK;
    if (rc == OUTCOME_OK && !logout->client.is_disabled && !logout->client.is_resource_server)
        logout->client_id = client_id;
    return rc;
}

/* Byte for byte one of those that the client registered (RP-Initiated Logout 1.0 3.1). */
static bool is_registered(const struct logout *logout, struct span uri)
{
    if (logout->client_id.len == 0)
        return false;
    for (size_t i = 0; i < logout->client.post_logout_redirect_uris.len; i++)
        if (span_equal(logout->client.post_logout_redirect_uris.items[i], uri))
            return true;
    return false;
}

static enum outcome find_location(struct op *op, const struct logout_request *request, struct logout *logout)
{
    if (request->uri.len == 0)
        return OUTCOME_OK;
    if (!is_registered(logout, request->uri))
        return OUTCOME_LOGOUT_REDIRECT_BAD;
    logout->source = uri_csp_source(request->uri);
    return redirect_logout(op, request->uri, request->state.len ? request->state : SPAN_NONE,
                           &logout->location);
}

static enum outcome judge(struct op *op, struct logout_request request, struct logout *ret_logout)
{
    enum outcome rc;

    memset(ret_logout, 0, sizeof(*ret_logout));
    rc = read_hint(op, request.id_token_hint, &ret_logout->hint);
    if (rc == OUTCOME_OK)
        rc = find_client(op, request.client_id, ret_logout);
    return rc == OUTCOME_OK ? find_location(op, &request, ret_logout) : rc;
}

/* ---- what the customer means -------------------------------------------------------------------------- */

/* Is the hint an ID token of this session, which its client got for this customer? */
static enum outcome check_hint(struct op *op, const struct logout *logout, bool *ret_is_certain)
{
    uint8_t raw[SESSION_SID_LEN];
    struct span subject, sid;
    enum outcome rc;

    *ret_is_certain = false;
    if (logout->hint.sid.len == 0 || logout->client_id.len == 0)
        return OUTCOME_OK;
    rc = session_sid(op, op->session_key, raw);
    if (rc == OUTCOME_OK)
        rc = id_token_sid(op, &logout->client, span_of(raw, sizeof(raw)), &sid);
    if (rc == OUTCOME_OK)
        rc = subject_for(op, &logout->client, op->session.subject, &subject);
    if (rc != OUTCOME_OK)
        return rc;
    *ret_is_certain = span_equal(logout->hint.sid, sid) && span_equal(logout->hint.subject, subject);
    return OUTCOME_OK;
}

/* The form's anti-forgery value: bound to the session, which no other site and no other browser has. */
static enum outcome form_csrf(struct op *op, struct span *ret_csrf)
{
    struct span part = span_of(op->session_key, MAC_LEN);
    uint8_t hash[MAC_LEN];
    size_t start = op->text.len;

    if (!mac_compute(op->bench->hash, "logout csrf", &part, 1, hash))
        return OUTCOME_INTERNAL;
    b64url_encode(&op->text, span_of(hash, CSRF_BYTES));
    *ret_csrf = span_of(op->text.ptr + start, op->text.len - start);
    return buf_ok(&op->text) ? OUTCOME_OK : OUTCOME_INTERNAL;
}

static enum outcome check_meant(struct op *op, const struct logout *logout, struct span presented_csrf)
{
    struct span csrf;
    bool is_certain;
    enum outcome rc = check_hint(op, logout, &is_certain);

    if (rc == OUTCOME_OK)
        rc = form_csrf(op, &csrf);
    if (rc != OUTCOME_OK)
        return rc;
    return is_certain || ct_equal(csrf, presented_csrf) ? OUTCOME_OK : OUTCOME_LOGOUT_NOT_CONFIRMED;
}

/* ---- the messages -------------------------------------------------------------------------------------- */

enum outcome op_logout_page(struct op *op)
{
    const struct req_logout_page *request = &op->request->logout_page;
    struct rep_logout_page *reply = &op->reply->logout_page;
    struct logout logout;
    bool is_certain;
    enum outcome rc = judge(op, LOGOUT_REQUEST(request), &logout);

    if (rc != OUTCOME_OK)
        return rc;
    reply->location = logout.location;
    reply->redirect_source = logout.source;
    reply->client_name = logout.client_id.len ? logout.client.name : SPAN_NONE;
    rc = session_find(op, request->session, op->session_key, &op->session, &op->user);
    if (rc == OUTCOME_SESSION_ENDED) {
        reply->next = LOGOUT_NOTHING;
        return OUTCOME_OK;
    }
    if (rc == OUTCOME_OK)
        rc = check_hint(op, &logout, &is_certain);
    if (rc != OUTCOME_OK)
        return rc;
    reply->next = is_certain ? LOGOUT_END : LOGOUT_ASK;
    reply->customer_name = op->user.name;
    return form_csrf(op, &reply->csrf);
}

enum outcome op_logout(struct op *op)
{
    const struct req_logout *request = &op->request->logout;
    struct rep_logout *reply = &op->reply->logout;
    struct logout logout;
    enum outcome rc = judge(op, LOGOUT_REQUEST(request), &logout);

    op->audit.subject = op->session.subject;
    op->audit.client_id = logout.client_id;
    if (rc == OUTCOME_OK)
        rc = check_meant(op, &logout, request->csrf);
    if (rc != OUTCOME_OK)
        return rc;
    reply->location = logout.location;
    reply->client_name = logout.client_id.len ? logout.client.name : SPAN_NONE;
    return store_outcome(store_delete(op->txn, TABLE_SESSIONS, span_of(op->session_key, MAC_LEN)));
}
