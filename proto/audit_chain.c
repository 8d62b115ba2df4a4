/*
 * The plain SHA-256 functions, which newer OpenSSL would rather not be asked for: unlike the EVP ones they
 * allocate nothing and cannot fail, so that a record never goes unchained for want of memory.
 */
#define OPENSSL_API_COMPAT 0x10101000L

#include "proto/audit_chain.h"

#include <openssl/sha.h>

_Static_assert(AUDIT_CHAIN_HEAD == SHA256_DIGEST_LENGTH, "a head is a SHA-256 hash");

/* Different first bytes keep a record from ever passing for an inner hash (RFC 9162 2.1.1). */
static const uint8_t leaf_prefix = 0x00;
static const uint8_t chain_prefix = 0x01;

void audit_chain_extend(uint8_t head[AUDIT_CHAIN_HEAD], struct span record)
{
    uint8_t leaf[SHA256_DIGEST_LENGTH];
    SHA256_CTX hash;

    SHA256_Init(&hash);
    SHA256_Update(&hash, &leaf_prefix, 1);
    SHA256_Update(&hash, record.ptr, record.len);
    SHA256_Final(leaf, &hash);

    SHA256_Init(&hash);
    SHA256_Update(&hash, &chain_prefix, 1);
    SHA256_Update(&hash, head, AUDIT_CHAIN_HEAD);
    SHA256_Update(&hash, leaf, sizeof(leaf));
    SHA256_Final(head, &hash);
}
