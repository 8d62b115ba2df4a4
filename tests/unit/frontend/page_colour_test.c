#include "frontend/page_colour.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct colour black = {0, 0, 0};
static const struct colour white = {255, 255, 255};

static void only_six_hexadecimal_digits_are_a_colour(void **state)
{
    static const char *const wrong[] = {"", "#", "123456", "#12345", "#1234567", "#12345g", "#12 456", "red",
                                        "#123", "#-12345", "#12345\n", "rgb(1,2,3)"};
    struct colour colour;

    (void)state;
    assert_true(colour_parse("#1A2b3c", &colour));
    assert_int_equal(colour.red, 0x1a);
    assert_int_equal(colour.green, 0x2b);
    assert_int_equal(colour.blue, 0x3c);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(colour_parse(wrong[i], &colour));
    assert_false(colour_parse(NULL, &colour));
}

/* Values as published tools for WCAG give them. */
static void contrast_is_that_of_wcag(void **state)
{
    const struct colour grey = {0x77, 0x77, 0x77};
    const struct colour red = {0xff, 0, 0};

    (void)state;
    assert_true(colour_contrast(black, white) > 20.99 && colour_contrast(black, white) < 21.01);
    assert_true(colour_contrast(grey, grey) == 1.0);
    assert_true(colour_contrast(grey, white) > 4.47 && colour_contrast(grey, white) < 4.49);
    assert_true(colour_contrast(white, red) > 3.99 && colour_contrast(white, red) < 4.01);
}

static void text_can_be_read_on_and_in_every_colour(void **state)
{
    const struct colour backs[] = {{0xf4, 0xf5, 0xf7}, {0x19, 0x1d, 0x23}, white, black};

    (void)state;
    for (int i = 0; i < 16 * 16 * 16; i++) {
        const struct colour each = {(uint8_t)(i % 16 * 17), (uint8_t)(i / 16 % 16 * 17),
                                    (uint8_t)(i / 256 * 17)};

        assert_true(colour_contrast(each, colour_text_on(each)) >= COLOUR_CONTRAST_TEXT);
        for (size_t b = 0; b < sizeof(backs) / sizeof(backs[0]); b++) {
            struct colour moved = colour_readable_on(each, backs[b]);

            assert_true(colour_contrast(moved, backs[b]) >= COLOUR_CONTRAST_TEXT);
        }
    }
}

static void a_colour_that_can_be_read_stays(void **state)
{
    const struct colour navy = {0x12, 0x45, 0x6b};
    struct colour same = colour_readable_on(navy, white);
    struct colour lighter = colour_readable_on(navy, black);

    (void)state;
    assert_memory_equal(&same, &navy, sizeof(navy));
    assert_true(lighter.blue > lighter.green && lighter.green > lighter.red);
}

static void a_colour_is_written_as_it_is_read(void **state)
{
    char text[8] = "";
    struct buf out = buf_over(text, 7);

    (void)state;
    colour_put(&out, (struct colour){0x00, 0xab, 0x9f});
    assert_string_equal(text, "#00ab9f");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_six_hexadecimal_digits_are_a_colour),
        cmocka_unit_test(contrast_is_that_of_wcag),
        cmocka_unit_test(text_can_be_read_on_and_in_every_colour),
        cmocka_unit_test(a_colour_that_can_be_read_stays),
        cmocka_unit_test(a_colour_is_written_as_it_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
