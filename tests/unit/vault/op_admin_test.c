/* The operator's changes: clients and their secrets, customers, copies; what is refused says why. */
#include "tests/unit/vault/flow.h"

/* ---- secrets ------------------------------------------------------------------------------------------- */

static bool authenticates(struct cell *c, const char *id, const struct kept *secret)
{
    enum outcome rc;

    c->request.client_check = (struct req_client_check){span_of_text(id), kept_secret(secret), {0}};
    rc = cell_call(c, MESSAGE_CLIENT_CHECK);
    assert_true(rc == OUTCOME_OK || rc == OUTCOME_CLIENT_SECRET_WRONG);
    return rc == OUTCOME_OK;
}

static void rotate(struct cell *c, bool drop_old, struct kept *ret_secret)
{
    c->request.client_rotate_secret =
        (struct req_client_rotate_secret){.client_id = SPAN_LITERAL("app"), .drop_old = drop_old};
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_ROTATE_SECRET), OUTCOME_OK);
    kept_take(ret_secret, secret_ref_reveal(c->reply.client_rotate_secret.client_secret));
}

static void two_secrets_are_good_during_a_rotation(void **state)
{
    struct cell *c = *state;
    struct kept first = c->app.secret, second, third, fourth;

    assert_int_equal(first.len, 43); /* 256 bits */
    assert_true(authenticates(c, "app", &first));
    rotate(c, false, &second);
    assert_true(authenticates(c, "app", &first));
    assert_true(authenticates(c, "app", &second));
    rotate(c, false, &third);
    assert_false(authenticates(c, "app", &first));
    assert_true(authenticates(c, "app", &second));
    assert_true(authenticates(c, "app", &third));
    rotate(c, true, &fourth);
    assert_false(authenticates(c, "app", &second));
    assert_false(authenticates(c, "app", &third));
    assert_true(authenticates(c, "app", &fourth));
    assert_false(authenticates(c, "other", &fourth));
}

static void secret_counts_in_every_byte(void **state)
{
    struct cell *c = *state;
    struct kept secret = c->app.secret;

    for (size_t i = 0; i < secret.len; i++) {
        secret.bytes[i] ^= 1;
        assert_false(authenticates(c, "app", &secret));
        secret.bytes[i] ^= 1;
    }
    secret.len--;
    assert_false(authenticates(c, "app", &secret));
    secret.len = 0;
    assert_false(authenticates(c, "app", &secret));
}

static void unknown_client_and_wrong_secret_answer_alike(void **state)
{
    struct cell *c = *state;
    uint8_t first[32];

    c->request.client_check = (struct req_client_check){SPAN_LITERAL("app"), secret_text("x"), {0}};
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_CHECK), OUTCOME_CLIENT_SECRET_WRONG);
    assert_int_equal(c->answer, ANSWER_INVALID_CLIENT);
    memcpy(first, c->answered, sizeof(first));
    c->request.client_check = (struct req_client_check){SPAN_LITERAL("nobody"), secret_text("x"), {0}};
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_CHECK), OUTCOME_CLIENT_UNKNOWN);
    assert_memory_equal(first, c->answered, sizeof(first));
}

/* I3: neither the secret nor the session's cookie is in the store. */
static void store_holds_no_credential(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct store_txn *txn = NULL;

    flow_tokens(c, &f);
    assert_int_equal(store_read_begin(c->vault.store, &txn), STORE_OK);
    for (int table = 0; table < TABLE_COUNT; table++) {
        const struct kept *kept[] = {&f.code, &f.access, &f.refresh, &f.session, &f.browser, &c->app.secret};
        uint8_t room[STORE_KEY_MAX + 1];
        struct buf from = buf_over(room, sizeof(room));
        struct span key, value;

        while (store_seek(txn, (enum store_table)table, buf_span(&from), &key, &value) == STORE_OK) {
            for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
                assert_true(!memmem(key.ptr, key.len, kept[i]->bytes, kept[i]->len) &&
                            !memmem(value.ptr, value.len, kept[i]->bytes, kept[i]->len));
            from.len = 0;
            buf_put_span(&from, key);
            buf_put_u8(&from, 0);
        }
    }
    store_abort(&txn);
}

/* ---- refusals ------------------------------------------------------------------------------------------ */

typedef void change(struct req_client_add *request);

static void no_change(struct req_client_add *r) { (void)r; }
static void no_name(struct req_client_add *r) { r->name = SPAN_LITERAL(""); }
static void no_redirect(struct req_client_add *r) { r->redirect_uris.len = 0; }
static void http_redirect(struct req_client_add *r) { r->redirect_uris.items[0] = SPAN_LITERAL("http://a.example/"); }
static void relative_redirect(struct req_client_add *r) { r->redirect_uris.items[0] = SPAN_LITERAL("/callback"); }
static void fragment(struct req_client_add *r) { r->redirect_uris.items[0] = SPAN_LITERAL("https://a.example/#x"); }
static void redirect_of_a_server(struct req_client_add *r) { r->is_resource_server = true; }
static void unknown_scope(struct req_client_add *r) { r->scope = SPAN_LITERAL("openid everything"); }
static void no_openid(struct req_client_add *r) { r->scope = SPAN_LITERAL("accounts"); }
static void control_in_id(struct req_client_add *r) { r->client_id = SPAN_LITERAL("a\nb"); }
static void taken_id(struct req_client_add *r) { r->client_id = SPAN_LITERAL("app"); }

