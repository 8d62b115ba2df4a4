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

/* Where `mark` begins in `text`; text.len if it is not there. */
static size_t find(struct span text, const char *mark)
{
    size_t len = strlen(mark);

    for (size_t i = 0; i + len <= text.len; i++)
        if (memcmp(text.ptr + i, mark, len) == 0)
            return i;
    return text.len;
}

/* Braces without an end are HTML here; template_check() finds them, because HTML of ours has no braces. */
static bool piece_next(struct span *rest, struct piece *ret_piece)
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

/* What stands before {{/name}}; `*rest` moves behind that. */
static bool section_take(struct span *rest, struct span name, struct span *ret_body)
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

static const struct template_value *value_find(const struct template_model *model, struct span name)
{
    for (size_t i = 0; i < model->values_len; i++)
        if (span_equal_text(name, model->values[i].name))
            return &model->values[i];
    return NULL;
}

static const struct template_part *part_find(const struct template_model *model, struct span name)
{
    for (size_t i = 0; i < model->parts_len; i++)
        if (span_equal_text(name, model->parts[i].name))
            return &model->parts[i];
    return NULL;
}

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

/* ---- rendering ---- */

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
    const struct template_value *value = value_find(r->model, name);

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
    const struct template_part *part = part_find(r->model, name);
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
    const struct template_value *value = value_find(r->model, piece->text);

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
            ok = section_take(&html, piece.text, &body) && render_section(r, &piece, body);
        }
    }
    return ok;
}

bool template_render(struct buf *out, const char *part, const struct template_model *model)
{
    struct render r = {.out = out, .model = model};

    return render_part(&r, span_of_text(part)) && buf_ok(out);
}

/* ---- checking ---- */

enum place {
    PLACE_TEXT,
    PLACE_TAG_NAME,
    PLACE_TAG,
    PLACE_ATTRIBUTE, /* in its name */
    PLACE_EQUALS,    /* behind it */
    PLACE_VALUE,
};

/* Where in HTML we are; enough of its grammar for what we write, and strict about the rest. */
struct context {
    enum place place;
    char word[16]; /* of the tag or attribute that we are in; longer ones are cut */
    size_t word_len;
    size_t value_len; /* of the attribute so far; a slot counts as one */
};

struct check {
    const struct template_model *model;
    struct buf *why;
    const char *part; /* the innermost one, to name it */
    const struct template_value *list;
    struct context context;
    int depth;
};

static bool wrong(struct check *c, const char *what, struct span where)
{
    if (c->why)
        buf_printf(c->why, "part '%s': %s: %.*s", c->part, what, (int)(where.len < 40 ? where.len : 40),
                   (const char *)where.ptr);
    return false;
}

static bool word_is_one_of(const struct context *context, const char *const *words, size_t len)
{
    struct span word = span_of(context->word, context->word_len);

    for (size_t i = 0; i < len; i++)
        if (span_equal_text(word, words[i]))
            return true;
    return false;
}

/* What is inside of these is not text to a browser, so escaping would mean something else. */
static bool tag_is_forbidden(const struct context *context)
{
    static const char *const tags[] = {"script", "style", "iframe", "object", "embed", "noscript", "plaintext",
                                       "xmp", "svg", "math", "base"};

    return word_is_one_of(context, tags, sizeof(tags) / sizeof(tags[0])) ||
           (context->word_len > 1 && context->word[0] == '!' && context->word[1] == '-');
}

static bool attribute_is_forbidden(const struct context *context)
{
    return (context->word_len > 2 && memcmp(context->word, "on", 2) == 0) ||
           word_is_one_of(context, (const char *const[]){"style", "srcdoc", "http-equiv"}, 3);
}

static bool attribute_is_url(const struct context *context)
{
    static const char *const urls[] = {"href", "src", "action", "formaction", "srcset", "poster", "data", "cite",
                                       "background", "ping", "manifest"};

    return word_is_one_of(context, urls, sizeof(urls) / sizeof(urls[0]));
}

static void word_start(struct context *context, enum place place)
{
    context->place = place;
    context->word_len = 0;
}

static void word_add(struct context *context, uint8_t byte)
{
    if (context->word_len < sizeof(context->word))
        context->word[context->word_len++] = (char)(byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte);
}

