/* The keys persist, open with their master key only, and only where they were put. */
#include "tests/unit/vault/cell.h"

#include "common/b64url.h"

#include <openssl/param_build.h>

static bool open_with(struct cell *c, const char *master, mode_t mode, char *problem)
{
    struct secret key = SECRET_NONE;
    struct store_txn *txn = NULL;
    struct keyring *ring = NULL;
    char path[128];
    bool ok;

    cell_path(c, "master.key", path, sizeof(path));
    unlink(path);
    if (master)
        cell_write_file(path, master, mode);
    assert_int_equal(store_read_begin(c->vault.store, &txn), STORE_OK);
    ok = master_key_read(path, &key, problem) && keyring_load(txn, &key, &ring, problem);
    store_abort(&txn);
    secret_wipe(&key);
    assert_int_equal(ok, ring != NULL); /* nothing was handed out */
    keyring_release(&ring);
    return ok;
}

static void keys_persist_across_opens(void **state)
{
    struct cell *c = *state;
    struct token token = {.kind = TOKEN_ACCESS, .generation = 7}, got;
    uint8_t text[TOKEN_TEXT_LEN], hash[MAC_LEN], again[MAC_LEN];
    const struct span part = SPAN_LITERAL("part");
    char kid[SIGN_KEY_KID_LEN + 1], jwks[512];
    struct buf out = buf_over(text, sizeof(text));

    assert_int_equal(token_close(&c->bench, &token, &out), OUTCOME_OK);
    assert_true(mac_compute(c->bench.hash, "p", &part, 1, hash));
    snprintf(kid, sizeof(kid), "%s", c->bench.keys->signs[0].kid);
    snprintf(jwks, sizeof(jwks), "%s", c->bench.keys->jwks);
    cell_close(c);
    cell_open(c);
    assert_int_equal(token_open(&c->bench, buf_span(&out), &got), OUTCOME_OK);
    assert_int_equal(got.generation, 7);
    assert_true(mac_compute(c->bench.hash, "p", &part, 1, again));
    assert_memory_equal(hash, again, sizeof(hash));
    assert_string_equal(c->bench.keys->signs[0].kid, kid);
    assert_string_equal(c->bench.keys->jwks, jwks);
    assert_int_equal(strlen(kid), SIGN_KEY_KID_LEN);
    assert_null(strstr(jwks, "\"d\"")); /* the private half */
}

struct master {
    const char *text;
    mode_t mode;
    const char *problem; /* NULL: it opens */
};

