/*
 * The one type that holds a secret: a key, a password, a code, a token's plaintext. Its bytes live on
 * OpenSSL's secure heap, which is locked into memory, left out of core dumps, fenced by guard pages and
 * wiped on release. It cannot be printed; secret_reveal() is the one way to its bytes, so it is the one
 * word to search for in a review.
 *
 *     struct secret key = SECRET_NONE;
 *     enum outcome rc = secret_new(&key, 32);
 *     ...
 *     secret_wipe(&key);
 */
#ifndef STRONGROOM_COMMON_SECRET_H
#define STRONGROOM_COMMON_SECRET_H

#include "common/outcome.h"

struct secret {
    uint8_t *ptr;
    size_t len;
};

#define SECRET_NONE ((struct secret){NULL, 0})

/*
 * Lock the memory that all secrets of the process come from, rounded up to a power of two. Once, at start,
 * before the first secret; a second call changes nothing. NO_MEMORY if the system does not let us lock so
 * much (RLIMIT_MEMLOCK): a secret that can be swapped out is no secret. A process that never calls it
 * (a unit test) gets SECRET_MEMORY_DEFAULT at the first secret_new().
 */
#define SECRET_MEMORY_DEFAULT ((size_t)256 * 1024)
MUST_CHECK enum outcome secret_memory_init(size_t bytes);

/* Room for `len` bytes, all zero, which the owner fills through ->ptr. NO_MEMORY if the heap is full. */
MUST_CHECK enum outcome secret_new(struct secret *ret_secret, size_t len);

/* A secret with these bytes. The caller still has to wipe the place they came from. */
MUST_CHECK enum outcome secret_copy(struct secret *ret_secret, struct span bytes);

/* The bytes, borrowed for as long as the secret lives. Absent for SECRET_NONE. */
struct span secret_reveal(const struct secret *secret);

/* Wipe, release and leave SECRET_NONE. SECRET_NONE is fine. */
void secret_wipe(struct secret *secret);

/* Moves the ownership: what was in `from` is returned, `from` is SECRET_NONE afterwards. */
struct secret secret_take(struct secret *from);

/* Constant time in the bytes, not in the lengths. Absent secrets are never equal: nothing proves nothing. */
bool secret_equal(const struct secret *a, const struct secret *b);

/* The same for bytes that are no secret of ours yet: a presented MAC, a hash, a cookie. */
bool ct_equal(struct span a, struct span b);

/* Wipe bytes that are not on the secure heap: a buffer on the stack, a received frame. */
void wipe(void *bytes, size_t len);

#endif
