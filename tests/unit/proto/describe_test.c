/* deploy/protocol.md is what the schema says, to the letter. */
#include "proto/describe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static char *read_page(const char *path)
{
    static char page[256 * 1024];
    FILE *in = fopen(path, "r");
    size_t len;

    assert_non_null(in);
    len = fread(page, 1, sizeof(page) - 1, in);
    page[len] = '\0';
    fclose(in);
    return page;
}

static void the_page_is_what_the_schema_says(void **state)
{
    char *made = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&made, &len);

    (void)state;
    proto_describe(out);
    fclose(out);
    assert_string_equal(read_page(SOURCE_DIR "/deploy/protocol.md"), made);
    free(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_page_is_what_the_schema_says)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
