/* A token's text: what goes in comes out, what is changed does not open, and no kind passes for another. */
#include "tests/unit/vault/cell.h"

static struct token sample(enum token_kind kind)
{
    struct token token = {.kind = kind,
                          .generation = UINT32_MAX,
                          .issued_at_s = CELL_NOW_S,
                          .expires_at_s = (UINT64_C(1) << 40) - 1,
                          .scopes = 0x80000001};

    memset(token.grant_id, 0xff, sizeof(token.grant_id));
    memset(token.salt, 0x5a, sizeof(token.salt));
    return token;
}

static struct span close_token(struct cell *c, const struct token *token, uint8_t text[TOKEN_TEXT_LEN])
{
    struct buf out = buf_over(text, TOKEN_TEXT_LEN);

    assert_int_equal(token_close(&c->bench, token, &out), OUTCOME_OK);
    assert_int_equal(out.len, TOKEN_TEXT_LEN);
    return buf_span(&out);
}

static void token_comes_back(void **state)
{
    static const char *const prefixes[] = {NULL, "sr_at_", "sr_rt_", "sr_ac_"};
    struct cell *c = *state;

    for (enum token_kind kind = TOKEN_ACCESS; kind <= TOKEN_CODE; kind++) {
        struct token sent = sample(kind), got = {0};
        uint8_t text[TOKEN_TEXT_LEN], again[TOKEN_TEXT_LEN];
        struct span span = close_token(c, &sent, text);

        close_token(c, &sent, again);
        assert_memory_equal(text, again, TOKEN_TEXT_LEN);
        assert_true(span_starts_with(span, span_of_text(prefixes[kind])));
        assert_int_equal(token_open(&c->bench, span, &got), OUTCOME_OK);
        assert_int_equal(got.kind, kind);
        assert_int_equal(got.generation, sent.generation);
        assert_int_equal(got.issued_at_s, sent.issued_at_s);
        assert_int_equal(got.expires_at_s, sent.expires_at_s);
        assert_int_equal(got.scopes, sent.scopes);
        assert_memory_equal(got.grant_id, sent.grant_id, sizeof(got.grant_id));
        assert_memory_equal(got.salt, sent.salt, sizeof(got.salt));
    }
}

static void every_byte_of_the_text_counts(void **state)
{
    struct cell *c = *state;
    struct token token = sample(TOKEN_ACCESS), got;
    uint8_t text[TOKEN_TEXT_LEN];
    struct span span = close_token(c, &token, text);

    for (size_t i = 0; i < TOKEN_TEXT_LEN; i++)
        for (unsigned byte = 0; byte < 256; byte++) {
            uint8_t right = text[i];

            if (byte == right)
                continue;
            text[i] = (uint8_t)byte;
            assert_int_equal(token_open(&c->bench, span, &got), OUTCOME_TOKEN_FORGED);
            text[i] = right;
        }
    assert_int_equal(token_open(&c->bench, span, &got), OUTCOME_OK);
}

/* Who knows the format can make the checksum right. Each bit of what was sealed has to be refused by the seal. */
static void right_checksum_does_not_help(void **state)
{
    struct cell *c = *state;
    struct token token = sample(TOKEN_ACCESS), got;
    uint8_t text[TOKEN_TEXT_LEN], sealed[TOKEN_SEALED_LEN];
    enum token_kind kind;

    assert_true(token_text_parse(close_token(c, &token, text), &kind, sealed));
    for (size_t bit = 0; bit < 8 * sizeof(sealed); bit++) {
        struct buf out = buf_over(text, sizeof(text));

        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        token_text_put(&out, kind, sealed);
        assert_true(token_text_looks_valid(buf_span(&out)));
        assert_int_equal(token_open(&c->bench, buf_span(&out), &got), OUTCOME_TOKEN_FORGED);
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void kinds_do_not_cross(void **state)
{
    struct cell *c = *state;

    for (enum token_kind from = TOKEN_ACCESS; from <= TOKEN_CODE; from++)
        for (enum token_kind to = TOKEN_ACCESS; to <= TOKEN_CODE; to++) {
            struct token token = sample(from), got;
            uint8_t text[TOKEN_TEXT_LEN], sealed[TOKEN_SEALED_LEN];
            enum token_kind kind;
            struct buf out;

            assert_true(token_text_parse(close_token(c, &token, text), &kind, sealed));
            out = buf_over(text, sizeof(text));
            token_text_put(&out, to, sealed);
            assert_int_equal(token_open(&c->bench, buf_span(&out), &got),
                             from == to ? OUTCOME_OK : OUTCOME_TOKEN_FORGED);
        }
}

static void other_lengths_are_refused(void **state)
{
    struct cell *c = *state;
    struct token token = sample(TOKEN_REFRESH), got;
    uint8_t text[TOKEN_TEXT_LEN + 1] = {0};

    close_token(c, &token, text);
    for (size_t len = 0; len <= sizeof(text); len++)
        assert_int_equal(token_open(&c->bench, span_of(text, len), &got),
                         len == TOKEN_TEXT_LEN ? OUTCOME_OK : OUTCOME_TOKEN_FORGED);
    assert_int_equal(token_open(&c->bench, SPAN_NONE, &got), OUTCOME_TOKEN_FORGED);
    /* What the schema takes as a token holds every one of ours. */
    assert_true(TOKEN_TEXT_LEN <= LIMIT_TOKEN);
}

static void another_vaults_token_is_refused(void **state)
{
    struct cell *c = *state;
    struct cell *stranger;
    void *stranger_state = NULL;
    struct token token = sample(TOKEN_ACCESS), got;
    uint8_t text[TOKEN_TEXT_LEN];

    cell_setup_empty(&stranger_state);
    stranger = stranger_state;
    close_token(stranger, &token, text);
    assert_int_equal(token_open(&c->bench, span_of(text, sizeof(text)), &got), OUTCOME_TOKEN_FORGED);
    cell_teardown(&stranger_state);
}

static void text_without_room_is_an_error(void **state)
{
    struct cell *c = *state;
    struct token token = sample(TOKEN_ACCESS);
    uint8_t text[TOKEN_TEXT_LEN];
    struct buf out = buf_over(text, sizeof(text) - 1);

    assert_int_equal(token_close(&c->bench, &token, &out), OUTCOME_INTERNAL);
}

static void token_id_names_grant_and_generation(void **state)
{
    struct token token = sample(TOKEN_ACCESS);
    uint8_t room[TOKEN_ID_MAX];

    (void)state;
    assert_true(span_equal_text(token_id(&token, room), "ffffffffffffffffffffffffffffffff.4294967295"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST_EMPTY(token_comes_back),
        CELL_TEST_EMPTY(every_byte_of_the_text_counts),
        CELL_TEST_EMPTY(right_checksum_does_not_help),
        CELL_TEST_EMPTY(kinds_do_not_cross),
        CELL_TEST_EMPTY(other_lengths_are_refused),
        CELL_TEST_EMPTY(another_vaults_token_is_refused),
        CELL_TEST_EMPTY(text_without_room_is_an_error),
        cmocka_unit_test(token_id_names_grant_and_generation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
