/*
 * What the pages look like, made once at start from the bank's colour.
 */
#ifndef STRONGROOM_FRONTEND_PAGE_STYLE_H
#define STRONGROOM_FRONTEND_PAGE_STYLE_H

#include "frontend/page_colour.h"

/* The style sheet. Text in or on the brand's colour is moved to where it can be read, by day and by night. */
void page_style_put(struct buf *out, struct colour brand);

/* The mark of a bank without a logo: an SVG of its initial on its colour, used as the browser's icon. */
void page_mark_put(struct buf *out, struct colour brand, struct span initial);

#endif
