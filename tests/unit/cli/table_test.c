#include "vault/cli/table.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void expect_table(const struct column *columns, size_t columns_len, const char *const *cells, size_t width,
                         const char *wanted)
{
    struct table *table = table_new(columns, columns_len);
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    assert_non_null(out);
    for (; *cells; cells++)
        table_cell(table, *cells);
    table_print_within(table, out, width, false);
    fclose(out);
    table_free(&table);
    assert_null(table);
    assert_string_equal(text, wanted);
    free(text);
}

static const struct column columns[] = {{"ID", COLUMN_WHOLE}, {"NAME", COLUMN_SHRINKS}, {"N", COLUMN_NUMBER}};

static void columns_are_as_wide_as_what_is_in_them(void **state)
{
    static const char *const cells[] = {"a", "Long enough a name", "7", "abc", "B", "1234", NULL};

    (void)state;
    expect_table(columns, 3, cells, 0,
                 "ID   NAME                   N\n"
                 "a    Long enough a name     7\n"
                 "abc  B                   1234\n");
}

static void only_what_may_shrink_is_cut(void **state)
{
    static const char *const cells[] = {"identifier", "Long enough a name", "7", NULL};

    (void)state;
    expect_table(columns, 3, cells, 24,
                 "ID          NAME       N\n"
                 "identifier  Long eno\xe2\x80\xa6  7\n");
    /* Narrower than it can become: it is then too wide, and still whole. */
    expect_table(columns, 3, cells, 5,
                 "ID          NAME      N\n"
                 "identifier  Long en\xe2\x80\xa6  7\n");
}

static void wide_characters_stay_in_their_columns(void **state)
{
    static const char *const cells[] = {"\xe6\x9d\xb1", "a", "1", "x", "b", "2", NULL};

    (void)state;
    expect_table(columns, 3, cells, 0,
                 "ID  NAME  N\n"
                 "\xe6\x9d\xb1  a     1\n"
                 "x   b     2\n");
}

static void cells_cannot_colour_the_screen(void **state)
{
    static const struct column plain[] = {{NULL, COLUMN_WHOLE}, {NULL, COLUMN_WHOLE}};
    static const char *const cells[] = {"Name", "a\033[2J\n", NULL};

    (void)state;
    expect_table(plain, 2, cells, 0, "Name  a\xef\xbf\xbd[2J\xef\xbf\xbd\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_as_wide_as_what_is_in_them),
        cmocka_unit_test(only_what_may_shrink_is_cut),
        cmocka_unit_test(wide_characters_stay_in_their_columns),
        cmocka_unit_test(cells_cannot_colour_the_screen),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
