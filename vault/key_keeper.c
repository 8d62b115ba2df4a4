#include "vault/key_keeper.h"

#include "common/log.h"
#include "vault/vault.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CHANGES_MAX KEY_STEPS_MAX
#define RETRY_MAKING_S 10

/* What a transaction has done, for the log and the audit once it is known to have happened. */
struct change {
    enum key_step_kind kind;
    enum jws_alg alg;
    uint32_t number;         /* of the key that is new, signs now, or is gone */
    uint32_t retired_number; /* ROTATE: of the one that did; 0: there was none */
};

struct key_keeper {
    struct vault *vault;
    uint64_t (*monotonic_ms)(void);
    struct key_rules rules;

    /* The writer's. */
    struct keyring *ring;   /* the one that is in place */
    struct keyring *staged; /* the one that this transaction makes; NULL while it has changed no key */
    uint64_t staged_at_s;
    struct key_watch watch;
    bool spare_used[JWS_ALG_COUNT]; /* by this transaction */
    struct change changes[CHANGES_MAX];
    size_t changes_len;
    uint64_t look_again_at_ms;

    /* Shared with the thread. */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool running;
    bool stop;
    struct secret spares[JWS_ALG_COUNT]; /* filled by the thread where empty, emptied by the writer */
};

static struct key_moment moment_of(const struct key_keeper *keeper)
{
    return (struct key_moment){vault_now_ms(keeper->vault) / 1000, keeper->monotonic_ms()};
}

/* ---- spares ------------------------------------------------------------------------------------------- */

static enum jws_alg missing_spare(struct key_keeper *keeper)
{
    enum jws_alg missing = JWS_NONE;

    pthread_mutex_lock(&keeper->lock);
    for (int alg = JWS_ALG_COUNT - 1; alg > JWS_NONE; alg--)
        if ((keeper->rules.algorithms & 1u << alg) && !keeper->spares[alg].ptr)
            missing = (enum jws_alg)alg;
    pthread_mutex_unlock(&keeper->lock);
    return missing;
}

bool key_keeper_make_spare(struct key_keeper *keeper)
{
    enum jws_alg alg = missing_spare(keeper);
    struct secret pair = SECRET_NONE;

    if (alg == JWS_NONE)
        return false;
    if (sign_key_make(alg, &pair) != OUTCOME_OK) {
        log_limited(LOG_ERROR, 1, "key_not_made", log_cstr("algorithm", jws_alg_name(alg)),
                    log_cstr("effect", "tried again; keys cannot change until it works"));
        return false;
    }
    pthread_mutex_lock(&keeper->lock);
    keeper->spares[alg] = secret_take(&pair);
    pthread_mutex_unlock(&keeper->lock);
    return true;
}

static void *make_spares(void *arg)
{
    struct key_keeper *keeper = arg;
    bool stop = false;

    while (!stop) {
        bool made = key_keeper_make_spare(keeper);
        struct timespec until;

        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += RETRY_MAKING_S;
        pthread_mutex_lock(&keeper->lock);
        if (!made && !keeper->stop)
            pthread_cond_timedwait(&keeper->wake, &keeper->lock, &until);
        stop = keeper->stop;
        pthread_mutex_unlock(&keeper->lock);
    }
    return NULL;
}

bool key_keeper_has_spare(struct key_keeper *keeper, enum jws_alg alg)
{
    bool has;

    pthread_mutex_lock(&keeper->lock);
    has = keeper->spares[alg].ptr && !keeper->spare_used[alg];
    pthread_mutex_unlock(&keeper->lock);
    return has;
}

/* The transaction that used them has happened: no key is ever used twice. */
static void drop_used_spares(struct key_keeper *keeper)
{
    pthread_mutex_lock(&keeper->lock);
    for (int alg = 0; alg < JWS_ALG_COUNT; alg++)
        if (keeper->spare_used[alg])
            secret_wipe(&keeper->spares[alg]);
    pthread_cond_signal(&keeper->wake);
    pthread_mutex_unlock(&keeper->lock);
}

