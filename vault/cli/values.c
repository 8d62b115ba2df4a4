#include "vault/cli/values.h"

#include <time.h>

static MUST_CHECK bool number_parse(const char *text, size_t len, uint64_t *ret_value)
{
    uint64_t value = 0;

    if (len == 0 || len > 18)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(text[i] - '0');
    }
    *ret_value = value;
    return true;
}

bool duration_parse(const char *text, uint64_t *ret_seconds)
{
    static const struct {
        char unit;
        uint64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    size_t len = strlen(text);
    uint64_t value;

    if (len < 2 || len > 12 || !number_parse(text, len - 1, &value))
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (text[len - 1] == units[i].unit) {
            *ret_seconds = value * units[i].seconds;
            return true;
        }
    return false;
}

bool time_parse(const char *text, uint64_t *ret_unix_s)
{
    static const char *const formats[] = {"%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%MZ",
                                          "%Y-%m-%d %H:%M:%SZ"};

    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        struct tm read = {0}, made;
        const char *end = strptime(text, formats[i], &read);
        time_t when;

        if (!end || *end)
            continue;
        made = read;
        when = timegm(&made); /* makes 3 March of 31 February */
        if (when < 0 || made.tm_mday != read.tm_mday || made.tm_min != read.tm_min ||
            made.tm_sec != read.tm_sec)
            return false;
        *ret_unix_s = (uint64_t)when;
        return true;
    }
    return false;
}

static bool is_choice(const char *choices, const char *value)
{
    struct span rest = span_of_text(choices);
    struct span word;

    while (span_next_word(&rest, '|', &word))
        if (span_equal_text(word, value))
            return true;
    return false;
}

bool value_check(const struct option *option, const char *value, uint64_t *ret_number,
                 struct problem *problem)
{
    size_t len = strlen(value);

    switch (option->kind) {
    case OPTION_FLAG: return true;
    case OPTION_TEXT:
        if (len >= option->min && len <= option->max)
            return true;
        problem_set(problem, "--%s: a text of %llu to %llu bytes was expected", option->name,
                    (unsigned long long)option->min, (unsigned long long)option->max);
        return false;
    case OPTION_CHOICE:
        if (is_choice(option->value, value))
            return true;
        problem_set(problem, "--%s: %s was expected, not \"%s\"", option->name, option->value, value);
        return false;
    case OPTION_NUMBER:
        if (number_parse(value, len, ret_number) && *ret_number >= option->min && *ret_number <= option->max)
            return true;
        problem_set(problem, "--%s: a number from %llu to %llu was expected, not \"%s\"", option->name,
                    (unsigned long long)option->min, (unsigned long long)option->max, value);
        return false;
    case OPTION_DURATION:
        if (duration_parse(value, ret_number) && *ret_number >= option->min && *ret_number <= option->max)
            return true;
        problem_set(problem,
                    "--%s: a duration such as 90s, 15m, 8h or 30d, from %llus to %llus, was expected, "
                    "not \"%s\"",
                    option->name, (unsigned long long)option->min, (unsigned long long)option->max, value);
        return false;
    case OPTION_TIME:
        if (time_parse(value, ret_number) && *ret_number >= option->min && *ret_number <= option->max)
            return true;
        problem_set(problem, "--%s: a time in UTC such as 2026-12-01T03:00Z was expected, not \"%s\"",
                    option->name, value);
        return false;
    }
    return false;
}
