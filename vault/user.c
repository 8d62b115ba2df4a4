#include "vault/user.h"

struct span user_login_key(struct span username, uint8_t room[LIMIT_NAME])
{
    for (size_t i = 0; i < username.len && i < LIMIT_NAME; i++) {
        uint8_t c = username.ptr[i];

        room[i] = c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
    }
    return span_of(room, username.len < LIMIT_NAME ? username.len : LIMIT_NAME);
}

enum outcome user_find(struct op *op, struct span username, struct span *ret_subject,
                       struct user_record *ret_user)
{
    uint8_t room[LIMIT_NAME];
    struct span subject;
    enum store_result result = store_get(op->txn, TABLE_LOGINS, user_login_key(username, room), &subject);

    if (result == STORE_NOT_FOUND)
        return OUTCOME_USER_UNKNOWN;
    if (result != STORE_OK)
        return store_outcome(result);
    subject = op_keep(op, subject);
    if (span_is_absent(subject) || subject.len > LIMIT_SUBJECT)
        return OUTCOME_INTERNAL;
    *ret_subject = subject;
    return op_load(op, TABLE_USERS, subject, &user_fields, OUTCOME_USER_UNKNOWN, ret_user);
}

enum outcome user_store(struct store_txn *txn, struct span subject, const struct user_record *user)
{
    return record_put(txn, TABLE_USERS, subject, &user_fields, user);
}
