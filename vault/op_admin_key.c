/*
 * KEY_ROTATE, KEY_SCHEDULE, KEY_RETIRE: the operator moves keys on in their lives (vault/key_life.h). Times
 * are Unix seconds; a member that does not apply is absent.
 *
 *     KEY_ROTATE    {"rotated": [{"algorithm": "ES256", "kid": "the one that signs now",
 *                                 "retired_kid": "the one that did", "retired_gone_at": 1800086400}]}
 *     KEY_SCHEDULE  {"scheduled": [{"algorithm": "ES256", "kid": "of the next key", "signs_from": 1807776000,
 *                                   "is_scheduled": true}]}
 *     KEY_RETIRE    {"kid": "...", "algorithm": "ES256", "state": "what it was: next or retired"}
 */
#include "vault/document.h"
#include "vault/key_keeper.h"
#include "vault/workbench.h"

static void put_name(struct json_writer *json, const char *name, const char *text)
{
    json_text(json, name, span_of_text(text));
}

/* ---- problems, for a person ------------------------------------------------------------------------- */

/* "2026-11-24T00:30:00Z" */
static void put_when(struct buf *out, uint64_t at_s)
{
    char text[CLOCK_TEXT_SIZE];

    clock_put_text(at_s * 1000, text);
    buf_put(out, text, 19);
    buf_put_u8(out, 'Z');
}

struct sentence {
    struct op *op;
    size_t start;
};

static struct sentence begin(struct op *op)
{
    return (struct sentence){op, op->text.len};
}

static struct span end(const struct sentence *sentence)
{
    return span_of(sentence->op->text.ptr + sentence->start, sentence->op->text.len - sentence->start);
}

/* ---- which algorithms are meant ----------------------------------------------------------------------- */

/* Bits 1 << enum jws_alg: the one that is named, or every one that has a key that signs. 0: no such. */
static unsigned algorithms_of(struct op *op, struct span name)
{
    const struct keyring *ring = key_keeper_ring(op->vault->key_keeper);
    enum jws_alg named = jws_alg_by_name(name);
    unsigned algs = 0;

    for (int alg = JWS_ES256; alg < JWS_ALG_COUNT; alg++)
        if ((op->vault->config.signing_algorithms & 1u << alg) &&
            (name.len ? alg == (int)named : keyring_signer(ring, (enum jws_alg)alg) != NULL))
            algs |= 1u << alg;
    return algs;
}

static struct span unknown_algorithm(struct op *op)
{
    struct sentence sentence = begin(op);
    const char *comma = "";

    buf_put_text(&op->text, "the algorithm is none of those in the vault's configuration: ");
    for (int alg = JWS_ES256; alg < JWS_ALG_COUNT; alg++)
        if (op->vault->config.signing_algorithms & 1u << alg) {
            buf_printf(&op->text, "%s%s", comma, jws_alg_name((enum jws_alg)alg));
            comma = ", ";
        }
    return end(&sentence);
}

static struct span no_next_key(struct op *op, enum jws_alg alg)
{
    struct sentence sentence = begin(op);

    buf_printf(&op->text, "%s has no next key yet; ", jws_alg_name(alg));
    buf_put_text(&op->text,
                 key_life_has_room(key_keeper_ring(op->vault->key_keeper), alg)
                     ? "it is being made, try again in a few seconds"
                     : "there are so many retired ones that no more can be published; one of them has to go "
                       "first, by itself or by `key retire`");
    return end(&sentence);
}

/* For the audit: what was done to which keys. */
static void add_detail(struct op *op, struct buf *detail, enum jws_alg alg, const char *kid)
{
    buf_printf(detail, "%s%s kid=%s", detail->len ? ", " : "", jws_alg_name(alg), kid);
    op->audit.detail = buf_span(detail);
}

static struct buf begin_detail(struct op *op)
{
    uint8_t *room = buf_reserve(&op->text, LIMIT_DESCRIPTION);

    return buf_over(room, room ? LIMIT_DESCRIPTION : 0);
}

/* ---- KEY_ROTATE ---------------------------------------------------------------------------------------- */

/* Why the algorithm's next key may not sign now; absent if it may. */
static struct span rotate_problem(struct op *op, enum jws_alg alg)
{
    struct key_keeper *keeper = op->vault->key_keeper;
    struct key_rules rules = key_life_rules(&op->vault->config);
    const struct sign_key *next = keyring_next(key_keeper_ring(keeper), alg);
    struct sentence sentence;
    uint64_t from_s;

    if (!next)
        return no_next_key(op, alg);
    if (op->request->key_rotate.now || key_keeper_is_announced(keeper, next))
        return SPAN_NONE;
    sentence = begin(op);
    from_s = key_life_may_sign_at_s(next, &rules);
    buf_printf(&op->text, "the next %s key has not been announced long enough", jws_alg_name(alg));
    if (from_s > op->now_s) {
        buf_put_text(&op->text, "; it may sign from ");
        put_when(&op->text, from_s);
    } else {
        buf_put_text(&op->text, ": the clock was set forward meanwhile; wait as long as it had left");
    }
    buf_put_text(&op->text,
                 ". With --now it signs at once, and clients that still hold an older copy of our key set "
                 "may refuse its tokens until they fetch it again");
    return end(&sentence);
}

