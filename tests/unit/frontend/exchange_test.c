/* What an exchange hands on to the vault: a header as a message takes it, and what one call keeps for the next. */
#include "frontend/connection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct span accepted(struct span header)
{
    static struct http_request request;
    const struct exchange x = {.request = &request};

    request.accept_language = header;
    return exchange_accept_language(&x);
}

static void accept_language_goes_on_as_it_is(void **state)
{
    (void)state;
    assert_true(
        span_equal_text(accepted(SPAN_LITERAL("fr-CA,fr;q=0.9, *;q=0.1")), "fr-CA,fr;q=0.9, *;q=0.1"));
    assert_int_equal(accepted(SPAN_LITERAL("")).len, 0);
    assert_true(span_is_absent(accepted(SPAN_NONE)));
}

/* The codec would refuse these, and a front end that sends what is refused is cut off. */
static void accept_language_that_is_no_text_is_left_out(void **state)
{
    static const char *const rows[] = {"fr\xff", "\xc3\xa9", "fr\x01", "fr,\x7f", "\ten"};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_true(span_is_absent(accepted(span_of_text(rows[i]))));
    assert_true(span_is_absent(accepted(span_of("fr\0es", 5))));
}

static void accept_language_that_is_too_long_is_cut_between_ranges(void **state)
{
    char header[2 * LIMIT_HINT];

    (void)state;
    for (size_t len = LIMIT_HINT - 4; len <= sizeof(header); len++) {
        struct span taken;

        for (size_t i = 0; i < len; i++)
            header[i] = "de-DE,"[i % 6];
        taken = accepted(span_of(header, len));
        if (len <= LIMIT_HINT)
            assert_int_equal(taken.len, len);
        else
            assert_int_equal(taken.len, (LIMIT_HINT + 1) / 6 * 6 - 1);
    }
    memset(header, 'x', sizeof(header)); /* one range that is too long by itself */
    assert_int_equal(accepted(span_of(header, sizeof(header))).len, 0);
}

static void what_is_kept_outlives_its_reply(void **state)
{
    struct server server = {.buffer_size = 64};
    struct connection connection = {.server = &server};
    char reply[] = "handle", cookie[] = "browser";
    struct span first, second, third;

    (void)state;
    assert_true(connection_keep(&connection, span_of_text(reply), &first));
    assert_true(connection_keep(&connection, span_of_text(cookie), &second));
    assert_true(connection_keep(&connection, SPAN_NONE, &third));
    memset(reply, 'x', sizeof(reply) - 1);
    memset(cookie, 'x', sizeof(cookie) - 1);
    assert_true(span_equal_text(first, "handle"));
    assert_true(span_equal_text(second, "browser"));
    assert_int_equal(third.len, 0);
    free(connection.kept);
}

static void no_more_is_kept_than_there_is_room_for(void **state)
{
    struct server server = {.buffer_size = 64};
    struct connection connection = {.server = &server};
    uint8_t text[65] = {0};
    struct span kept = SPAN_NONE;

    (void)state;
    assert_false(connection_keep(&connection, span_of(text, 65), &kept));
    assert_true(connection_keep(&connection, span_of(text, 60), &kept));
    assert_false(connection_keep(&connection, span_of(text, 5), &kept));
    assert_int_equal(kept.len, 60);
    assert_true(connection_keep(&connection, span_of(text, 4), &kept));
    assert_false(connection_keep(&connection, span_of(text, 1), &kept));
    free(connection.kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accept_language_goes_on_as_it_is),
        cmocka_unit_test(accept_language_that_is_no_text_is_left_out),
        cmocka_unit_test(accept_language_that_is_too_long_is_cut_between_ranges),
        cmocka_unit_test(what_is_kept_outlives_its_reply),
        cmocka_unit_test(no_more_is_kept_than_there_is_room_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
