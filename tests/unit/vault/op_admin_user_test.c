/* The operator's customers, and what UserInfo may say of them; what is refused says why. */
#include "tests/unit/vault/cell.h"

struct user_row {
    const char *username, *password;
    enum outcome outcome;
};

static void customer_must_make_sense(void **state)
{
    static const struct user_row rows[] = {
        {"grace", "12345678", OUTCOME_OK},
        {"joan", "1234567", OUTCOME_ADMIN_BAD_VALUE},
        {"joan", "", OUTCOME_ADMIN_BAD_VALUE},
        {"", "12345678", OUTCOME_ADMIN_BAD_VALUE},
        {"two words", "12345678", OUTCOME_ADMIN_BAD_VALUE},
        {"tab\t", "12345678", OUTCOME_ADMIN_BAD_VALUE},
        {"ada", "12345678", OUTCOME_ADMIN_CONFLICT},
        {"ADA", "12345678", OUTCOME_ADMIN_CONFLICT},
    };
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(cell_add_user(c, rows[i].username, rows[i].password), rows[i].outcome);
        assert_int_equal(c->reply.user_add.problem.len > 0, rows[i].outcome != OUTCOME_OK);
    }
    assert_int_equal(cell_count(c, TABLE_USERS), 2);
    assert_int_equal(cell_count(c, TABLE_LOGINS), 2);
    assert_int_equal(cell_reset_password(c, "nobody", "12345678"), OUTCOME_ADMIN_NOT_FOUND);
    assert_int_equal(cell_reset_password(c, "ada", "short"), OUTCOME_ADMIN_BAD_VALUE);
    assert_int_equal(cell_set_user(c, "nobody", true), OUTCOME_ADMIN_NOT_FOUND);
    assert_int_equal(cell_set_client(c, "nobody", true), OUTCOME_ADMIN_NOT_FOUND);
    assert_int_equal(cell_remove_client(c, "nobody"), OUTCOME_ADMIN_NOT_FOUND);
}

/* ---- claims -------------------------------------------------------------------------------------------- */

#define CLAIMS_MAX 4

struct claims_row {
    const char *claims[CLAIMS_MAX]; /* NULL ends them */
    const char *drop[CLAIMS_MAX];
    enum outcome outcome;
    const char *shown;  /* "claims" of the answer, or what the refusal says */
    const char *detail; /* of the audit */
};

static struct span_list list_of(const char *const texts[CLAIMS_MAX])
{
    struct span_list list = {.len = 0};

    while (list.len < CLAIMS_MAX && texts[list.len]) {
        list.items[list.len] = span_of_text(texts[list.len]);
        list.len++;
    }
    return list;
}

static bool says(struct span text, const char *what)
{
    return memmem(text.ptr, text.len, what, strlen(what)) != NULL;
}

static const struct span_list none = {.len = 0};
static const struct span_list one = {.items = {{(const uint8_t *)"locale=en", 9}}, .len = 1};

static enum outcome set_claims(struct cell *c, const char *username, struct span_list claims,
                               struct span_list drop)
{
    c->request.user_set_claims = (struct req_user_set_claims){
        .username = span_of_text(username), .claims = claims, .drop = drop};
    return cell_call(c, MESSAGE_USER_SET_CLAIMS);
}

