#include "vault/cli/help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *page_now(void)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    assert_non_null(out);
    help_print_markdown(out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static char *page_kept(void)
{
    static char text[128 * 1024];
    FILE *in = fopen(SOURCE_DIR "/deploy/cli.md", "r");
    size_t len;

    assert_non_null(in);
    len = fread(text, 1, sizeof(text) - 1, in);
    fclose(in);
    text[len] = '\0';
    return text;
}

static void reference_page_is_up_to_date(void **state)
{
    char *now = page_now();

    (void)state;
    if (strcmp(now, page_kept()) != 0)
        fail_msg("deploy/cli.md is not what `strongroom help --markdown` prints; write it anew");
    free(now);
}

/* What the rows must have for the parser and the help to work. */
static void rows_are_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < commands_len; i++) {
        const struct command *command = &commands[i];
        size_t options = 0;

        assert_ptr_equal(command_by_name(command->name), command);
        assert_non_null(command->run);
        assert_non_null(command->what);
        assert_non_null(command->example);
        assert_true(strncmp(command->example, "strongroom ", 11) == 0);
        assert_int_equal(command->operands_max > 0, command->operands[0] != '\0');
        assert_true(command->operands_min <= command->operands_max);
        assert_true(command->operands_max <= COMMAND_OPERANDS_MAX);
        while (options < COMMAND_OPTIONS_MAX && command->options[options].name)
            options++;
        assert_true(options < COMMAND_OPTIONS_MAX);
    }
}

static void option_of_a_command_hides_no_global_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < commands_len; i++)
        for (const struct option *o = commands[i].options; o->name; o++)
            for (const struct option *global = global_options; global->name; global++) {
                assert_string_not_equal(o->name, global->name);
                assert_false(o->letter && o->letter == global->letter);
            }
}

static void groups_are_the_first_of_two_words(void **state)
{
    (void)state;
    assert_true(command_is_group("client"));
    assert_true(command_is_group("audit"));
    assert_false(command_is_group("status"));
    assert_false(command_is_group("clien"));
    assert_false(command_is_group(""));
}

/* All but the examples, which are to be copied as they are. */
static void help_keeps_to_its_width(void **state)
{
    (void)state;
    for (size_t i = 0; i < commands_len; i++) {
        char *text = NULL;
        size_t len = 0;
        FILE *out = open_memstream(&text, &len);

        assert_non_null(out);
        help_print_command(out, &commands[i]);
        assert_int_equal(fclose(out), 0);
        assert_non_null(strstr(text, "\nFor example:\n"));
        *strstr(text, "\nFor example:\n") = '\0';
        for (char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
            if (strcspn(line, "\n") > 100)
                fail_msg("strongroom help %s: \"%.*s\"", commands[i].name, (int)strcspn(line, "\n"), line);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reference_page_is_up_to_date),
        cmocka_unit_test(rows_are_complete),
        cmocka_unit_test(help_keeps_to_its_width),
        cmocka_unit_test(option_of_a_command_hides_no_global_one),
        cmocka_unit_test(groups_are_the_first_of_two_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
