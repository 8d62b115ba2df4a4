#include "vault/cli/arguments.h"
#include "vault/cli/values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { WORDS_MAX = 40 };

static struct arguments args;
static struct problem problem;

/* A line as one types it, words separated by one space. */
static enum exit_code parse(const char *line)
{
    static char text[1024];
    char *argv[WORDS_MAX] = {"strongroom"};
    int argc = 1;

    problem.text[0] = '\0';
    assert_true(strlen(line) < sizeof(text));
    memcpy(text, line, strlen(line) + 1);
    for (char *at = text; *at;) {
        assert_true(argc < WORDS_MAX);
        argv[argc++] = at;
        at += strcspn(at, " ");
        if (*at)
            *at++ = '\0';
    }
    return arguments_parse(argc, argv, &args, &problem);
}

static void expect_complaint(const char *line, const char *words)
{
    if (parse(line) != EXIT_CODE_USAGE)
        fail_msg("\"%s\" was accepted", line);
    if (!strstr(problem.text, words))
        fail_msg("\"%s\": \"%s\" does not say \"%s\"", line, problem.text, words);
}

static void options_are_taken_in_any_place(void **state)
{
    (void)state;
    assert_int_equal(parse("--json client show --socket /a.sock budget"), EXIT_CODE_OK);
    assert_string_equal(args.command->name, "client show");
    assert_string_equal(args.operands[0], "budget");
    assert_string_equal(args.socket_path, "/a.sock");
    assert_true(args.json);
    assert_int_equal(parse("client show budget --socket=/b.sock"), EXIT_CODE_OK);
    assert_string_equal(args.socket_path, "/b.sock");
    assert_false(args.json);
}

static void operand_may_start_with_a_dash_after_two(void **state)
{
    (void)state;
    assert_int_equal(parse("client show -- -id"), EXIT_CODE_OK);
    assert_string_equal(args.operands[0], "-id");
    expect_complaint("client show -id", "-id");
}

static void name_that_the_vault_made_may_start_with_a_dash(void **state)
{
    (void)state;
    assert_int_equal(parse("client show -V6Po_Ou2O2BL44NQgSZ1Q --json"), EXIT_CODE_OK);
    assert_string_equal(args.operands[0], "-V6Po_Ou2O2BL44NQgSZ1Q");
    assert_true(args.json);
    assert_int_equal(parse("key retire --force --4-pKw7gi6n5C_OGJwTBLH4BBL33GXyYUhYyx9uCJP"), EXIT_CODE_OK);
    assert_string_equal(args.operands[0], "--4-pKw7gi6n5C_OGJwTBLH4BBL33GXyYUhYyx9uCJP");
    assert_int_equal(parse("client show -h6Po_Ou2O2BL44NQgSZ1Q"), EXIT_CODE_OK);
    assert_false(args.help);
    expect_complaint("client show -V6Po_Ou2O2BL44NQgSZ1", "no option");
    expect_complaint("client show -V6Po.Ou2O2BL44NQgSZ1Q", "no option");
    expect_complaint("client show a -V6Po_Ou2O2BL44NQgSZ1Q", "no option");
    expect_complaint("client list -V6Po_Ou2O2BL44NQgSZ1Q", "no option");
    expect_complaint("-V6Po_Ou2O2BL44NQgSZ1Q", "no option");
}

static void short_option_takes_its_value_in_both_ways(void **state)
{
    (void)state;
    assert_int_equal(parse("audit tail -n 7"), EXIT_CODE_OK);
    assert_int_equal(arguments_number(&args, "lines"), 7);
    assert_int_equal(parse("audit tail -n70 -f"), EXIT_CODE_OK);
    assert_int_equal(arguments_number(&args, "lines"), 70);
    assert_true(arguments_flag(&args, "follow"));
    assert_int_equal(parse("audit tail"), EXIT_CODE_OK);
    assert_null(arguments_text(&args, "lines"));
    assert_false(arguments_flag(&args, "follow"));
}