/* ---- its beginning and its end ------------------------------------------------------------------------- */

struct key_keeper *key_keeper_new(struct vault *vault, uint64_t (*monotonic_ms)(void))
{
    struct key_keeper *keeper = calloc(1, sizeof(*keeper));
    struct key_moment moment;
    pthread_condattr_t attr;

    if (!keeper)
        return NULL;
    keeper->vault = vault;
    keeper->monotonic_ms = monotonic_ms;
    keeper->rules = key_life_rules(&vault->config);
    keeper->ring = keyring_place_take(&vault->keys);
    pthread_mutex_init(&keeper->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&keeper->wake, &attr);
    pthread_condattr_destroy(&attr);
    moment = moment_of(keeper);
    key_life_watch(&keeper->watch, keeper->ring, &keeper->rules, &moment);
    return keeper;
}

void key_keeper_free(struct key_keeper **owned)
{
    struct key_keeper *keeper = *owned;

    *owned = NULL;
    if (!keeper)
        return;
    for (int alg = 0; alg < JWS_ALG_COUNT; alg++)
        secret_wipe(&keeper->spares[alg]);
    keyring_release(&keeper->staged);
    keyring_release(&keeper->ring);
    pthread_mutex_destroy(&keeper->lock);
    pthread_cond_destroy(&keeper->wake);
    free(keeper);
}

bool key_keeper_start(struct key_keeper *keeper)
{
    keeper->running = pthread_create(&keeper->thread, NULL, make_spares, keeper) == 0;
    return keeper->running;
}

void key_keeper_stop(struct key_keeper *keeper)
{
    if (!keeper || !keeper->running)
        return;
    pthread_mutex_lock(&keeper->lock);
    keeper->stop = true;
    pthread_cond_signal(&keeper->wake);
    pthread_mutex_unlock(&keeper->lock);
    pthread_join(keeper->thread, NULL);
    keeper->running = false;
}

/* ---- records ------------------------------------------------------------------------------------------- */

static void note_change(struct key_keeper *keeper, const struct change *change)
{
    if (keeper->changes_len < CHANGES_MAX)
        keeper->changes[keeper->changes_len++] = *change;
}

/* The spare becomes a key. */
static enum outcome add_key(struct key_keeper *keeper, struct store_txn *txn, enum jws_alg alg, enum key_state state,
                            struct change *change)
{
    uint64_t now_s = moment_of(keeper).now_s;
    struct key_record record = {.purpose = KEY_SIGN,
                                .state = state,
                                .algorithm = alg,
                                .created_at_s = now_s,
                                .current_at_s = state == KEY_CURRENT ? now_s : 0};
    enum outcome rc;

    if (!key_keeper_has_spare(keeper, alg))
        return OUTCOME_KEY_MISSING;
    rc = key_record_new_number(txn, &change->number);
    if (rc == OUTCOME_OK)
        rc = key_record_put(txn, &keeper->vault->master, change->number, &record, &keeper->spares[alg]);
    keeper->spare_used[alg] = rc == OUTCOME_OK;
    return rc;
}

/* Open a key with its record, which is to be changed and sealed again. */
static enum outcome open_record(struct key_keeper *keeper, struct store_txn *txn, const struct sign_key *sign,
                                struct key_record *ret_record, struct secret *ret_key)
{
    enum outcome rc = key_record_get(txn, sign->number, ret_record);

    if (rc == OUTCOME_OK && !key_record_open(&keeper->vault->master, sign->number, ret_record, ret_key))
        rc = OUTCOME_RECORD_DAMAGED;
    ret_record->algorithm = sign->alg; /* an older store's says nothing */
    return rc;
}

