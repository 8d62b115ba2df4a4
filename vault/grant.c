#include "vault/grant.h"

#include "vault/expiry.h"
#include "vault/id_token.h"
#include "vault/scope.h"

/* ---- the record ------------------------------------------------------------------------------------- */

enum outcome grant_load(struct op *op, struct span id, struct grant_record *ret_grant)
{
    return op_load(op, TABLE_GRANTS, id, &grant_fields, OUTCOME_GRANT_UNKNOWN, ret_grant);
}

enum outcome grant_store(struct store_txn *txn, struct span id, const struct grant_record *grant)
{
    return record_put(txn, TABLE_GRANTS, id, &grant_fields, grant);
}

struct span grant_index_key(struct span subject, struct span client_id, struct span id,
                            uint8_t room[GRANT_INDEX_MAX])
{
    struct buf key = buf_over(room, GRANT_INDEX_MAX);

    buf_put_span(&key, subject);
    buf_put_u8(&key, 0);
    buf_put_span(&key, client_id);
    buf_put_u8(&key, 0);
    buf_put_span(&key, id);
    return buf_span(&key);
}

/* When nothing of the grant can be good any more, and nobody can learn anything from its record. */
static uint64_t grant_last_end(const struct grant_record *grant)
{
    uint64_t end = grant->code_ends_at_s;

    if (grant->refresh_ends_at_s > end)
        end = grant->refresh_ends_at_s;
    if (grant->access_ends_at_s > end)
        end = grant->access_ends_at_s;
    return end;
}

enum outcome grant_create(struct store_txn *txn, struct span id, const struct grant_record *grant,
                          uint64_t keep_until_s)
{
    uint8_t room[GRANT_INDEX_MAX];
    struct span index = grant_index_key(grant->subject, grant->client_id, id, room);
    enum outcome rc = grant_store(txn, id, grant);

    if (rc == OUTCOME_OK)
        rc = store_outcome(store_put(txn, TABLE_GRANTS_BY_CUSTOMER, index, SPAN_LITERAL("")));
    if (rc == OUTCOME_OK)
        rc = expiry_enter(txn, keep_until_s > grant_last_end(grant) ? keep_until_s : grant_last_end(grant),
                          EXPIRY_GRANT, id);
    return rc;
}

enum outcome grant_look_at(struct store_txn *txn, struct span id, uint64_t now_s)
{
    uint8_t room[GRANT_INDEX_MAX];
    struct grant_record grant;
    struct span index;
    enum outcome rc = record_get(txn, TABLE_GRANTS, id, &grant_fields, OUTCOME_GRANT_UNKNOWN, &grant);

    if (rc == OUTCOME_GRANT_UNKNOWN)
        return OUTCOME_OK;
    if (rc != OUTCOME_OK)
        return rc;
    if (grant_last_end(&grant) > now_s)
        return expiry_enter(txn, grant_last_end(&grant), EXPIRY_GRANT, id);
    index = grant_index_key(grant.subject, grant.client_id, id, room);
    rc = store_outcome(store_delete(txn, TABLE_GRANTS_BY_CUSTOMER, index));
    if (rc == OUTCOME_OK)
        rc = store_outcome(store_delete(txn, TABLE_GRANTS, id));
    return rc;
}

/* ---- its life --------------------------------------------------------------------------------------- */

enum outcome grant_stands(struct op *op, const struct grant_record *grant, struct client_record *ret_client,
                          struct user_record *ret_user)
{
    enum outcome rc;

    if (grant->revoked_at_s)
        return OUTCOME_GRANT_REVOKED;
    if (grant->ends_at_s <= op->now_s)
        return OUTCOME_GRANT_ENDED;
    rc = op_load(op, TABLE_CLIENTS, grant->client_id, &client_fields, OUTCOME_GRANT_ENDED, ret_client);
    if (rc != OUTCOME_OK)
        return rc;
    /* A client that was removed and registered again under its old id does not inherit the grants. */
    if (ret_client->is_disabled || !span_equal(ret_client->registration, grant->registration))
        return OUTCOME_GRANT_ENDED;
    rc = op_load(op, TABLE_USERS, grant->subject, &user_fields, OUTCOME_GRANT_ENDED, ret_user);
    if (rc != OUTCOME_OK)
        return rc;
    return ret_user->is_disabled ? OUTCOME_GRANT_ENDED : OUTCOME_OK;
}