static void repeated_values_are_kept_in_order(void **state)
{
    const struct argument_values *uris;

    (void)state;
    assert_int_equal(parse("client add --name A --redirect-uri https://a/ --redirect-uri https://b/"), EXIT_CODE_OK);
    uris = arguments_values(&args, "redirect-uri");
    assert_int_equal(uris->len, 2);
    assert_string_equal(uris->texts[0], "https://a/");
    assert_string_equal(uris->texts[1], "https://b/");
}

static void more_values_than_a_list_holds_are_refused(void **state)
{
    char line[1024] = "user add alice";

    (void)state;
    for (int i = 0; i < 33; i++)
        strncat(line, " --account=1", sizeof(line) - strlen(line) - 1);
    expect_complaint(line, "more than 32 times");
}

static void values_outside_their_bounds_are_refused(void **state)
{
    static const char *const lines[][2] = {
        {"client add --name A --kind server", "client|resource_server"},
        {"client add --name A --access-token-lifetime 2d", "86400"},
        {"client add --name A --access-token-lifetime 0s", "1s"},
        {"client add --name A --access-token-lifetime 15", "duration"},
        {"client add --name A --access-token-lifetime m", "duration"},
        {"client add --name A --refresh-grace 301s", "300"},
        {"client add --name=", "--name"},
        {"audit tail -n -1", "number"},
        {"audit tail -n 1x", "number"},
        {"audit tail -n 1000001", "1000000"},
        {"audit tail -n 99999999999999999999", "number"},
        {"grant list --limit 0", "1 to"},
        {"dev --port 65536", "65535"},
        {"audit tail --follow=yes", "takes no value"},
        {"audit tail --lines", "wants a value"},
        {"audit tail -n 1 -n 2", "twice"},
        {"client update a --refresh-grace 0s", "1s"},
        {"client update a --subject-type secret", "public|pairwise"},
        {"key schedule --at tomorrow", "2026-12-01T03:00Z"},
        {"key schedule --at 1970-01-01T00:00Z", "2026-12-01T03:00Z"},
        {"key schedule --in 0s", "1s"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        expect_complaint(lines[i][0], lines[i][1]);
}

static void what_is_missing_or_too_much_is_named(void **state)
{
    (void)state;
    expect_complaint("client show", "CLIENT_ID");
    expect_complaint("client show a b", "\"b\"");
    expect_complaint("client add --redirect-uri https://a/", "--name");
    expect_complaint("restore backup.mdb", "--config");
    expect_complaint("client", "one more word");
    expect_complaint("user add arg-user --password secret", "--password");
    expect_complaint("user add arg-user secret-in-ps", "more than");
}

static void typing_mistakes_are_met_with_a_suggestion(void **state)
{
    (void)state;
    expect_complaint("clinet list", "did you mean strongroom client?");
    expect_complaint("client lsit", "did you mean strongroom client list?");
    expect_complaint("audit tail --folow", "did you mean --follow?");
    expect_complaint("--jsno status", "did you mean --json?");
    expect_complaint("zebra", "there is no command zebra");
    assert_null(strstr(problem.text, "did you mean"));
    expect_complaint("--no-such-option", "--no-such-option");
}

static void text_that_is_no_utf_8_is_refused(void **state)
{
    (void)state;
    expect_complaint("client show \xff", "argument 3 is not UTF-8");
}

static void help_needs_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(parse("client add --help"), EXIT_CODE_OK);
    assert_true(args.help);
    assert_string_equal(args.command->name, "client add");
    assert_int_equal(parse("client --help"), EXIT_CODE_OK);
    assert_string_equal(args.command->name, "help");
    assert_string_equal(args.operands[0], "client");
    assert_int_equal(parse("--version"), EXIT_CODE_OK);
    assert_true(args.version);
    assert_int_equal(parse(""), EXIT_CODE_OK);
    assert_null(args.command);
}

static void socket_comes_from_the_environment(void **state)
{
    (void)state;
    setenv("STRONGROOM_SOCKET", "/from/environment", 1);
    assert_int_equal(parse("status"), EXIT_CODE_OK);
    assert_string_equal(args.socket_path, "/from/environment");
    setenv("STRONGROOM_SOCKET", "", 1);
    assert_int_equal(parse("status"), EXIT_CODE_OK);
    assert_string_equal(args.socket_path, "/run/strongroom/admin.sock");
}

static void durations_have_a_unit(void **state)
{
    uint64_t seconds = 0;

    (void)state;
    assert_true(duration_parse("90s", &seconds) && seconds == 90);
    assert_true(duration_parse("15m", &seconds) && seconds == 900);
    assert_true(duration_parse("8h", &seconds) && seconds == 28800);
    assert_true(duration_parse("30d", &seconds) && seconds == 2592000);
    assert_false(duration_parse("", &seconds));
    assert_false(duration_parse("s", &seconds));
    assert_false(duration_parse("1.5h", &seconds));
    assert_false(duration_parse("-1h", &seconds));
    assert_false(duration_parse("1w", &seconds));
    assert_false(duration_parse("100000000000d", &seconds));
}

static void distance_counts_a_swap_as_one(void **state)
{
    char longest[80];

    (void)state;
    assert_int_equal(word_distance("list", "list"), 0);
    assert_int_equal(word_distance("lsit", "list"), 1);
    assert_int_equal(word_distance("folow", "follow"), 1);
    assert_int_equal(word_distance("", "list"), 4);
    assert_int_equal(word_distance("kitten", "sitting"), 3);
    memset(longest, 'a', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    assert_int_equal(word_distance(longest, "list"), 64);
}

static void times_are_utc_and_say_so(void **state)
{
    static const struct {
        const char *text;
        uint64_t unix_s; /* 0: it is none */
    } cases[] = {
        {"2026-12-01T03:00Z", 1796094000},    {"2026-12-01 03:00Z", 1796094000},
        {"2026-12-01T03:00:07Z", 1796094007}, {"2028-02-29T00:00Z", 1835395200},
        {"2026-12-01T03:00", 0},              {"2026-12-01T03:00+01:00", 0},
        {"2026-12-01", 0},                    {"2026-12-01T03Z", 0},
        {"2026-02-29T00:00Z", 0},             {"2026-13-01T00:00Z", 0},
        {"2026-12-01T24:00Z", 0},             {"2026-12-01T23:59:60Z", 0},
        {"2026-12-01T03:00Zx", 0},            {"01.12.2026 03:00Z", 0},
        {"1796094000", 0},                    {"", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t unix_s = 0;

        if (time_parse(cases[i].text, &unix_s) != (cases[i].unix_s > 0) || unix_s != cases[i].unix_s)
            fail_msg("\"%s\": %llu", cases[i].text, (unsigned long long)unix_s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_utc_and_say_so),
        cmocka_unit_test(options_are_taken_in_any_place),
        cmocka_unit_test(operand_may_start_with_a_dash_after_two),
        cmocka_unit_test(name_that_the_vault_made_may_start_with_a_dash),
        cmocka_unit_test(short_option_takes_its_value_in_both_ways),
        cmocka_unit_test(repeated_values_are_kept_in_order),
        cmocka_unit_test(more_values_than_a_list_holds_are_refused),
        cmocka_unit_test(values_outside_their_bounds_are_refused),
        cmocka_unit_test(what_is_missing_or_too_much_is_named),
        cmocka_unit_test(typing_mistakes_are_met_with_a_suggestion),
        cmocka_unit_test(text_that_is_no_utf_8_is_refused),
        cmocka_unit_test(help_needs_nothing_else),
        cmocka_unit_test(socket_comes_from_the_environment),
        cmocka_unit_test(durations_have_a_unit),
        cmocka_unit_test(distance_counts_a_swap_as_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
