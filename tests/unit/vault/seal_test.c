/* What is sealed opens as it was, with its key and its header only, and not with one bit changed. */
#include "vault/seal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define TEXT_MAX 80

static struct secret key_of(uint8_t first, size_t len)
{
    struct secret key = SECRET_NONE;

    assert_int_equal(secret_new(&key, len), OUTCOME_OK);
    for (size_t i = 0; i < len; i++)
        key.ptr[i] = (uint8_t)(first + i);
    return key;
}

static struct seal *seal_of(uint8_t first)
{
    struct secret key = key_of(first, SEAL_KEY_LEN);
    struct seal *seal = seal_new(&key);

    secret_wipe(&key);
    assert_non_null(seal);
    return seal;
}

static const struct span header = {(const uint8_t *)"header", 6};

static void sealed_opens_as_it_was(void **state)
{
    static const size_t lens[] = {0, 1, 15, 16, 17, 50, TEXT_MAX};
    uint8_t text[TEXT_MAX], sealed[TEXT_MAX + SEAL_TAG_LEN], again[sizeof(sealed)], opened[TEXT_MAX];
    struct seal *seal = seal_of(1);

    (void)state;
    memset(text, 'x', sizeof(text));
    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        struct span plain = span_of(text, lens[i]);

        assert_true(seal_close(seal, header, plain, sealed));
        assert_true(seal_close(seal, header, plain, again));
        assert_memory_equal(sealed, again, lens[i] + SEAL_TAG_LEN); /* deterministic: I10 leans on it */
        assert_true(seal_open(seal, header, span_of(sealed, lens[i] + SEAL_TAG_LEN), opened));
        assert_true(span_equal(span_of(opened, lens[i]), plain));
    }
    seal_free(&seal);
    assert_null(seal);
    seal_free(&seal);
}

static void every_bit_counts(void **state)
{
    uint8_t text[50], sealed[sizeof(text) + SEAL_TAG_LEN], opened[sizeof(text)];
    static const uint8_t wiped[sizeof(text)];
    struct seal *seal = seal_of(1);

    (void)state;
    memset(text, 'x', sizeof(text));
    assert_true(seal_close(seal, header, span_of(text, sizeof(text)), sealed));
    for (size_t bit = 0; bit < 8 * sizeof(sealed); bit++) {
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(seal_open(seal, header, span_of(sealed, sizeof(sealed)), opened));
        assert_memory_equal(opened, wiped, sizeof(opened));
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t len = 0; len < sizeof(sealed); len++)
        assert_false(seal_open(seal, header, span_of(sealed, len), opened));
    assert_true(seal_open(seal, header, span_of(sealed, sizeof(sealed)), opened));
    seal_free(&seal);
}

static void header_and_key_are_bound(void **state)
{
    static const char *const headers[] = {"", "h", "heade", "headeR", "Header", "header ", "headerx"};
    uint8_t sealed[8 + SEAL_TAG_LEN], opened[16];
    struct seal *seal = seal_of(1);
    struct seal *other = seal_of(2);

    (void)state;
    assert_true(seal_close(seal, header, SPAN_LITERAL("xxxxxxxx"), sealed));
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
        assert_false(seal_open(seal, span_of_text(headers[i]), span_of(sealed, sizeof(sealed)), opened));
    assert_false(seal_open(other, header, span_of(sealed, sizeof(sealed)), opened));
    seal_free(&seal);
    seal_free(&other);
}

/* Where the header ends and the text begins is bound too. */
static void header_does_not_run_into_the_text(void **state)
{
    uint8_t one[8 + SEAL_TAG_LEN], two[8 + SEAL_TAG_LEN];
    struct seal *seal = seal_of(1);

    (void)state;
    assert_true(seal_close(seal, SPAN_LITERAL("ab"), SPAN_LITERAL("cd"), one));
    assert_true(seal_close(seal, SPAN_LITERAL("abc"), SPAN_LITERAL("d"), two));
    assert_memory_not_equal(one, two, SEAL_TAG_LEN);
    seal_free(&seal);
}

static void key_of_another_length_is_refused(void **state)
{
    static const size_t lens[] = {0, 1, SEAL_KEY_LEN - 1, SEAL_KEY_LEN + 1, MAC_KEY_LEN};

    (void)state;
    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        struct secret key = key_of(1, lens[i]);

        assert_null(seal_new(&key));
        secret_wipe(&key);
    }
}