static void client_must_make_sense(void **state)
{
    static const struct {
        change *change;
        enum outcome outcome;
    } rows[] = {
        {no_change, OUTCOME_OK},
        {no_name, OUTCOME_ADMIN_BAD_VALUE},
        {no_redirect, OUTCOME_ADMIN_BAD_VALUE},
        {http_redirect, OUTCOME_ADMIN_BAD_VALUE},
        {relative_redirect, OUTCOME_ADMIN_BAD_VALUE},
        {fragment, OUTCOME_ADMIN_BAD_VALUE},
        {redirect_of_a_server, OUTCOME_ADMIN_BAD_VALUE},
        {unknown_scope, OUTCOME_ADMIN_BAD_VALUE},
        {no_openid, OUTCOME_ADMIN_BAD_VALUE},
        {control_in_id, OUTCOME_ADMIN_BAD_VALUE},
        {taken_id, OUTCOME_ADMIN_CONFLICT},
    };
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct req_client_add *request = &c->request.client_add;

        request->name = SPAN_LITERAL("An App");
        request->redirect_uris.items[0] = SPAN_LITERAL(CELL_REDIRECT);
        request->redirect_uris.len = 1;
        rows[i].change(request);
        assert_int_equal(cell_call(c, MESSAGE_CLIENT_ADD), rows[i].outcome);
        assert_int_equal(c->reply.client_add.problem.len > 0, rows[i].outcome != OUTCOME_OK);
        assert_int_equal(c->reply.client_add.client_secret.len > 0, rows[i].outcome == OUTCOME_OK);
    }
    assert_int_equal(cell_count(c, TABLE_CLIENTS), 4);
}

/* As many and as long redirect URIs as a document of one client can hold; its codes are redeemed like others. */
static void client_with_many_long_redirects_works(void **state)
{
    static uint8_t uris[LIMIT_LIST][LIMIT_URI];
    struct cell *c = *state;
    struct flow f = {0};
    struct req_client_add *request = &c->request.client_add;

    assert_int_equal(cell_remove_client(c, "app"), OUTCOME_OK);
    for (size_t i = 0; i < LIMIT_LIST; i++) {
        memset(uris[i], 'x', LIMIT_URI);
        memcpy(uris[i], CELL_REDIRECT, strlen(CELL_REDIRECT));
        uris[i][strlen(CELL_REDIRECT)] = '/';
        uris[i][strlen(CELL_REDIRECT) + 1] = (uint8_t)('A' + i % 16);
        uris[i][strlen(CELL_REDIRECT) + 2] = (uint8_t)('A' + i / 16);
        request->redirect_uris.items[i] = span_of(uris[i], LIMIT_URI - 32);
    }
    request->redirect_uris.items[0] = SPAN_LITERAL(CELL_REDIRECT);
    request->redirect_uris.len = LIMIT_LIST;
    cell_add_client(c, &c->app, "app");
    flow_tokens(c, &f);
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    assert_true(flow_is_active(c, &f.access));
}

struct user_row {
    const char *username, *password;
    enum outcome outcome;
};

static void customer_must_make_sense(void **state)
{
    static const struct user_row rows[] = {
        {"grace", "12345678", OUTCOME_OK},
        {"joan", "1234567", OUTCOME_ADMIN_BAD_VALUE},
        {"joan", "", OUTCOME_ADMIN_BAD_VALUE},
        {"", "12345678", OUTCOME_ADMIN_BAD_VALUE},
        {"two words", "12345678", OUTCOME_ADMIN_BAD_VALUE},
        {"tab\t", "12345678", OUTCOME_ADMIN_BAD_VALUE},
        {"ada", "12345678", OUTCOME_ADMIN_CONFLICT},
        {"ADA", "12345678", OUTCOME_ADMIN_CONFLICT},
    };
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(cell_add_user(c, rows[i].username, rows[i].password), rows[i].outcome);
        assert_int_equal(c->reply.user_add.problem.len > 0, rows[i].outcome != OUTCOME_OK);
    }
    assert_int_equal(cell_count(c, TABLE_USERS), 2);
    assert_int_equal(cell_count(c, TABLE_LOGINS), 2);
    assert_int_equal(cell_reset_password(c, "nobody", "12345678"), OUTCOME_ADMIN_NOT_FOUND);
    assert_int_equal(cell_reset_password(c, "ada", "short"), OUTCOME_ADMIN_BAD_VALUE);
    assert_int_equal(cell_set_user(c, "nobody", true), OUTCOME_ADMIN_NOT_FOUND);
    assert_int_equal(cell_set_client(c, "nobody", true), OUTCOME_ADMIN_NOT_FOUND);
    assert_int_equal(cell_remove_client(c, "nobody"), OUTCOME_ADMIN_NOT_FOUND);
}

