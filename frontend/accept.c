#include "frontend/accept.h"

#include <strings.h>

#define QUALITY_MAX 1000 /* thousandths: a quality has three digits behind its point */

static struct span trim(struct span text)
{
    while (text.len && (text.ptr[0] == ' ' || text.ptr[0] == '\t'))
        text = span_from(text, 1);
    while (text.len && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
        text.len--;
    return text;
}

/* What stands before the next separator that is in no quoted string; moves *rest behind it. */
static struct span take_until(struct span *rest, char separator)
{
    struct span taken = *rest;
    bool is_quoted = false;
    size_t i = 0;

    for (; i < rest->len && (is_quoted || rest->ptr[i] != separator); i++) {
        if (rest->ptr[i] == '"')
            is_quoted = !is_quoted;
        else if (is_quoted && rest->ptr[i] == '\\')
            i++;
    }
    taken.len = i < rest->len ? i : rest->len;
    *rest = span_from(*rest, i + 1);
    return trim(taken);
}

static bool is_word(struct span text, const char *word, size_t len)
{
    return text.len == len && strncasecmp((const char *)text.ptr, word, len) == 0;
}

/* "0", "0.5", "1.000" in thousandths (RFC 9110 12.4.2). */
static bool parse_quality(struct span text, unsigned *ret_quality)
{
    unsigned quality, place = QUALITY_MAX;

    if (text.len == 0 || text.len > 5 || (text.ptr[0] != '0' && text.ptr[0] != '1') ||
        (text.len > 1 && text.ptr[1] != '.'))
        return false;
    quality = text.ptr[0] == '1' ? QUALITY_MAX : 0;
    for (size_t i = 2; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        place /= 10;
        quality += place * (unsigned)(text.ptr[i] - '0');
    }
    *ret_quality = quality;
    return quality <= QUALITY_MAX;
}

struct media_range {
    struct span type;
    unsigned quality;
};

/* One element of the list: a media range and its parameters. */
static bool parse_range(struct span element, struct media_range *ret_range)
{
    struct media_range range = {take_until(&element, ';'), QUALITY_MAX};

    while (element.len) {
        struct span parameter = take_until(&element, ';');
        struct span name = take_until(&parameter, '=');

        if (is_word(name, "q", 1) && !parse_quality(parameter, &range.quality))
            return false;
    }
    *ret_range = range;
    return range.type.len > 0;
}

/* How closely a range names a type: 3 itself, 2 its first half, 1 as any, 0 not at all. */
static int closeness(struct span range, const char *type)
{
    size_t half = (size_t)(strchr(type, '/') - type) + 1;

    if (is_word(range, type, strlen(type)))
        return 3;
    if (range.len == half + 1 && range.ptr[half] == '*' && is_word(span_of(range.ptr, half), type, half))
        return 2;
    return span_equal_text(range, "*/*") ? 1 : 0;
}

bool accept_prefers(struct span accept, const char *wanted, const char *usual)
{
    unsigned wanted_quality = 0, usual_quality = 0;
    int usual_closeness = 0;

    /* What most clients send costs nothing. */
    if (accept.len <= 3)
        return false;
    while (accept.len) {
        struct media_range range;
        int usually;

        if (!parse_range(take_until(&accept, ','), &range))
            continue;
        if (closeness(range.type, wanted) == 3 && range.quality > wanted_quality)
            wanted_quality = range.quality;
        usually = closeness(range.type, usual);
        if (usually > usual_closeness ||
            (usually && usually == usual_closeness && range.quality > usual_quality)) {
            usual_closeness = usually;
            usual_quality = range.quality;
        }
    }
    return wanted_quality > 0 && wanted_quality >= usual_quality;
}