/* ---- keyed hashes --------------------------------------------------------------------------------------- */

static void parts_of_a_mac_do_not_run_together(void **state)
{
    struct secret key = key_of(1, MAC_KEY_LEN);
    struct mac *mac = mac_new(&key);
    const struct span ab_c[] = {SPAN_LITERAL("ab"), SPAN_LITERAL("c")};
    const struct span a_bc[] = {SPAN_LITERAL("a"), SPAN_LITERAL("bc")};
    const struct span abc[] = {SPAN_LITERAL("abc"), SPAN_LITERAL("")};
    uint8_t first[MAC_LEN], second[MAC_LEN];

    (void)state;
    assert_true(mac_compute(mac, "p", ab_c, 2, first));
    assert_true(mac_compute(mac, "p", ab_c, 2, second));
    assert_memory_equal(first, second, MAC_LEN);
    assert_true(mac_compute(mac, "p", a_bc, 2, second));
    assert_memory_not_equal(first, second, MAC_LEN);
    assert_true(mac_compute(mac, "p", abc, 2, second));
    assert_memory_not_equal(first, second, MAC_LEN);
    assert_true(mac_compute(mac, "p", abc, 1, first));
    assert_memory_not_equal(first, second, MAC_LEN);
    assert_true(mac_compute(mac, "q", abc, 1, second)); /* another purpose */
    assert_memory_not_equal(first, second, MAC_LEN);
    mac_free(&mac);
    secret_wipe(&key);
}

static void derived_keys_differ_by_purpose(void **state)
{
    struct secret key = key_of(1, MAC_KEY_LEN), a = SECRET_NONE, b = SECRET_NONE, c = SECRET_NONE;

    (void)state;
    assert_int_equal(secret_derive(&key, "one", 32, &a), OUTCOME_OK);
    assert_int_equal(secret_derive(&key, "one", 32, &b), OUTCOME_OK);
    assert_int_equal(secret_derive(&key, "two", 32, &c), OUTCOME_OK);
    assert_true(secret_equal(&a, &b));
    assert_false(secret_equal(&a, &c));
    assert_false(secret_equal(&a, &key));
    secret_wipe(&a);
    secret_wipe(&b);
    secret_wipe(&c);
    secret_wipe(&key);
}

/* ---- boxes ---------------------------------------------------------------------------------------------- */

static void box_opens_with_its_key_and_header_only(void **state)
{
    struct secret key = key_of(1, 32), other = key_of(2, 32), opened = SECRET_NONE;
    struct span text = SPAN_LITERAL("thirty-two bytes of a secret key");
    uint8_t box[64 + BOX_OVERHEAD], again[sizeof(box)];
    size_t len = text.len + BOX_OVERHEAD;

    (void)state;
    assert_true(box_close(&key, header, text, box));
    assert_true(box_close(&key, header, text, again));
    assert_memory_not_equal(box, again, len); /* a nonce of its own */
    assert_true(box_open(&key, header, span_of(box, len), &opened));
    assert_true(span_equal(secret_reveal(&opened), text));
    secret_wipe(&opened);
    assert_false(box_open(&other, header, span_of(box, len), &opened));
    assert_false(box_open(&key, SPAN_LITERAL("headeR"), span_of(box, len), &opened));
    for (size_t bit = 0; bit < 8 * len; bit++) {
        box[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(box_open(&key, header, span_of(box, len), &opened));
        box[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t cut = 0; cut < len; cut++)
        assert_false(box_open(&key, header, span_of(box, cut), &opened));
    assert_null(opened.ptr);
    secret_wipe(&key);
    secret_wipe(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sealed_opens_as_it_was),
        cmocka_unit_test(every_bit_counts),
        cmocka_unit_test(header_and_key_are_bound),
        cmocka_unit_test(header_does_not_run_into_the_text),
        cmocka_unit_test(key_of_another_length_is_refused),
        cmocka_unit_test(parts_of_a_mac_do_not_run_together),
        cmocka_unit_test(derived_keys_differ_by_purpose),
        cmocka_unit_test(box_opens_with_its_key_and_header_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
