/*
 * What the vault seals and hashes with its keys.
 *
 * A `seal` is deterministic authenticated encryption: HMAC-SHA-256, cut to 128 bits, over header and
 * plaintext is the synthetic IV of AES-256-CTR, with two independent keys (the SIV composition of Rogaway
 * and Shrimpton). The same message gives the same bytes, so a repeated request gets the very same token
 * (I10); a message differs where its plaintext does. OpenSSL 3.0's AES-SIV is the same idea at eight times
 * the cost, because it must be keyed anew for each message.
 *
 * A `mac` is HMAC-SHA-256 under one key.
 *
 * Both keep keyed OpenSSL contexts and belong to one thread at a time.
 */
#ifndef STRONGROOM_VAULT_SEAL_H
#define STRONGROOM_VAULT_SEAL_H

#include "common/secret.h"

#define SEAL_KEY_LEN 64
#define SEAL_TAG_LEN 16
#define MAC_KEY_LEN 32
#define MAC_LEN 32

struct seal;
struct mac;

/* NULL without memory. The key is copied into OpenSSL's contexts; the caller keeps its own. */
struct seal *seal_new(const struct secret *key);
void seal_free(struct seal **seal);

/* Write tag and ciphertext, SEAL_TAG_LEN + plaintext.len bytes. The header is bound but not hidden. */
MUST_CHECK bool seal_close(struct seal *seal, struct span header, struct span plaintext, uint8_t *ret_sealed);

/* Write sealed.len - SEAL_TAG_LEN bytes; false, and the bytes wiped, if it is not sealed with this key and header. */
MUST_CHECK bool seal_open(struct seal *seal, struct span header, struct span sealed, uint8_t *ret_plaintext);

struct mac *mac_new(const struct secret *key);
void mac_free(struct mac **mac);

/*
 * The MAC over a purpose and parts, each with its length before it, so that no two lists of parts run into
 * the same bytes. `purpose` is a literal of ours and keeps uses of one key apart.
 */
MUST_CHECK bool mac_compute(struct mac *mac, const char *purpose, const struct span *parts, size_t parts_len,
                            uint8_t ret_mac[MAC_LEN]);

/*
 * Seal a known plaintext under a known key and see that the bytes are the known ones, that they open, and that
 * one changed bit does not. Once, at start: a library that computes something else must not touch a token.
 */
MUST_CHECK bool seal_self_test(void);

/* HKDF-SHA-256 (RFC 5869) of a secret, for the purpose named. */
MUST_CHECK enum outcome secret_derive(const struct secret *from, const char *purpose, size_t len,
                                      struct secret *ret_secret);

/*
 * AES-256-GCM with a random nonce, for what rests in the store under the master key: nonce (12), ciphertext,
 * tag (16). `header` is bound.
 */
#define BOX_OVERHEAD 28
MUST_CHECK bool box_close(const struct secret *key, struct span header, struct span plaintext,
                          uint8_t *ret_box);
MUST_CHECK bool box_open(const struct secret *key, struct span header, struct span box,
                         struct secret *ret_plaintext);

#endif
