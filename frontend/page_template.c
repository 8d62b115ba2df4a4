#include "frontend/page_piece.h"

void template_escape(struct buf *out, struct span text)
{
    size_t from = 0;

    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];
        const char *instead = NULL;

        if (byte == '&')
            instead = "&amp;";
        else if (byte == '<')
            instead = "&lt;";
        else if (byte == '>')
            instead = "&gt;";
        else if (byte == '"')
            instead = "&#34;";
        else if (byte == '\'')
            instead = "&#39;";
        else if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f)
            instead = "\xef\xbf\xbd";
        if (instead) {
            buf_put(out, text.ptr + from, i - from);
            buf_put_text(out, instead);
            from = i + 1;
        }
    }
    buf_put_span(out, span_from(text, from));
}

bool template_url_is_safe(struct span url)
{
    static const char *const schemes[] = {"https://", "http://", "mailto:", "tel:"};

    if (!span_is_printable(url) || (url.len && memchr(url.ptr, ' ', url.len)))
        return false;
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        struct span scheme = span_of_text(schemes[i]);

        if (url.len > scheme.len && span_starts_with(url, scheme))
            return true;
    }
    return false;
}

bool template_path_is_safe(struct span path)
{
    static const char also[] = "/-._~%?=&";

    for (size_t i = 0; i < path.len; i++) {
        uint8_t byte = path.ptr[i];
        bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');

        if (!is_letter && !(byte >= '0' && byte <= '9') && (byte == '\0' || !strchr(also, byte)))
            return false;
    }
    return path.len == 0 || (path.ptr[0] == '/' && (path.len == 1 || path.ptr[1] != '/'));
}

struct render {
    struct buf *out;
    const struct template_model *model;
    const struct template_value *list; /* the one we are in, or NULL */
    size_t row;
    int depth;
};

static MUST_CHECK bool render_html(struct render *r, struct span html);

static bool render_slot(struct render *r, struct span name)
{
    const struct template_value *value = piece_find_value(r->model, name);

    if (!value)
        return false;
    switch (value->kind) {
    case TEMPLATE_TEXT:
        template_escape(r->out, value->text);
        return true;
    case TEMPLATE_URL:
        if (template_url_is_safe(value->text))
            template_escape(r->out, value->text);
        return true;
    case TEMPLATE_PATH:
        if (template_path_is_safe(value->text))
            template_escape(r->out, value->text);
        return true;
    case TEMPLATE_COLUMN:
        if (!r->list || strcmp(r->list->name, value->list) != 0)
            return false;
        template_escape(r->out, value->items[r->row]);
        return true;
    default:
        return false;
    }
}

static bool render_part(struct render *r, struct span name)
{
    const struct template_part *part = piece_find_part(r->model, name);
    bool ok;

    if (!part || r->depth == TEMPLATE_DEPTH_MAX)
        return false;
    r->depth++;
    ok = render_html(r, span_of_text(part->html));
    r->depth--;
    return ok;
}

static bool render_list(struct render *r, const struct template_value *list, struct span body)
{
    bool ok = list->kind == TEMPLATE_LIST && !r->list;

    for (size_t row = 0; ok && row < list->rows; row++) {
        r->list = list;
        r->row = row;
        ok = render_html(r, body);
        r->list = NULL;
    }
    return ok;
}

static bool render_section(struct render *r, const struct piece *piece, struct span body)
{
    const struct template_value *value = piece_find_value(r->model, piece->text);

    if (!value)
        return false;
    if (piece->kind == PIECE_LIST)
        return render_list(r, value, body);
    if (value->kind != TEMPLATE_FLAG)
        return false;
    return value->flag == (piece->kind == PIECE_IF) ? render_html(r, body) : true;
}

static bool render_html(struct render *r, struct span html)
{
    struct piece piece;
    struct span body;
    bool ok = true;

    while (ok && piece_next(&html, &piece)) {
        switch (piece.kind) {
        case PIECE_HTML:
            buf_put_span(r->out, piece.text);
            break;
        case PIECE_SLOT:
            ok = render_slot(r, piece.text);
            break;
        case PIECE_PART:
            ok = render_part(r, piece.text);
            break;
        case PIECE_CLOSE:
            ok = false;
            break;
        default:
            ok = piece_take_section(&html, piece.text, &body) && render_section(r, &piece, body);
        }
    }
    return ok;
}

bool template_render(struct buf *out, const char *part, const struct template_model *model)
{
    struct render r = {.out = out, .model = model};

    return render_part(&r, span_of_text(part)) && buf_ok(out);
}
