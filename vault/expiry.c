#include "vault/expiry.h"

#include "vault/grant.h"

#define TIME_LEN 8

enum outcome expiry_enter(struct store_txn *txn, uint64_t at_s, enum expiry_kind kind, struct span key)
{
    uint8_t room[TIME_LEN + 1 + 64];
    struct buf entry = buf_over(room, sizeof(room));

    for (int i = 0; i < TIME_LEN; i++)
        buf_put_u8(&entry, (uint8_t)(at_s >> (56 - 8 * i)));
    buf_put_u8(&entry, (uint8_t)kind);
    buf_put_span(&entry, key);
    if (!buf_ok(&entry))
        return OUTCOME_INTERNAL;
    return store_outcome(store_put(txn, TABLE_EXPIRY, buf_span(&entry), SPAN_LITERAL("")));
}

static uint64_t entry_time(struct span entry)
{
    uint64_t value = 0;

    for (int i = 0; i < TIME_LEN; i++)
        value = value << 8 | entry.ptr[i];
    return value;
}

static bool first_due(struct store_txn *txn, uint64_t now_s, struct span *ret_entry)
{
    struct span value;

    return store_seek(txn, TABLE_EXPIRY, SPAN_NONE, ret_entry, &value) == STORE_OK &&
           ret_entry->len > TIME_LEN + 1 && entry_time(*ret_entry) <= now_s;
}

bool expiry_is_due(struct store_txn *txn, uint64_t now_s)
{
    struct span entry;

    return first_due(txn, now_s, &entry);
}

static enum outcome look_at_session(struct store_txn *txn, struct span key, uint64_t now_s)
{
    struct session_record session;
    enum outcome rc = record_get(txn, TABLE_SESSIONS, key, &session_fields, OUTCOME_SESSION_ENDED, &session);

    if (rc == OUTCOME_SESSION_ENDED)
        return OUTCOME_OK;
    if (rc != OUTCOME_OK)
        return rc;
    if (session.ends_at_s > now_s)
        return expiry_enter(txn, session.ends_at_s, EXPIRY_SESSION, key);
    return store_outcome(store_delete(txn, TABLE_SESSIONS, key));
}

static enum outcome look_at(struct store_txn *txn, enum expiry_kind kind, struct span key, uint64_t now_s)
{
    switch (kind) {
    case EXPIRY_GRANT: return grant_look_at(txn, key, now_s);
    case EXPIRY_SESSION: return look_at_session(txn, key, now_s);
    case EXPIRY_REVOKED: return store_outcome(store_delete(txn, TABLE_REVOKED, key));
    }
    return OUTCOME_OK; /* an entry of a kind that a later version made: nothing of ours ends with it */
}

enum outcome expiry_sweep(struct store_txn *txn, uint64_t now_s)
{
    enum outcome rc = OUTCOME_OK;
    struct span entry;

    for (int i = 0; rc == OUTCOME_OK && i < EXPIRY_BITE && first_due(txn, now_s, &entry); i++) {
        uint8_t room[STORE_KEY_MAX];
        struct span copy = span_of(room, entry.len);

        memcpy(room, entry.ptr, entry.len); /* the store's bytes move when it is written to */
        rc = store_outcome(store_delete(txn, TABLE_EXPIRY, copy));
        if (rc == OUTCOME_OK)
            rc = look_at(txn, (enum expiry_kind)copy.ptr[TIME_LEN], span_from(copy, TIME_LEN + 1), now_s);
        if (rc == OUTCOME_RECORD_DAMAGED)
            rc = OUTCOME_OK; /* logged; one record that cannot be read must not stop all commits */
    }
    return rc;
}
