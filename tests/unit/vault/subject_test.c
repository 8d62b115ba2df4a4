/* Who a customer is to whom: one name for a sector, another for the next, and the bank's own for the bank. */
#include "tests/unit/vault/flow.h"
#include "vault/subject.h"

#define ADA "sub-ada"
#define BOB "sub-bob"

static const struct client_record open_to_all = {.sector = {0}};
static const struct client_record app = {.is_pairwise = true, .sector = SPAN_LITERAL("app.example")};
static const struct client_record sister = {.is_pairwise = true, .sector = SPAN_LITERAL("app.example")};
static const struct client_record stranger = {.is_pairwise = true,
                                              .sector = SPAN_LITERAL("stranger.example")};

static struct kept name_for(struct cell *c, const struct client_record *client, const char *subject)
{
    struct span known_as;
    struct kept kept;

    assert_int_equal(subject_for(&c->op, client, span_of_text(subject), &known_as), OUTCOME_OK);
    kept_take(&kept, known_as);
    return kept;
}

static void public_client_knows_the_banks_subject(void **state)
{
    struct cell *c = *state;
    struct client_record not_any_more = app;
    struct kept name = name_for(c, &open_to_all, ADA);

    assert_true(span_equal_text(kept_span(&name), ADA));
    not_any_more.is_pairwise = false; /* a sector alone makes nobody pairwise */
    name = name_for(c, &not_any_more, ADA);
    assert_true(span_equal_text(kept_span(&name), ADA));
}

static void one_name_for_a_sector_and_another_for_the_next(void **state)
{
    struct cell *c = *state;
    struct kept ada = name_for(c, &app, ADA);
    struct kept again = name_for(c, &app, ADA), to_sister = name_for(c, &sister, ADA);
    struct kept to_stranger = name_for(c, &stranger, ADA), bob = name_for(c, &app, BOB);

    assert_true(kept_equal(&ada, &again));
    assert_true(kept_equal(&ada, &to_sister));
    assert_false(kept_equal(&ada, &to_stranger));
    assert_false(kept_equal(&ada, &bob));
    assert_int_equal(ada.len, 43); /* 256 bits; OpenID Connect Core 2 allows 255 characters */
    assert_null(memmem(ada.bytes, ada.len, "ada", 3));
}

/* Sector and subject are told apart: what stands at the end of one cannot be moved to the other. */
static void sector_and_subject_do_not_run_together(void **state)
{
    struct cell *c = *state;
    struct client_record one = {.is_pairwise = true, .sector = SPAN_LITERAL("app.examplea")};
    struct client_record two = {.is_pairwise = true, .sector = SPAN_LITERAL("app.example")};
    struct kept first = name_for(c, &one, "da"), second = name_for(c, &two, "ada");

    assert_false(kept_equal(&first, &second));
}

/* Each store has keys of its own, so names do not travel from one bank to the next. */
static void another_vault_has_other_names(void **state)
{
    struct cell *c = *state;
    struct kept here = name_for(c, &app, ADA), there;
    void *other = NULL;

    cell_setup(&other);
    cell_set_client(other, "app", true); /* any call, for its op */
    there = name_for(other, &app, ADA);
    assert_false(kept_equal(&here, &there));
    cell_teardown(&other);
}

struct hint_row {
    const struct client_record *client;
    const char *hint, *subject;
    enum outcome outcome;
};

static void hint_is_in_the_clients_own_words(void **state)
{
    static const struct hint_row rows[] = {
        {&open_to_all, NULL, ADA, OUTCOME_OK},
        {&open_to_all, ADA, ADA, OUTCOME_OK},
        {&open_to_all, BOB, ADA, OUTCOME_USER_NOT_THE_ONE_HINTED},
        {&open_to_all, "", ADA, OUTCOME_USER_NOT_THE_ONE_HINTED},
        {&open_to_all, ADA "x", ADA, OUTCOME_USER_NOT_THE_ONE_HINTED},
        {&app, NULL, ADA, OUTCOME_OK},
        {&app, ADA, ADA, OUTCOME_USER_NOT_THE_ONE_HINTED},
        {&app, "", ADA, OUTCOME_USER_NOT_THE_ONE_HINTED},
    };
    struct cell *c = *state;
    struct kept own, strangers;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (subject_check_hint(&c->op, rows[i].client, span_of_text(rows[i].hint),
                               span_of_text(rows[i].subject)) != rows[i].outcome)
            fail_msg("row %zu", i);
    own = name_for(c, &app, ADA);
    strangers = name_for(c, &stranger, ADA);
    assert_int_equal(subject_check_hint(&c->op, &app, kept_span(&own), SPAN_LITERAL(ADA)), OUTCOME_OK);
    assert_int_equal(subject_check_hint(&c->op, &app, kept_span(&own), SPAN_LITERAL(BOB)),
                     OUTCOME_USER_NOT_THE_ONE_HINTED);
    assert_int_equal(subject_check_hint(&c->op, &app, kept_span(&strangers), SPAN_LITERAL(ADA)),
                     OUTCOME_USER_NOT_THE_ONE_HINTED);
    assert_int_equal(subject_check_hint(&c->op, &open_to_all, kept_span(&own), SPAN_LITERAL(ADA)),
                     OUTCOME_USER_NOT_THE_ONE_HINTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST(public_client_knows_the_banks_subject),
        CELL_TEST(one_name_for_a_sector_and_another_for_the_next),
        CELL_TEST(sector_and_subject_do_not_run_together),
        CELL_TEST(another_vault_has_other_names),
        CELL_TEST(hint_is_in_the_clients_own_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
