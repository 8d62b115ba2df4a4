/* The audit log: chained from the first record, its head held against its newest row, nothing secret in it. */
#include "tests/unit/vault/flow.h"

/* Walk the log as `strongroom audit verify` does: every row has the head that the records up to it make. */
static bool chain_holds(struct cell *c, uint64_t *ret_size)
{
    uint8_t head[AUDIT_CHAIN_HEAD] = {0};
    struct store_txn *txn = NULL;
    struct span key, row;
    uint8_t from[9] = {0};
    size_t from_len = 8;
    uint64_t size = 0;
    bool ok = true;

    assert_int_equal(store_read_begin(c->vault.store, &txn), STORE_OK);
    while (ok && store_seek(txn, TABLE_AUDIT, span_of(from, from_len), &key, &row) == STORE_OK) {
        struct audit_record record;
        struct span bytes = span_from(row, AUDIT_CHAIN_HEAD);

        audit_chain_extend(head, bytes);
        ok = memcmp(head, row.ptr, sizeof(head)) == 0 && codec_decode(bytes, &audit_record_fields, &record) &&
             record.sequence == ++size;
        memcpy(from, key.ptr, 8);
        from_len = 9;
    }
    store_abort(&txn);
    *ret_size = size;
    return ok;
}

static void every_decision_is_in_one_chain(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    uint64_t size;

    flow_tokens(c, &f);
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_CODE_REPLAYED);
    assert_true(chain_holds(c, &size));
    /* Four registrations; login, consent, code, refresh, replay. Reads leave no record (I12). */
    assert_int_equal(size, 4 + 5);
    assert_int_equal(c->head.size, size);
}

static void refusals_are_recorded_and_reads_are_not(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    uint64_t before;

    flow_tokens(c, &f);
    before = c->head.size;
    assert_true(flow_is_active(c, &f.access));
    assert_int_equal(flow_check(c, &f.access, "GET", "/fdx/v6/accounts"), OUTCOME_OK);
    c->request.client_check = (struct req_client_check){SPAN_LITERAL("app"), kept_secret(&c->app.secret), {0}};
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_CHECK), OUTCOME_OK);
    assert_int_equal(c->head.size, before);
    flow_ask(c, &f)->prompt = SPAN_LITERAL("login");
    assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    assert_int_equal(flow_login(c, &f, CELL_USER, "wrong"), OUTCOME_PASSWORD_WRONG);
    cell_assert_audit(c, "login", "password_wrong");
    assert_int_equal(c->head.size, before + 1);
}

/* I11 */
static void no_credential_is_recorded(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct store_txn *txn = NULL;
    uint8_t from[9] = {0};
    size_t from_len = 8;
    struct span key, row;
    const struct kept *kept[] = {&f.code, &f.access, &f.refresh, &f.session, &f.browser, &c->app.secret};

    flow_tokens(c, &f);
    assert_int_equal(store_read_begin(c->vault.store, &txn), STORE_OK);
    while (store_seek(txn, TABLE_AUDIT, span_of(from, from_len), &key, &row) == STORE_OK) {
        for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
            assert_null(memmem(row.ptr, row.len, kept[i]->bytes, kept[i]->len));
        assert_null(memmem(row.ptr, row.len, CELL_PASSWORD, strlen(CELL_PASSWORD)));
        assert_null(memmem(row.ptr, row.len, FLOW_VERIFIER, strlen(FLOW_VERIFIER)));
        memcpy(from, key.ptr, 8);
        from_len = 9;
    }
    store_abort(&txn);
}

/* ---- a head that does not fit --------------------------------------------------------------------------- */

typedef void tamper(struct store_txn *txn);

static void no_tampering(struct store_txn *txn)
{
    (void)txn;
}

static void newest_row_removed(struct store_txn *txn)
{
    struct span key, row;
    uint8_t copy[8];

    assert_int_equal(store_last(txn, TABLE_AUDIT, &key, &row), STORE_OK);
    memcpy(copy, key.ptr, 8);
    assert_int_equal(store_delete(txn, TABLE_AUDIT, span_of(copy, 8)), STORE_OK);
}

static void row_added(struct store_txn *txn)
{
    assert_int_equal(store_append(txn, TABLE_AUDIT, SPAN_LITERAL("\x00\x00\x00\x00\x00\x00\x01\x00"),
                                  SPAN_LITERAL("0123456789012345678901234567890123456789")),
                     STORE_OK);
}

