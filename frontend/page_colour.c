#include "frontend/page_colour.h"

#define MIX_STEPS 64

static const struct colour black = {0, 0, 0};
static const struct colour white = {255, 255, 255};

/* -1 if it is not a hexadecimal digit. */
static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    digit |= 0x20;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool colour_parse(const char *text, struct colour *ret_colour)
{
    uint8_t bytes[3];

    if (!text || strlen(text) != 7 || text[0] != '#')
        return false;
    for (int i = 0; i < 3; i++) {
        int high = digit_value(text[1 + 2 * i]);
        int low = digit_value(text[2 + 2 * i]);

        if (high < 0 || low < 0)
            return false;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    *ret_colour = (struct colour){bytes[0], bytes[1], bytes[2]};
    return true;
}

/* By Newton's method, for 0 < x <= 1, from above: no need for the mathematical library. */
static double fifth_root(double x)
{
    double y = 1;

    for (int i = 0; i < 64; i++)
        y -= (y * y * y * y * y - x) / (5 * y * y * y * y);
    return y;
}

/* One channel of sRGB as light: the 2.4th power is the square times the fifth root of the square. */
static double channel_light(uint8_t channel)
{
    double value = channel / 255.0;
    double base = (value + 0.055) / 1.055;

    return value <= 0.04045 ? value / 12.92 : base * base * fifth_root(base * base);
}

static double luminance(struct colour c)
{
    return 0.2126 * channel_light(c.red) + 0.7152 * channel_light(c.green) + 0.0722 * channel_light(c.blue);
}

double colour_contrast(struct colour a, struct colour b)
{
    double light_a = luminance(a) + 0.05;
    double light_b = luminance(b) + 0.05;

    return light_a > light_b ? light_a / light_b : light_b / light_a;
}

struct colour colour_text_on(struct colour background)
{
    return colour_contrast(white, background) >= COLOUR_CONTRAST_TEXT ? white : black;
}

static uint8_t mix_channel(uint8_t from, uint8_t to, int step)
{
    return (uint8_t)(from + (to - from) * step / MIX_STEPS);
}

struct colour colour_readable_on(struct colour colour, struct colour background)
{
    struct colour towards = colour_text_on(background);
    struct colour mixed = colour;

    for (int step = 1; step <= MIX_STEPS && colour_contrast(mixed, background) < COLOUR_CONTRAST_TEXT; step++) {
        mixed.red = mix_channel(colour.red, towards.red, step);
        mixed.green = mix_channel(colour.green, towards.green, step);
        mixed.blue = mix_channel(colour.blue, towards.blue, step);
    }
    return mixed;
}

void colour_put(struct buf *out, struct colour colour)
{
    buf_put_u8(out, '#');
    buf_put_hex(out, span_of((uint8_t[]){colour.red, colour.green, colour.blue}, 3));
}
