/* What is signed opens with the key that signed it, as what it was signed for, and nothing else does. */
#include "tests/unit/vault/cell.h"

#include "common/b64url.h"
#include "vault/jws.h"

#define TYP "JWT"
#define CLAIMS "{\"sub\":\"somebody\",\"aud\":\"app\"}"

/* An operation that could sign, outside of any request. */
static struct op *at_work(struct cell *c)
{
    static const struct caller web = {"web", SOCKET_FRONTEND, 1000};
    static struct request_envelope envelope;

    dispatch_begin(&c->op, &c->vault, &c->bench, NULL, &web, message_by_number(MESSAGE_HEALTH), &envelope,
                   &c->decoded, &c->composed);
    return &c->op;
}

#define ALL (1u << JWS_ES256 | 1u << JWS_PS256 | 1u << JWS_RS256)

/* Keys of these algorithms that sign, and where it says so the next ones: RSA takes its time. */
static void make_keys(struct cell *c, unsigned algorithms, bool with_next)
{
    cell_close(c);
    c->vault.config.signing_algorithms = algorithms;
    cell_open(c);
    assert_true(cell_turn_keys(c));
    if (with_next)
        assert_true(cell_turn_keys(c));
    at_work(c);
    for (int alg = JWS_ES256; alg < JWS_ALG_COUNT; alg++)
        if (algorithms & 1u << alg) {
            assert_non_null(keyring_signer(c->bench.keys, (enum jws_alg)alg));
            assert_int_equal(with_next || alg == JWS_ES256,
                             keyring_next(c->bench.keys, (enum jws_alg)alg) != NULL);
        }
}

struct text {
    uint8_t bytes[2048];
    size_t len;
};

static struct text sign(struct cell *c, enum jws_alg alg)
{
    struct op *op = at_work(c);
    struct text text;
    struct span made;

    assert_int_equal(jws_sign(op, alg, TYP, SPAN_LITERAL(CLAIMS), &made), OUTCOME_OK);
    assert_true(made.len <= sizeof(text.bytes));
    memcpy(text.bytes, made.ptr, made.len);
    text.len = made.len;
    return text;
}

static enum outcome open_as(struct cell *c, const struct text *text, const char *typ)
{
    struct span claims;
    enum outcome rc = jws_open(at_work(c), span_of(text->bytes, text->len), typ, &claims);

    if (rc == OUTCOME_OK)
        assert_true(span_equal_text(claims, CLAIMS));
    return rc;
}

/* A header of anybody's, payload and signature of ours. */
static struct text with_header(const struct text *text, const char *header)
{
    const uint8_t *dot = memchr(text->bytes, '.', text->len);
    struct text forged;
    struct buf out = buf_over(forged.bytes, sizeof(forged.bytes));

    b64url_encode(&out, span_of_text(header));
    buf_put(&out, dot, text->len - (size_t)(dot - text->bytes));
    forged.len = out.len;
    return forged;
}

static void each_algorithm_signs_and_opens(void **state)
{
    static const size_t signature_len[JWS_ALG_COUNT] = {0, 64, 256, 256};
    struct cell *c = *state;

    make_keys(c, ALL, false);
    for (int alg = JWS_ES256; alg < JWS_ALG_COUNT; alg++) {
        struct text text = sign(c, (enum jws_alg)alg);
        const uint8_t *last = memrchr(text.bytes, '.', text.len);

        assert_int_equal(text.len - (size_t)(last + 1 - text.bytes), B64URL_LEN(signature_len[alg]));
        assert_int_equal(open_as(c, &text, TYP), OUTCOME_OK);
    }
}

static void header_says_what_it_is(void **state)
{
    struct cell *c = *state;
    struct text text;
    uint8_t room[256];
    struct buf header = buf_over(room, sizeof(room));
    char wanted[256];

    make_keys(c, 1u << JWS_ES256 | 1u << JWS_PS256, false);
    text = sign(c, JWS_PS256);
    assert_true(b64url_decode(
        span_of(text.bytes, (size_t)((uint8_t *)memchr(text.bytes, '.', text.len) - text.bytes)), &header));
    snprintf(wanted, sizeof(wanted), "{\"alg\":\"PS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
             keyring_signer(c->bench.keys, JWS_PS256)->kid);
    assert_true(span_equal_text(buf_span(&header), wanted));
}

