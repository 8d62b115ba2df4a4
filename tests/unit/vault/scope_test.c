/* Scopes: what may be asked for, how a token counts them, and which path is opened by which. */
#include "tests/unit/vault/cell.h"
#include "vault/scope.h"

#define ALL "openid customers accounts transactions statements"

struct asked {
    const char *requested, *allowed;
    bool ok;
};

static void request_must_be_known_allowed_and_hold_openid(void **state)
{
    static const struct asked rows[] = {
        {"openid", ALL, true},
        {ALL, ALL, true},
        {"accounts openid", ALL, true},
        {" openid  accounts ", ALL, true},
        {"accounts", ALL, false},
        {"", ALL, false},
        {" ", ALL, false},
        {"openid accounts", "openid customers", false},
        {"openid", "", false},
        {"openid unknown", ALL " unknown", false},
        {"openid openid", ALL, false},
        {"openid accounts accounts", ALL, false},
        {"OpenID", ALL, false},
        {"openid\taccounts", ALL, false},
        {"openidaccounts", ALL, false},
        {"openid account", ALL, false},
        {"openid accountsx", ALL, false},
    };
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (scope_check_request(&c->vault.config, span_of_text(rows[i].requested), span_of_text(rows[i].allowed)) !=
            (rows[i].ok ? OUTCOME_OK : OUTCOME_SCOPE_NOT_GRANTED))
            fail_msg("row %zu: \"%s\"", i, rows[i].requested);
}

struct counted {
    const char *granted, *wanted;
    uint32_t bits; /* 0: refused */
    const char *text;
};

static void bits_count_the_words_of_the_grant(void **state)
{
    static const struct counted rows[] = {
        {"openid accounts", "openid accounts", 3, "openid accounts"},
        {"openid accounts", "accounts openid", 3, "openid accounts"},
        {"openid accounts", "accounts", 2, "accounts"},
        {"openid accounts", "accounts accounts", 2, "accounts"},
        {"openid accounts", "statements", 0, ""},
        {"openid accounts", "openid statements", 0, ""},
        {"openid accounts", "open", 0, ""},
        {"openid accounts", "", 0, ""},
        {"", "openid", 0, ""},
    };
    uint8_t room[64];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf out = buf_over(room, sizeof(room));
        uint32_t bits = 0;
        enum outcome rc = scope_bits(span_of_text(rows[i].granted), span_of_text(rows[i].wanted), &bits);

        assert_int_equal(rc, rows[i].bits ? OUTCOME_OK : OUTCOME_SCOPE_NOT_GRANTED);
        assert_int_equal(bits, rows[i].bits);
        scope_put(&out, span_of_text(rows[i].granted), bits);
        assert_true(span_equal_text(buf_span(&out), rows[i].text));
    }
    assert_int_equal(scope_all_bits(SPAN_LITERAL("a b c")), 7);
    assert_int_equal(scope_all_bits(SPAN_LITERAL("")), 0);
    assert_true(scope_has(SPAN_LITERAL("openid accounts"), 2, SPAN_LITERAL("accounts")));
    assert_false(scope_has(SPAN_LITERAL("openid accounts"), 1, SPAN_LITERAL("accounts")));
    assert_false(scope_has(SPAN_LITERAL("openid accounts"), 3, SPAN_LITERAL("account")));
}

struct opened {
    const char *method, *uri, *scope; /* NULL: nothing opens it */
};

