#include "frontend/page_piece.h"

/* Where `mark` begins in `text`; text.len if it is not there. */
static size_t find(struct span text, const char *mark)
{
    size_t len = strlen(mark);

    for (size_t i = 0; i + len <= text.len; i++)
        if (memcmp(text.ptr + i, mark, len) == 0)
            return i;
    return text.len;
}

bool piece_next(struct span *rest, struct piece *ret_piece)
{
    size_t open = find(*rest, "{{");
    size_t close = find(*rest, "}}");
    struct span inside;

    if (rest->len == 0)
        return false;
    if (open > 0 || close == rest->len) {
        size_t len = open > 0 ? open : rest->len;

        *ret_piece = (struct piece){PIECE_HTML, span_of(rest->ptr, len)};
        *rest = span_from(*rest, len);
        return true;
    }
    inside = span_of(rest->ptr + 2, close - 2);
    *rest = span_from(*rest, close + 2);
    if (inside.len > 0 && memchr(">#?^/", inside.ptr[0], 5))
        *ret_piece = (struct piece){(enum piece_kind)inside.ptr[0], span_from(inside, 1)};
    else
        *ret_piece = (struct piece){PIECE_SLOT, inside};
    return true;
}

bool piece_take_section(struct span *rest, struct span name, struct span *ret_body)
{
    struct span at = *rest;
    struct piece piece;
    const uint8_t *end;

    for (end = at.ptr; piece_next(&at, &piece); end = at.ptr)
        if (piece.kind == PIECE_CLOSE && span_equal(piece.text, name)) {
            *ret_body = span_of(rest->ptr, (size_t)(end - rest->ptr));
            *rest = at;
            return true;
        }
    return false;
}

const struct template_value *piece_find_value(const struct template_model *model, struct span name)
{
    for (size_t i = 0; i < model->values_len; i++)
        if (span_equal_text(name, model->values[i].name))
            return &model->values[i];
    return NULL;
}

const struct template_part *piece_find_part(const struct template_model *model, struct span name)
{
    for (size_t i = 0; i < model->parts_len; i++)
        if (span_equal_text(name, model->parts[i].name))
            return &model->parts[i];
    return NULL;
}