static size_t add_rotation(struct op *op, enum jws_alg alg, struct key_step *steps)
{
    struct key_keeper *keeper = op->vault->key_keeper;
    size_t len = 0;

    steps[len++] = (struct key_step){KEY_STEP_ROTATE, alg, 0};
    if (key_maker_has(key_keeper_maker(keeper), alg) && key_life_has_room(key_keeper_ring(keeper), alg))
        steps[len++] = (struct key_step){KEY_STEP_PUBLISH, alg, 0};
    return len;
}

static void put_rotated(struct op *op, struct json_writer *json, enum jws_alg alg, const char *retired_kid)
{
    const struct keyring *ring = key_keeper_ring(op->vault->key_keeper);
    const struct sign_key *retired = keyring_by_kid(ring, span_of_text(retired_kid));

    json_object_open(json, NULL);
    put_name(json, "algorithm", jws_alg_name(alg));
    put_name(json, "kid", keyring_signer(ring, alg)->kid);
    if (retired) {
        put_name(json, "retired_kid", retired_kid);
        json_u64(json, "retired_gone_at", key_life_gone_at_s(retired));
    }
    json_object_close(json);
}

/* Look at every algorithm before any is changed, and gather what is to be done. */
static enum outcome check_rotate(struct op *op, unsigned algs, struct key_step steps[2 * JWS_ALG_COUNT],
                                 size_t *ret_len)
{
    struct rep_key_rotate *reply = &op->reply->key_rotate;

    *ret_len = 0;
    if (!algs) {
        reply->problem = unknown_algorithm(op);
        return OUTCOME_ADMIN_BAD_VALUE;
    }
    for (int alg = JWS_ES256; alg < JWS_ALG_COUNT; alg++) {
        if (!(algs & 1u << alg))
            continue;
        reply->problem = rotate_problem(op, (enum jws_alg)alg);
        if (reply->problem.len)
            return OUTCOME_ADMIN_CONFLICT;
        *ret_len += add_rotation(op, (enum jws_alg)alg, steps + *ret_len);
    }
    return OUTCOME_OK;
}

/* The names of the keys that sign now; empty where there is none. */
struct kids {
    char of[JWS_ALG_COUNT][SIGN_KEY_KID_LEN + 1];
};

static struct kids signers(const struct keyring *ring)
{
    struct kids kids = {0};

    for (size_t i = 0; i < ring->signs_len; i++)
        if (ring->signs[i].state == KEY_CURRENT)
            memcpy(kids.of[ring->signs[i].alg], ring->signs[i].kid, SIGN_KEY_KID_LEN);
    return kids;
}

enum outcome op_key_rotate(struct op *op)
{
    struct key_keeper *keeper = op->vault->key_keeper;
    unsigned algs = algorithms_of(op, op->request->key_rotate.algorithm);
    struct kids before = signers(key_keeper_ring(keeper));
    struct kids after;
    struct key_step steps[2 * JWS_ALG_COUNT];
    struct buf detail;
    struct document document;
    size_t len;
    enum outcome rc = check_rotate(op, algs, steps, &len);

    if (rc == OUTCOME_OK)
        rc = key_keeper_do(keeper, op->txn, steps, len);
    if (rc != OUTCOME_OK)
        return rc;
    after = signers(key_keeper_ring(keeper));
    detail = begin_detail(op);
    document = document_begin(op);
    json_object_open(&document.json, NULL);
    json_array_open(&document.json, "rotated");
    for (int alg = JWS_ES256; alg < JWS_ALG_COUNT; alg++)
        if (algs & 1u << alg) {
            put_rotated(op, &document.json, (enum jws_alg)alg, before.of[alg]);
            add_detail(op, &detail, (enum jws_alg)alg, after.of[alg]);
        }
    json_array_close(&document.json);
    json_object_close(&document.json);
    return document_end(&document, &op->reply->key_rotate.json);
}

/* ---- KEY_SCHEDULE -------------------------------------------------------------------------------------- */

static struct span schedule_problem(struct op *op, enum jws_alg alg)
{
    struct key_rules rules = key_life_rules(&op->vault->config);
    const struct sign_key *next = keyring_next(key_keeper_ring(op->vault->key_keeper), alg);
    uint64_t at_s = op->request->key_schedule.at_s;
    struct sentence sentence = begin(op);

    if (at_s == 0)
        return SPAN_NONE;
    if (at_s <= op->now_s) {
        buf_put_text(&op->text, "that time has passed; it is now ");
        put_when(&op->text, op->now_s);
        return end(&sentence);
    }
    if (at_s >= key_life_may_sign_at_s(next, &rules))
        return SPAN_NONE;
    buf_printf(&op->text, "the next %s key is announced until ", jws_alg_name(alg));
    put_when(&op->text, key_life_may_sign_at_s(next, &rules));
    buf_put_text(&op->text, "; schedule it for then or later");
    return end(&sentence);
}

