#include "frontend/form.h"

#include <strings.h>

#include "common/uri.h"

/* The bytes are the connection's own buffer; spans are read-only by habit, not by nature. */
static bool decode(struct span *text)
{
    return uri_form_decode_in_place((uint8_t *)(uintptr_t)text->ptr, text->len, &text->len);
}

static void set_value(struct form *form, const struct form_field *field, struct form_value *value,
                      struct span text)
{
    bool is_good = decode(&text) && (field->max == 0 || text.len <= field->max);

    if (value->state != FORM_ABSENT) {
        value->state = FORM_REPEATED;
        value->text = SPAN_NONE;
        form->has_repeated = true;
    } else if (is_good) {
        value->state = FORM_PRESENT;
        value->text = text.len ? text : SPAN_NONE;
    } else {
        value->state = FORM_MALFORMED;
    }
    form->is_malformed |= !is_good;
}

static void take_parameter(struct form *form, struct span piece, const struct form_field *fields,
                           size_t field_count)
{
    const uint8_t *equals = memchr(piece.ptr, '=', piece.len);
    struct span name = span_of(piece.ptr, equals ? (size_t)(equals - piece.ptr) : piece.len);
    struct span text = span_from(piece, equals ? name.len + 1 : piece.len);

    if (!decode(&name)) {
        form->is_malformed = true;
        return;
    }
    for (size_t i = 0; i < field_count; i++) {
        if (span_equal_text(name, fields[i].name)) {
            set_value(form, &fields[i], &form->values[i], text);
            return;
        }
    }
    if (!decode(&text))
        form->is_malformed = true;
}

void form_parse(struct form *form, struct span text, const struct form_field *fields, size_t field_count)
{
    struct span piece;

    memset(form, 0, sizeof(*form));
    while (span_next_word(&text, '&', &piece))
        take_parameter(form, piece, fields, field_count);
}

static struct span trim(struct span text)
{
    while (text.len && (text.ptr[0] == ' ' || text.ptr[0] == '\t'))
        text = span_from(text, 1);
    while (text.len && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
        text.len--;
    return text;
}

static bool is_word(struct span text, const char *word)
{
    return text.len == strlen(word) && strncasecmp((const char *)text.ptr, word, text.len) == 0;
}

bool form_is_media_type(struct span content_type)
{
    const uint8_t *semicolon = content_type.len ? memchr(content_type.ptr, ';', content_type.len) : NULL;
    size_t type_len = semicolon ? (size_t)(semicolon - content_type.ptr) : content_type.len;
    struct span type = span_of(content_type.ptr, type_len);
    struct span parameter = semicolon ? trim(span_from(content_type, type.len + 1)) : SPAN_NONE;

    if (!is_word(trim(type), "application/x-www-form-urlencoded"))
        return false;
    return parameter.len == 0 || is_word(parameter, "charset=utf-8") ||
           is_word(parameter, "charset=\"utf-8\"");
}
