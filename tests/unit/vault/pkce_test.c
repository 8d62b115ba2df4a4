#include "vault/pkce.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* RFC 7636 appendix B. */
#define VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define LETTERS_128 VERIFIER VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX"

struct pair {
    const char *challenge, *verifier;
    enum outcome outcome;
};

static void verifier_must_be_the_challenges(void **state)
{
    static const struct pair rows[] = {
        {CHALLENGE, VERIFIER, OUTCOME_OK},
        {CHALLENGE, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl", OUTCOME_CODE_VERIFIER_WRONG},
        {CHALLENGE, "DBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", OUTCOME_CODE_VERIFIER_WRONG},
        {CHALLENGE, CHALLENGE, OUTCOME_CODE_VERIFIER_WRONG}, /* plain is not S256 */
        {VERIFIER, VERIFIER, OUTCOME_CODE_VERIFIER_WRONG},
        {CHALLENGE, VERIFIER "=", OUTCOME_CODE_VERIFIER_WRONG},
        {CHALLENGE, VERIFIER " ", OUTCOME_CODE_VERIFIER_WRONG},
        {CHALLENGE, "", OUTCOME_CODE_VERIFIER_WRONG},
        {CHALLENGE, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX", OUTCOME_CODE_VERIFIER_WRONG},
        {CHALLENGE "=", VERIFIER, OUTCOME_CODE_VERIFIER_WRONG},
        {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c", VERIFIER, OUTCOME_CODE_VERIFIER_WRONG},
        {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN", VERIFIER, OUTCOME_CODE_VERIFIER_WRONG},
        {"e9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", VERIFIER, OUTCOME_CODE_VERIFIER_WRONG},
        {"", VERIFIER, OUTCOME_CODE_VERIFIER_WRONG},
        {"", "", OUTCOME_CODE_VERIFIER_WRONG},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (pkce_verify(span_of_text(rows[i].challenge), span_of_text(rows[i].verifier)) != rows[i].outcome)
            fail_msg("row %zu", i);
    /* A grant whose challenge is gone is no grant that any verifier fits. */
    assert_int_equal(pkce_verify(SPAN_NONE, SPAN_LITERAL(VERIFIER)), OUTCOME_CODE_VERIFIER_WRONG);
}

/* SHA-256 of a malformed verifier may well be the challenge; it is refused for its form. */
static void verifier_must_be_well_formed(void **state)
{
    static const struct pair rows[] = {
        /* Computed elsewhere: base64url of SHA-256 of each text. */
        {"cHVudNLoH3JCDaer3XLRGf2HCU7tC1EM1l1ft9abnC0", LETTERS_128 "x", OUTCOME_CODE_VERIFIER_WRONG},
        {"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0", "abc", OUTCOME_CODE_VERIFIER_WRONG},
        {"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", "", OUTCOME_CODE_VERIFIER_WRONG},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(pkce_verify(span_of_text(rows[i].challenge), span_of_text(rows[i].verifier)),
                         rows[i].outcome);
}

struct form {
    const char *challenge;
    bool valid;
};

static void challenge_has_a_form(void **state)
{
    static const struct form rows[] = {
        {CHALLENGE, true},
        {"abcdefghijklmnopqrstuvwxyz012345", true}, /* 32: the seed's minimum */
        {"ABCDEFGHIJKLMNOPQRSTUVWXYZ-._~6789", true},
        {LETTERS_128, true},
        {LETTERS_128 "x", false},
        {"abcdefghijklmnopqrstuvwxyz01234", false},
        {"", false},
        {"abcdefghijklmnopqrstuvwxyz01234 ", false},
        {"abcdefghijklmnopqrstuvwxyz01234=", false},
        {"abcdefghijklmnopqrstuvwxyz01234+", false},
        {"abcdefghijklmnopqrstuvwxyz01234/", false},
        {"abcdefghijklmnopqrstuvwxyz01234%", false},
        {"abcdefghijklmnopqrstuvwxyz0123\xc3\xa9", false},
        {"abcdefghijklmnopqrstuvwxyz01234\n", false},
        {"abcdefghijklmnopqrstuvwxyz01234\x7f", false},
    };

    (void)state;
    assert_int_equal(strlen(LETTERS_128), PKCE_CHALLENGE_MAX);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (pkce_challenge_is_valid(span_of_text(rows[i].challenge)) != rows[i].valid)
            fail_msg("row %zu", i);
    assert_false(pkce_challenge_is_valid(SPAN_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verifier_must_be_the_challenges),
        cmocka_unit_test(verifier_must_be_well_formed),
        cmocka_unit_test(challenge_has_a_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