static void put_scheduled(struct op *op, struct json_writer *json, enum jws_alg alg)
{
    struct key_rules rules = key_life_rules(&op->vault->config);
    const struct keyring *ring = key_keeper_ring(op->vault->key_keeper);
    const struct sign_key *next = keyring_next(ring, alg);

    json_object_open(json, NULL);
    put_name(json, "algorithm", jws_alg_name(alg));
    put_name(json, "kid", next->kid);
    json_u64(json, "signs_from", key_life_signs_from_s(ring, alg, &rules));
    json_bool(json, "is_scheduled", next->scheduled_at_s != 0);
    json_object_close(json);
}

/* Look at every algorithm before any is changed. */
static enum outcome check_schedule(struct op *op, unsigned algs)
{
    struct rep_key_schedule *reply = &op->reply->key_schedule;

    if (!algs) {
        reply->problem = unknown_algorithm(op);
        return OUTCOME_ADMIN_BAD_VALUE;
    }
    for (int alg = JWS_ES256; alg < JWS_ALG_COUNT; alg++) {
        if (!(algs & 1u << alg))
            continue;
        if (!keyring_next(key_keeper_ring(op->vault->key_keeper), (enum jws_alg)alg)) {
            reply->problem = no_next_key(op, (enum jws_alg)alg);
            return OUTCOME_ADMIN_CONFLICT;
        }
        reply->problem = schedule_problem(op, (enum jws_alg)alg);
        if (reply->problem.len)
            return OUTCOME_ADMIN_BAD_VALUE;
    }
    return OUTCOME_OK;
}

enum outcome op_key_schedule(struct op *op)
{
    struct key_keeper *keeper = op->vault->key_keeper;
    unsigned algs = algorithms_of(op, op->request->key_schedule.algorithm);
    struct buf detail;
    struct document document;
    enum outcome rc = check_schedule(op, algs);

    for (int alg = JWS_ES256; rc == OUTCOME_OK && alg < JWS_ALG_COUNT; alg++)
        if (algs & 1u << alg)
            rc = key_keeper_schedule(keeper, op->txn, (enum jws_alg)alg, op->request->key_schedule.at_s);
    if (rc != OUTCOME_OK)
        return rc;
    detail = begin_detail(op);
    document = document_begin(op);
    json_object_open(&document.json, NULL);
    json_array_open(&document.json, "scheduled");
    for (int alg = JWS_ES256; alg < JWS_ALG_COUNT; alg++)
        if (algs & 1u << alg) {
            put_scheduled(op, &document.json, (enum jws_alg)alg);
            add_detail(op, &detail, (enum jws_alg)alg,
                       keyring_next(key_keeper_ring(keeper), (enum jws_alg)alg)->kid);
        }
    json_array_close(&document.json);
    json_object_close(&document.json);
    return document_end(&document, &op->reply->key_schedule.json);
}

/* ---- KEY_RETIRE ---------------------------------------------------------------------------------------- */

/* Why the key must stay; absent if it may go. */
static struct span retire_problem(struct op *op, const struct sign_key *key)
{
    struct sentence sentence = begin(op);

    if (key->state == KEY_CURRENT)
        return SPAN_LITERAL("this key signs; rotate first, then it is retired and may go");
    if (key->state == KEY_NEXT || op->request->key_retire.force ||
        key_keeper_is_spent(op->vault->key_keeper, key))
        return SPAN_NONE;
    buf_put_text(&op->text, "tokens under this key may last until ");
    put_when(&op->text, key_life_gone_at_s(key));
    buf_put_text(
        &op->text,
        ", when it goes by itself. With --force it goes at once, and clients can verify none of them "
        "any more");
    return end(&sentence);
}

enum outcome op_key_retire(struct op *op)
{
    struct rep_key_retire *reply = &op->reply->key_retire;
    struct key_keeper *keeper = op->vault->key_keeper;
    const struct sign_key *found = keyring_by_kid(key_keeper_ring(keeper), op->request->key_retire.kid);
    struct sign_key key;
    struct key_step step;
    struct buf detail;
    struct document document;
    enum outcome rc;

    if (!found) {
        reply->problem = SPAN_LITERAL("there is no signing key with that kid; `key list` shows them");
        return OUTCOME_ADMIN_NOT_FOUND;
    }
    reply->problem = retire_problem(op, found);
    if (reply->problem.len)
        return OUTCOME_ADMIN_CONFLICT;
    key = *found; /* its keyring is replaced */
    step = (struct key_step){KEY_STEP_DROP, key.alg, key.number};
    rc = key_keeper_do(keeper, op->txn, &step, 1);
    if (rc != OUTCOME_OK)
        return rc;
    detail = begin_detail(op);
    add_detail(op, &detail, key.alg, key.kid);
    document = document_begin(op);
    json_object_open(&document.json, NULL);
    put_name(&document.json, "kid", key.kid);
    put_name(&document.json, "algorithm", jws_alg_name(key.alg));
    put_name(&document.json, "state", key_state_name(key.state));
    json_object_close(&document.json);
    return document_end(&document, &reply->json);
}
