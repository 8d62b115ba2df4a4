/*
 * A grant: what a customer allowed a client, and the one record behind all of its codes and tokens
 * (DESIGN 5, 6). Everything that must be atomic about a grant is in it, so it has one order, the writer's.
 */
#ifndef STRONGROOM_VAULT_GRANT_H
#define STRONGROOM_VAULT_GRANT_H

#include "vault/op.h"

#define GRANT_REPEAT_S 60 /* a repeated request id gets the same tokens again for so long (I10) */

/* Load a grant; GRANT_UNKNOWN if there is none. */
MUST_CHECK enum outcome grant_load(struct op *op, struct span id, struct grant_record *ret_grant);

/*
 * Write a new grant with its index entries; it is looked at first at `keep_until_s`, so that a handle that
 * has been answered is known for as long as it could be shown again. Or write an existing one back.
 */
MUST_CHECK enum outcome grant_create(struct store_txn *txn, struct span id, const struct grant_record *grant,
                                     uint64_t keep_until_s);
MUST_CHECK enum outcome grant_store(struct store_txn *txn, struct span id, const struct grant_record *grant);

/*
 * Does the grant stand: not revoked, not over, its client and its customer still there and enabled?
 * OK, GRANT_REVOKED or GRANT_ENDED. On OK the records of both are in *ret_client and *ret_user.
 */
MUST_CHECK enum outcome grant_stands(struct op *op, const struct grant_record *grant,
                                     struct client_record *ret_client, struct user_record *ret_user);

/* End a grant, all of its codes and tokens with it. Already ended is OK and changes nothing. */
MUST_CHECK enum outcome grant_revoke(struct store_txn *txn, struct span id, struct grant_record *grant,
                                     const char *reason, uint64_t now_s);

/*
 * Raise the generation and write the grant: the predecessor's code or refresh token has ended. `scopes` are
 * the bits of the new access token. SIGNER_MISSING, and nothing is written, if its ID token could not be
 * signed.
 */
MUST_CHECK enum outcome grant_advance(struct op *op, struct span id, struct grant_record *grant,
                                      uint32_t scopes);

/*
 * Compose the tokens of the grant's current generation into a reply. Called again for the same generation it
 * composes the very same tokens.
 */
MUST_CHECK enum outcome grant_tokens(struct op *op, struct span id, const struct grant_record *grant,
                                     struct rep_code_redeem *ret_tokens);

/* True if this request is the one that made the grant's current generation, come again. */
bool grant_is_repeat(const struct op *op, const struct grant_record *grant);

/*
 * Open an access token and see whether it is good now: sealed by us, its grant stands, not ended, not revoked.
 * Returns OK or what was wrong. Used by introspection and check; never writes.
 */
struct access {
    struct token token;
    struct grant_record grant;
    struct client_record client;
    struct user_record user;
};
MUST_CHECK enum outcome access_open(struct op *op, struct span text, struct access *ret_access);

/* End one access token before its time. */
MUST_CHECK enum outcome access_revoke(struct store_txn *txn, const struct token *token);

/* The sweeper's look at a grant: remove it if all of it has ended, enter it anew otherwise. */
MUST_CHECK enum outcome grant_look_at(struct store_txn *txn, struct span id, uint64_t now_s);

/* For lists and pages: "pending", "active", "revoked" or "ended". */
const char *grant_status(const struct grant_record *grant, uint64_t now_s);

/* The id in hexadecimal, and back; false if it is not one. */
struct span grant_id_text(struct span id, uint8_t room[LIMIT_GRANT_ID]);
MUST_CHECK bool grant_id_parse(struct span text, uint8_t ret_id[GRANT_ID_LEN]);

/* The key of a grant in the index by customer. */
#define GRANT_INDEX_MAX (LIMIT_SUBJECT + LIMIT_CLIENT_ID + GRANT_ID_LEN + 2)
struct span grant_index_key(struct span subject, struct span client_id, struct span id,
                            uint8_t room[GRANT_INDEX_MAX]);

#endif