/* From now on it signs nothing, and nobody can make it: the private half is left out of the record. */
static enum outcome retire_key(struct key_keeper *keeper, struct store_txn *txn, const struct sign_key *current)
{
    struct key_record record;
    struct secret pair = SECRET_NONE;
    struct secret public_half = SECRET_NONE;
    enum outcome rc = open_record(keeper, txn, current, &record, &pair);

    if (rc == OUTCOME_OK)
        rc = sign_key_public(current->alg, &pair, &public_half);
    if (rc == OUTCOME_OK) {
        record.state = KEY_RETIRED;
        record.retired_at_s = moment_of(keeper).now_s;
        rc = key_record_put(txn, &keeper->vault->master, current->number, &record, &public_half);
    }
    secret_wipe(&pair);
    secret_wipe(&public_half);
    return rc;
}

static enum outcome promote_key(struct key_keeper *keeper, struct store_txn *txn, const struct sign_key *next)
{
    struct key_record record;
    struct secret pair = SECRET_NONE;
    enum outcome rc = open_record(keeper, txn, next, &record, &pair);

    if (rc == OUTCOME_OK) {
        record.state = KEY_CURRENT;
        record.current_at_s = moment_of(keeper).now_s;
        record.scheduled_at_s = 0;
        rc = key_record_put(txn, &keeper->vault->master, next->number, &record, &pair);
    }
    secret_wipe(&pair);
    return rc;
}

static enum outcome rotate(struct key_keeper *keeper, struct store_txn *txn, enum jws_alg alg, struct change *change)
{
    const struct sign_key *current = keyring_signer(key_keeper_ring(keeper), alg);
    const struct sign_key *next = keyring_next(key_keeper_ring(keeper), alg);
    enum outcome rc;

    if (!next)
        return OUTCOME_KEY_MISSING;
    change->number = next->number;
    change->retired_number = current ? current->number : 0;
    rc = current ? retire_key(keeper, txn, current) : OUTCOME_OK;
    return rc == OUTCOME_OK ? promote_key(keeper, txn, next) : rc;
}

static enum outcome retire_number(struct key_keeper *keeper, struct store_txn *txn, uint32_t number)
{
    const struct keyring *ring = key_keeper_ring(keeper);

    for (size_t i = 0; i < ring->signs_len; i++)
        if (ring->signs[i].number == number)
            return retire_key(keeper, txn, &ring->signs[i]);
    return OUTCOME_INTERNAL;
}

static enum outcome do_step(struct key_keeper *keeper, struct store_txn *txn, const struct key_step *step)
{
    struct change change = {step->kind, step->alg, step->number, 0};
    enum outcome rc = OUTCOME_INTERNAL;

    switch (step->kind) {
    case KEY_STEP_BEGIN: rc = add_key(keeper, txn, step->alg, KEY_CURRENT, &change); break;
    case KEY_STEP_PUBLISH: rc = add_key(keeper, txn, step->alg, KEY_NEXT, &change); break;
    case KEY_STEP_ROTATE: rc = rotate(keeper, txn, step->alg, &change); break;
    case KEY_STEP_RETIRE: rc = retire_number(keeper, txn, step->number); break;
    case KEY_STEP_DROP: rc = key_record_delete(txn, step->number); break;
    case KEY_STEP_NONE: break;
    }
    if (rc == OUTCOME_OK)
        note_change(keeper, &change);
    return rc;
}

/* Open the keys as the transaction has them now, while it can still be given up. */
static enum outcome stage(struct key_keeper *keeper, struct store_txn *txn)
{
    struct keyring *ring;
    char problem[KEYRING_PROBLEM_MAX];

    if (!keyring_load(txn, &keeper->vault->master, &ring, problem)) {
        log_limited(LOG_ERROR, 1, "keys_not_changed", log_cstr("reason", problem));
        return OUTCOME_INTERNAL;
    }
    keyring_release(&keeper->staged);
    keeper->staged = ring;
    keeper->staged_at_s = moment_of(keeper).now_s;
    return OUTCOME_OK;
}

/* ---- the log and the audit -------------------------------------------------------------------------------- */

