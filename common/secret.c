#include "common/secret.h"

#include <openssl/crypto.h>
#include <pthread.h>

/* Smaller allocations than this are rounded up to it; most secrets are 16 or 32 bytes. */
#define SECRET_MEMORY_GRAIN 32

static pthread_mutex_t init_lock = PTHREAD_MUTEX_INITIALIZER;

static size_t power_of_two_from(size_t bytes)
{
    size_t size = 64 * 1024;

    while (size < bytes && size < SIZE_MAX / 2)
        size *= 2;
    return size;
}

enum outcome secret_memory_init(size_t bytes)
{
    enum outcome rc = OUTCOME_OK;

    pthread_mutex_lock(&init_lock);
    if (!CRYPTO_secure_malloc_initialized()) {
        int made = CRYPTO_secure_malloc_init(power_of_two_from(bytes), SECRET_MEMORY_GRAIN);

        /* 2 means that there is memory but that locking or fencing it failed: not good enough for us. */
        if (made == 2)
            (void)CRYPTO_secure_malloc_done();
        if (made != 1)
            rc = OUTCOME_NO_MEMORY;
    }
    pthread_mutex_unlock(&init_lock);
    return rc;
}

enum outcome secret_new(struct secret *ret_secret, size_t len)
{
    uint8_t *room;

    /* Without its heap CRYPTO_secure_malloc() would quietly hand out ordinary memory. */
    if (!CRYPTO_secure_malloc_initialized() && secret_memory_init(SECRET_MEMORY_DEFAULT) != OUTCOME_OK)
        return OUTCOME_NO_MEMORY;
    room = CRYPTO_secure_zalloc(len ? len : 1, __FILE__, __LINE__);
    if (!room)
        return OUTCOME_NO_MEMORY;
    *ret_secret = (struct secret){room, len};
    return OUTCOME_OK;
}

enum outcome secret_copy(struct secret *ret_secret, struct span bytes)
{
    struct secret copy;
    enum outcome rc = secret_new(&copy, bytes.len);

    if (rc != OUTCOME_OK)
        return rc;
    if (bytes.len)
        memcpy(copy.ptr, bytes.ptr, bytes.len);
    *ret_secret = copy;
    return OUTCOME_OK;
}

struct span secret_reveal(const struct secret *secret)
{
    return span_of(secret->ptr, secret->len);
}

void secret_wipe(struct secret *secret)
{
    if (secret->ptr)
        CRYPTO_secure_clear_free(secret->ptr, secret->len ? secret->len : 1, __FILE__, __LINE__);
    *secret = SECRET_NONE;
}

struct secret secret_take(struct secret *from)
{
    struct secret taken = *from;

    *from = SECRET_NONE;
    return taken;
}

bool ct_equal(struct span a, struct span b)
{
    if (span_is_absent(a) || span_is_absent(b) || a.len != b.len)
        return false;
    return a.len == 0 || CRYPTO_memcmp(a.ptr, b.ptr, a.len) == 0;
}

bool secret_equal(const struct secret *a, const struct secret *b)
{
    return ct_equal(secret_reveal(a), secret_reveal(b));
}

void wipe(void *bytes, size_t len)
{
    OPENSSL_cleanse(bytes, len);
}
