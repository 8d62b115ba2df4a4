/* The operator's clients: their secrets, and changing what they registered; registration_test.c has the rules. */
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
    c->request.client_rotate_secret = (struct req_client_rotate_secret){.client_id = SPAN_LITERAL("app"),
                                                                        .drop_old = drop_old};
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

/* ---- what fits ----------------------------------------------------------------------------------------- */

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
        request->redirect_uris.items[i] = span_of(uris[i], LIMIT_URI - 48);
    }
    request->redirect_uris.items[0] = SPAN_LITERAL(CELL_REDIRECT);
    request->redirect_uris.len = LIMIT_LIST;
    cell_add_client(c, &c->app, "app");
    flow_tokens(c, &f);
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    assert_true(flow_is_active(c, &f.access));
}

/* What could never be shown again is refused, and nothing of it stays. */
static void client_that_no_document_can_hold_is_refused(void **state)
{
    static uint8_t uri[LIMIT_URI];
    struct cell *c = *state;
    struct req_client_add *request = &c->request.client_add;

    memset(uri, 'x', sizeof(uri));
    memcpy(uri, CELL_REDIRECT "/", strlen(CELL_REDIRECT "/"));
    request->client_id = SPAN_LITERAL("long");
    request->name = SPAN_LITERAL("Long");
    for (size_t i = 0; i < LIMIT_LIST; i++)
        request->redirect_uris.items[i] = span_of(uri, sizeof(uri));
    request->redirect_uris.len = LIMIT_LIST;
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_ADD), OUTCOME_ADMIN_BAD_VALUE);
    assert_true(c->reply.client_add.problem.len > 0);
    assert_int_equal(c->reply.client_add.client_secret.len, 0);
    assert_int_equal(cell_count(c, TABLE_CLIENTS), 3);
}

/* ---- changing ------------------------------------------------------------------------------------------ */

static struct req_client_update *update(struct cell *c, const char *id)
{
    c->request.client_update = (struct req_client_update){.client_id = span_of_text(id)};
    return &c->request.client_update;
}

static bool shows(struct cell *c, const char *text)
{
    struct span json = c->reply.client_update.json;

    return memmem(json.ptr, json.len, text, strlen(text)) != NULL;
}

static void update_changes_what_is_named_and_nothing_else(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept secret = c->app.secret;
    struct req_client_update *request;

    flow_tokens(c, &f);
    request = update(c, "app");
    request->name = SPAN_LITERAL("Another Name");
    request->access_token_s = 77;
    request->refresh_grace_s = 30;
    request->post_logout_redirect_uris = (struct span_list){
        .items = {SPAN_LITERAL("https://app.example/out")}, .len = 1};
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_OK);
    assert_true(shows(c, "\"name\":\"Another Name\""));
    assert_true(shows(c, "\"access_token_s\":77"));
    assert_true(shows(c, "\"refresh_grace_s\":30"));
    assert_true(shows(c, "\"post_logout_redirect_uris\":[\"https://app.example/out\"]"));
    assert_true(shows(c, "\"redirect_uris\":[\"" CELL_REDIRECT "\"]"));
    assert_true(shows(c, "\"subject_type\":\"public\""));
    assert_false(shows(c, "\"note\""));
    cell_assert_audit_detail(c, "client_update", "ok",
                             "name, access_token_s, refresh_grace_s, post_logout_redirect_uris");
    /* It is the same client still: its secret, its grants. */
    assert_true(authenticates(c, "app", &secret));
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    assert_true(flow_is_active(c, &f.access));

    request = update(c, "app");
    request->no_refresh_grace = true;
    request->no_post_logout = true;
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_OK);
    assert_true(shows(c, "\"refresh_grace_s\":0"));
    assert_true(shows(c, "\"post_logout_redirect_uris\":[]"));
    assert_true(shows(c, "\"access_token_s\":77"));
    cell_assert_audit_detail(c, "client_update", "ok", "refresh_grace_s, post_logout_redirect_uris");

    (void)update(c, "app");
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_OK);
    cell_assert_audit_detail(c, "client_update", "ok", "nothing");
    (void)update(c, "nobody");
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_ADMIN_NOT_FOUND);
}

static void list_that_is_there_replaces_the_whole_list(void **state)
{
    struct cell *c = *state;

    update(c, "app")->redirect_uris = (struct span_list){
        .items = {SPAN_LITERAL("https://b.example/"), SPAN_LITERAL("https://c.example/")}, .len = 2};
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_OK);
    assert_true(shows(c, "\"redirect_uris\":[\"https://b.example/\",\"https://c.example/\"]"));
    update(c, "app")->redirect_uris = (struct span_list){.items = {SPAN_LITERAL("https://c.example/")},
                                                         .len = 1};
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_OK);
    assert_true(shows(c, "\"redirect_uris\":[\"https://c.example/\"]"));
    cell_assert_audit_detail(c, "client_update", "ok", "redirect_uris");
}

static void answer_says_when_subjects_change(void **state)
{
    struct cell *c = *state;

    update(c, "app")->subject_type = SPAN_LITERAL("pairwise");
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_OK);
    assert_true(shows(c, "\"sector_identifier\":\"app.example\""));
    assert_true(shows(c, "\"note\":\""));
    cell_assert_audit_detail(c, "client_update", "ok", "subject_type, sector");
    update(c, "app")->signing_alg = SPAN_LITERAL("PS256");
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_OK);
    assert_true(shows(c, "\"id_token_signed_response_alg\":\"PS256\""));
    assert_false(shows(c, "\"note\""));
    update(c, "app")->sector = SPAN_LITERAL("apps.example");
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_OK);
    assert_true(shows(c, "\"note\":\""));
    cell_assert_audit_detail(c, "client_update", "ok", "sector");
    update(c, "app")->subject_type = SPAN_LITERAL("public");
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_OK);
    assert_true(shows(c, "\"note\":\""));
    assert_false(shows(c, "sector_identifier"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST(two_secrets_are_good_during_a_rotation),
        CELL_TEST(secret_counts_in_every_byte),
        CELL_TEST(unknown_client_and_wrong_secret_answer_alike),
        CELL_TEST(store_holds_no_credential),
        CELL_TEST(client_with_many_long_redirects_works),
        CELL_TEST(client_that_no_document_can_hold_is_refused),
        CELL_TEST(update_changes_what_is_named_and_nothing_else),
        CELL_TEST(list_that_is_there_replaces_the_whole_list),
        CELL_TEST(answer_says_when_subjects_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