static const char *event_of(const struct change *change)
{
    switch (change->kind) {
    case KEY_STEP_BEGIN:
    case KEY_STEP_PUBLISH: return "key_published";
    case KEY_STEP_ROTATE: return "key_rotated";
    case KEY_STEP_RETIRE: return "key_retired";
    case KEY_STEP_DROP: return "key_gone";
    case KEY_STEP_NONE: break;
    }
    return "key_changed";
}

/* The state that a key is in now. NULL where the event says enough. */
static const char *state_of(const struct change *change)
{
    return change->kind == KEY_STEP_BEGIN     ? key_state_name(KEY_CURRENT)
           : change->kind == KEY_STEP_PUBLISH ? key_state_name(KEY_NEXT)
                                              : NULL;
}

static const char *kid_in(const struct keyring *ring, uint32_t number)
{
    for (size_t i = 0; ring && number && i < ring->signs_len; i++)
        if (ring->signs[i].number == number)
            return ring->signs[i].kid;
    return NULL;
}

/* Of a key that is new, or one that was there before. */
static const char *kid_of(const struct key_keeper *keeper, uint32_t number)
{
    const char *kid = kid_in(keeper->staged, number);

    return kid ? kid : kid_in(keeper->ring, number);
}

static enum outcome record_change(const struct key_keeper *keeper, const struct change *change, struct store_txn *txn,
                                  struct audit_head *head)
{
    const char *kid = kid_of(keeper, change->number);
    const char *retired = kid_of(keeper, change->retired_number);
    const char *state = state_of(change);
    char detail[LIMIT_DESCRIPTION];
    struct buf out = buf_over(detail, sizeof(detail));
    struct audit_record record = {.time_ms = vault_now_ms(keeper->vault),
                                  .event = span_of_text(event_of(change)),
                                  .outcome = span_of_text(outcome_name(OUTCOME_OK)),
                                  .severity = span_of_text(severity_name(outcome_severity(OUTCOME_OK))),
                                  .via = SPAN_LITERAL("vault"),
                                  .peer_uid = geteuid()};

    buf_printf(&out, "%s kid=%s", jws_alg_name(change->alg), kid ? kid : "");
    if (retired)
        buf_printf(&out, " retired=%s", retired);
    if (state)
        buf_printf(&out, " state=%s", state);
    record.detail = buf_span(&out);
    return audit_append(txn, head, &record);
}

static void log_changes(const struct key_keeper *keeper)
{
    for (size_t i = 0; i < keeper->changes_len; i++) {
        const struct change *change = &keeper->changes[i];

        log_event(LOG_INFO, event_of(change), log_cstr("algorithm", jws_alg_name(change->alg)),
                  log_cstr("kid", kid_of(keeper, change->number)), log_cstr("state", state_of(change)),
                  log_cstr("retired", kid_of(keeper, change->retired_number)));
    }
}

/* ---- transactions -------------------------------------------------------------------------------------------- */

static void forget_transaction(struct key_keeper *keeper)
{
    keyring_release(&keeper->staged);
    memset(keeper->spare_used, 0, sizeof(keeper->spare_used));
    keeper->changes_len = 0;
}

void key_keeper_begin(struct key_keeper *keeper)
{
    forget_transaction(keeper);
}

void key_keeper_undo(struct key_keeper *keeper)
{
    forget_transaction(keeper);
}

void key_keeper_commit(struct key_keeper *keeper)
{
    /* A key is published now: time that the disk took is no part of its announcement. */
    struct key_moment moment = {keeper->staged_at_s, keeper->monotonic_ms()};
    struct keyring *placed = keyring_hold(keeper->staged);

    if (!placed)
        return;
    keyring_place_put(&keeper->vault->keys, &placed);
    key_life_watch(&keeper->watch, keeper->staged, &keeper->rules, &moment);
    log_changes(keeper);
    drop_used_spares(keeper);
    keyring_release(&keeper->ring);
    keeper->ring = keyring_hold(keeper->staged);
    forget_transaction(keeper);
}

