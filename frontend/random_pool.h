/*
 * Random bytes for request and trace ids, fetched from OpenSSL by the page: one call to its generator costs
 * more than a small request may. What has been handed out is wiped from the pool. One thread only, and never
 * across a fork: two processes must not hand out the same bytes.
 */
#ifndef STRONGROOM_FRONTEND_RANDOM_POOL_H
#define STRONGROOM_FRONTEND_RANDOM_POOL_H

#include "common/rng.h"

struct random_pool {
    struct rng rng;
    size_t left;
    uint8_t bytes[4096];
};

void random_pool_init(struct random_pool *pool, struct rng rng);

/* len: at most the pool's size. False if there is no randomness to be had. */
MUST_CHECK bool random_pool_take(struct random_pool *pool, uint8_t *bytes, size_t len);

#endif
