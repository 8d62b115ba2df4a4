/*
 * The life of a key that signs, and when it moves on. Pure decisions over a keyring and a time;
 * vault/key_keeper.h carries them out.
 *
 *   NEXT      published, signs nothing: clients that keep our key set get to know it before they need it.
 *             There is always one, made as soon as the last one has become CURRENT
 *   CURRENT   signs; one for each configured algorithm
 *   RETIRED   published until the last token under it has ended; only its public half is left of it
 *   gone      its record is deleted
 *
 * NEXT becomes CURRENT when CURRENT has signed for `rotate_after`, or at the time that the operator
 * scheduled, whether that is earlier or later; never before it has been published for `announce`. The first
 * key of an algorithm signs at once: nobody waits for a token of it yet.
 *
 * Both waits also have to pass on the monotonic clock, for as much of them as was left when this process
 * first saw the key: a clock that is set forward cuts no announcement short and takes no key away from tokens
 * that live. One that is set back changes nothing (I9).
 */
#ifndef STRONGROOM_VAULT_KEY_LIFE_H
#define STRONGROOM_VAULT_KEY_LIFE_H

#include "vault/keyring.h"
#include "vault/vault_config.h"

/* The longest that an access token lives (schema.def: access_token_s), and so an ID token. */
#define KEY_LIFE_RETIRED_S 86400

/* When what a key waits for is over on the monotonic clock; the writer's, kept from tick to tick. */
struct key_watch {
    struct {
        char kid[SIGN_KEY_KID_LEN + 1];
        enum key_state state;
        uint64_t over_at_ms;
    } waits[KEYRING_SIGNS_MAX];
    size_t waits_len;
};

/* The present, by both clocks: vault_now_ms() in seconds, clock_monotonic_ms(). */
struct key_moment {
    uint64_t now_s;
    uint64_t monotonic_ms;
};

/* What the configuration says of keys. */
struct key_rules {
    uint64_t rotate_after_s;
    uint64_t announce_s;
    unsigned algorithms; /* bits 1 << enum jws_alg */
};

enum key_step_kind {
    KEY_STEP_NONE,
    KEY_STEP_BEGIN,   /* a new key signs at once: there is none of the algorithm */
    KEY_STEP_PUBLISH, /* a new key is NEXT */
    KEY_STEP_ROTATE,  /* NEXT becomes CURRENT, CURRENT becomes RETIRED */
    KEY_STEP_RETIRE,  /* CURRENT becomes RETIRED: its algorithm is not configured any more */
    KEY_STEP_DROP,    /* the record is deleted */
};

struct key_step {
    enum key_step_kind kind;
    enum jws_alg alg;
    uint32_t number; /* RETIRE and DROP: of which key */
};

#define KEY_STEPS_MAX (KEYRING_SIGNS_MAX + 2 * JWS_ALG_COUNT)

struct key_rules key_life_rules(const struct vault_config *config);

/* Begin to watch the keys that are new in this state, and forget those that are gone. */
void key_life_watch(struct key_watch *watch, const struct keyring *ring, const struct key_rules *rules,
                    const struct key_moment *moment);

/*
 * Everything that is due, in the order in which it may be done one after the other. Returns how many steps.
 * What needs a new key may be left out where there is none at hand: it is due again the next time.
 */
size_t key_life_due(const struct keyring *ring, const struct key_rules *rules, const struct key_watch *watch,
                    const struct key_moment *moment, struct key_step ret_steps[KEY_STEPS_MAX]);

/* When a NEXT key's announcement is over, and whether it really is, by both clocks. */
uint64_t key_life_may_sign_at_s(const struct sign_key *next, const struct key_rules *rules);
bool key_life_is_announced(const struct sign_key *next, const struct key_rules *rules,
                           const struct key_watch *watch, const struct key_moment *moment);

/* When the algorithm's NEXT key begins to sign by itself; 0 if it has none. */
uint64_t key_life_signs_from_s(const struct keyring *ring, enum jws_alg alg, const struct key_rules *rules);

/* When a RETIRED key is gone by itself, and whether the last token under it has ended. */
uint64_t key_life_gone_at_s(const struct sign_key *retired);
bool key_life_is_spent(const struct sign_key *retired, const struct key_watch *watch,
                       const struct key_moment *moment);

/* May there be one more key of this algorithm? The key set must not grow without end (I7). */
bool key_life_has_room(const struct keyring *ring, enum jws_alg alg);

/* A rotation is due and waits for want of that room: keys rotate faster than retired ones go. */
bool key_life_is_held(const struct keyring *ring, enum jws_alg alg, const struct key_rules *rules,
                      uint64_t now_s);

/* "next", "current", "retired" */
const char *key_state_name(enum key_state state);

#endif
