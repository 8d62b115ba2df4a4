/* Introspection and the gateway's check: what a token is good for, for whom, and that the rest looks alike. */
#include "tests/unit/vault/flow.h"

#include "vault/id_token.h"
#include "vault/jws.h"

static void active_token_says_what_it_is(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct rep_introspect *reply = &c->reply.introspect;

    flow_tokens(c, &f);
    assert_true(flow_is_active(c, &f.access));
    assert_true(span_equal_text(reply->scope, FLOW_SCOPE));
    assert_true(span_equal_text(reply->client_id, "app"));
    assert_true(span_equal_text(reply->username, "ada"));
    assert_true(span_equal_text(reply->iss, "https://auth.bank.example"));
    assert_true(span_equal_text(reply->aud, "https://auth.bank.example"));
    assert_int_equal(reply->iat, CELL_NOW_S);
    assert_int_equal(reply->exp, CELL_NOW_S + 900);
    assert_int_equal(reply->sub.len, 22);
    assert_int_equal(reply->grant_id.len, 32);
    assert_true(span_starts_with(reply->jti, reply->grant_id));
    /* How and when the customer signed in (RFC 9470 6.2). */
    assert_true(span_equal_text(reply->acr, c->vault.config.acr));
    assert_int_equal(reply->auth_time, CELL_NOW_S);
    assert_true(span_is_absent(reply->jwt));
}

static void expect_silence(struct cell *c, struct span token)
{
    static const uint8_t inactive[] = {0x80};
    struct kept kept;

    kept_take(&kept, token);
    assert_false(flow_is_active(c, &kept));
    assert_int_equal(c->answer, ANSWER_OK);
    /* Not one field: nothing tells one cause from another (RFC 7662 2.2). */
    assert_memory_equal(c->answered + 3, "\xc6\x00\x00\x00\x01", 5);
    assert_memory_equal(c->answered + 8, inactive, 1);
}

static void everything_else_is_inactive_alike(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept bent;

    flow_tokens(c, &f);
    bent = f.access;
    bent.bytes[50] = bent.bytes[50] == 'A' ? 'B' : 'A';
    expect_silence(c, kept_span(&bent));
    expect_silence(c, kept_span(&f.code));
    expect_silence(c, SPAN_LITERAL(""));
    expect_silence(c, SPAN_LITERAL("sr_at_"));
    expect_silence(c, SPAN_LITERAL("eyJhbGciOiJub25lIn0.e30."));
    expect_silence(c, SPAN_LITERAL("\x00\xff\x00"));
    assert_int_equal(flow_revoke(c, &c->app, &f.access), OUTCOME_OK);
    expect_silence(c, kept_span(&f.access));
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    cell_advance(c, 899);
    assert_true(flow_is_active(c, &f.access));
    cell_advance(c, 1);
    expect_silence(c, kept_span(&f.access));
}

static void audience_is_bound(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct party payments;

    flow_tokens(c, &f);
    c->request.client_add.is_resource_server = true;
    c->request.client_add.audience = SPAN_LITERAL("https://payments.bank.example");
    cell_add_client(c, &payments, "payments");
    c->request.introspect = (struct req_introspect){.client_id = SPAN_LITERAL("payments"),
                                                    .client_secret = kept_secret(&payments.secret),
                                                    .token = kept_secret(&f.access)};
    assert_int_equal(cell_call(c, MESSAGE_INTROSPECT), OUTCOME_OK);
    assert_false(c->reply.introspect.active);
    assert_true(flow_is_active(c, &f.access));
}

/* A client whose tokens are for another audience: the gateway of this one lets none in. */
static void gateway_refuses_another_audience(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    assert_int_equal(cell_remove_client(c, "app"), OUTCOME_OK);
    c->request.client_add.audience = SPAN_LITERAL("https://payments.bank.example");
    cell_add_client(c, &c->app, "app");
    flow_tokens(c, &f);
    assert_int_equal(flow_check(c, &f.access, "GET", "/fdx/v6/accounts"), OUTCOME_BEARER_INVALID);
    assert_int_equal(c->answer, ANSWER_INVALID_TOKEN);
}

/* ---- signed answers (RFC 9701) -------------------------------------------------------------------------- */

static enum outcome ask_signed(struct cell *c, const struct party *party, const struct kept *token,
                               struct kept *jwt)
{
    enum outcome rc;

    c->request.introspect = (struct req_introspect){.client_id = span_of_text(party->id),
                                                    .client_secret = kept_secret(&party->secret),
                                                    .token = kept_secret(token),
                                                    .as_jwt = true};
    rc = cell_call(c, MESSAGE_INTROSPECT);
    kept_take(jwt, c->reply.introspect.jwt);
    return rc;
}

