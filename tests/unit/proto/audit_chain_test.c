#include "proto/audit_chain.h"

#include "common/buf.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void expect_head(const uint8_t head[AUDIT_CHAIN_HEAD], const char *hex)
{
    char text[2 * AUDIT_CHAIN_HEAD + 1] = "";
    struct buf out = buf_over(text, sizeof(text) - 1);

    buf_put_hex(&out, span_of(head, AUDIT_CHAIN_HEAD));
    assert_string_equal(text, hex);
}

/* The values were computed by another program from the formula in the header. */
static void chain_is_the_formula(void **state)
{
    uint8_t head[AUDIT_CHAIN_HEAD] = {0};

    (void)state;
    audit_chain_extend(head, SPAN_LITERAL(""));
    expect_head(head, "f458e643a4ef83a22e9d97a07f49eaf90fdeab1ce42427ce6da091237f83cd0d");
    audit_chain_extend(head, SPAN_LITERAL("abc"));
    expect_head(head, "fbfd67b788385c7b709e85417033085b01c90a1accedc3a2590c813e6efc26b7");
}

static void order_matters(void **state)
{
    uint8_t head[AUDIT_CHAIN_HEAD] = {0};

    (void)state;
    audit_chain_extend(head, SPAN_LITERAL("abc"));
    audit_chain_extend(head, SPAN_LITERAL(""));
    expect_head(head, "64843e26372c1587215679e4184dadb4d53551fb06f660de4a37999a0ac79608");
}

static void where_a_record_ends_matters(void **state)
{
    uint8_t joined[AUDIT_CHAIN_HEAD] = {0};
    uint8_t apart[AUDIT_CHAIN_HEAD] = {0};

    (void)state;
    audit_chain_extend(joined, SPAN_LITERAL("ab"));
    audit_chain_extend(apart, SPAN_LITERAL("a"));
    audit_chain_extend(apart, SPAN_LITERAL("b"));
    assert_memory_not_equal(joined, apart, AUDIT_CHAIN_HEAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chain_is_the_formula),
        cmocka_unit_test(order_matters),
        cmocka_unit_test(where_a_record_ends_matters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
