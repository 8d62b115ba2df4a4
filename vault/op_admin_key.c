/*
 * KEY_LIST, KEY_ROTATE, KEY_SCHEDULE, KEY_RETIRE: the operator looks after the keys (vault/key_life.h). No document
 * holds a key itself. Times are Unix seconds; a member that does not apply is absent.
 *
 *     KEY_LIST      {"now": 1800000000, "rotate_after_s": 7776000, "announce_s": 86400,
 *                    "algorithms": [{"algorithm": "ES256", "next_rotation_at": 1807776000, "is_scheduled": true}],
 *                    "keys": [{"purpose": "sign", "algorithm": "ES256", "state": "current", "kid": "Tm9...", "number": 4,
 *                              "created_at": 1800000000, "current_at": 1800000000},
 *                             {... "state": "next", "created_at": ..., "may_sign_at": 1800086400,
 *                              "scheduled_at": 1807776000, "signs_from": 1807776000},
 *                             {... "state": "retired", ..., "retired_at": 1800000000, "gone_at": 1800086400},
 *                             {"purpose": "mint", "state": "current", "number": 1, "created_at": 1800000000}]}
 *                   purpose is sign, mint, handle or root; only a sign key has an algorithm and a kid.
 *                   may_sign_at: when its announcement is over; signs_from: when it will begin by itself.
 *                   An algorithm without next_rotation_at has no next key yet, or is not configured any more.
 *     KEY_ROTATE    {"rotated": [{"algorithm": "ES256", "kid": "the one that signs now",
 *                                 "retired_kid": "the one that did", "retired_gone_at": 1800086400}]}
 *     KEY_SCHEDULE  {"scheduled": [{"algorithm": "ES256", "kid": "of the next key", "signs_from": 1807776000,
 *                                   "is_scheduled": true}]}
 *     KEY_RETIRE    {"kid": "...", "algorithm": "ES256", "state": "what it was: next or retired"}
 */
#include "vault/op.h"

enum outcome op_key_list(struct op *op)
{
    (void)op;
    return OUTCOME_INTERNAL;
}

enum outcome op_key_rotate(struct op *op)
{
    (void)op;
    return OUTCOME_INTERNAL;
}

enum outcome op_key_schedule(struct op *op)
{
    (void)op;
    return OUTCOME_INTERNAL;
}

enum outcome op_key_retire(struct op *op)
{
    (void)op;
    return OUTCOME_INTERNAL;
}