static void key_that_is_not_there_yet_signs_nothing(void **state)
{
    struct cell *c = *state;
    struct span made = SPAN_NONE;

    assert_int_equal(jws_sign(at_work(c), JWS_RS256, TYP, SPAN_LITERAL(CLAIMS), &made), OUTCOME_KEY_MISSING);
    assert_int_equal(jws_sign(at_work(c), JWS_NONE, TYP, SPAN_LITERAL(CLAIMS), &made), OUTCOME_KEY_MISSING);
    assert_true(span_is_absent(made));
}

/* RFC 8725 3.11: a token of one kind is none of another. */
static void another_typ_is_refused(void **state)
{
    struct cell *c = *state;
    struct text text = sign(c, JWS_ES256);

    assert_int_equal(open_as(c, &text, "token-introspection+jwt"), OUTCOME_TOKEN_FORGED);
    assert_int_equal(open_as(c, &text, "jwt"), OUTCOME_TOKEN_FORGED);
    assert_int_equal(open_as(c, &text, ""), OUTCOME_TOKEN_FORGED);
}

/* RFC 8725 3.1: the key knows its algorithm; the header may only agree. */
static void header_chooses_nothing(void **state)
{
    static const char *const formats[] = {
        "{\"alg\":\"none\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
        "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
        "{\"alg\":\"es256\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
        "{\"alg\":\"PS256\",\"typ\":\"JWT\"}%.0s",
        "{\"alg\":\"PS256\",\"kid\":\"%s\"}",
        "{\"alg\":\"PS256\",\"typ\":\"JWT\",\"kid\":\"unknown\"}%.0s",
        "{\"alg\":\"PS256\",\"typ\":\"JWT\",\"kid\":\"%s\",\"crit\":[\"x\"]}",
        "{ \"alg\":\"PS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
        "%.0s",
    };
    struct cell *c = *state;
    char header[256];
    struct text text, forged;

    make_keys(c, 1u << JWS_ES256 | 1u << JWS_PS256, false);
    text = sign(c, JWS_PS256);
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(header, sizeof(header), formats[i], keyring_signer(c->bench.keys, JWS_PS256)->kid);
#pragma GCC diagnostic pop
        forged = with_header(&text, header);
        assert_int_equal(open_as(c, &forged, TYP), OUTCOME_TOKEN_FORGED);
    }
}

/* The header of another key of ours, of the same and of another algorithm. */
static void signature_of_one_key_is_none_of_another(void **state)
{
    struct cell *c = *state;
    char header[256];
    struct text text, forged;

    make_keys(c, ALL, true);
    text = sign(c, JWS_PS256);
    snprintf(header, sizeof(header), "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
             keyring_signer(c->bench.keys, JWS_RS256)->kid);
    forged = with_header(&text, header);
    assert_int_equal(open_as(c, &forged, TYP), OUTCOME_TOKEN_FORGED);
    /* A key that has signed nothing yet verifies nothing. */
    snprintf(header, sizeof(header), "{\"alg\":\"PS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
             keyring_next(c->bench.keys, JWS_PS256)->kid);
    forged = with_header(&text, header);
    assert_int_equal(open_as(c, &forged, TYP), OUTCOME_TOKEN_FORGED);
}

/* Nothing under a key that has not begun to sign can be ours, even if the signature is right. */
static void next_key_verifies_nothing(void **state)
{
    struct cell *c = *state;
    struct text text = sign(c, JWS_ES256);
    enum key_state *now = &c->bench.keys->signs[0].state;

    assert_int_equal(open_as(c, &text, TYP), OUTCOME_OK);
    *now = KEY_RETIRED;
    assert_int_equal(open_as(c, &text, TYP), OUTCOME_OK);
    *now = KEY_NEXT;
    assert_int_equal(open_as(c, &text, TYP), OUTCOME_TOKEN_FORGED);
}

