/*
 * A template cut into pieces, for the two that read it: page_template.c, which renders, and
 * page_template_check.c, which judges.
 */
#ifndef STRONGROOM_FRONTEND_PAGE_PIECE_H
#define STRONGROOM_FRONTEND_PAGE_PIECE_H

#include "frontend/page_template.h"

enum piece_kind {
    PIECE_HTML = 0,
    PIECE_SLOT = ' ',
    PIECE_PART = '>',
    PIECE_LIST = '#',
    PIECE_IF = '?',
    PIECE_UNLESS = '^',
    PIECE_CLOSE = '/',
};

/* A stretch of HTML, or the name between two pairs of braces. */
struct piece {
    enum piece_kind kind;
    struct span text;
};

/*
 * Take the next piece of `*rest`. False at the end. Braces that do not close are HTML here; the check finds
 * them, because HTML of ours has no braces.
 */
bool piece_next(struct span *rest, struct piece *ret_piece);

/* Take what stands before {{/name}}; `*rest` moves behind that. False if there is none. */
bool piece_take_section(struct span *rest, struct span name, struct span *ret_body);

/* NULL if the model has none of that name. */
const struct template_value *piece_find_value(const struct template_model *model, struct span name);
const struct template_part *piece_find_part(const struct template_model *model, struct span name);

#endif