static void master_key_must_be_right_and_ours_alone(void **state)
{
    static const struct master rows[] = {
        {CELL_MASTER_KEY, 0400, NULL},
        {CELL_MASTER_KEY, 0600, NULL},
        {"000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", 0400, NULL},
        {CELL_MASTER_KEY, 0440, "others can read it"},
        {CELL_MASTER_KEY, 0404, "others can read it"},
        {CELL_MASTER_KEY, 0620, "others can read it"},
        {"ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 0400, "does not open the keys"},
        {"01234567890123456789012345678901", 0400, "does not open the keys"}, /* 32 bytes are a key as well */
        {"", 0400, "64 hexadecimal digits or 32 bytes"},
        {"\n", 0400, "64 hexadecimal digits or 32 bytes"},
        {"0001", 0400, "64 hexadecimal digits or 32 bytes"},
        {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1", 0400, "64 hexadecimal digits"},
        {"g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 0400, "64 hexadecimal digits"},
        {CELL_MASTER_KEY "\n", 0400, "64 hexadecimal digits"},
        {CELL_MASTER_KEY CELL_MASTER_KEY, 0400, "64 hexadecimal digits"},
        {" 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 0400, "64 hexadecimal digits"},
        {NULL, 0, "cannot open the master key"},
    };
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char problem[KEYRING_PROBLEM_MAX] = "";
        bool ok = open_with(c, rows[i].text, rows[i].mode, problem);

        if (ok != !rows[i].problem || (rows[i].problem && !strstr(problem, rows[i].problem)))
            fail_msg("row %zu: %s", i, problem);
        assert_null(strstr(problem, "0001020304")); /* a sentence, not the key */
    }
    assert_int_equal(cell_count(c, TABLE_KEYS), 4); /* and no refusal made new ones */
}

/* ---- tampering with the records ------------------------------------------------------------------------ */

static void key_at(uint32_t number, uint8_t room[4])
{
    for (int i = 0; i < 4; i++)
        room[i] = (uint8_t)(number >> (24 - 8 * i));
}

static struct span load_key(struct cell *c, uint32_t number, struct kept *kept)
{
    struct store_txn *txn = NULL;
    uint8_t key[4];
    struct span value;

    key_at(number, key);
    assert_int_equal(store_read_begin(c->vault.store, &txn), STORE_OK);
    assert_int_equal(store_get(txn, TABLE_KEYS, span_of(key, 4), &value), STORE_OK);
    kept_take(kept, value);
    store_abort(&txn);
    return kept_span(kept);
}

static void store_key(struct cell *c, uint32_t number, struct span value)
{
    struct store_txn *txn = NULL;
    uint8_t key[4];

    key_at(number, key);
    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    assert_int_equal(value.ptr ? store_put(txn, TABLE_KEYS, span_of(key, 4), value)
                               : store_delete(txn, TABLE_KEYS, span_of(key, 4)),
                     STORE_OK);
    assert_int_equal(store_commit(&txn), STORE_OK);
}

static void expect_problem(struct cell *c, const char *sentence)
{
    char problem[KEYRING_PROBLEM_MAX] = "";

    assert_false(open_with(c, CELL_MASTER_KEY, 0400, problem));
    assert_non_null(strstr(problem, sentence));
}

static void key_moved_to_another_number_does_not_open(void **state)
{
    struct cell *c = *state;
    struct kept mint;

    load_key(c, 1, &mint);
    store_key(c, 9, kept_span(&mint));
    expect_problem(c, "does not open the keys");
}

static void keys_that_changed_places_do_not_open(void **state)
{
    struct cell *c = *state;
    struct kept mint, handle;

    load_key(c, 1, &mint);
    load_key(c, 2, &handle);
    store_key(c, 1, kept_span(&handle));
    store_key(c, 2, kept_span(&mint));
    expect_problem(c, "does not open the keys");
}

static void key_given_another_purpose_does_not_open(void **state)
{
    struct cell *c = *state;
    struct kept kept;
    uint8_t room[512];
    struct buf out = buf_over(room, sizeof(room));
    struct key_record record;

    assert_true(codec_decode(load_key(c, 2, &kept), &key_fields, &record));
    assert_int_equal(record.purpose, KEY_HANDLE);
    record.purpose = KEY_MINT;
    assert_true(codec_encode(&out, &key_fields, &record));
    store_key(c, 2, buf_span(&out));
    expect_problem(c, "does not open the keys");
}

static void missing_or_damaged_key_is_said(void **state)
{
    struct cell *c = *state;

    for (uint32_t number = 1; number <= 4; number++) {
        struct kept kept;

        load_key(c, number, &kept);
        store_key(c, number, SPAN_NONE);
        expect_problem(c, "some are missing");
        store_key(c, number, SPAN_LITERAL("\x81"));
        expect_problem(c, "a key record is damaged");
        kept.bytes[kept.len - 1] ^= 1;
        store_key(c, number, kept_span(&kept));
        expect_problem(c, "does not open the keys");
        kept.bytes[kept.len - 1] ^= 1;
        store_key(c, number, kept_span(&kept));
    }
}

/* I3: the store holds none of the keys as they are. */
static void no_key_rests_in_the_open(void **state)
{
    struct cell *c = *state;
    const struct secret *keys[] = {&c->bench.keys->mints[0].key, &c->bench.keys->handle, &c->bench.keys->hash,
                                   &c->bench.keys->pepper};

    for (uint32_t number = 1; number <= 4; number++) {
        struct kept kept;
        struct span record = load_key(c, number, &kept);

        for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
            assert_null(memmem(record.ptr, record.len, secret_reveal(keys[i]).ptr, 16));
    }
}

/* A sign key's box is bound to all that its record says: nobody gives it another state, time or algorithm. */
static void altered_record_of_a_sign_key_does_not_open(void **state)
{
    struct cell *c = *state;
    struct kept was;

    load_key(c, 4, &was);
    for (int change = 0; change < 8; change++) {
        uint8_t room[512];
        struct buf out = buf_over(room, sizeof(room));
        struct key_record record;

        assert_true(codec_decode(kept_span(&was), &key_fields, &record));
        assert_int_equal(record.purpose, KEY_SIGN);
        switch (change) {
        case 0: record.state = KEY_RETIRED; break;
        case 1: record.state = KEY_NEXT; break;
        case 2: record.created_at_s++; break;
        case 3: record.current_at_s--; break;
        case 4: record.retired_at_s = CELL_NOW_S; break;
        case 5: record.scheduled_at_s = CELL_NOW_S; break;
        default: record.algorithm = change == 6 ? 0 : JWS_RS256; break; /* 0: as an older store has it */
        }
        assert_true(codec_encode(&out, &key_fields, &record));
        store_key(c, 4, buf_span(&out));
        expect_problem(c, "does not open the keys");
    }
    store_key(c, 4, kept_span(&was));
    assert_true(open_with(c, CELL_MASTER_KEY, 0400, (char[KEYRING_PROBLEM_MAX]){0}));
}

/* Sealed as it should be, and still no key of that algorithm. */
static void key_of_another_kind_is_refused(void **state)
{
    static const struct key_record records[] = {
        {.purpose = KEY_SIGN, .state = KEY_CURRENT, .algorithm = JWS_RS256},
        {.purpose = KEY_SIGN, .state = KEY_CURRENT, .algorithm = JWS_ALG_COUNT},
        {.purpose = KEY_SIGN, .state = KEY_RETIRED, .algorithm = JWS_ES256}, /* a pair, not its public half */
        {.purpose = KEY_SIGN, .state = 4, .algorithm = JWS_ES256},
        {.purpose = KEY_SIGN, .algorithm = JWS_ES256},
        {.purpose = KEY_MINT, .state = KEY_CURRENT},
        {.purpose = KEY_HANDLE, .state = KEY_CURRENT},
        {.purpose = 9, .state = KEY_CURRENT},
    };
    struct cell *c = *state;
    struct secret pair = SECRET_NONE;

    assert_int_equal(sign_key_make(JWS_ES256, &pair), OUTCOME_OK);
    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        struct store_txn *txn = NULL;

        assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
        assert_int_equal(key_record_put(txn, &c->vault.master, 9, &records[i], &pair), OUTCOME_OK);
        assert_int_equal(store_commit(&txn), STORE_OK);
        expect_problem(c, "a key is of an unknown kind or size");
    }
    secret_wipe(&pair);
}

/* What is left of a retired key signs nothing, not even for us. */
static void retired_key_has_no_private_half(void **state)
{
    struct cell *c = *state;
    struct secret pair = SECRET_NONE, half = SECRET_NONE, again = SECRET_NONE;
    EVP_PKEY *key;

    (void)c;
    for (int alg = JWS_ES256; alg <= JWS_PS256; alg++) {
        char kid[SIGN_KEY_KID_LEN + 1], kid_of_half[SIGN_KEY_KID_LEN + 1], room[1024];
        struct buf jwk = buf_over(room, sizeof(room));

        assert_int_equal(sign_key_make((enum jws_alg)alg, &pair), OUTCOME_OK);
        assert_int_equal(sign_key_public((enum jws_alg)alg, &pair, &half), OUTCOME_OK);
        assert_int_not_equal(sign_key_public((enum jws_alg)alg, &half, &again), OUTCOME_OK);
        assert_null(sign_key_open_pair((enum jws_alg)alg, &half));
        assert_null(sign_key_open_public((enum jws_alg)alg, &pair));
        key = sign_key_open_pair((enum jws_alg)alg, &pair);
        assert_true(sign_key_describe((enum jws_alg)alg, key, kid, &jwk));
        EVP_PKEY_free(key);
        key = sign_key_open_public((enum jws_alg)alg, &half);
        assert_true(sign_key_describe((enum jws_alg)alg, key, kid_of_half, &jwk));
        EVP_PKEY_free(key);
        assert_string_equal(kid, kid_of_half);
        secret_wipe(&pair);
        secret_wipe(&half);
    }
}

/* RFC 7638 3.1 and RFC 7517: the names of others' keys come out as others have them. */
static void kid_is_the_thumbprint(void **state)
{
    static const char n[] = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1"
                            "L6tSoc_BJECPebWKRXjBZCiFV4n3okn"
                            "jhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"
                            "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qM"
                            "QvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_"
                            "xBniIqbw0Ls1jF44-csFCur-kEgU8awapJz"
                            "KnqDKgw";
    uint8_t bytes[256], e[3] = {1, 0, 1};
    struct buf modulus = buf_over(bytes, sizeof(bytes));
    char kid[SIGN_KEY_KID_LEN + 1], room[1024];
    struct buf jwk = buf_over(room, sizeof(room));
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    BIGNUM *number_n, *number_e = BN_bin2bn(e, sizeof(e), NULL);
    OSSL_PARAM *params;
    EVP_PKEY *key = NULL;

    (void)state;
    assert_true(b64url_decode(span_of_text(n), &modulus));
    number_n = BN_bin2bn(bytes, (int)modulus.len, NULL);
    assert_int_equal(OSSL_PARAM_BLD_push_BN(build, "n", number_n), 1);
    assert_int_equal(OSSL_PARAM_BLD_push_BN(build, "e", number_e), 1);
    params = OSSL_PARAM_BLD_to_param(build);
    assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
    assert_int_equal(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
    assert_true(sign_key_describe(JWS_RS256, key, kid, &jwk));
    assert_string_equal(kid, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    assert_non_null(memmem(jwk.ptr, jwk.len, n, strlen(n)));
    EVP_PKEY_free(key);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    BN_free(number_n);
    BN_free(number_e);
    EVP_PKEY_CTX_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST_EMPTY(keys_persist_across_opens),
        CELL_TEST_EMPTY(master_key_must_be_right_and_ours_alone),
        CELL_TEST_EMPTY(key_moved_to_another_number_does_not_open),
        CELL_TEST_EMPTY(keys_that_changed_places_do_not_open),
        CELL_TEST_EMPTY(key_given_another_purpose_does_not_open),
        CELL_TEST_EMPTY(missing_or_damaged_key_is_said),
        CELL_TEST_EMPTY(no_key_rests_in_the_open),
        CELL_TEST_EMPTY(altered_record_of_a_sign_key_does_not_open),
        CELL_TEST_EMPTY(key_of_another_kind_is_refused),
        CELL_TEST_EMPTY(retired_key_has_no_private_half),
        cmocka_unit_test(kid_is_the_thumbprint),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
