#include "vault/key_life.h"

const char *key_state_name(enum key_state state)
{
    switch (state) {
    case KEY_NEXT: return "next";
    case KEY_CURRENT: return "current";
    case KEY_RETIRED: return "retired";
    }
    return "unknown";
}

struct key_rules key_life_rules(const struct vault_config *config)
{
    return (struct key_rules){config->keys.rotate_after_s, config->keys.announce_s,
                              config->signing_algorithms};
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* ---- by the calendar ---------------------------------------------------------------------------------- */

uint64_t key_life_may_sign_at_s(const struct sign_key *next, const struct key_rules *rules)
{
    return next->created_at_s + rules->announce_s;
}

uint64_t key_life_gone_at_s(const struct sign_key *retired)
{
    return retired->retired_at_s + KEY_LIFE_RETIRED_S;
}

static uint64_t began_at_s(const struct sign_key *current)
{
    return current->current_at_s ? current->current_at_s : current->created_at_s;
}

uint64_t key_life_signs_from_s(const struct keyring *ring, enum jws_alg alg, const struct key_rules *rules)
{
    const struct sign_key *current = keyring_signer(ring, alg);
    const struct sign_key *next = keyring_next(ring, alg);
    uint64_t wanted;

    if (!next)
        return 0;
    wanted = next->scheduled_at_s ? next->scheduled_at_s
             : current            ? began_at_s(current) + rules->rotate_after_s
                                  : 0;
    return later(wanted, key_life_may_sign_at_s(next, rules));
}

/* ---- by the monotonic clock ---------------------------------------------------------------------------- */

static bool has_waited(const struct key_watch *watch, const struct sign_key *key, uint64_t monotonic_ms)
{
    for (size_t i = 0; i < watch->waits_len; i++)
        if (watch->waits[i].state == key->state && strcmp(watch->waits[i].kid, key->kid) == 0)
            return monotonic_ms >= watch->waits[i].over_at_ms;
    return false;
}

static const struct sign_key *watched_key(const struct keyring *ring, const char *kid, enum key_state state)
{
    const struct sign_key *key = keyring_by_kid(ring, span_of_text(kid));

    return key && key->state == state ? key : NULL;
}

static void forget_gone(struct key_watch *watch, const struct keyring *ring)
{
    size_t kept = 0;

    for (size_t i = 0; i < watch->waits_len; i++)
        if (watched_key(ring, watch->waits[i].kid, watch->waits[i].state))
            watch->waits[kept++] = watch->waits[i];
    watch->waits_len = kept;
}

static bool is_watched(const struct key_watch *watch, const struct sign_key *key)
{
    return has_waited(watch, key, UINT64_MAX);
}

void key_life_watch(struct key_watch *watch, const struct keyring *ring, const struct key_rules *rules,
                    const struct key_moment *moment)
{
    forget_gone(watch, ring);
    for (size_t i = 0; i < ring->signs_len; i++) {
        const struct sign_key *key = &ring->signs[i];
        uint64_t over_at_s = key->state == KEY_NEXT ? key_life_may_sign_at_s(key, rules)
                                                    : key_life_gone_at_s(key);
        uint64_t left_s = over_at_s > moment->now_s ? over_at_s - moment->now_s : 0;

        if (key->state == KEY_CURRENT || is_watched(watch, key))
            continue;
        /* Every key of the ring has at most one place, so there is room. */
        memcpy(watch->waits[watch->waits_len].kid, key->kid, sizeof(key->kid));
        watch->waits[watch->waits_len].state = key->state;
        watch->waits[watch->waits_len].over_at_ms = moment->monotonic_ms + 1000 * left_s;
        watch->waits_len++;
    }
}

/* ---- by both ------------------------------------------------------------------------------------------- */

bool key_life_is_announced(const struct sign_key *next, const struct key_rules *rules,
                           const struct key_watch *watch, const struct key_moment *moment)
{
    return moment->now_s >= key_life_may_sign_at_s(next, rules) &&
           has_waited(watch, next, moment->monotonic_ms);
}

bool key_life_is_spent(const struct sign_key *retired, const struct key_watch *watch,
                       const struct key_moment *moment)
{
    return moment->now_s >= key_life_gone_at_s(retired) && has_waited(watch, retired, moment->monotonic_ms);
}

bool key_life_has_room(const struct keyring *ring, enum jws_alg alg)
{
    size_t keys = 0;

    for (size_t i = 0; i < ring->signs_len; i++)
        keys += ring->signs[i].alg == alg;
    return keys < KEYRING_SIGNS_PER_ALG;
}

bool key_life_is_held(const struct keyring *ring, enum jws_alg alg, const struct key_rules *rules,
                      uint64_t now_s)
{
    return !key_life_has_room(ring, alg) && keyring_next(ring, alg) &&
           now_s >= key_life_signs_from_s(ring, alg, rules);
}

/* ---- what is due --------------------------------------------------------------------------------------- */

static bool is_configured(const struct key_rules *rules, enum jws_alg alg)
{
    return rules->algorithms & 1u << alg;
}

/* What happens to one key without a look at the others. */
static enum key_step_kind step_of_key(const struct sign_key *key, const struct key_rules *rules,
                                      const struct key_watch *watch, const struct key_moment *moment)
{
    switch (key->state) {
    case KEY_NEXT:
        return is_configured(rules, key->alg) ? KEY_STEP_NONE : KEY_STEP_DROP; /* it has signed nothing */
    case KEY_CURRENT: return is_configured(rules, key->alg) ? KEY_STEP_NONE : KEY_STEP_RETIRE;
    case KEY_RETIRED: return key_life_is_spent(key, watch, moment) ? KEY_STEP_DROP : KEY_STEP_NONE;
    }
    return KEY_STEP_NONE;
}

/* What an algorithm that is configured lacks. A rotation waits until its successor has room as well. */
static enum key_step_kind step_of_algorithm(const struct keyring *ring, enum jws_alg alg,
                                            const struct key_rules *rules, const struct key_watch *watch,
                                            const struct key_moment *moment)
{
    const struct sign_key *next = keyring_next(ring, alg);

    if (!key_life_has_room(ring, alg))
        return KEY_STEP_NONE;
    if (!keyring_signer(ring, alg))
        return KEY_STEP_BEGIN;
    if (!next)
        return KEY_STEP_PUBLISH;
    return moment->now_s >= key_life_signs_from_s(ring, alg, rules) &&
                   has_waited(watch, next, moment->monotonic_ms)
               ? KEY_STEP_ROTATE
               : KEY_STEP_NONE;
}

size_t key_life_due(const struct keyring *ring, const struct key_rules *rules, const struct key_watch *watch,
                    const struct key_moment *moment, struct key_step ret_steps[KEY_STEPS_MAX])
{
    size_t len = 0;

    for (size_t i = 0; i < ring->signs_len; i++) {
        const struct sign_key *key = &ring->signs[i];
        enum key_step_kind kind = step_of_key(key, rules, watch, moment);

        if (kind != KEY_STEP_NONE)
            ret_steps[len++] = (struct key_step){kind, key->alg, key->number};
    }
    for (int alg = JWS_ES256; alg < JWS_ALG_COUNT; alg++) {
        enum key_step_kind kind = is_configured(rules, (enum jws_alg)alg)
                                      ? step_of_algorithm(ring, (enum jws_alg)alg, rules, watch, moment)
                                      : KEY_STEP_NONE;

        if (kind != KEY_STEP_NONE)
            ret_steps[len++] = (struct key_step){kind, (enum jws_alg)alg, 0};
        if (kind == KEY_STEP_ROTATE)
            ret_steps[len++] = (struct key_step){KEY_STEP_PUBLISH, (enum jws_alg)alg, 0};
    }
    return len;
}
