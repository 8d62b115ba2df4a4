#include "vault/consent.h"

#include "vault/client.h"
#include "vault/grant.h"
#include "vault/redirect.h"
#include "vault/scope.h"

/* A customer's grants for one client, from the newest backwards; their keys have `prefix` in common. */
struct walk {
    uint8_t room[GRANT_INDEX_MAX];
    uint8_t from[GRANT_INDEX_MAX + 1];
    struct span prefix;
    struct span before;
};

static void walk_begin(struct walk *walk, struct span subject, struct span client_id)
{
    struct buf behind_all = buf_over(walk->from, sizeof(walk->from));

    walk->prefix = grant_index_key(subject, client_id, SPAN_NONE, walk->room);
    buf_put_span(&behind_all, walk->prefix);
    for (int i = 0; i <= GRANT_ID_LEN; i++)
        buf_put_u8(&behind_all, 0xff);
    walk->before = buf_span(&behind_all);
}

/* The next older grant's id: OK, GRANT_UNKNOWN at the end, or what the store said. */
static enum outcome walk_next(struct op *op, struct walk *walk, uint8_t ret_id[GRANT_ID_LEN])
{
    struct span key, value;
    enum store_result result = store_seek_before(op->txn, TABLE_GRANTS_BY_CUSTOMER, walk->before, &key,
                                                 &value);

    if (result != STORE_OK)
        return result == STORE_NOT_FOUND ? OUTCOME_GRANT_UNKNOWN : store_outcome(result);
    if (key.len != walk->prefix.len + GRANT_ID_LEN || !span_starts_with(key, walk->prefix))
        return OUTCOME_GRANT_UNKNOWN;
    memcpy(ret_id, key.ptr + walk->prefix.len, GRANT_ID_LEN);
    memcpy(walk->from, key.ptr, key.len);
    walk->before = span_of(walk->from, key.len);
    return OUTCOME_OK;
}

/* Words like those of `grant list`: a code that nobody redeemed in time gave the client nothing. */
static bool covers(const struct op *op, const struct grant_record *grant)
{
    const char *status = grant_status(grant, op->now_s);
    uint32_t bits;

    return (strcmp(status, "active") == 0 || strcmp(status, "pending") == 0) &&
           span_equal(grant->registration, op->client.registration) &&
           scope_bits(grant->scope, op->handle.scope, &bits) == OUTCOME_OK;
}

/*
 * Look at one where it lies: nothing is written meanwhile, and op->text need not hold them all. One that
 * cannot be read covers nothing; the customer is asked rather than turned away.
 */
static enum outcome look_at(struct op *op, struct span id, uint64_t *ret_ends_at_s)
{
    struct grant_record grant;
    enum outcome rc = record_get(op->txn, TABLE_GRANTS, id, &grant_fields, OUTCOME_GRANT_UNKNOWN, &grant);

    *ret_ends_at_s = rc == OUTCOME_OK && covers(op, &grant) ? grant.ends_at_s : 0;
    return rc == OUTCOME_GRANT_UNKNOWN || rc == OUTCOME_RECORD_DAMAGED ? OUTCOME_OK : rc;
}

/* Of the grants that cover the request the one that ends last; GRANT_UNKNOWN if there is none. */
static enum outcome find_longest(struct op *op, uint8_t ret_id[GRANT_ID_LEN])
{
    uint8_t id[GRANT_ID_LEN];
    struct walk walk;
    uint64_t ends_at_s, latest_s = 0;
    enum outcome rc = OUTCOME_OK;

    walk_begin(&walk, op->session.subject, op->handle.client_id);
    for (int i = 0; i < CONSENT_LOOK_MAX; i++) {
        rc = walk_next(op, &walk, id);
        if (rc == OUTCOME_OK)
            rc = look_at(op, span_of(id, sizeof(id)), &ends_at_s);
        if (rc != OUTCOME_OK)
            break;
        if (ends_at_s > latest_s) {
            latest_s = ends_at_s;
            memcpy(ret_id, id, sizeof(id));
        }
    }
    if (rc == OUTCOME_OK || rc == OUTCOME_GRANT_UNKNOWN)
        rc = latest_s ? OUTCOME_OK : OUTCOME_GRANT_UNKNOWN;
    return rc;
}

bool consent_may_be_remembered(const struct op *op)
{
    return op->vault->config.remember_consent && !op->handle.must_ask;
}

enum outcome consent_find(struct op *op, struct grant_record *ret_grant)
{
    uint8_t id[GRANT_ID_LEN];
    enum outcome rc;

    if (!consent_may_be_remembered(op))
        return OUTCOME_CONSENT_NOT_REMEMBERED;
    rc = find_longest(op, id);
    if (rc == OUTCOME_OK)
        rc = grant_load(op, span_of(id, sizeof(id)), ret_grant);
    return rc == OUTCOME_GRANT_UNKNOWN ? OUTCOME_CONSENT_NOT_REMEMBERED : rc;
}

enum outcome consent_check_client(struct op *op)
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

enum outcome consent_refuse(struct op *op, enum outcome refused)
{
    bool is_login = refused == OUTCOME_SESSION_ENDED;
    enum outcome rc;

    if (!op->handle.is_silent || (!is_login && refused != OUTCOME_CONSENT_NOT_REMEMBERED))
        return refused;
    op->recorded = refused; /* however it is answered: who is not logged in is only counted (I7) */
    rc = consent_check_client(op);
    if (rc != OUTCOME_OK)
        return rc;
    return redirect_error(
        op, op->handle.redirect_uri, op->handle.state, is_login ? "login_required" : "consent_required",
        is_login ? "The customer is not logged in." : "The customer has to be asked for consent.",
        &op->reply->consent_remembered.location);
}
