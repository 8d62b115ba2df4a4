/* The schema's table as a table: every row on the wrong socket and without its proof is refused. */
#include "tests/unit/proto/filled.h"
#include "tests/unit/vault/flow.h"

static void other_socket_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < messages_len; i++) {
        const struct message *message = message_at(i);
        bool both = message->number == MESSAGE_HEALTH; /* the one that every peer may ask */

        assert_int_equal(dispatch_may_come_from(message, SOCKET_FRONTEND), both || message->socket == SOCKET_FRONTEND);
        assert_int_equal(dispatch_may_come_from(message, SOCKET_ADMIN), both || message->socket == SOCKET_ADMIN);
        assert_int_equal(both, message->socket == SOCKET_ANY);
    }
}

/* I2: nothing on a front end's socket asks for the operator's proof, nothing on the operator's for less. */
static void socket_and_proof_go_together(void **state)
{
    (void)state;
    for (size_t i = 0; i < messages_len; i++) {
        const struct message *message = message_at(i);

        assert_int_equal(message->socket == SOCKET_ADMIN, message->proof == PROOF_ADMIN_UID);
    }
}

/* What needs no proof writes nothing: who has proved nothing leaves nothing behind (I7, I12). */
static void without_proof_only_reads(void **state)
{
    (void)state;
    for (size_t i = 0; i < messages_len; i++)
        if (message_at(i)->proof == PROOF_NOTHING)
            assert_int_equal(message_at(i)->lane, LANE_READ);
}

static void rows_carry_the_evidence_that_they_need(void **state)
{
    (void)state;
    for (size_t i = 0; i < messages_len; i++) {
        const struct field_table *request = &message_at(i)->request;
        const struct field *id = field_by_name(request, "client_id"), *secret = field_by_name(request, "client_secret");
        const struct field *handle = field_by_name(request, "handle"), *browser = field_by_name(request, "browser");
        const struct field *session = field_by_name(request, "session");

        switch (message_at(i)->proof) {
        case PROOF_CLIENT:
        case PROOF_RESOURCE_SERVER:
            assert_true(id && id->kind == FIELD_TEXT && id->presence == FIELD_REQUIRED);
            assert_true(secret && secret->kind == FIELD_SECRET && secret->presence == FIELD_REQUIRED);
            break;
        case PROOF_SESSION: assert_true(session && session->kind == FIELD_SECRET); /* fall through */
        case PROOF_HANDLE:
            assert_true(handle && handle->kind == FIELD_TEXT && handle->presence == FIELD_REQUIRED);
            assert_true(browser && browser->kind == FIELD_SECRET);
            break;
        case PROOF_LOGGED_IN: assert_true(session && session->kind == FIELD_SECRET); break;
        case PROOF_NOTHING:
        case PROOF_ADMIN_UID: break;
        }
    }
}

/* What leaves the vault as a credential is declared as one, so that it is never printed (I11). */
static void credentials_are_declared_secret(void **state)
{
    static const char *const names[] = {"password", "client_secret", "code",    "code_verifier", "refresh_token",
                                        "token",    "access_token",  "browser", "session"};

    (void)state;
    for (size_t i = 0; i < messages_len; i++)
        for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
            const struct field *in = field_by_name(&message_at(i)->request, names[k]);
            const struct field *out = field_by_name(&message_at(i)->reply, names[k]);

            assert_true(!in || in->kind == FIELD_SECRET);
            assert_true(!out || out->kind == FIELD_SECRET);
        }
}

/* ---- without its proof ---------------------------------------------------------------------------------- */

/* Send a message that is well-formed, filled with text that proves nothing. */
static enum outcome call_filled(struct cell *c, const struct message *message, enum message_socket from)
{
    void *filled = filled_new(&message->request, FILL_SMALL, false);

    memcpy(&c->request, filled, message->request.size);
    free(filled);
    return cell_call_from(c, (enum message_number)message->number, from);
}

static enum outcome expected_without_proof(enum message_proof proof)
{
    switch (proof) {
    case PROOF_CLIENT:
    case PROOF_RESOURCE_SERVER: return OUTCOME_CLIENT_UNKNOWN;
    case PROOF_HANDLE:
    case PROOF_SESSION: return OUTCOME_HANDLE_INVALID;
    case PROOF_LOGGED_IN: return OUTCOME_SESSION_ENDED;
    case PROOF_ADMIN_UID: return OUTCOME_INTERNAL; /* a row that never comes so far, from a front end */
    case PROOF_NOTHING: break;
    }
    return OUTCOME_OK;
}

static void without_its_proof_nothing_runs(void **state)
{
    struct cell *c = *state;
    uint64_t counts[TABLE_COUNT];

    for (int t = 0; t < TABLE_COUNT; t++)
        counts[t] = cell_count(c, (enum store_table)t);
    for (size_t i = 0; i < messages_len; i++) {
        const struct message *message = message_at(i);
        enum outcome rc;

        if (message->proof == PROOF_NOTHING)
            continue;
        rc = call_filled(c, message, SOCKET_FRONTEND);
        if (rc != expected_without_proof(message->proof))
            fail_msg("%s ended with %s", message->name, outcome_name(rc));
        assert_int_not_equal(c->answer, ANSWER_OK);
    }
    for (int t = 0; t < TABLE_COUNT; t++)
        if (t != TABLE_AUDIT && t != TABLE_META)
            assert_int_equal(cell_count(c, (enum store_table)t), counts[t]);
}

