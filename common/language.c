#include "common/language.h"

#include <ctype.h>
#include <string.h>

static const struct {
    const char *tag;
    const char *name;
} languages[] = {
#define LANGUAGE(tag, name) {#tag, name},
#include "common/language.def"
#undef LANGUAGE
};

const char *language_tag(enum language language)
{
    return languages[language].tag;
}

const char *language_name(enum language language)
{
    return languages[language].name;
}

static bool is_same_letters(struct span text, const char *tag)
{
    if (text.len != strlen(tag))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (tolower(text.ptr[i]) != tag[i])
            return false;
    return true;
}

enum language language_find(struct span tag)
{
    size_t len = 0;

    while (len < tag.len && tag.ptr[len] != '-')
        len++;
    for (int i = 0; i < LANGUAGE_COUNT; i++)
        if (is_same_letters(span_of(tag.ptr, len), languages[i].tag))
            return (enum language)i;
    return LANGUAGE_NONE;
}

enum language language_of_locales(struct span ui_locales)
{
    struct span tag;

    while (span_next_word(&ui_locales, ' ', &tag)) {
        enum language found = language_find(tag);

        if (found != LANGUAGE_NONE)
            return found;
    }
    return LANGUAGE_NONE;
}

static struct span trimmed(struct span text)
{
    while (text.len && (text.ptr[0] == ' ' || text.ptr[0] == '\t'))
        text = span_from(text, 1);
    while (text.len && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
        text.len--;
    return text;
}

/* ";q=0.8" in thousandths; 1000 where there is none, 0 where it is not to be read. */
static int quality_of(struct span parameters)
{
    int value = 0;
    int unit = 1000;

    if (parameters.len == 0)
        return 1000;
    parameters = trimmed(span_from(parameters, 1)); /* behind the ; */
    if (parameters.len < 3 || tolower(parameters.ptr[0]) != 'q' || parameters.ptr[1] != '=')
        return 0;
    for (size_t i = 2; i < parameters.len && i < 7; i++) {
        if (i == 3 && parameters.ptr[i] == '.')
            continue;
        if (!isdigit(parameters.ptr[i]))
            return 0;
        value += (parameters.ptr[i] - '0') * unit;
        unit /= 10;
    }
    return value;
}

enum language language_of_header(struct span accept_language)
{
    enum language best = LANGUAGE_NONE;
    int best_quality = 0;
    struct span range;

    while (span_next_word(&accept_language, ',', &range)) {
        struct span rest = trimmed(range);
        struct span tag = SPAN_NONE;
        enum language found;
        int quality;

        if (!span_next_word(&rest, ';', &tag))
            continue;
        quality = quality_of(rest);
        found = language_find(trimmed(tag));
        if (found != LANGUAGE_NONE && quality > best_quality) {
            best = found;
            best_quality = quality;
        }
    }
    return best;
}