enum outcome grant_revoke(struct store_txn *txn, struct span id, struct grant_record *grant,
                          const char *reason, uint64_t now_s)
{
    if (grant->revoked_at_s)
        return OUTCOME_OK;
    grant->revoked_at_s = now_s;
    grant->revoked_reason = span_of_text(reason);
    return grant_store(txn, id, grant);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

enum outcome grant_advance(struct op *op, struct span id, struct grant_record *grant, uint32_t scopes)
{
    uint64_t access_ends = earlier(op->now_s + op->client.access_token_s, grant->ends_at_s);

    /* Before anything is spent: found out at the signing, it would spoil what others have in this commit. */
    if (!id_token_has_key(op))
        return OUTCOME_SIGNER_MISSING;
    /* What the code was bound to is needed until its tokens have arrived, which the first refresh shows. */
    if (grant->generation > 0) {
        grant->code_challenge = SPAN_NONE;
        grant->redirect_uri = SPAN_NONE;
        grant->nonce = SPAN_NONE;
        grant->code_ends_at_s = 0;
    }
    grant->generation++;
    grant->spent_by = op->envelope->request_id;
    grant->spent_at_s = op->now_s;
    grant->spent_scopes = scopes;
    grant->refresh_ends_at_s = earlier(op->now_s + op->client.refresh_token_s, grant->ends_at_s);
    if (access_ends > grant->access_ends_at_s)
        grant->access_ends_at_s = access_ends;
    return grant_store(op->txn, id, grant);
}

static enum outcome compose(struct op *op, struct span id, const struct grant_record *grant,
                            enum token_kind kind, struct secret_ref *ret_text)
{
    struct token token = {
        .kind = kind, .generation = (uint32_t)grant->generation, .issued_at_s = grant->spent_at_s};
    size_t start = op->text.len;
    enum outcome rc;

    memcpy(token.grant_id, id.ptr, GRANT_ID_LEN);
    memcpy(token.salt, grant->salt.ptr, GRANT_SALT_LEN);
    if (kind == TOKEN_ACCESS) {
        token.expires_at_s = earlier(grant->spent_at_s + op->client.access_token_s, grant->ends_at_s);
        token.scopes = (uint32_t)grant->spent_scopes;
    } else {
        token.expires_at_s = grant->refresh_ends_at_s;
        token.scopes = scope_all_bits(grant->scope);
    }
    rc = token_close(op->bench, &token, &op->text);
    if (rc == OUTCOME_OK)
        *ret_text = secret_ref_of(span_of(op->text.ptr + start, op->text.len - start));
    return rc;
}

enum outcome grant_tokens(struct op *op, struct span id, const struct grant_record *grant,
                          struct rep_code_redeem *ret_tokens)
{
    uint64_t ends = earlier(grant->spent_at_s + op->client.access_token_s, grant->ends_at_s);
    size_t start;
    enum outcome rc = id_token_has_key(op) ? OUTCOME_OK : OUTCOME_SIGNER_MISSING;

    if (rc == OUTCOME_OK)
        rc = compose(op, id, grant, TOKEN_ACCESS, &ret_tokens->access_token);
    if (rc == OUTCOME_OK)
        rc = compose(op, id, grant, TOKEN_REFRESH, &ret_tokens->refresh_token);
    if (rc != OUTCOME_OK)
        return rc;
    ret_tokens->expires_in_s = ends > op->now_s ? ends - op->now_s : 0;
    start = op->text.len;
    scope_put(&op->text, grant->scope, (uint32_t)grant->spent_scopes);
    ret_tokens->scope = span_of(op->text.ptr + start, op->text.len - start);
    return id_token_compose(op, grant, secret_ref_reveal(ret_tokens->access_token), &ret_tokens->id_token);
}

bool grant_is_repeat(const struct op *op, const struct grant_record *grant)
{
    return span_equal(grant->spent_by, op->envelope->request_id) &&
           grant->spent_at_s + GRANT_REPEAT_S >= op->now_s;
}

/* ---- access tokens ---------------------------------------------------------------------------------- */

/* Time first, so that the table is read and swept in the order in which its entries end. */
static struct span revoked_key(const struct token *token, uint8_t room[32])
{
    struct buf key = buf_over(room, 32);

    for (int i = 0; i < 8; i++)
        buf_put_u8(&key, (uint8_t)(token->expires_at_s >> (56 - 8 * i)));
    buf_put(&key, token->grant_id, GRANT_ID_LEN);
    for (int i = 0; i < 4; i++)
        buf_put_u8(&key, (uint8_t)(token->generation >> (24 - 8 * i)));
    return buf_span(&key);
}

enum outcome access_revoke(struct store_txn *txn, const struct token *token)
{
    uint8_t room[32];
    struct span key = revoked_key(token, room);
    enum outcome rc = store_outcome(store_put(txn, TABLE_REVOKED, key, SPAN_LITERAL("")));

    if (rc == OUTCOME_OK)
        rc = expiry_enter(txn, token->expires_at_s, EXPIRY_REVOKED, key);
    return rc;
}

enum outcome access_open(struct op *op, struct span text, struct access *ret_access)
{
    struct token *token = &ret_access->token;
    struct grant_record *grant = &ret_access->grant;
    uint8_t room[32];
    struct span entry;
    enum store_result found;
    enum outcome rc = token_open(op->bench, text, token);

    if (rc != OUTCOME_OK)
        return rc;
    if (token->kind != TOKEN_ACCESS)
        return OUTCOME_TOKEN_WRONG_KIND;
    if (token->expires_at_s <= op->now_s)
        return OUTCOME_TOKEN_ENDED;
    rc = grant_load(op, span_of(token->grant_id, GRANT_ID_LEN), grant);
    if (rc != OUTCOME_OK)
        return rc;
    if (!ct_equal(grant->salt, span_of(token->salt, GRANT_SALT_LEN)))
        return OUTCOME_TOKEN_FORGED;
    if (token->generation > grant->generation)
        return OUTCOME_TOKEN_FROM_THE_FUTURE;
    rc = grant_stands(op, grant, &ret_access->client, &ret_access->user);
    if (rc != OUTCOME_OK)
        return rc;
    found = store_get(op->txn, TABLE_REVOKED, revoked_key(token, room), &entry);
    if (found == STORE_NOT_FOUND)
        return OUTCOME_OK;
    return found == STORE_OK ? OUTCOME_TOKEN_REVOKED : store_outcome(found);
}

/* ---- for people ------------------------------------------------------------------------------------- */

const char *grant_status(const struct grant_record *grant, uint64_t now_s)
{
    if (grant->revoked_at_s)
        return "revoked";
    if (grant->ends_at_s <= now_s || grant_last_end(grant) <= now_s)
        return "ended";
    return grant->generation ? "active" : "pending";
}

struct span grant_id_text(struct span id, uint8_t room[LIMIT_GRANT_ID])
{
    struct buf out = buf_over(room, LIMIT_GRANT_ID);

    buf_put_hex(&out, id);
    return buf_span(&out);
}

bool grant_id_parse(struct span text, uint8_t ret_id[GRANT_ID_LEN])
{
    static const char digits[] = "0123456789abcdef";

    if (text.len != 2 * GRANT_ID_LEN)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        const char *digit = text.ptr[i] ? strchr(digits, text.ptr[i]) : NULL;

        if (!digit)
            return false;
        if (i % 2 == 0)
            ret_id[i / 2] = (uint8_t)((digit - digits) << 4);
        else
            ret_id[i / 2] |= (uint8_t)(digit - digits);
    }
    return true;
}
