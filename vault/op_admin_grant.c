/*
 * GRANT_*: what customers have allowed, seen and ended by the bank.
 */
#include "vault/document.h"
#include "vault/grant.h"
#include "vault/user.h"

#define GRANT_LIST_DEFAULT 100
#define GRANT_SCAN_MAX 20000 /* records looked at for one page */

/* Newest last. By customer the index leads; otherwise all grants are passed in the order they were made. */
struct grant_walk {
    struct op *op;
    struct span subject;   /* absent: everybody's */
    struct span client_id; /* absent: every client's */
    uint8_t room[GRANT_INDEX_MAX + 1];
    struct buf from;
};

static void walk_from(struct grant_walk *walk, struct span key, bool behind_it)
{
    walk->from = buf_over(walk->room, sizeof(walk->room));
    buf_put_span(&walk->from, key);
    if (behind_it)
        buf_put_u8(&walk->from, 0);
}

/* The next grant's id and record. False at the end. */
static bool walk_next(struct grant_walk *walk, uint8_t ret_id[GRANT_ID_LEN], struct grant_record *ret_grant)
{
    enum store_table table = walk->subject.ptr ? TABLE_GRANTS_BY_CUSTOMER : TABLE_GRANTS;
    struct span key, value;

    if (store_seek(walk->op->txn, table, buf_span(&walk->from), &key, &value) != STORE_OK ||
        key.len < GRANT_ID_LEN)
        return false;
    if (walk->subject.ptr && (!span_starts_with(key, walk->subject) || key.ptr[walk->subject.len] != 0))
        return false;
    memcpy(ret_id, key.ptr + key.len - GRANT_ID_LEN, GRANT_ID_LEN);
    walk_from(walk, key, true);
    return grant_load(walk->op, span_of(ret_id, GRANT_ID_LEN), ret_grant) == OUTCOME_OK;
}

static enum outcome walk_start(struct grant_walk *walk, const struct req_grant_list *request)
{
    uint8_t after[GRANT_ID_LEN];
    uint8_t room[GRANT_INDEX_MAX];
    struct grant_record grant;
    enum outcome rc;

    walk->client_id = request->client_id;
    if (request->username.len) {
        rc = user_find(walk->op, request->username, &walk->subject, &walk->op->user);
        if (rc != OUTCOME_OK)
            return rc == OUTCOME_USER_UNKNOWN ? OUTCOME_ADMIN_NOT_FOUND : rc;
    }
    walk_from(walk, walk->subject, walk->subject.ptr != NULL);
    if (request->after.len == 0)
        return OUTCOME_OK;
    if (!grant_id_parse(request->after, after))
        return OUTCOME_ADMIN_BAD_VALUE;
    if (!walk->subject.ptr) {
        walk_from(walk, span_of(after, sizeof(after)), true);
        return OUTCOME_OK;
    }
    rc = grant_load(walk->op, span_of(after, sizeof(after)), &grant);
    if (rc == OUTCOME_OK)
        walk_from(walk, grant_index_key(walk->subject, grant.client_id, span_of(after, sizeof(after)), room),
                  true);
    return rc == OUTCOME_GRANT_UNKNOWN ? OUTCOME_ADMIN_NOT_FOUND : rc;
}

enum outcome op_grant_list(struct op *op)
{
    const struct req_grant_list *request = &op->request->grant_list;
    struct rep_grant_list *reply = &op->reply->grant_list;
    struct grant_walk walk = {.op = op};
    uint64_t limit = request->limit ? request->limit : GRANT_LIST_DEFAULT;
    uint64_t listed = 0;
    uint8_t id[GRANT_ID_LEN], room[LIMIT_GRANT_ID];
    struct grant_record grant;
    struct document document;
    enum outcome rc = walk_start(&walk, request);

    if (rc != OUTCOME_OK)
        return rc;
    document = document_begin(op);
    json_object_open(&document.json, NULL);
    json_array_open(&document.json, "grants");
    for (int looked = 0; walk_next(&walk, id, &grant); looked++) {
        if (!walk.client_id.len || span_equal(grant.client_id, walk.client_id)) {
            document_grant(op, &document.json, NULL, span_of(id, sizeof(id)), &grant);
            listed++;
        }
        if (listed == limit || looked == GRANT_SCAN_MAX || op->text.len - document.start > DOCUMENT_PAGE) {
            reply->next = SPAN_LITERAL("more"); /* replaced below, when the document's text has ended */
            break;
        }
    }
    json_array_close(&document.json);
    json_object_close(&document.json);
    rc = document_end(&document, &reply->json);
    if (reply->next.ptr)
        reply->next = op_keep(op, grant_id_text(span_of(id, sizeof(id)), room));
    return rc;
}

static enum outcome load_grant(struct op *op, struct span text, uint8_t ret_id[GRANT_ID_LEN],
                               struct grant_record *ret_grant)
{
    enum outcome rc;

    if (op->message->lane != LANE_READ)
        op->audit.grant_id = text; /* what was asked for */
    if (!grant_id_parse(text, ret_id))
        return OUTCOME_ADMIN_NOT_FOUND;
    rc = grant_load(op, span_of(ret_id, GRANT_ID_LEN), ret_grant);
    return rc == OUTCOME_GRANT_UNKNOWN ? OUTCOME_ADMIN_NOT_FOUND : rc;
}

static enum outcome answer_grant(struct op *op, struct span id, const struct grant_record *grant,
                                 struct span *ret_json)
{
    struct document document = document_begin(op);

    document_grant(op, &document.json, NULL, id, grant);
    return document_end(&document, ret_json);
}

enum outcome op_grant_show(struct op *op)
{
    uint8_t id[GRANT_ID_LEN];
    struct grant_record grant;
    enum outcome rc = load_grant(op, op->request->grant_show.grant_id, id, &grant);

    return rc == OUTCOME_OK ? answer_grant(op, span_of(id, sizeof(id)), &grant, &op->reply->grant_show.json)
                            : rc;
}

enum outcome op_grant_revoke(struct op *op)
{
    struct rep_grant_revoke *reply = &op->reply->grant_revoke;
    uint8_t id[GRANT_ID_LEN];
    struct grant_record grant;
    enum outcome rc = load_grant(op, op->request->grant_revoke.grant_id, id, &grant);

    if (rc != OUTCOME_OK)
        return rc;
    op->audit.grant_id = op->request->grant_revoke.grant_id;
    op->audit.client_id = grant.client_id;
    op->audit.subject = grant.subject;
    rc = grant_revoke(op->txn, span_of(id, sizeof(id)), &grant, "revoked_by_bank", op->now_s);
    return rc == OUTCOME_OK ? answer_grant(op, span_of(id, sizeof(id)), &grant, &reply->json) : rc;
}
