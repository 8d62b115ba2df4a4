#include "vault/key_keeper.h"

#include "common/log.h"
#include "vault/vault.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CHANGES_MAX KEY_STEPS_MAX

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
    struct key_maker *maker;
    struct keyring *ring;   /* the one that is in place */
    struct keyring *staged; /* the one that this transaction makes; NULL while it has changed no key */
    uint64_t staged_at_s;
    struct key_watch watch;
    struct change changes[CHANGES_MAX];
    size_t changes_len;
    uint64_t look_again_at_ms;
    bool held[JWS_ALG_COUNT]; /* and that has been logged */
};

static struct key_moment moment_of(const struct key_keeper *keeper)
{
    return (struct key_moment){vault_now_ms(keeper->vault) / 1000, keeper->monotonic_ms()};
}

/* ---- its beginning and its end ------------------------------------------------------------------------- */

struct key_keeper *key_keeper_new(struct vault *vault, uint64_t (*monotonic_ms)(void))
{
    struct key_keeper *keeper = calloc(1, sizeof(*keeper));
    struct key_moment moment;

    if (!keeper)
        return NULL;
    keeper->vault = vault;
    keeper->monotonic_ms = monotonic_ms;
    keeper->rules = key_life_rules(&vault->config);
    keeper->maker = key_maker_new(keeper->rules.algorithms);
    keeper->ring = keyring_place_take(&vault->keys);
    moment = moment_of(keeper);
    key_life_watch(&keeper->watch, keeper->ring, &keeper->rules, &moment);
    if (!keeper->maker)
        key_keeper_free(&keeper);
    return keeper;
}

void key_keeper_free(struct key_keeper **owned)
{
    struct key_keeper *keeper = *owned;

    *owned = NULL;
    if (!keeper)
        return;
    key_maker_free(&keeper->maker);
    keyring_release(&keeper->staged);
    keyring_release(&keeper->ring);
    free(keeper);
}

struct key_maker *key_keeper_maker(struct key_keeper *keeper)
{
    return keeper->maker;
}

/* ---- records ------------------------------------------------------------------------------------------- */

static void note_change(struct key_keeper *keeper, const struct change *change)
{
    if (keeper->changes_len < CHANGES_MAX)
        keeper->changes[keeper->changes_len++] = *change;
}

/* The spare becomes a key. */
static enum outcome add_key(struct key_keeper *keeper, struct store_txn *txn, enum jws_alg alg,
                            enum key_state state, struct change *change)
{
    uint64_t now_s = moment_of(keeper).now_s;
    struct key_record record = {.purpose = KEY_SIGN,
                                .state = state,
                                .algorithm = alg,
                                .created_at_s = now_s,
                                .current_at_s = state == KEY_CURRENT ? now_s : 0};
    const struct secret *pair;
    enum outcome rc = key_maker_take(keeper->maker, alg, &pair);

    if (rc == OUTCOME_OK)
        rc = key_record_new_number(txn, &change->number);
    return rc == OUTCOME_OK ? key_record_put(txn, &keeper->vault->master, change->number, &record, pair) : rc;
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
static enum outcome retire_key(struct key_keeper *keeper, struct store_txn *txn,
                               const struct sign_key *current)
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

static enum outcome rotate(struct key_keeper *keeper, struct store_txn *txn, enum jws_alg alg,
                           struct change *change)
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

/* ---- the log and the audit ----------------------------------------------------------------------------- */

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

/* Of the key that a change is about. The number of one that is gone may be that of a new one already. */
static const char *kid_of_change(const struct key_keeper *keeper, const struct change *change)
{
    const char *gone = change->kind == KEY_STEP_DROP ? kid_in(keeper->ring, change->number) : NULL;

    return gone ? gone : kid_of(keeper, change->number);
}

static enum outcome record_change(const struct key_keeper *keeper, const struct change *change,
                                  struct store_txn *txn, struct audit_head *head)
{
    const char *kid = kid_of_change(keeper, change);
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
                  log_cstr("kid", kid_of_change(keeper, change)), log_cstr("state", state_of(change)),
                  log_cstr("retired", kid_of(keeper, change->retired_number)));
    }
}

/* ---- transactions -------------------------------------------------------------------------------------- */

static void forget_transaction(struct key_keeper *keeper)
{
    keyring_release(&keeper->staged);
    key_maker_put_back(keeper->maker);
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
    key_maker_used_up(keeper->maker);
    keyring_release(&keeper->ring);
    keeper->ring = keyring_hold(keeper->staged);
    forget_transaction(keeper);
}

/* ---- the tick ------------------------------------------------------------------------------------------ */

/* What is due and can be done: what needs a spare waits for it. */
static size_t steps_at_hand(struct key_keeper *keeper, struct key_step ret_steps[KEY_STEPS_MAX])
{
    struct key_moment moment = moment_of(keeper);
    size_t len = key_life_due(keeper->ring, &keeper->rules, &keeper->watch, &moment, ret_steps);
    size_t kept = 0;

    for (size_t i = 0; i < len; i++) {
        bool needs_spare = ret_steps[i].kind == KEY_STEP_BEGIN || ret_steps[i].kind == KEY_STEP_PUBLISH;

        if (!needs_spare || key_maker_has(keeper->maker, ret_steps[i].alg))
            ret_steps[kept++] = ret_steps[i];
    }
    return kept;
}

static void note_held(struct key_keeper *keeper)
{
    uint64_t now_s = moment_of(keeper).now_s;

    for (int alg = JWS_ES256; alg < JWS_ALG_COUNT; alg++) {
        bool held = key_life_is_held(keeper->ring, (enum jws_alg)alg, &keeper->rules, now_s);

        if (held && !keeper->held[alg])
            log_event(LOG_WARN, "key_rotation_waits", log_cstr("algorithm", jws_alg_name((enum jws_alg)alg)),
                      log_cstr("reason", "so many keys are retired that no more can be published; a longer "
                                         "keys.rotate_after keeps them fewer"));
        keeper->held[alg] = held;
    }
}

bool key_keeper_is_due(struct key_keeper *keeper)
{
    struct key_step steps[KEY_STEPS_MAX];
    uint64_t now_ms = keeper->monotonic_ms();

    if (now_ms < keeper->look_again_at_ms)
        return false;
    keeper->look_again_at_ms = now_ms + KEY_KEEPER_LOOK_MS;
    note_held(keeper);
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

/* ---- for the operator's operations --------------------------------------------------------------------- */

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

enum outcome key_keeper_schedule(struct key_keeper *keeper, struct store_txn *txn, enum jws_alg alg,
                                 uint64_t at_s)
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