/* ---- looking -------------------------------------------------------------------------------------------- */

static void pages_of_grants_hold_each_once(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept after = {.len = 0};
    int seen = 0, pages = 0;

    for (int i = 0; i < 5; i++) {
        cell_advance(c, 1);
        flow_tokens(c, &f);
    }
    do {
        struct span json, rest;

        c->request.grant_list = (struct req_grant_list){.after = kept_span(&after), .limit = 2};
        assert_int_equal(cell_call(c, MESSAGE_GRANT_LIST), OUTCOME_OK);
        json = c->reply.grant_list.json;
        for (rest = json; (rest.ptr = memmem(rest.ptr, rest.len, "\"grant_id\"", 10)); rest.ptr += 10) {
            seen++;
            rest.len = (size_t)(json.ptr + json.len - rest.ptr) - 10;
        }
        kept_take(&after, c->reply.grant_list.next);
    } while (after.len && ++pages < 10);
    assert_int_equal(seen, 5);
    c->request.grant_list.after = SPAN_LITERAL("nonsense");
    assert_int_equal(cell_call(c, MESSAGE_GRANT_LIST), OUTCOME_ADMIN_BAD_VALUE);
    c->request.grant_list.username = SPAN_LITERAL("nobody");
    assert_int_equal(cell_call(c, MESSAGE_GRANT_LIST), OUTCOME_ADMIN_NOT_FOUND);
}

struct backup_row {
    const char *name;
    enum outcome outcome;
};

static void backup_goes_into_its_directory_only(void **state)
{
    static const struct backup_row rows[] = {
        {"one", OUTCOME_OK},
        {"one", OUTCOME_ADMIN_CONFLICT},
        {"../one", OUTCOME_ADMIN_BAD_VALUE},
        {"a/b", OUTCOME_ADMIN_BAD_VALUE},
        {"/tmp/x", OUTCOME_ADMIN_BAD_VALUE},
        {".hidden", OUTCOME_ADMIN_BAD_VALUE},
        {"..", OUTCOME_ADMIN_BAD_VALUE},
        {"a b", OUTCOME_ADMIN_BAD_VALUE},
        {"a\n", OUTCOME_ADMIN_BAD_VALUE},
    };
    struct cell *c = *state;
    char path[128];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        c->request.backup.name = span_of_text(rows[i].name);
        assert_int_equal(cell_call(c, MESSAGE_BACKUP), rows[i].outcome);
        assert_int_equal(c->reply.backup.problem.len > 0, rows[i].outcome != OUTCOME_OK);
    }
    cell_path(c, "backup/one.mdb", path, sizeof(path));
    assert_int_equal(access(path, R_OK), 0);
}

static void audit_is_read_in_pages(void **state)
{
    struct cell *c = *state;
    struct rep_audit_read *reply = &c->reply.audit_read;

    for (int i = 0; i < 40; i++)
        assert_int_equal(cell_set_client(c, "app", true), OUTCOME_OK);
    c->request.audit_read.from = 1;
    assert_int_equal(cell_call(c, MESSAGE_AUDIT_READ), OUTCOME_OK);
    assert_int_equal(reply->first, 1);
    assert_int_equal(reply->size, 44);
    assert_int_equal(reply->rows.len, LIMIT_LIST);
    c->request.audit_read.from = LIMIT_LIST + 1;
    assert_int_equal(cell_call(c, MESSAGE_AUDIT_READ), OUTCOME_OK);
    assert_int_equal(reply->rows.len, 44 - LIMIT_LIST);
    c->request.audit_read.last = 3;
    assert_int_equal(cell_call(c, MESSAGE_AUDIT_READ), OUTCOME_OK);
    assert_int_equal(reply->first, 42);
    assert_int_equal(reply->rows.len, 3);
    c->request.audit_read.from = UINT64_MAX;
    assert_int_equal(cell_call(c, MESSAGE_AUDIT_READ), OUTCOME_OK);
    assert_int_equal(reply->rows.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST(two_secrets_are_good_during_a_rotation),
        CELL_TEST(secret_counts_in_every_byte),
        CELL_TEST(unknown_client_and_wrong_secret_answer_alike),
        CELL_TEST(store_holds_no_credential),
        CELL_TEST(client_must_make_sense),
        CELL_TEST(client_with_many_long_redirects_works),
        CELL_TEST(customer_must_make_sense),
        CELL_TEST(pages_of_grants_hold_each_once),
        CELL_TEST(backup_goes_into_its_directory_only),
        CELL_TEST(audit_is_read_in_pages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
