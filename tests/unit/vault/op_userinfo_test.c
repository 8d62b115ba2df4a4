/*
 * USERINFO: what a bearer token opens of its customer, and to whom it says nothing.
 */
#include "tests/unit/vault/flow.h"

#include "vault/records.h"
#include "vault/user.h"

static char *customers_claims[] = {"name", "email", "email_verified", "address"};
static char *accounts_claims[] = {"preferred_username", "email"};

/* ---- who is there ------------------------------------------------------------------------------------- */

/* Two of the cell's scopes open claims. They are static: given back before the configuration is freed. */
static int setup(void **state)
{
    int rc = cell_setup(state);
    struct cell *c = *state;

    c->vault.config.scopes[1].claims = customers_claims;
    c->vault.config.scopes[1].claim_count = 4;
    c->vault.config.scopes[2].claims = accounts_claims;
    c->vault.config.scopes[2].claim_count = 2;
    return rc;
}

static int teardown(void **state)
{
    struct cell *c = *state;

    for (size_t i = 1; i <= 2; i++) {
        c->vault.config.scopes[i].claims = NULL;
        c->vault.config.scopes[i].claim_count = 0;
    }
    return cell_teardown(state);
}

static struct span subject_of(struct store_txn *txn, const char *username)
{
    struct span subject;

    assert_int_equal(store_get(txn, TABLE_LOGINS, span_of_text(username), &subject), STORE_OK);
    return subject;
}

/* Put claims, up to a NULL, straight into the customer's record. */
static void set_claims(struct cell *c, const char *const *claims)
{
    struct store_txn *txn = NULL;
    struct user_record user;
    struct kept subject;

    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    kept_take(&subject, subject_of(txn, CELL_USER));
    assert_int_equal(
        record_get(txn, TABLE_USERS, kept_span(&subject), &user_fields, OUTCOME_USER_UNKNOWN, &user),
        OUTCOME_OK);
    for (user.claims.len = 0; *claims; claims++)
        user.claims.items[user.claims.len++] = span_of_text(*claims);
    assert_int_equal(user_store(txn, kept_span(&subject), &user), OUTCOME_OK);
    assert_int_equal(store_commit(&txn), STORE_OK);
}

static void make_pairwise(struct cell *c, const char *client_id, const char *sector)
{
    struct store_txn *txn = NULL;
    struct client_record client;

    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    assert_int_equal(record_get(txn, TABLE_CLIENTS, span_of_text(client_id), &client_fields,
                                OUTCOME_CLIENT_UNKNOWN, &client),
                     OUTCOME_OK);
    client.is_pairwise = true;
    client.sector = span_of_text(sector);
    assert_int_equal(record_put(txn, TABLE_CLIENTS, span_of_text(client_id), &client_fields, &client),
                     OUTCOME_OK);
    assert_int_equal(store_commit(&txn), STORE_OK);
}

static enum outcome userinfo(struct cell *c, const struct kept *token)
{
    c->request.userinfo.token = token ? kept_secret(token) : (struct secret_ref){0};
    return cell_call(c, MESSAGE_USERINFO);
}

/* The answer is {"sub":"...<the bank's subject>..."} and then this. */
static void expect_json(struct cell *c, const char *rest)
{
    struct span json = c->reply.userinfo.json;
    struct store_txn *txn = NULL;
    uint8_t room[4096];
    struct buf wanted = buf_over(room, sizeof(room));

    assert_int_equal(store_read_begin(c->vault.store, &txn), STORE_OK);
    buf_put_text(&wanted, "{\"sub\":\"");
    buf_put_span(&wanted, subject_of(txn, CELL_USER));
    buf_put_text(&wanted, "\"");
    buf_put_text(&wanted, rest);
    store_abort(&txn);
    if (!span_equal(json, buf_span(&wanted)))
        fail_msg("%.*s", SPAN_PRINTF(json));
}

/* ---- what is told -------------------------------------------------------------------------------------- */

static void scopes_of_the_token_decide(void **state)
{
    static const char *const claims[] = {"email=ada@example.org", "email_verified=true", "address.country=GB",
                                         "nickname=Countess", NULL};
    struct cell *c = *state;
    struct flow f = {0};

    set_claims(c, claims);
    flow_tokens(c, &f); /* openid customers accounts transactions */
    assert_int_equal(userinfo(c, &f.access), OUTCOME_OK);
    expect_json(c, ",\"name\":\"ada\",\"preferred_username\":\"ada\",\"email\":\"ada@example.org\","
                   "\"email_verified\":true,\"address\":{\"country\":\"GB\"}}");
    assert_int_equal(flow_refresh_as(c, &f, &c->app, "openid accounts"), OUTCOME_OK);
    assert_int_equal(userinfo(c, &f.access), OUTCOME_OK);
    expect_json(c, ",\"preferred_username\":\"ada\",\"email\":\"ada@example.org\"}");
    assert_int_equal(flow_refresh_as(c, &f, &c->app, "openid transactions"), OUTCOME_OK);
    assert_int_equal(userinfo(c, &f.access), OUTCOME_OK);
    expect_json(c, "}");
}

/* The record is read when the question comes, not when the token was made. */
static void what_changed_is_told_at_once(void **state)
{
    static const char *const before[] = {"email=old@example.org", NULL};
    static const char *const after[] = {"email=new@example.org", NULL};
    struct cell *c = *state;
    struct flow f = {0};

    set_claims(c, before);
    flow_tokens(c, &f);
    assert_int_equal(flow_refresh_as(c, &f, &c->app, "openid accounts"), OUTCOME_OK);
    set_claims(c, after);
    assert_int_equal(userinfo(c, &f.access), OUTCOME_OK);
    expect_json(c, ",\"preferred_username\":\"ada\",\"email\":\"new@example.org\"}");
}

