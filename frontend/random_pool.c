#include "frontend/random_pool.h"

#include "common/secret.h"

void random_pool_init(struct random_pool *pool, struct rng rng)
{
    pool->rng = rng;
    pool->left = 0;
}

bool random_pool_take(struct random_pool *pool, uint8_t *bytes, size_t len)
{
    if (len > sizeof(pool->bytes))
        return false;
    if (pool->left < len) {
        pool->left = 0;
        if (!rng_fill(&pool->rng, pool->bytes, sizeof(pool->bytes)))
            return false;
        pool->left = sizeof(pool->bytes);
    }
    pool->left -= len;
    memcpy(bytes, pool->bytes + pool->left, len);
    wipe(pool->bytes + pool->left, len);
    return true;
}
