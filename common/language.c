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

/* The digit at `at`, or 0 behind the end: "0.8" is as good as "0.800". */
static int digit_at(struct span text, size_t at)
{
    return at < text.len ? text.ptr[at] - '0' : 0;
}

/* RFC 9110 12.4.2: 0 to 1 with up to three digits behind the point, in thousandths; -1 if it is none. */
static int quality_value(struct span text)
{
    int value;

    if (text.len == 0 || text.len > 5 || (text.len > 1 && text.ptr[1] != '.'))
        return -1;
    for (size_t i = 0; i < text.len; i++)
        if (i != 1 && !isdigit(text.ptr[i]))
            return -1;
    value = 1000 * digit_at(text, 0) + 100 * digit_at(text, 2) + 10 * digit_at(text, 3) + digit_at(text, 4);
    return value <= 1000 ? value : -1;
}

/* ";q=0.8" in thousandths; 1000 where there is none, 0 where it cannot be read: that range is left out. */
static int quality_of(struct span parameters)
{
    struct span parameter;
    int value;

    if (!span_next_word(&parameters, ';', &parameter))
        return 1000;
    parameter = trimmed(parameter);
    if (parameter.len < 2 || tolower(parameter.ptr[0]) != 'q' || parameter.ptr[1] != '=')
        return 0;
    value = quality_value(span_from(parameter, 2));
    return value < 0 || span_next_word(&parameters, ';', &parameter) ? 0 : value;
}

/* What a header says of the languages: of those that it names, and by "*" of all others (RFC 4647 3.4). */
struct wishes {
    int quality[LANGUAGE_COUNT]; /* -1: not named */
    int others;
    enum language order[LANGUAGE_COUNT]; /* as they are named */
    size_t named;
};

static void note_wish(struct wishes *wishes, struct span tag, int quality)
{
    enum language found = language_find(tag);

    if (span_equal_text(tag, "*"))
        wishes->others = quality;
    if (found == LANGUAGE_NONE)
        return;
    if (wishes->quality[found] < 0)
        wishes->order[wishes->named++] = found;
    if (quality > wishes->quality[found])
        wishes->quality[found] = quality;
}

static enum language best_of(struct wishes *wishes)
{
    enum language best = LANGUAGE_NONE;
    int best_quality = 0;

    for (int i = 0; i < LANGUAGE_COUNT; i++)
        if (wishes->quality[i] < 0) {
            wishes->quality[i] = wishes->others;
            wishes->order[wishes->named++] = (enum language)i;
        }
    for (size_t i = 0; i < wishes->named; i++)
        if (wishes->quality[wishes->order[i]] > best_quality) {
            best = wishes->order[i];
            best_quality = wishes->quality[best];
        }
    return best;
}

enum language language_of_header(struct span accept_language)
{
    struct wishes wishes = {.others = 0};
    struct span range;

    for (int i = 0; i < LANGUAGE_COUNT; i++)
        wishes.quality[i] = -1;
    while (span_next_word(&accept_language, ',', &range)) {
        struct span tag;

        if (span_next_word(&range, ';', &tag))
            note_wish(&wishes, trimmed(tag), quality_of(range));
    }
    return best_of(&wishes);
}
