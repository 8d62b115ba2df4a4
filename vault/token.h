/*
 * Tokens and codes: sealed references to a grant (DESIGN 5). Nothing of them is stored. Whether one is good
 * is the grant's to say; a token only says which grant, which generation and until when.
 */
#ifndef STRONGROOM_VAULT_TOKEN_H
#define STRONGROOM_VAULT_TOKEN_H

#include "common/token_text.h"
#include "vault/workbench.h"

#define GRANT_ID_LEN 16
#define GRANT_SALT_LEN 16

struct token {
    enum token_kind kind;
    uint8_t grant_id[GRANT_ID_LEN];
    uint32_t generation;
    uint64_t issued_at_s;
    uint64_t expires_at_s;
    uint32_t scopes; /* bit i: the i-th word of the grant's scope */
    uint8_t salt[GRANT_SALT_LEN];
};

/* Append the token's text. The same token gives the same text. */
MUST_CHECK enum outcome token_close(struct workbench *bench, const struct token *token, struct buf *out);

/* TOKEN_FORGED unless the vault sealed exactly this text and still has the key. Expiry is not judged here. */
MUST_CHECK enum outcome token_open(struct workbench *bench, struct span text, struct token *ret_token);

/*
 * The id of a token in audit records and as `jti`: grant id and generation, which together name one access
 * token. Not a secret; nothing can be done with it.
 */
#define TOKEN_ID_MAX 48
struct span token_id(const struct token *token, uint8_t room[TOKEN_ID_MAX]);

#endif