/* Its claims, checked as one of that type; a string that lives until the next call. */
static const char *open_signed(struct cell *c, const struct kept *jwt)
{
    struct span claims;

    assert_int_equal(jws_open(&c->op, kept_span(jwt), "token-introspection+jwt", &claims), OUTCOME_OK);
    buf_put_u8(&c->op.text, '\0');
    return (const char *)claims.ptr;
}

static void signed_answer_says_the_same(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept jwt;
    const char *claims;

    flow_tokens(c, &f);
    cell_advance(c, 5);
    assert_int_equal(ask_signed(c, &c->api, &f.access, &jwt), OUTCOME_OK);
    /* Nothing beside it: the answer is the JWT. */
    assert_false(c->reply.introspect.active);
    assert_int_equal(c->reply.introspect.sub.len, 0);
    claims = open_signed(c, &jwt);
    assert_true(strstr(claims,
                       "{\"iss\":\"https://auth.bank.example\",\"aud\":\"api\",\"iat\":1800000005,"
                       "\"token_introspection\":{\"active\":true,\"scope\":\"" FLOW_SCOPE "\",") == claims);
    assert_non_null(strstr(claims, "\"client_id\":\"app\",\"username\":\"ada\",\"token_type\":\"Bearer\","
                                   "\"exp\":1800000900,\"iat\":1800000000,\"nbf\":1800000000,\"sub\":\""));
    assert_non_null(strstr(claims, "\"acr\":\"urn:strongroom:acr:password\",\"auth_time\":1800000000}}"));
}

static void signed_answer_of_a_bad_token_says_inactive(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept jwt, junk;
    struct party payments;

    flow_tokens(c, &f);
    c->request.client_add.is_resource_server = true;
    c->request.client_add.audience = SPAN_LITERAL("https://payments.bank.example");
    cell_add_client(c, &payments, "payments");
    kept_take(&junk, SPAN_LITERAL("junk"));
    assert_int_equal(ask_signed(c, &c->api, &junk, &jwt), OUTCOME_OK);
    assert_non_null(strstr(open_signed(c, &jwt), ",\"token_introspection\":{\"active\":false}}"));
    assert_int_equal(ask_signed(c, &c->api, &f.refresh, &jwt), OUTCOME_OK);
    assert_non_null(strstr(open_signed(c, &jwt), ",\"token_introspection\":{\"active\":false}}"));
    assert_int_equal(ask_signed(c, &payments, &f.access, &jwt), OUTCOME_OK);
    assert_non_null(strstr(open_signed(c, &jwt), "\"aud\":\"payments\""));
    assert_non_null(strstr(open_signed(c, &jwt), ",\"token_introspection\":{\"active\":false}}"));
}

static void signed_answer_needs_a_resource_server(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept jwt;
    struct party guess = {.id = "api"};

    flow_tokens(c, &f);
    kept_take(&guess.secret, SPAN_LITERAL("guess"));
    assert_int_equal(ask_signed(c, &guess, &f.access, &jwt), OUTCOME_CLIENT_SECRET_WRONG);
    assert_int_equal(jwt.len, 0);
    assert_int_equal(ask_signed(c, &c->app, &f.access, &jwt), OUTCOME_CLIENT_WRONG_KIND);
    assert_int_equal(jwt.len, 0);
}

/* RSA keys are made in the background; until there is one, the answer is "later", and the plain one stays. */
static void signed_answer_waits_for_its_key(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept jwt;

    flow_tokens(c, &f);
    c->request.client_update.client_id = SPAN_LITERAL("api");
    c->request.client_update.signing_alg = SPAN_LITERAL("PS256");
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_OK);
    assert_int_equal(ask_signed(c, &c->api, &f.access, &jwt), OUTCOME_KEY_MISSING);
    assert_int_equal(c->answer, ANSWER_TEMPORARILY_UNAVAILABLE);
    assert_int_equal(jwt.len, 0);
    assert_true(flow_is_active(c, &f.access));
}

/* Each is signed by the same keys; the type keeps them apart (RFC 8725 3.11), both ways. */
static void signed_answer_and_id_token_are_not_each_other(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept jwt, id_token;
    struct id_token_claims claims;
    struct span said;

    flow_code(c, &f);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_OK);
    kept_take(&id_token, c->reply.code_redeem.id_token);
    assert_int_equal(ask_signed(c, &c->api, &f.access, &jwt), OUTCOME_OK);
    assert_int_equal(id_token_open(&c->op, kept_span(&id_token), &claims), OUTCOME_OK);
    assert_int_equal(id_token_open(&c->op, kept_span(&jwt), &claims), OUTCOME_TOKEN_FORGED);
    assert_int_equal(jws_open(&c->op, kept_span(&id_token), "token-introspection+jwt", &said),
                     OUTCOME_TOKEN_FORGED);
    flow_ask(c, &f)->id_token_hint = kept_span(&jwt);
    assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    assert_int_equal(c->reply.authorize.next, AUTHORIZE_REDIRECT);
    assert_non_null(memmem(f.location.bytes, f.location.len, "error=invalid_request", 21));
}