/* Every single character of it matters. */
static void one_changed_character_is_noticed(void **state)
{
    struct cell *c = *state;

    make_keys(c, ALL, false);
    for (int alg = JWS_ES256; alg < JWS_ALG_COUNT; alg++) {
        struct text text = sign(c, (enum jws_alg)alg);

        for (size_t i = 0; i < text.len; i++) {
            uint8_t was = text.bytes[i];

            text.bytes[i] = was == 'A' ? 'B' : 'A';
            assert_int_equal(open_as(c, &text, TYP), OUTCOME_TOKEN_FORGED);
            text.bytes[i] = was;
        }
        assert_int_equal(open_as(c, &text, TYP), OUTCOME_OK);
    }
}

static void malformed_is_refused(void **state)
{
    static const char *const texts[] = {"",      ".",       "..",          "...", "a",    "a.b",
                                        "a.b.c", "a.b.c.d", "e30.e30.e30", " ",   "=.=.="};
    struct cell *c = *state;
    struct text text = sign(c, JWS_ES256), longer = text;
    struct text shorter = text;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct text given = {.len = strlen(texts[i])};

        memcpy(given.bytes, texts[i], given.len);
        assert_int_equal(open_as(c, &given, TYP), OUTCOME_TOKEN_FORGED);
    }
    for (; shorter.len; shorter.len--)
        if (shorter.len < text.len)
            assert_int_equal(open_as(c, &shorter, TYP), OUTCOME_TOKEN_FORGED);
    for (size_t i = 0; i < 3; i++) {
        longer.bytes[text.len] = (uint8_t) "=A."[i];
        longer.len = text.len + 1;
        assert_int_equal(open_as(c, &longer, TYP), OUTCOME_TOKEN_FORGED);
    }
}

/* A retired key still verifies what it signed; when it is gone nothing does. */
static void tokens_outlive_the_rotation_but_not_the_key(void **state)
{
    struct cell *c = *state;
    struct text text;

    make_keys(c, 1u << JWS_ES256, false);
    text = sign(c, JWS_ES256);
    cell_advance(c, c->vault.config.keys.rotate_after_s);
    while (cell_turn_keys(c))
        ;
    assert_int_equal(open_as(c, &text, TYP), OUTCOME_OK);
    assert_int_equal(c->bench.keys->signs_len, 3);
    cell_advance(c, KEY_LIFE_RETIRED_S - 1);
    cell_turn_keys(c);
    assert_int_equal(open_as(c, &text, TYP), OUTCOME_OK);
    cell_advance(c, 1);
    cell_turn_keys(c);
    assert_int_equal(open_as(c, &text, TYP), OUTCOME_TOKEN_FORGED);
    assert_int_equal(c->bench.keys->signs_len, 2);
}

static void names_go_there_and_back(void **state)
{
    (void)state;
    assert_int_equal(jws_alg_by_name(SPAN_LITERAL("ES256")), JWS_ES256);
    assert_int_equal(jws_alg_by_name(SPAN_LITERAL("PS256")), JWS_PS256);
    assert_int_equal(jws_alg_by_name(SPAN_LITERAL("RS256")), JWS_RS256);
    assert_int_equal(jws_alg_by_name(SPAN_LITERAL("none")), JWS_NONE);
    assert_int_equal(jws_alg_by_name(SPAN_LITERAL("HS256")), JWS_NONE);
    assert_int_equal(jws_alg_by_name(SPAN_LITERAL("es256")), JWS_NONE);
    assert_int_equal(jws_alg_by_name(SPAN_NONE), JWS_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST_EMPTY(each_algorithm_signs_and_opens),
        CELL_TEST_EMPTY(header_says_what_it_is),
        CELL_TEST_EMPTY(key_that_is_not_there_yet_signs_nothing),
        CELL_TEST_EMPTY(another_typ_is_refused),
        CELL_TEST_EMPTY(header_chooses_nothing),
        CELL_TEST_EMPTY(signature_of_one_key_is_none_of_another),
        CELL_TEST_EMPTY(next_key_verifies_nothing),
        CELL_TEST_EMPTY(one_changed_character_is_noticed),
        CELL_TEST_EMPTY(malformed_is_refused),
        CELL_TEST_EMPTY(tokens_outlive_the_rotation_but_not_the_key),
        cmocka_unit_test(names_go_there_and_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
