#include "vault/dispatch.h"

#include "common/log.h"
#include "vault/client.h"
#include "vault/consent.h"
#include "vault/handle.h"
#include "vault/session.h"
#include "vault/subject.h"

/* ---- the table, made from the schema ------------------------------------------------------------------ */

typedef enum outcome run_function(struct op *op);
typedef void run_slow_function(struct op *op, struct slow_result *ret_result);

#define RUN_ROW(number, NAME, name, lane, socket, proof, what) [number] = op_##name,
static run_function *const run_by_number[MESSAGE_NUMBER_MAX + 1] = {SCHEMA_MESSAGES(RUN_ROW)};

static run_slow_function *const run_slow_by_number[MESSAGE_NUMBER_MAX + 1] = {
    [MESSAGE_LOGIN] = slow_login,
    [MESSAGE_USER_ADD] = slow_user_add,
    [MESSAGE_USER_RESET_PASSWORD] = slow_user_reset_password,
    [MESSAGE_BACKUP] = slow_backup,
};

/* Where somebody has to be told that a proof is missing: prompt=none is answered to the client. */
typedef enum outcome refuse_function(struct op *op, enum outcome refused);

static refuse_function *const refuse_by_number[MESSAGE_NUMBER_MAX + 1] = {
    [MESSAGE_CONSENT_REMEMBERED] = consent_refuse,
};

/* Where a request carries its evidence, by the name of the field. Found once, before main(). */
struct evidence {
    const struct field *client_id, *client_secret, *handle, *browser, *session;
};
static struct evidence evidence_by_number[MESSAGE_NUMBER_MAX + 1];

__attribute__((constructor)) static void find_evidence(void)
{
    for (size_t i = 0; i < messages_len; i++) {
        const struct message *message = message_at(i);
        struct evidence *evidence = &evidence_by_number[message->number];

        evidence->client_id = field_by_name(&message->request, "client_id");
        evidence->client_secret = field_by_name(&message->request, "client_secret");
        evidence->handle = field_by_name(&message->request, "handle");
        evidence->browser = field_by_name(&message->request, "browser");
        evidence->session = field_by_name(&message->request, "session");
    }
}

static const void *evidence_at(const struct op *op, const struct field *field)
{
    return (const uint8_t *)op->request + field->offset;
}

/* ---- proofs ------------------------------------------------------------------------------------------ */

static enum outcome prove_client(struct op *op, bool resource_server)
{
    const struct evidence *evidence = &evidence_by_number[op->message->number];
    const struct span *client_id = evidence_at(op, evidence->client_id);
    const struct secret_ref *secret = evidence_at(op, evidence->client_secret);
    enum outcome rc;

    op->client_id = *client_id;
    op->audit.client_id = *client_id;
    rc = client_authenticate(op, *client_id, *secret, &op->client);
    if (rc != OUTCOME_OK)
        return rc;
    return op->client.is_resource_server == resource_server || op->message->number == MESSAGE_CLIENT_CHECK
               ? OUTCOME_OK
               : OUTCOME_CLIENT_WRONG_KIND;
}

static enum outcome prove_handle(struct op *op)
{
    const struct evidence *evidence = &evidence_by_number[op->message->number];
    const struct span *handle = evidence_at(op, evidence->handle);
    const struct secret_ref *browser = evidence_at(op, evidence->browser);
    enum outcome rc = handle_open(op, *handle, *browser, &op->handle);

    if (rc != OUTCOME_OK)
        return rc;
    op->client_id = op->handle.client_id;
    op->audit.client_id = op->handle.client_id;
    /* Of prompt=none no page may come, so there is one thing only that such a handle is good for. */
    return op->handle.is_silent && op->message->number != MESSAGE_CONSENT_REMEMBERED ? OUTCOME_HANDLE_INVALID
                                                                                     : OUTCOME_OK;
}

static enum outcome prove_logged_in(struct op *op)
{
    const struct evidence *evidence = &evidence_by_number[op->message->number];
    const struct secret_ref *session = evidence_at(op, evidence->session);

    return session_find(op, *session, op->session_key, &op->session, &op->user);
}

/* The client may want a newer login (OpenID Connect Core 3.1.2.1), or that of somebody it named (3.1.2.2). */
static enum outcome check_login(struct op *op)
{
    enum outcome rc;

    if (!session_is_since(&op->session, op->handle.login_since_s, op->handle.login_since_ms))
        return OUTCOME_SESSION_ENDED;
    if (span_is_absent(op->handle.subject_hint))
        return OUTCOME_OK;
    rc = op_load(op, TABLE_CLIENTS, op->handle.client_id, &client_fields, OUTCOME_AUTHORIZE_CLIENT_UNKNOWN,
                 &op->client);
    if (rc == OUTCOME_OK)
        rc = subject_check_hint(op, &op->client, op->handle.subject_hint, op->session.subject);
    return rc == OUTCOME_USER_NOT_THE_ONE_HINTED ? OUTCOME_SESSION_ENDED : rc;
}