static void token_for_any_api_is_good_here(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    assert_int_equal(cell_remove_client(c, "app"), OUTCOME_OK);
    c->request.client_add.audience = SPAN_LITERAL("https://payments.bank.example");
    cell_add_client(c, &c->app, "app");
    flow_tokens(c, &f);
    assert_int_equal(userinfo(c, &f.access), OUTCOME_OK);
}

static void pairwise_client_sees_its_own_subject(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept first, second;

    flow_tokens(c, &f);
    make_pairwise(c, "app", "app.example");
    assert_int_equal(userinfo(c, &f.access), OUTCOME_OK);
    kept_take(&first, c->reply.userinfo.json);
    assert_false(memmem(first.bytes, first.len, "sub", 3) == NULL);
    make_pairwise(c, "app", "elsewhere.example");
    assert_int_equal(userinfo(c, &f.access), OUTCOME_OK);
    kept_take(&second, c->reply.userinfo.json);
    assert_false(kept_equal(&first, &second));
    /* The resource server gets the bank's own. */
    assert_true(flow_is_active(c, &f.access));
    assert_int_equal(c->reply.introspect.sub.len, 22);
    assert_null(memmem(second.bytes, second.len, c->reply.introspect.sub.ptr, c->reply.introspect.sub.len));
}

/* ---- refusals ------------------------------------------------------------------------------------------ */

static void expect_nothing(struct cell *c, const struct kept *token, enum outcome outcome)
{
    assert_int_equal(userinfo(c, token), outcome);
    assert_int_equal(c->answer, ANSWER_INVALID_TOKEN);
    assert_int_equal(c->reply.userinfo.json.len, 0);
    assert_int_equal(c->reply.userinfo.required_scope.len, 0);
}

static void other_bearers_are_refused_alike(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, other = {0};
    struct kept bent, id_token, junk;

    flow_code(c, &f);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_OK);
    kept_take(&id_token, c->reply.code_redeem.id_token);
    flow_tokens(c, &other);
    bent = f.access;
    bent.bytes[50] = bent.bytes[50] == 'A' ? 'B' : 'A';
    kept_take(&junk, SPAN_LITERAL("x"));
    expect_nothing(c, NULL, OUTCOME_BEARER_MISSING);
    expect_nothing(c, &bent, OUTCOME_BEARER_INVALID);
    expect_nothing(c, &f.refresh, OUTCOME_BEARER_INVALID);
    expect_nothing(c, &f.code, OUTCOME_BEARER_INVALID);
    expect_nothing(c, &f.session, OUTCOME_BEARER_INVALID);
    expect_nothing(c, &junk, OUTCOME_BEARER_INVALID);
    assert_int_equal(flow_revoke(c, &c->app, &f.access), OUTCOME_OK);
    expect_nothing(c, &f.access, OUTCOME_BEARER_INVALID);
    assert_int_equal(cell_set_user(c, CELL_USER, false), OUTCOME_OK);
    expect_nothing(c, &other.access, OUTCOME_BEARER_INVALID);
    assert_int_equal(cell_set_user(c, CELL_USER, true), OUTCOME_OK);
    assert_int_equal(userinfo(c, &other.access), OUTCOME_OK);
    assert_int_equal(cell_set_client(c, "app", false), OUTCOME_OK);
    expect_nothing(c, &other.access, OUTCOME_BEARER_INVALID);
    assert_int_equal(cell_set_client(c, "app", true), OUTCOME_OK);
    cell_advance(c, 900);
    expect_nothing(c, &other.access, OUTCOME_BEARER_INVALID);
}

static void without_openid_there_is_no_userinfo(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_tokens(c, &f);
    assert_int_equal(flow_refresh_as(c, &f, &c->app, "customers accounts"), OUTCOME_OK);
    assert_int_equal(userinfo(c, &f.access), OUTCOME_SCOPE_TOO_SMALL);
    assert_int_equal(c->answer, ANSWER_INSUFFICIENT_SCOPE);
    assert_true(span_equal_text(c->reply.userinfo.required_scope, "openid"));
    assert_int_equal(c->reply.userinfo.json.len, 0);
}

/* As many and as long claims as a record can have, each byte one that JSON escapes. */
static void largest_record_fits(void **state)
{
    static char text[32][LIMIT_CLAIM + 1];
    const char *claims[33] = {NULL};
    char *names[32];
    struct cell *c = *state;
    struct flow f = {0};

    for (size_t i = 0; i < 32; i++) {
        memset(text[i], '"', LIMIT_CLAIM);
        snprintf(text[i], sizeof(text[i]), "c%02zu", i);
        names[i] = strdup(text[i]);
        text[i][3] = '=';
        claims[i] = text[i];
    }
    set_claims(c, claims);
    c->vault.config.scopes[1].claims = names;
    c->vault.config.scopes[1].claim_count = 32;
    flow_tokens(c, &f);
    assert_int_equal(userinfo(c, &f.access), OUTCOME_OK);
    assert_int_equal(c->answer, ANSWER_OK);
    assert_true(c->reply.userinfo.json.len > 32 * 2 * (LIMIT_CLAIM - 4));
    for (size_t i = 0; i < 32; i++)
        free(names[i]);
}

#define USERINFO_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        USERINFO_TEST(scopes_of_the_token_decide),
        USERINFO_TEST(what_changed_is_told_at_once),
        USERINFO_TEST(token_for_any_api_is_good_here),
        USERINFO_TEST(pairwise_client_sees_its_own_subject),
        USERINFO_TEST(other_bearers_are_refused_alike),
        USERINFO_TEST(without_openid_there_is_no_userinfo),
        USERINFO_TEST(largest_record_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