/* One byte of HTML; NULL, or what is wrong with it. */
static const char *context_step(struct context *context, uint8_t byte)
{
    bool space = byte == ' ' || byte == '\n' || byte == '\t';

    if (byte == '{' || byte == '}')
        return "a brace in HTML";
    switch (context->place) {
    case PLACE_TEXT:
        if (byte == '<')
            word_start(context, PLACE_TAG_NAME);
        return byte == '>' ? "a stray >" : NULL;
    case PLACE_TAG_NAME:
        if (!space && byte != '>') {
            word_add(context, byte);
            return NULL;
        }
        context->place = space ? PLACE_TAG : PLACE_TEXT;
        return tag_is_forbidden(context) ? "a tag that no page has" : NULL;
    case PLACE_TAG:
    case PLACE_ATTRIBUTE:
        if (byte == '>' || space) {
            context->place = space ? PLACE_TAG : PLACE_TEXT;
            return NULL;
        }
        if (byte == '"' || byte == '\'' || byte == '<')
            return "a quote or bracket in a tag";
        if (context->place == PLACE_TAG)
            word_start(context, PLACE_ATTRIBUTE);
        if (byte != '=') {
            word_add(context, byte);
            return NULL;
        }
        context->place = PLACE_EQUALS;
        return attribute_is_forbidden(context) ? "an attribute that no page has" : NULL;
    case PLACE_EQUALS:
        context->place = PLACE_VALUE;
        context->value_len = 0;
        return byte == '"' ? NULL : "an attribute value without double quotes";
    case PLACE_VALUE:
        if (byte == '"')
            context->place = PLACE_TAG;
        context->value_len++;
        return byte == '<' || byte == '>' ? "a bracket in an attribute value" : NULL;
    }
    return "no such place";
}

static MUST_CHECK bool check_html(struct check *c, struct span html);

static bool check_text(struct check *c, struct span html)
{
    for (size_t i = 0; i < html.len; i++) {
        const char *what = context_step(&c->context, html.ptr[i]);

        if (what)
            return wrong(c, what, span_from(html, i));
    }
    return true;
}

static bool check_slot(struct check *c, struct span name)
{
    const struct template_value *value = value_find(c->model, name);
    struct context *context = &c->context;

    if (!value)
        return wrong(c, "a slot that the model does not have", name);
    if (value->kind == TEMPLATE_FLAG || value->kind == TEMPLATE_LIST)
        return wrong(c, "a slot that has no text", name);
    if (value->kind == TEMPLATE_COLUMN && (!c->list || strcmp(c->list->name, value->list) != 0))
        return wrong(c, "a column outside of its list", name);
    if (context->place != PLACE_TEXT && context->place != PLACE_VALUE)
        return wrong(c, "a slot in a tag", name);
    if (context->place == PLACE_VALUE) {
        bool url = attribute_is_url(context);

        if (url && (value->kind != TEMPLATE_URL || context->value_len > 0))
            return wrong(c, "a slot that makes up part of a URL", name);
        context->value_len++;
    }
    return true;
}

static bool check_part(struct check *c, struct span name)
{
    const struct template_part *part = part_find(c->model, name);
    const char *outer = c->part;
    bool ok;

    if (!part)
        return wrong(c, "a part that is not there", name);
    if (c->depth == TEMPLATE_DEPTH_MAX)
        return wrong(c, "a part too deep inside of others", name);
    c->part = part->name;
    c->depth++;
    ok = check_html(c, span_of_text(part->html));
    c->depth--;
    c->part = outer;
    return ok;
}

/* What may be left out or repeated must end where it began, or the rest would mean different things. */
static bool check_section(struct check *c, const struct piece *piece, struct span body)
{
    const struct template_value *value = value_find(c->model, piece->text);
    enum place before = c->context.place;
    bool ok;

    if (!value)
        return wrong(c, "a section that the model does not have", piece->text);
    if (value->kind != (piece->kind == PIECE_LIST ? TEMPLATE_LIST : TEMPLATE_FLAG))
        return wrong(c, "a section of the wrong kind", piece->text);
    if (before == PLACE_TAG_NAME || before == PLACE_ATTRIBUTE || before == PLACE_EQUALS)
        return wrong(c, "a section in the middle of a word", piece->text);
    if (piece->kind == PIECE_LIST && c->list)
        return wrong(c, "a list in a list", piece->text);
    if (piece->kind == PIECE_LIST)
        c->list = value;
    ok = check_html(c, body);
    if (piece->kind == PIECE_LIST)
        c->list = NULL;
    if (ok && c->context.place != before)
        return wrong(c, "a section that ends elsewhere than it began", piece->text);
    return ok;
}

static bool check_html(struct check *c, struct span html)
{
    struct piece piece;
    struct span body;
    bool ok = true;

    while (ok && piece_next(&html, &piece)) {
        switch (piece.kind) {
        case PIECE_HTML:
            ok = check_text(c, piece.text);
            break;
        case PIECE_SLOT:
            ok = check_slot(c, piece.text);
            break;
        case PIECE_PART:
            ok = check_part(c, piece.text);
            break;
        case PIECE_CLOSE:
            ok = wrong(c, "an end without a beginning", piece.text);
            break;
        default:
            if (!section_take(&html, piece.text, &body))
                ok = wrong(c, "a section without an end", piece.text);
            else
                ok = check_section(c, &piece, body);
        }
    }
    return ok;
}

bool template_check(const char *part, const struct template_model *model, struct buf *why)
{
    struct check c = {.model = model, .why = why, .part = part, .context = {.place = PLACE_TEXT}};

    if (!check_part(&c, span_of_text(part)))
        return false;
    return c.context.place == PLACE_TEXT ? true : wrong(&c, "a tag without an end", SPAN_LITERAL("at the end"));
}