/* ---- the tick --------------------------------------------------------------------------------------------------- */

/* What is due and can be done: what needs a spare waits for it. */
static size_t steps_at_hand(struct key_keeper *keeper, struct key_step ret_steps[KEY_STEPS_MAX])
{
    struct key_moment moment = moment_of(keeper);
    size_t len = key_life_due(keeper->ring, &keeper->rules, &keeper->watch, &moment, ret_steps);
    size_t kept = 0;

    for (size_t i = 0; i < len; i++) {
        bool needs_spare = ret_steps[i].kind == KEY_STEP_BEGIN || ret_steps[i].kind == KEY_STEP_PUBLISH;

        if (!needs_spare || key_keeper_has_spare(keeper, ret_steps[i].alg))
            ret_steps[kept++] = ret_steps[i];
    }
    return kept;
}

bool key_keeper_is_due(struct key_keeper *keeper)
{
    struct key_step steps[KEY_STEPS_MAX];
    uint64_t now_ms = keeper->monotonic_ms();

    if (now_ms < keeper->look_again_at_ms)
        return false;
    keeper->look_again_at_ms = now_ms + KEY_KEEPER_LOOK_MS;
    return steps_at_hand(keeper, steps) > 0;
}

enum outcome key_keeper_turn(struct key_keeper *keeper, struct store_txn *txn, struct audit_head *head)
{
    struct key_step steps[KEY_STEPS_MAX];
    size_t len = steps_at_hand(keeper, steps);
    enum outcome rc = len ? key_keeper_do(keeper, txn, steps, len) : OUTCOME_OK;

    for (size_t i = 0; rc == OUTCOME_OK && i < keeper->changes_len; i++)
        rc = record_change(keeper, &keeper->changes[i], txn, head);
    if (rc != OUTCOME_OK)
        keeper->look_again_at_ms = keeper->monotonic_ms() + KEY_KEEPER_RETRY_MS;
    return rc;
}

/* ---- for the operator's operations --------------------------------------------------------------------------- */

const struct keyring *key_keeper_ring(const struct key_keeper *keeper)
{
    return keeper->staged ? keeper->staged : keeper->ring;
}

bool key_keeper_is_announced(struct key_keeper *keeper, const struct sign_key *next)
{
    struct key_moment moment = moment_of(keeper);

    return key_life_is_announced(next, &keeper->rules, &keeper->watch, &moment);
}

bool key_keeper_is_spent(struct key_keeper *keeper, const struct sign_key *retired)
{
    struct key_moment moment = moment_of(keeper);

    return key_life_is_spent(retired, &keeper->watch, &moment);
}

enum outcome key_keeper_do(struct key_keeper *keeper, struct store_txn *txn, const struct key_step *steps,
                           size_t steps_len)
{
    enum outcome rc = OUTCOME_OK;

    for (size_t i = 0; rc == OUTCOME_OK && i < steps_len; i++)
        rc = do_step(keeper, txn, &steps[i]);
    return rc == OUTCOME_OK ? stage(keeper, txn) : rc;
}

enum outcome key_keeper_schedule(struct key_keeper *keeper, struct store_txn *txn, enum jws_alg alg, uint64_t at_s)
{
    const struct sign_key *next = keyring_next(key_keeper_ring(keeper), alg);
    struct key_record record;
    struct secret pair = SECRET_NONE;
    enum outcome rc;

    if (!next)
        return OUTCOME_KEY_MISSING;
    rc = open_record(keeper, txn, next, &record, &pair);
    if (rc == OUTCOME_OK) {
        record.scheduled_at_s = at_s;
        rc = key_record_put(txn, &keeper->vault->master, next->number, &record, &pair);
    }
    secret_wipe(&pair);
    return rc == OUTCOME_OK ? stage(keeper, txn) : rc;
}