/* ---- the gateway's question ----------------------------------------------------------------------------- */

struct check_row {
    const char *scope, *uri;
    bool allowed;
    const char *required;
};

static void check_needs_the_scope_of_the_path(void **state)
{
    static const struct check_row rows[] = {
        {"openid", "/fdx/v6/customers/current", false, "customers"},
        {"openid", "/fdx/v6/accounts", false, "accounts"},
        {"openid", "/fdx/v6/accounts/1", false, "accounts"},
        {"openid", "/fdx/v6/accounts/1/transactions", false, "transactions"},
        {"openid", "/fdx/v6/accounts/1/statements", false, "statements"},
        {"openid", "/fdx/v6/accounts/1/statements/2", false, "statements"},
        {"openid customers", "/fdx/v6/customers/current", true, NULL},
        {"openid customers", "/fdx/v6/accounts", false, "accounts"},
        {"openid accounts", "/fdx/v6/accounts", true, NULL},
        {"openid accounts", "/fdx/v6/accounts/1", true, NULL},
        {"openid accounts", "/fdx/v6/accounts/1/transactions", false, "transactions"},
        {"openid transactions", "/fdx/v6/accounts/1/transactions", true, NULL},
        {"openid transactions", "/fdx/v6/accounts/1", false, "accounts"},
        {"openid statements", "/fdx/v6/accounts/1/statements", true, NULL},
        {"openid statements", "/fdx/v6/accounts/1/statements/2", true, NULL},
        {"openid statements", "/fdx/v6/customers/current", false, "customers"},
        {"openid customers accounts transactions statements", "/fdx/v6/elsewhere", false, NULL},
        {"openid customers accounts transactions statements", "/fdx/v6/accounts/%2e%2e", false, NULL},
    };
    struct cell *c = *state;
    struct flow f = {0};

    flow_ask(c, &f)->scope = SPAN_LITERAL("openid customers accounts transactions statements");
    assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    assert_int_equal(flow_consent(c, &f, true), OUTCOME_OK);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_OK);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(flow_refresh_as(c, &f, &c->app, rows[i].scope), OUTCOME_OK);
        if (flow_check(c, &f.access, "GET", rows[i].uri) !=
            (rows[i].allowed ? OUTCOME_OK : OUTCOME_SCOPE_TOO_SMALL))
            fail_msg("row %zu", i);
        if (rows[i].allowed) {
            assert_true(span_equal_text(c->reply.check.client_id, "app"));
            assert_true(span_equal_text(c->reply.check.scope, rows[i].scope));
            assert_int_equal(c->reply.check.grant_id.len, 32);
        } else {
            assert_int_equal(c->answer, ANSWER_INSUFFICIENT_SCOPE);
            assert_true(span_equal(c->reply.check.required_scope, span_of_text(rows[i].required)));
            assert_int_equal(c->reply.check.sub.len, 0); /* a refusal says nothing about the customer */
        }
    }
    assert_int_equal(flow_check(c, &f.access, "POST", "/fdx/v6/accounts"), OUTCOME_SCOPE_TOO_SMALL);
}

static void check_refuses_what_is_no_good_token(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept none = {.len = 0};

    flow_tokens(c, &f);
    assert_int_equal(flow_check(c, &f.access, "GET", "/fdx/v6/accounts"), OUTCOME_OK);
    assert_int_equal(flow_check(c, &none, "GET", "/fdx/v6/accounts"), OUTCOME_BEARER_MISSING);
    assert_int_equal(flow_check(c, &f.refresh, "GET", "/fdx/v6/accounts"), OUTCOME_BEARER_INVALID);
    assert_int_equal(flow_check(c, &f.code, "GET", "/fdx/v6/accounts"), OUTCOME_BEARER_INVALID);
    kept_take(&none, SPAN_LITERAL("x"));
    assert_int_equal(flow_check(c, &none, "GET", "/fdx/v6/accounts"), OUTCOME_BEARER_INVALID);
    assert_int_equal(c->answer, ANSWER_INVALID_TOKEN);
    cell_advance(c, 900);
    assert_int_equal(flow_check(c, &f.access, "GET", "/fdx/v6/accounts"), OUTCOME_BEARER_INVALID);
}

/* ---- giving back ---------------------------------------------------------------------------------------- */