static void newest_row_changed(struct store_txn *txn)
{
    struct kept kept;
    struct span key, row;
    uint8_t copy[8];

    assert_int_equal(store_last(txn, TABLE_AUDIT, &key, &row), STORE_OK);
    memcpy(copy, key.ptr, 8);
    kept_take(&kept, row);
    kept.bytes[0] ^= 1;
    assert_int_equal(store_put(txn, TABLE_AUDIT, span_of(copy, 8), kept_span(&kept)), STORE_OK);
}

static void head_removed(struct store_txn *txn)
{
    assert_int_equal(store_delete(txn, TABLE_META, SPAN_LITERAL("audit")), STORE_OK);
}

static void head_cut(struct store_txn *txn)
{
    assert_int_equal(store_put(txn, TABLE_META, SPAN_LITERAL("audit"), SPAN_LITERAL("short")), STORE_OK);
}

static void head_must_fit_the_newest_row(void **state)
{
    static const struct {
        tamper *tamper;
        enum outcome outcome;
    } rows[] = {
        {no_tampering, OUTCOME_OK},
        {newest_row_removed, OUTCOME_STORE_FAILED},
        {row_added, OUTCOME_STORE_FAILED},
        {newest_row_changed, OUTCOME_STORE_FAILED},
        {head_removed, OUTCOME_STORE_FAILED},
        {head_cut, OUTCOME_STORE_FAILED},
    };
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct store_txn *txn = NULL;
        struct audit_head head;

        assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
        rows[i].tamper(txn);
        assert_int_equal(audit_head_load(txn, &head), rows[i].outcome);
        store_abort(&txn);
    }
}

static void empty_log_has_an_empty_head(void **state)
{
    struct cell *c = *state;
    uint8_t zero[AUDIT_CHAIN_HEAD] = {0};

    assert_int_equal(c->head.size, 0);
    assert_memory_equal(c->head.hash, zero, sizeof(zero));
}

static void record_over_its_bound_is_refused(void **state)
{
    struct cell *c = *state;
    struct store_txn *txn = NULL;
    uint8_t long_word[LIMIT_WORD + 1];
    struct audit_record record = {.event = span_of(long_word, sizeof(long_word)),
                                  .outcome = SPAN_LITERAL("ok"),
                                  .severity = SPAN_LITERAL("info")};
    struct audit_head head = c->head;

    memset(long_word, 'x', sizeof(long_word));
    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    assert_int_equal(audit_append(txn, &head, &record), OUTCOME_INTERNAL);
    assert_int_equal(head.size, 0);
    store_abort(&txn);
}

/* What a request at the bounds of the schema leaves behind fits: what cannot be recorded does not happen (I4). */
static void largest_record_of_an_operation_fits(void **state)
{
    struct cell *c = *state;
    struct store_txn *txn = NULL;
    static uint8_t text[LIMIT_SCOPE];
    struct audit_record record = {
        .time_ms = UINT64_MAX,
        .event = SPAN_LITERAL("user_reset_password"),
        .outcome = SPAN_LITERAL("token_from_the_future"),
        .severity = SPAN_LITERAL("alert"),
        .client_id = span_of(text, LIMIT_CLIENT_ID),
        .subject = span_of(text, 22),
        .grant_id = span_of(text, LIMIT_GRANT_ID),
        .token_id = span_of(text, TOKEN_ID_MAX),
        .scope = span_of(text, LIMIT_SCOPE),
        .via = span_of(text, LIMIT_NAME),
        .peer_uid = UINT32_MAX,
        .address_claimed = span_of(text, LIMIT_PEER),
        .trace_id = span_of(text, LIMIT_TRACE_ID),
    };

    memset(text, 'x', sizeof(text));
    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    assert_int_equal(audit_append(txn, &c->head, &record), OUTCOME_OK);
    record.scope = SPAN_NONE;
    record.detail = span_of(text, LIMIT_DESCRIPTION);
    assert_int_equal(audit_append(txn, &c->head, &record), OUTCOME_OK);
    store_abort(&txn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST(every_decision_is_in_one_chain),
        CELL_TEST(refusals_are_recorded_and_reads_are_not),
        CELL_TEST(no_credential_is_recorded),
        CELL_TEST(head_must_fit_the_newest_row),
        CELL_TEST_EMPTY(empty_log_has_an_empty_head),
        CELL_TEST_EMPTY(record_over_its_bound_is_refused),
        CELL_TEST_EMPTY(largest_record_of_an_operation_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
