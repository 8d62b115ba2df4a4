/* What an ID token says, how one that comes back is read, and what is none. */
#include "tests/unit/vault/flow.h"

#include "common/b64url.h"
#include "vault/id_token.h"

static const char grant_sid[16] = "0123456789abcdef";
static const char access_token[] = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";

/* An operation for a client, outside of any request. */
static struct op *at_work(struct cell *c, const char *client_id)
{
    static const struct caller web = {"web", SOCKET_FRONTEND, 1000};
    static struct request_envelope envelope;

    dispatch_begin(&c->op, &c->vault, &c->bench, NULL, &web, message_by_number(MESSAGE_HEALTH), &envelope,
                   &c->decoded, &c->composed);
    c->op.client = (struct client_record){.access_token_s = 900};
    c->op.client_id = span_of_text(client_id);
    return &c->op;
}

static struct grant_record grant_of(const char *client_id)
{
    return (struct grant_record){.subject = SPAN_LITERAL("a-subject"),
                                 .client_id = span_of_text(client_id),
                                 .auth_time_s = CELL_NOW_S - 100,
                                 .spent_at_s = CELL_NOW_S,
                                 .generation = 1,
                                 .nonce = SPAN_LITERAL("n-0S6"),
                                 .sid = span_of(grant_sid, sizeof(grant_sid)),
                                 .acr = SPAN_LITERAL("urn:bank:pwd")};
}

struct text {
    uint8_t bytes[4096];
    size_t len;
};

static struct text keep(struct span from)
{
    struct text text = {.len = from.len};

    assert_true(from.len <= sizeof(text.bytes));
    memcpy(text.bytes, from.ptr, from.len);
    return text;
}

static struct text compose(struct cell *c, const struct grant_record *grant)
{
    struct span token;

    assert_int_equal(id_token_compose(&c->op, grant, span_of_text(access_token), &token), OUTCOME_OK);
    return keep(token);
}

/* The claims as text, without a look at the signature. */
static const char *claims_of(const struct text *token)
{
    static char room[4096];
    struct buf out = buf_over(room, sizeof(room) - 1);
    const uint8_t *first = memchr(token->bytes, '.', token->len);
    const uint8_t *last = memrchr(token->bytes, '.', token->len);

    assert_true(b64url_decode(span_of(first + 1, (size_t)(last - first - 1)), &out));
    room[out.len] = '\0';
    return room;
}

static void claims_are_these(void **state)
{
    struct cell *c = *state;
    struct grant_record grant = grant_of("app");
    struct text token;

    at_work(c, "app");
    token = compose(c, &grant);
    /* at_hash: the example of OpenID Connect Core A.3 */
    assert_string_equal(
        claims_of(&token),
        "{\"iss\":\"https://auth.bank.example\",\"sub\":\"a-subject\",\"aud\":\"app\",\"exp\":1800000900,"
        "\"iat\":1800000000,\"auth_time\":1799999900,\"nonce\":\"n-0S6\",\"acr\":\"urn:bank:pwd\","
        "\"amr\":[\"pwd\"],\"sid\":\"MDEyMzQ1Njc4OWFiY2RlZg\",\"at_hash\":\"77QmUPtjPfzWtF2AnpK9RQ\"}");
}

static void what_the_record_does_not_know_is_absent(void **state)
{
    struct cell *c = *state;
    struct grant_record grant = grant_of("app");
    struct text token;

    at_work(c, "app");
    grant.generation = 2; /* a refresh: OpenID Connect Core 12.2 */
    grant.sid = grant.acr = SPAN_NONE;
    token = compose(c, &grant);
    assert_null(strstr(claims_of(&token), "nonce"));
    assert_null(strstr(claims_of(&token), "sid"));
    assert_null(strstr(claims_of(&token), "acr"));
}