static void path_is_opened_by_its_scope_only(void **state)
{
    static const struct opened rows[] = {
        {"GET", "/fdx/v6/customers/current", "customers"},
        {"GET", "/fdx/v6/accounts", "accounts"},
        {"HEAD", "/fdx/v6/accounts", "accounts"},
        {"GET", "/fdx/v6/accounts?offset=1&limit=2", "accounts"},
        {"GET", "/fdx/v6/accounts/12-34_5.6~7", "accounts"},
        {"GET", "/fdx/v6/accounts/1/transactions", "transactions"},
        {"GET", "/fdx/v6/accounts/1/transactions?x=../..", "transactions"},
        {"GET", "/fdx/v6/accounts/1/statements", "statements"},
        {"GET", "/fdx/v6/accounts/1/statements/2", "statements"},
        /* Methods that no scope opens. */
        {"POST", "/fdx/v6/accounts", NULL},
        {"DELETE", "/fdx/v6/accounts/1", NULL},
        {"get", "/fdx/v6/accounts", NULL},
        {"", "/fdx/v6/accounts", NULL},
        {"GETT", "/fdx/v6/accounts", NULL},
        {"OPTIONS", "/fdx/v6/accounts", NULL},
        /* Paths that are not there. */
        {"GET", "", NULL},
        {"GET", "/", NULL},
        {"GET", "*", NULL},
        {"GET", "/fdx/v6", NULL},
        {"GET", "/fdx/v6/", NULL},
        {"GET", "/accounts", NULL},
        {"GET", "/fdx/v5/accounts", NULL},
        {"GET", "/fdx/v6x/accounts", NULL},
        {"GET", "/FDX/v6/accounts", NULL},
        {"GET", "/fdx/v6/Accounts", NULL},
        {"GET", "/fdx/v6/account", NULL},
        {"GET", "/fdx/v6/accountsx", NULL},
        {"GET", "/fdx/v6/customers", NULL},
        {"GET", "/fdx/v6/customers/current/x", NULL},
        {"GET", "/fdx/v6/accounts/1/transactions/2", NULL},
        {"GET", "/fdx/v6/accounts/1/payments", NULL},
        {"GET", "/fdx/v6/accounts/1/statements/2/3", NULL},
        /* Paths that two servers might read in two ways. */
        {"GET", "/fdx/v6/accounts/", NULL},
        {"GET", "/fdx/v6//accounts", NULL},
        {"GET", "//fdx/v6/accounts", NULL},
        {"GET", "/fdx/v6/accounts//transactions", NULL},
        {"GET", "/fdx/v6/accounts/.", NULL},
        {"GET", "/fdx/v6/accounts/..", NULL},
        {"GET", "/fdx/v6/./accounts", NULL},
        {"GET", "/fdx/v6/accounts/../customers/current", NULL},
        {"GET", "/fdx/v6/accounts/%2e%2e", NULL},
        {"GET", "/fdx/v6/accounts/1%2ftransactions", NULL},
        {"GET", "/fdx/v6/accounts/1%00", NULL},
        {"GET", "/fdx/v6/accounts/%", NULL},
        {"GET", "/fdx/v6/account%73", NULL},
        {"GET", "/fdx/v6/accounts/1\\transactions", NULL},
        {"GET", "/fdx/v6\\accounts", NULL},
        {"GET", "/fdx/v6/accounts/1;x=2", NULL},
        {"GET", "/fdx/v6/accounts/1#x", NULL},
        {"GET", "/fdx/v6/accounts/1 2", NULL},
        {"GET", "/fdx/v6/accounts/1\t", NULL},
        {"GET", "/fdx/v6/accounts/1\n", NULL},
        {"GET", "/fdx/v6/accounts/\x7f", NULL},
        {"GET", "/fdx/v6/accounts/\xc3\xa9", NULL},
        {"GET", "http://api.bank.example/fdx/v6/accounts", NULL},
        {"GET", "?/fdx/v6/accounts", NULL},
    };
    struct cell *c = *state;
    const struct vault_config *config = &c->vault.config;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint32_t bits = scope_opening(config, span_of_text(rows[i].method), span_of_text(rows[i].uri));
        uint32_t want = 0;

        for (size_t k = 0; k < config->scope_count; k++)
            if (rows[i].scope && strcmp(config->scopes[k].name, rows[i].scope) == 0)
                want = UINT32_C(1) << k;
        if (bits != want || (rows[i].scope && !want))
            fail_msg("%s %s", rows[i].method, rows[i].uri);
    }
}

static void prefix_may_be_empty(void **state)
{
    struct cell *c = *state;
    struct vault_config config = c->vault.config;

    config.api_prefix = (char *)"";
    assert_int_equal(scope_opening(&config, SPAN_LITERAL("GET"), SPAN_LITERAL("/accounts")), 1 << 2);
    assert_int_equal(scope_opening(&config, SPAN_LITERAL("GET"), SPAN_LITERAL("/fdx/v6/accounts")), 0);
    assert_int_equal(scope_opening(&config, SPAN_LITERAL("GET"), SPAN_LITERAL("accounts")), 0);
    assert_int_equal(scope_opening(&config, SPAN_LITERAL("GET"), SPAN_LITERAL("")), 0);
}

static void scopes_are_found_by_name(void **state)
{
    struct cell *c = *state;

    assert_string_equal(scope_find(&c->vault.config, SPAN_LITERAL("accounts"))->name, "accounts");
    assert_null(scope_find(&c->vault.config, SPAN_LITERAL("account")));
    assert_null(scope_find(&c->vault.config, SPAN_LITERAL("")));
    assert_null(scope_find(&c->vault.config, SPAN_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST_EMPTY(request_must_be_known_allowed_and_hold_openid),
        cmocka_unit_test(bits_count_the_words_of_the_grant),
        CELL_TEST_EMPTY(path_is_opened_by_its_scope_only),
        CELL_TEST_EMPTY(prefix_may_be_empty),
        CELL_TEST_EMPTY(scopes_are_found_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
