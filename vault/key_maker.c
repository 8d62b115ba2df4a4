#include "vault/key_maker.h"

#include "common/log.h"
#include "vault/sign_key.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define RETRY_S 10

struct key_maker {
    unsigned algorithms;
    pthread_t thread;
    bool running;
    bool taken[JWS_ALG_COUNT]; /* the writer's */

    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
    struct secret spares[JWS_ALG_COUNT]; /* filled by the thread where empty, emptied by the writer */
};

struct key_maker *key_maker_new(unsigned algorithms)
{
    struct key_maker *maker = calloc(1, sizeof(*maker));
    pthread_condattr_t attr;

    if (!maker)
        return NULL;
    maker->algorithms = algorithms;
    pthread_mutex_init(&maker->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&maker->wake, &attr);
    pthread_condattr_destroy(&attr);
    return maker;
}

void key_maker_free(struct key_maker **owned)
{
    struct key_maker *maker = *owned;

    *owned = NULL;
    if (!maker)
        return;
    for (int alg = 0; alg < JWS_ALG_COUNT; alg++)
        secret_wipe(&maker->spares[alg]);
    pthread_mutex_destroy(&maker->lock);
    pthread_cond_destroy(&maker->wake);
    free(maker);
}

/* ---- making -------------------------------------------------------------------------------------------- */

/* Those that are made fastest come first. */
static enum jws_alg missing(struct key_maker *maker)
{
    enum jws_alg found = JWS_NONE;

    pthread_mutex_lock(&maker->lock);
    for (int alg = JWS_ALG_COUNT - 1; alg > JWS_NONE; alg--)
        if ((maker->algorithms & 1u << alg) && !maker->spares[alg].ptr)
            found = (enum jws_alg)alg;
    pthread_mutex_unlock(&maker->lock);
    return found;
}

bool key_maker_make_one(struct key_maker *maker)
{
    enum jws_alg alg = missing(maker);
    struct secret pair = SECRET_NONE;

    if (alg == JWS_NONE)
        return false;
    if (sign_key_make(alg, &pair) != OUTCOME_OK) {
        log_limited(LOG_ERROR, 1, "key_not_made", log_cstr("algorithm", jws_alg_name(alg)),
                    log_cstr("effect", "tried again; keys cannot change until it works"));
        return false;
    }
    pthread_mutex_lock(&maker->lock);
    maker->spares[alg] = secret_take(&pair);
    pthread_mutex_unlock(&maker->lock);
    return true;
}

static void *make_spares(void *arg)
{
    struct key_maker *maker = arg;
    bool stop = false;

    while (!stop) {
        bool made = key_maker_make_one(maker);
        struct timespec until;

        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += RETRY_S;
        pthread_mutex_lock(&maker->lock);
        if (!made && !maker->stop)
            pthread_cond_timedwait(&maker->wake, &maker->lock, &until);
        stop = maker->stop;
        pthread_mutex_unlock(&maker->lock);
    }
    return NULL;
}

bool key_maker_start(struct key_maker *maker)
{
    maker->running = pthread_create(&maker->thread, NULL, make_spares, maker) == 0;
    return maker->running;
}

void key_maker_stop(struct key_maker *maker)
{
    if (!maker || !maker->running)
        return;
    pthread_mutex_lock(&maker->lock);
    maker->stop = true;
    pthread_cond_signal(&maker->wake);
    pthread_mutex_unlock(&maker->lock);
    pthread_join(maker->thread, NULL);
    maker->running = false;
}

/* ---- the writer's -------------------------------------------------------------------------------------- */

bool key_maker_has(struct key_maker *maker, enum jws_alg alg)
{
    bool has;

    pthread_mutex_lock(&maker->lock);
    has = maker->spares[alg].ptr != NULL;
    pthread_mutex_unlock(&maker->lock);
    return has && !maker->taken[alg];
}

enum outcome key_maker_take(struct key_maker *maker, enum jws_alg alg, const struct secret **ret_pair)
{
    if (!key_maker_has(maker, alg))
        return OUTCOME_KEY_MISSING;
    maker->taken[alg] = true;
    *ret_pair = &maker->spares[alg]; /* the thread leaves it alone while it is there */
    return OUTCOME_OK;
}

void key_maker_used_up(struct key_maker *maker)
{
    pthread_mutex_lock(&maker->lock);
    for (int alg = 0; alg < JWS_ALG_COUNT; alg++)
        if (maker->taken[alg])
            secret_wipe(&maker->spares[alg]);
    pthread_cond_signal(&maker->wake);
    pthread_mutex_unlock(&maker->lock);
    key_maker_put_back(maker);
}

void key_maker_put_back(struct key_maker *maker)
{
    memset(maker->taken, 0, sizeof(maker->taken));
}
