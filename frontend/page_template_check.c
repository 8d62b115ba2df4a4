#include "frontend/page_piece.h"

enum place {
    PLACE_TEXT = 0,
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
    static const char *const tags[] = {"script",    "style", "iframe", "object", "embed", "noscript",
                                       "plaintext", "xmp",   "svg",    "math",   "base"};

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
    static const char *const urls[] = {"href", "src",  "action",     "formaction", "srcset",  "poster",
                                       "data", "cite", "background", "ping",       "manifest"};

    return word_is_one_of(context, urls, sizeof(urls) / sizeof(urls[0]));
}

static bool byte_is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\n' || byte == '\t';
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

/* The two that step through a tag and its attributes return NULL, or what is wrong with the byte. */
static const char *tag_name_step(struct context *context, uint8_t byte)
{
    bool space = byte_is_space(byte);

    if (!space && byte != '>') {
        word_add(context, byte);
        return NULL;
    }
    context->place = space ? PLACE_TAG : PLACE_TEXT;
    return tag_is_forbidden(context) ? "a tag that no page has" : NULL;
}

static const char *attribute_step(struct context *context, uint8_t byte)
{
    if (byte == '>' || byte_is_space(byte)) {
        context->place = byte == '>' ? PLACE_TEXT : PLACE_TAG;
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
}

static const char *context_step(struct context *context, uint8_t byte)
{
    if (byte == '{' || byte == '}')
        return "a brace in HTML";
    switch (context->place) {
    case PLACE_TEXT:
        if (byte == '<')
            word_start(context, PLACE_TAG_NAME);
        return byte == '>' ? "a stray >" : NULL;
    case PLACE_TAG_NAME:
        return tag_name_step(context, byte);
    case PLACE_TAG:
    case PLACE_ATTRIBUTE:
        return attribute_step(context, byte);
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
    const struct template_value *value = piece_find_value(c->model, name);
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
        bool is_address = value->kind == TEMPLATE_URL || value->kind == TEMPLATE_PATH;

        if (attribute_is_url(context) && (!is_address || context->value_len > 0))
            return wrong(c, "a slot that makes up part of a URL", name);
        context->value_len++;
    }
    return true;
}

static bool check_part(struct check *c, struct span name)
{
    const struct template_part *part = piece_find_part(c->model, name);
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
    const struct template_value *value = piece_find_value(c->model, piece->text);
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
            if (!piece_take_section(&html, piece.text, &body))
                ok = wrong(c, "a section without an end", piece.text);
            else
                ok = check_section(c, &piece, body);
        }
    }
    return ok;
}

bool template_check(const char *part, const struct template_model *model, struct buf *why)
{
    struct check c = {.model = model, .why = why, .part = part};

    if (!check_part(&c, span_of_text(part)))
        return false;
    if (c.context.place != PLACE_TEXT)
        return wrong(&c, "a tag without an end", SPAN_LITERAL("at the end"));
    return true;
}
