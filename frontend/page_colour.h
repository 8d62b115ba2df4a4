/*
 * The bank's colour and what can be read on it: relative luminance and contrast as in WCAG 2.2 (1.4.3).
 */
#ifndef STRONGROOM_FRONTEND_PAGE_COLOUR_H
#define STRONGROOM_FRONTEND_PAGE_COLOUR_H

#include "common/buf.h"

#define COLOUR_CONTRAST_TEXT 4.5

struct colour {
    uint8_t red;
    uint8_t green;
    uint8_t blue;
};

/* "#rrggbb", digits of either case; nothing else. */
MUST_CHECK bool colour_parse(const char *text, struct colour *ret_colour);

/* From 1.0 (the same) to 21.0 (black and white). */
double colour_contrast(struct colour a, struct colour b);

/* White, or black where white would be too faint: one of the two always has COLOUR_CONTRAST_TEXT. */
struct colour colour_text_on(struct colour background);

/*
 * The colour itself if it has COLOUR_CONTRAST_TEXT on the background, else the nearest one of its hue that
 * has: a darker one on a light background, a lighter one on a dark background.
 */
struct colour colour_readable_on(struct colour colour, struct colour background);

/* As colour_parse() reads it, in lower case. */
void colour_put(struct buf *out, struct colour colour);

#endif
