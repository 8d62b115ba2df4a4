#include "vault/pkce.h"

#include "common/b64url.h"
#include "common/secret.h"

#include <openssl/evp.h>

static bool is_unreserved(struct span text, size_t min, size_t max)
{
    if (text.len < min || text.len > max)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];

        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
              c == '.' || c == '_' || c == '~'))
            return false;
    }
    return true;
}

bool pkce_challenge_is_valid(struct span challenge)
{
    return is_unreserved(challenge, PKCE_CHALLENGE_MIN, PKCE_CHALLENGE_MAX);
}

enum outcome pkce_verify(struct span challenge, struct span verifier)
{
    uint8_t digest[32];
    uint8_t text[B64URL_LEN(sizeof(digest))];
    struct buf out = buf_over(text, sizeof(text));

    if (!is_unreserved(verifier, PKCE_VERIFIER_MIN, PKCE_VERIFIER_MAX))
        return OUTCOME_CODE_VERIFIER_WRONG;
    if (EVP_Digest(verifier.ptr, verifier.len, digest, NULL, EVP_sha256(), NULL) != 1)
        return OUTCOME_INTERNAL;
    b64url_encode(&out, span_of(digest, sizeof(digest)));
    return ct_equal(buf_span(&out), challenge) ? OUTCOME_OK : OUTCOME_CODE_VERIFIER_WRONG;
}
