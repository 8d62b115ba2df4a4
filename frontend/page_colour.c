#include "frontend/page_colour.h"

#define STEPS 100

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

static double lightness_of(struct colour c)
{
    uint8_t most = c.red > c.green ? c.red : c.green;
    uint8_t least = c.red < c.green ? c.red : c.green;

    most = most > c.blue ? most : c.blue;
    least = least < c.blue ? least : c.blue;
    return (most + least) / 510.0;
}

/* How far colours can be from grey at a lightness, as a share (the double cone of HSL). */
static double chroma_at(double lightness)
{
    return lightness < 0.5 ? 2 * lightness : 2 - 2 * lightness;
}

static uint8_t channel_at(uint8_t channel, double from, double to)
{
    double spread = chroma_at(from) > 0 ? (channel / 255.0 - from) / chroma_at(from) : 0;
    double value = to + spread * chroma_at(to);

    return (uint8_t)(255 * (value < 0 ? 0 : value > 1 ? 1 : value) + 0.5);
}

/* The same hue and saturation at another lightness of HSL: a mixture with white would look washed out. */
static struct colour colour_at(struct colour c, double lightness)
{
    double from = lightness_of(c);

    return (struct colour){channel_at(c.red, from, lightness), channel_at(c.green, from, lightness),
                           channel_at(c.blue, from, lightness)};
}

struct colour colour_readable_on(struct colour colour, struct colour background)
{
    double from = lightness_of(colour);
    double to = luminance(background) < luminance(colour_text_on(background)) ? 1 : 0;
    struct colour moved = colour;

    for (int step = 1; step <= STEPS && colour_contrast(moved, background) < COLOUR_CONTRAST_TEXT; step++)
        moved = colour_at(colour, from + (to - from) * step / STEPS);
    return moved;
}

void colour_put(struct buf *out, struct colour colour)
{
    buf_put_u8(out, '#');
    buf_put_hex(out, span_of((uint8_t[]){colour.red, colour.green, colour.blue}, 3));
}