static enum outcome prove_session(struct op *op)
{
    enum outcome rc = prove_handle(op);

    if (rc == OUTCOME_OK)
        rc = prove_logged_in(op);
    return rc == OUTCOME_OK ? check_login(op) : rc;
}

static enum outcome prove(struct op *op)
{
    switch (op->message->proof) {
    case PROOF_NOTHING: return OUTCOME_OK;
    case PROOF_CLIENT: return prove_client(op, false);
    case PROOF_RESOURCE_SERVER: return prove_client(op, true);
    case PROOF_HANDLE: return prove_handle(op);
    case PROOF_SESSION: return prove_session(op);
    case PROOF_LOGGED_IN: return prove_logged_in(op);
    case PROOF_ADMIN_UID:
        /* The listener let only the right uids in; a row for the other socket never comes this far. */
        return op->caller->socket == SOCKET_ADMIN ? OUTCOME_OK : OUTCOME_INTERNAL;
    }
    return OUTCOME_INTERNAL;
}

/* ---- running ----------------------------------------------------------------------------------------- */

void dispatch_begin(struct op *op, struct vault *vault, struct workbench *bench, struct store_txn *txn,
                    const struct caller *caller, const struct message *message,
                    const struct request_envelope *envelope, const union any_request *request,
                    union any_reply *reply)
{
    op->vault = vault;
    workbench_refresh(bench);
    op->bench = bench;
    op->txn = txn;
    op->caller = caller;
    op->message = message;
    op->envelope = envelope;
    op->request = request;
    op->reply = reply;
    op->slow = NULL;
    op->now_ms = vault_now_ms(vault);
    op->now_s = op->now_ms / 1000;
    op->text = buf_over(bench->text, WORKBENCH_TEXT);
    op->client_id = SPAN_NONE;
    op->recorded = OUTCOME_OK;
    if (message->lane != LANE_READ)
        memset(&op->audit, 0, sizeof(op->audit));
    memset(reply, 0, message->reply.size);
}

enum outcome dispatch_run(struct op *op)
{
    refuse_function *refuse = refuse_by_number[op->message->number];
    enum outcome rc = prove(op);

    if (rc == OUTCOME_OK)
        return run_by_number[op->message->number](op);
    return refuse ? refuse(op, rc) : rc;
}

void dispatch_run_slow(struct op *op, struct slow_result *ret_result)
{
    memset(ret_result, 0, sizeof(*ret_result));
    ret_result->outcome = prove(op);
    if (ret_result->outcome == OUTCOME_OK)
        run_slow_by_number[op->message->number](op, ret_result);
}

enum outcome dispatch_decided(const struct op *op, enum outcome outcome)
{
    return op->recorded != OUTCOME_OK ? op->recorded : outcome;
}

enum outcome dispatch_audit(struct op *op, enum outcome outcome, struct audit_head *head)
{
    struct audit_record *record = &op->audit;
    enum outcome decided = dispatch_decided(op, outcome);

    if (op->message->number == MESSAGE_CLIENT_CHECK && outcome == OUTCOME_OK)
        return OUTCOME_OK;
    record->time_ms = op->now_ms;
    record->event = span_of_text(op->message->name);
    record->outcome = span_of_text(outcome_name(decided));
    record->severity = span_of_text(severity_name(outcome_severity(decided)));
    record->via = span_of_text(op->caller->via);
    record->peer_uid = op->caller->uid;
    if (op->envelope->peer.len)
        record->address_claimed = op->envelope->peer;
    record->trace_id = op->envelope->trace_id;
    return audit_append(op->txn, head, record);
}

/* Outcomes whose reply carries something beside the answer. */
static bool reply_has_fields(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_OK:
    case OUTCOME_USER_LOCKED:
    case OUTCOME_SCOPE_TOO_SMALL:
    case OUTCOME_ADMIN_NOT_FOUND:
    case OUTCOME_ADMIN_CONFLICT:
    case OUTCOME_ADMIN_BAD_VALUE: return true;
    default: return false;
    }
}

bool dispatch_reply(struct op *op, enum outcome outcome, struct buf *out)
{
    static const struct field_table no_fields = {NULL, 0, 0};
    uint64_t answer = outcome_answer(outcome);

    if (reply_has_fields(outcome) &&
        frame_put_reply(out, op->envelope->call, answer, &op->message->reply, op->reply))
        return true;
    if (outcome ==
        OUTCOME_OK) /* a reply that breaks its own bounds is our mistake, and must not look like success */
        answer = ANSWER_SERVER_ERROR;
    return frame_put_reply(out, op->envelope->call, answer, &no_fields, NULL);
}