/* A client is no resource server and the other way round, for every row that asks for one of them. */
static void wrong_kind_of_party_is_refused(void **state)
{
    struct cell *c = *state;

    for (size_t i = 0; i < messages_len; i++) {
        const struct message *message = message_at(i);
        const struct party *wrong = message->proof == PROOF_CLIENT ? &c->api : &c->app;
        void *filled;

        if ((message->proof != PROOF_CLIENT && message->proof != PROOF_RESOURCE_SERVER) ||
            message->number == MESSAGE_CLIENT_CHECK)
            continue;
        filled = filled_new(&message->request, FILL_SMALL, false);
        memcpy(&c->request, filled, message->request.size);
        free(filled);
        *(struct span *)((uint8_t *)&c->request + field_by_name(&message->request, "client_id")->offset) =
            span_of_text(wrong->id);
        *(struct secret_ref *)((uint8_t *)&c->request + field_by_name(&message->request, "client_secret")->offset) =
            kept_secret(&wrong->secret);
        assert_int_equal(cell_call(c, (enum message_number)message->number), OUTCOME_CLIENT_WRONG_KIND);
        assert_int_equal(c->answer, ANSWER_UNAUTHORIZED_CLIENT);
    }
}

/* A handle alone is no session, for every row that asks for one. */
static void handle_without_session_is_refused(void **state)
{
    static const char *const sessions[] = {"", "x", "0123456789012345678901234567890123456789012"};
    struct cell *c = *state;
    struct flow f = {0};

    flow_ask(c, &f);
    assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    for (size_t i = 0; i < sizeof(sessions) / sizeof(sessions[0]); i++) {
        kept_take(&f.session, span_of_text(sessions[i]));
        assert_int_equal(flow_consent_page(c, &f), OUTCOME_SESSION_ENDED);
        assert_int_equal(c->answer, ANSWER_SESSION_NEEDED);
        flow_answer(c, &f, &f.session, true);
        assert_int_equal(cell_call(c, MESSAGE_CONSENT), OUTCOME_SESSION_ENDED);
    }
    assert_int_equal(cell_count(c, TABLE_GRANTS), 0);
}

/* ---- replies ------------------------------------------------------------------------------------------- */

/* A refusal says what its answer says and nothing else, whatever an operation had filled in by then. */
static void refusal_has_no_fields(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    uint8_t room[4096];

    flow_tokens(c, &f);
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        struct buf out = buf_over(room, sizeof(room));
        struct reply_envelope envelope;
        struct span rest;

        if (outcome == OUTCOME_OK || outcome == OUTCOME_USER_LOCKED || outcome == OUTCOME_SCOPE_TOO_SMALL ||
            outcome_answer(outcome) == ANSWER_NOT_FOUND || outcome_answer(outcome) == ANSWER_CONFLICT ||
            outcome_answer(outcome) == ANSWER_BAD_VALUE)
            continue;
        assert_true(dispatch_reply(&c->op, outcome, &out));
        rest = buf_span(&out);
        assert_true(frame_take_reply(&rest, &envelope));
        assert_int_equal(envelope.answer, outcome_answer(outcome));
        if (outcome != OUTCOME_CONSENT_DENIED)
            assert_int_equal(envelope.body.len, 1);
    }
}

static void reply_that_breaks_its_bounds_is_no_success(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    uint8_t room[4096];
    struct buf out = buf_over(room, sizeof(room));
    struct reply_envelope envelope;
    struct span rest;
    static const uint8_t long_token[LIMIT_TOKEN + 1];

    flow_tokens(c, &f);
    c->composed.code_redeem.access_token = secret_ref_of(span_of(long_token, sizeof(long_token)));
    assert_true(dispatch_reply(&c->op, OUTCOME_OK, &out));
    rest = buf_span(&out);
    assert_true(frame_take_reply(&rest, &envelope));
    assert_int_equal(envelope.answer, ANSWER_SERVER_ERROR);
    assert_int_equal(envelope.body.len, 1);
}

static void without_randomness_nothing_is_made(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_ask(c, &f);
    assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    c->vault.rng = rng_failing();
    assert_int_equal(flow_consent(c, &f, true), OUTCOME_NO_RANDOM);
    assert_int_equal(c->answer, ANSWER_SERVER_ERROR);
    flow_ask(c, &f);
    assert_int_equal(flow_authorize(c, &f), OUTCOME_NO_RANDOM);
    assert_int_equal(cell_add_user(c, "grace", CELL_PASSWORD), OUTCOME_NO_RANDOM);
    c->request.client_rotate_secret.client_id = SPAN_LITERAL("app");
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_ROTATE_SECRET), OUTCOME_NO_RANDOM);
    assert_int_equal(cell_count(c, TABLE_GRANTS), 0);
    c->vault.rng = rng_seeded(9);
    flow_tokens(c, &f); /* what was there is as it was */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_socket_is_refused),
        cmocka_unit_test(socket_and_proof_go_together),
        cmocka_unit_test(without_proof_only_reads),
        cmocka_unit_test(rows_carry_the_evidence_that_they_need),
        cmocka_unit_test(credentials_are_declared_secret),
        CELL_TEST(without_its_proof_nothing_runs),
        CELL_TEST(wrong_kind_of_party_is_refused),
        CELL_TEST(handle_without_session_is_refused),
        CELL_TEST(refusal_has_no_fields),
        CELL_TEST(reply_that_breaks_its_bounds_is_no_success),
        CELL_TEST(without_randomness_nothing_is_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