static void revoked_access_token_goes_alone(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, next;

    flow_tokens(c, &f);
    next = f;
    assert_int_equal(flow_refresh(c, &next), OUTCOME_OK);
    assert_int_equal(flow_revoke(c, &c->app, &f.access), OUTCOME_OK);
    cell_assert_audit(c, "revoke", "ok");
    assert_false(flow_is_active(c, &f.access));
    assert_int_equal(flow_check(c, &f.access, "GET", "/fdx/v6/accounts"), OUTCOME_BEARER_INVALID);
    assert_true(flow_is_active(c, &next.access));
    assert_int_equal(flow_refresh(c, &next), OUTCOME_OK);
    assert_int_equal(flow_revoke(c, &c->app, &f.access), OUTCOME_OK); /* again */
}

static void revoked_refresh_token_takes_its_grant(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, sibling = {0};

    flow_tokens(c, &f);
    flow_tokens(c, &sibling);
    assert_int_equal(flow_revoke(c, &c->app, &f.refresh), OUTCOME_OK);
    assert_false(flow_is_active(c, &f.access));
    assert_int_equal(flow_refresh(c, &f), OUTCOME_GRANT_REVOKED);
    assert_true(flow_is_active(c, &sibling.access));
}

/* The answer is the same; the audit knows why nothing happened. */
static void nothing_to_revoke_is_fine_too(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept junk;

    flow_tokens(c, &f);
    kept_take(&junk, SPAN_LITERAL("sr_at_junk"));
    assert_int_equal(flow_revoke(c, &c->app, &junk), OUTCOME_OK);
    cell_assert_audit(c, "revoke", "token_forged");
    assert_int_equal(flow_revoke(c, &c->other, &f.access), OUTCOME_OK);
    cell_assert_audit(c, "revoke", "token_of_other_client");
    assert_int_equal(flow_revoke(c, &c->other, &f.refresh), OUTCOME_OK);
    assert_int_equal(flow_revoke(c, &c->other, &f.code), OUTCOME_OK);
    assert_true(flow_is_active(c, &f.access));
    assert_int_equal(flow_revoke(c, &c->api, &f.access), OUTCOME_CLIENT_WRONG_KIND);
    c->request.revoke = (struct req_revoke){
        SPAN_LITERAL("app"), secret_text("guess"), kept_secret(&f.access), {0}};
    assert_int_equal(cell_call(c, MESSAGE_REVOKE), OUTCOME_CLIENT_SECRET_WRONG);
    assert_true(flow_is_active(c, &f.access));
    cell_advance(c, 900);
    assert_int_equal(flow_revoke(c, &c->app, &f.access), OUTCOME_OK);
    cell_assert_audit(c, "revoke", "token_ended");
    assert_int_equal(cell_count(c, TABLE_REVOKED), 0);
}

static void bank_ends_a_grant(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept id;

    flow_tokens(c, &f);
    assert_true(flow_is_active(c, &f.access));
    kept_take(&id, c->reply.introspect.grant_id);
    c->request.grant_revoke.grant_id = kept_span(&id);
    assert_int_equal(cell_call(c, MESSAGE_GRANT_REVOKE), OUTCOME_OK);
    assert_false(flow_is_active(c, &f.access));
    assert_int_equal(flow_refresh(c, &f), OUTCOME_GRANT_REVOKED);
    id.bytes[0] ^= 1;
    c->request.grant_revoke.grant_id = kept_span(&id);
    assert_int_equal(cell_call(c, MESSAGE_GRANT_REVOKE), OUTCOME_ADMIN_NOT_FOUND);
    c->request.grant_revoke.grant_id = SPAN_LITERAL("zz");
    assert_int_equal(cell_call(c, MESSAGE_GRANT_REVOKE), OUTCOME_ADMIN_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST(active_token_says_what_it_is),
        CELL_TEST(everything_else_is_inactive_alike),
        CELL_TEST(audience_is_bound),
        CELL_TEST(signed_answer_says_the_same),
        CELL_TEST(signed_answer_of_a_bad_token_says_inactive),
        CELL_TEST(signed_answer_needs_a_resource_server),
        CELL_TEST(signed_answer_waits_for_its_key),
        CELL_TEST(signed_answer_and_id_token_are_not_each_other),
        CELL_TEST(gateway_refuses_another_audience),
        CELL_TEST(check_needs_the_scope_of_the_path),
        CELL_TEST(check_refuses_what_is_no_good_token),
        CELL_TEST(revoked_access_token_goes_alone),
        CELL_TEST(revoked_refresh_token_takes_its_grant),
        CELL_TEST(nothing_to_revoke_is_fine_too),
        CELL_TEST(bank_ends_a_grant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