static void claims_are_set_replaced_and_dropped_by_name(void **state)
{
    static const struct claims_row rows[] = {
        {{"email=ada@bank.example", "locale=en"},
         {0},
         OUTCOME_OK,
         "[\"email=ada@bank.example\",\"locale=en\"]",
         "set email, locale"},
        {{"email=countess@bank.example"},
         {0},
         OUTCOME_OK,
         "[\"locale=en\",\"email=countess@bank.example\"]",
         "set email"},
        {{"nickname=a=b"},
         {"locale"},
         OUTCOME_OK,
         "[\"email=countess@bank.example\",\"nickname=a=b\"]",
         "set nickname; dropped locale"},
        {{0}, {0}, OUTCOME_ADMIN_BAD_VALUE, "nothing to set", NULL},
        {{"email"}, {0}, OUTCOME_ADMIN_BAD_VALUE, "claim 1: ", NULL},
        {{"zoneinfo=UTC", "sub=someone"}, {0}, OUTCOME_ADMIN_BAD_VALUE, "claim 2: ", NULL},
        {{"email_verified=perhaps"}, {0}, OUTCOME_ADMIN_BAD_VALUE, "claim 1: ", NULL},
        {{"email=a@b.example", "email=c@d.example"}, {0}, OUTCOME_ADMIN_BAD_VALUE, "claim 2: its name", NULL},
        {{"email=a@b.example"}, {"email"}, OUTCOME_ADMIN_BAD_VALUE, "set and dropped", NULL},
        {{"zoneinfo=UTC"}, {"locale"}, OUTCOME_ADMIN_NOT_FOUND, "no claim of a name", NULL},
        {{0}, {"e"}, OUTCOME_ADMIN_NOT_FOUND, "no claim of a name", NULL},
        {{0}, {"nickname", "email"}, OUTCOME_OK, "\"claims\":[]", "dropped nickname, email"},
    };
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct rep_user_set_claims *reply = &c->reply.user_set_claims;

        cell_advance(c, 1);
        assert_int_equal(set_claims(c, CELL_USER, list_of(rows[i].claims), list_of(rows[i].drop)),
                         rows[i].outcome);
        if (!says(rows[i].outcome == OUTCOME_OK ? reply->json : reply->problem, rows[i].shown))
            fail_msg("%s", rows[i].shown);
        cell_assert_audit_detail(c, "user_set_claims", outcome_name(rows[i].outcome), rows[i].detail);
    }
    c->request.user_show.username = SPAN_LITERAL(CELL_USER);
    assert_int_equal(cell_call(c, MESSAGE_USER_SHOW), OUTCOME_OK);
    assert_true(says(c->reply.user_show.json, "\"claims\":[],\"claims_at\":1800000012"));
    assert_int_equal(set_claims(c, "nobody", one, none), OUTCOME_ADMIN_NOT_FOUND);
    c->request.user_show.username = SPAN_LITERAL("nobody");
    assert_int_equal(cell_call(c, MESSAGE_USER_SHOW), OUTCOME_ADMIN_NOT_FOUND);
}

/* As many as a list holds, the last of them as long as one can be; one more is refused and changes nothing. */
static void customer_has_so_many_claims_and_no_more(void **state)
{
    static char texts[LIMIT_LIST][LIMIT_CLAIM + 1];
    struct cell *c = *state;
    struct span_list all = {.len = LIMIT_LIST};

    for (size_t i = 0; i < LIMIT_LIST; i++) {
        snprintf(texts[i], sizeof(texts[i]), "a_rather_long_name_of_a_claim_%zu=\"", i);
        memset(texts[i] + strlen(texts[i]), '"', LIMIT_CLAIM - strlen(texts[i]));
        all.items[i] = span_of_text(texts[i]);
    }
    assert_int_equal(set_claims(c, CELL_USER, all, none), OUTCOME_OK);
    assert_int_equal(set_claims(c, CELL_USER, one, none), OUTCOME_ADMIN_BAD_VALUE);
    assert_true(says(c->reply.user_set_claims.problem, "32 claims"));
    c->request.user_show.username = SPAN_LITERAL(CELL_USER);
    assert_int_equal(cell_call(c, MESSAGE_USER_SHOW), OUTCOME_OK);
    assert_true(says(c->reply.user_show.json, "a_rather_long_name_of_a_claim_31="));
    assert_false(says(c->reply.user_show.json, "locale"));
    /* A list of customers does without. */
    assert_int_equal(cell_call(c, MESSAGE_USER_LIST), OUTCOME_OK);
    assert_false(says(c->reply.user_list.json, "claim"));
}

static void new_customer_comes_with_claims(void **state)
{
    struct cell *c = *state;

    for (int good = 0; good < 2; good++) {
        c->request.user_add = (struct req_user_add){
            .username = SPAN_LITERAL("grace"),
            .password = secret_text("12345678"),
            .claims = {.items = {good ? SPAN_LITERAL("email=grace@bank.example") : SPAN_LITERAL("iss=me")},
                       .len = 1},
        };
        assert_int_equal(cell_call(c, MESSAGE_USER_ADD), good ? OUTCOME_OK : OUTCOME_ADMIN_BAD_VALUE);
        assert_int_equal(c->reply.user_add.problem.len > 0, !good);
    }
    assert_true(
        says(c->reply.user_add.json, "\"claims\":[\"email=grace@bank.example\"],\"claims_at\":1800000000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST(customer_must_make_sense),
        CELL_TEST(claims_are_set_replaced_and_dropped_by_name),
        CELL_TEST(customer_has_so_many_claims_and_no_more),
        CELL_TEST(new_customer_comes_with_claims),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
