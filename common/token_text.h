/*
 * How our tokens look to the world (SPEC 3): a prefix that names the kind, base64url of what the vault
 * sealed, and six characters of checksum, so that a secret scanner finds a leaked one and a mistyped one
 * is turned away without asking the vault. The checksum is no protection: the seal is.
 */
#ifndef STRONGROOM_COMMON_TOKEN_TEXT_H
#define STRONGROOM_COMMON_TOKEN_TEXT_H

#include "common/buf.h"

enum token_kind { TOKEN_ACCESS = 1, TOKEN_REFRESH = 2, TOKEN_CODE = 3 };

#define TOKEN_PREFIX_LEN 6
#define TOKEN_CHECKSUM_LEN 6
#define TOKEN_SEALED_LEN 69 /* bytes; a multiple of 3, so base64url has no slack bits */
#define TOKEN_TEXT_LEN (TOKEN_PREFIX_LEN + TOKEN_SEALED_LEN / 3 * 4 + TOKEN_CHECKSUM_LEN)

void token_text_put(struct buf *out, enum token_kind kind, const uint8_t sealed[TOKEN_SEALED_LEN]);

/* False if it is not exactly one of ours: prefix, length, alphabet, checksum. */
MUST_CHECK bool token_text_parse(struct span text, enum token_kind *ret_kind, uint8_t ret_sealed[TOKEN_SEALED_LEN]);

static inline bool token_text_looks_valid(struct span text)
{
    enum token_kind kind;
    uint8_t sealed[TOKEN_SEALED_LEN];

    return token_text_parse(text, &kind, sealed);
}

#endif