static void pairwise_client_gets_its_own_subject(void **state)
{
    struct cell *c = *state;
    struct grant_record grant = grant_of("app");
    struct text one, other;

    at_work(c, "app")->client.is_pairwise = true;
    c->op.client.sector = SPAN_LITERAL("app.example");
    one = compose(c, &grant);
    assert_null(strstr(claims_of(&one), "a-subject"));
    c->op.client.sector = SPAN_LITERAL("other.example");
    other = compose(c, &grant);
    assert_null(strstr(claims_of(&other), "a-subject"));
    assert_int_not_equal(one.len == other.len && memcmp(one.bytes, other.bytes, one.len / 2) == 0, 1);
}

static void algorithm_is_the_clients(void **state)
{
    struct cell *c = *state;
    struct grant_record grant = grant_of("app");
    struct text token;

    while (cell_turn_keys(c))
        ;
    for (int alg = 0; alg < JWS_ALG_COUNT; alg++) {
        const char *wanted = jws_alg_name(alg ? (enum jws_alg)alg : JWS_ES256);
        char header[128] = "";
        struct buf out = buf_over(header, sizeof(header) - 1);

        at_work(c, "app")->client.signing_alg = (uint64_t)alg;
        token = compose(c, &grant);
        assert_true(b64url_decode(
            span_of(token.bytes, (size_t)((uint8_t *)memchr(token.bytes, '.', token.len) - token.bytes)),
            &out));
        assert_non_null(strstr(header, wanted));
    }
}

static void one_that_comes_back_is_read(void **state)
{
    static const char *const client_ids[] = {"app", "with \"quotes\" and \\ in it", "\\\"",
                                             "\xc3\xa9t\xc3\xa9", "\",\"aud\":\"app"};
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(client_ids) / sizeof(client_ids[0]); i++) {
        struct grant_record grant = grant_of(client_ids[i]);
        struct id_token_claims claims;
        struct text token;
        struct span sid;

        /* A nonce is the client's text: it is not taken for claims. */
        grant.nonce = SPAN_LITERAL("\",\"sub\":\"mallory\",\"aud\":\"x\",\"sid\":\"y\"");
        at_work(c, client_ids[i]);
        token = compose(c, &grant);
        at_work(c, client_ids[i]);
        assert_int_equal(id_token_open(&c->op, span_of(token.bytes, token.len), &claims), OUTCOME_OK);
        assert_true(span_equal_text(claims.subject, "a-subject"));
        assert_true(span_equal_text(claims.client_id, client_ids[i]));
        assert_true(span_equal_text(claims.sid, "MDEyMzQ1Njc4OWFiY2RlZg"));
        assert_int_equal(id_token_sid(&c->op, &c->op.client, grant.sid, &sid), OUTCOME_OK);
        assert_true(span_equal(claims.sid, sid));
    }
}

static void sid_is_absent_where_there_is_none(void **state)
{
    struct cell *c = *state;
    struct grant_record grant = grant_of("app");
    struct id_token_claims claims;
    struct text token;
    struct span sid;

    grant.sid = SPAN_NONE;
    at_work(c, "app");
    token = compose(c, &grant);
    assert_int_equal(id_token_open(&c->op, span_of(token.bytes, token.len), &claims), OUTCOME_OK);
    assert_true(span_is_absent(claims.sid));
    assert_int_equal(id_token_sid(&c->op, &c->op.client, SPAN_NONE, &sid), OUTCOME_OK);
    assert_true(span_is_absent(sid));
}

/* The sid of one session, as ID tokens of a client of that sector have it; NULL: of a public client. */
static struct text sid_for(struct cell *c, const char *sector)
{
    struct grant_record grant = grant_of("app");
    struct id_token_claims claims;
    struct text token;

    at_work(c, "app")->client.is_pairwise = sector != NULL;
    c->op.client.sector = span_of_text(sector);
    token = compose(c, &grant);
    assert_int_equal(id_token_open(&c->op, span_of(token.bytes, token.len), &claims), OUTCOME_OK);
    return keep(claims.sid);
}

static bool is_same_text(const struct text *a, const struct text *b)
{
    return span_equal(span_of(a->bytes, a->len), span_of(b->bytes, b->len));
}

/* Two clients that compare what they know learn nothing from a session that their customer has with both. */
static void sid_tells_pairwise_clients_no_more_than_sub(void **state)
{
    struct cell *c = *state;
    struct text public = sid_for(c, NULL), one = sid_for(c, "app.example");
    struct text other = sid_for(c, "other.example"), same = sid_for(c, "app.example");

    assert_true(public.len == one.len && one.len == other.len);
    assert_false(is_same_text(&one, &other));
    assert_false(is_same_text(&one, &public));
    assert_true(is_same_text(&one, &same));
}

/* Signed by us, and no ID token: RFC 8725 3.11. */
static void other_things_that_we_sign_are_none(void **state)
{
    struct cell *c = *state;
    struct id_token_claims claims;
    struct span token;

    at_work(c, "app");
    assert_int_equal(jws_sign(&c->op, JWS_ES256, "token-introspection+jwt",
                              SPAN_LITERAL("{\"iss\":\"x\",\"sub\":\"a\",\"aud\":\"app\"}"), &token),
                     OUTCOME_OK);
    assert_int_equal(id_token_open(&c->op, token, &claims), OUTCOME_TOKEN_FORGED);
    /* And what lacks its claims is none either. */
    assert_int_equal(jws_sign(&c->op, JWS_ES256, "JWT", SPAN_LITERAL("{\"sub\":\"a\"}"), &token), OUTCOME_OK);
    assert_int_equal(id_token_open(&c->op, token, &claims), OUTCOME_TOKEN_FORGED);
    assert_int_equal(jws_sign(&c->op, JWS_ES256, "JWT", SPAN_LITERAL("{\"aud\":\"app\"}"), &token),
                     OUTCOME_OK);
    assert_int_equal(id_token_open(&c->op, token, &claims), OUTCOME_TOKEN_FORGED);
    assert_int_equal(jws_sign(&c->op, JWS_ES256, "JWT", SPAN_LITERAL("{\"sub\":\"a\",\"aud\":\"app"), &token),
                     OUTCOME_OK);
    assert_int_equal(id_token_open(&c->op, token, &claims), OUTCOME_TOKEN_FORGED);
    assert_int_equal(id_token_open(&c->op, SPAN_LITERAL("nonsense"), &claims), OUTCOME_TOKEN_FORGED);
    assert_int_equal(id_token_open(&c->op, SPAN_NONE, &claims), OUTCOME_TOKEN_FORGED);
}

/* Another vault's, with the same claims. */
static void token_of_other_keys_is_none(void **state)
{
    struct cell *c = *state;
    struct grant_record grant = grant_of("app");
    struct id_token_claims claims;
    struct text token;
    void *another = NULL;

    cell_setup_empty(&another);
    at_work(another, "app");
    token = compose(another, &grant);
    cell_teardown(&another);
    at_work(c, "app");
    assert_int_equal(id_token_open(&c->op, span_of(token.bytes, token.len), &claims), OUTCOME_TOKEN_FORGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST_EMPTY(claims_are_these),
        CELL_TEST_EMPTY(what_the_record_does_not_know_is_absent),
        CELL_TEST_EMPTY(pairwise_client_gets_its_own_subject),
        CELL_TEST_EMPTY(algorithm_is_the_clients),
        CELL_TEST_EMPTY(one_that_comes_back_is_read),
        CELL_TEST_EMPTY(sid_is_absent_where_there_is_none),
        CELL_TEST_EMPTY(sid_tells_pairwise_clients_no_more_than_sub),
        CELL_TEST_EMPTY(other_things_that_we_sign_are_none),
        CELL_TEST_EMPTY(token_of_other_keys_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
