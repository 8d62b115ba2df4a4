#include "common/config_value.h"

#include "common/config_problem.h"

#include <stdlib.h>

struct unit {
    const char *name;
    uint64_t factor;
};

/* From the largest, so that a limit is printed in the largest unit that says it exactly. */
static const struct unit duration_units[] = {{"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}};
static const struct unit size_units[] = {{"TiB", (uint64_t)1 << 40},
                                         {"GiB", (uint64_t)1 << 30},
                                         {"MiB", (uint64_t)1 << 20},
                                         {"KiB", (uint64_t)1 << 10},
                                         {"B", 1}};

/* The digits at the start of `*rest`, which moves behind them. */
static bool take_number(struct span *rest, uint64_t *ret_number)
{
    uint64_t number = 0;
    size_t i = 0;

    for (; i < rest->len && rest->ptr[i] >= '0' && rest->ptr[i] <= '9'; i++)
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, rest->ptr[i] - (unsigned)'0', &number))
            return false;
    /* 010 is eight to some and ten to others. */
    if (i == 0 || (i > 1 && rest->ptr[0] == '0'))
        return false;
    *rest = span_from(*rest, i);
    *ret_number = number;
    return true;
}

static bool parse_with_unit(struct span text, const struct unit *units, size_t count, uint64_t *ret_value)
{
    uint64_t number;

    if (!take_number(&text, &number))
        return false;
    for (size_t i = 0; i < count; i++)
        if (span_equal_text(text, units[i].name))
            return !__builtin_mul_overflow(number, units[i].factor, ret_value);
    return false;
}

static bool parse_u64(const struct config_key *key, struct span text, bool is_plain, uint64_t *ret_value)
{
    uint64_t value;

    if (key->type == CONFIG_DURATION) {
        if (!parse_with_unit(text, duration_units, 4, &value))
            return false;
    } else if (key->type == CONFIG_SIZE) {
        if (!parse_with_unit(text, size_units, 5, &value))
            return false;
    } else if (!is_plain || !take_number(&text, &value) || text.len) {
        return false;
    }
    if (value < key->min || value > key->max)
        return false;
    *ret_value = value;
    return true;
}

static bool parse_bool(struct span text, bool is_plain, bool *ret_value)
{
    if (!is_plain || !(span_equal_text(text, "true") || span_equal_text(text, "false")))
        return false;
    *ret_value = span_equal_text(text, "true");
    return true;
}

/* No control characters: a name with a line break in it ends up in a log line, a header or a path. */
static bool parse_text(const struct config_key *key, struct span text, char **ret_text)
{
    char *copy;

    if (text.len < key->min || text.len > key->max)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
            return false;
    copy = config_must(malloc(text.len + 1));
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    *ret_text = copy;
    return true;
}

bool config_value_word(const struct config_key *key, struct span text, int *ret_value)
{
    for (const struct config_word *word = key->words; word->word; word++) {
        if (span_equal_text(text, word->word)) {
            *ret_value = word->value;
            return true;
        }
    }
    return false;
}

bool config_value_parse(const struct config_key *key, struct span text, bool is_plain, void *member)
{
    switch (key->type) {
    case CONFIG_BOOL: return parse_bool(text, is_plain, member);
    case CONFIG_INT:
    case CONFIG_DURATION:
    case CONFIG_SIZE: return parse_u64(key, text, is_plain, member);
    case CONFIG_TEXT: return parse_text(key, text, member);
    case CONFIG_ENUM: return config_value_word(key, text, member);
    default: return false;
    }
}

static void put_with_unit(struct buf *out, uint64_t value, const struct unit *units, size_t count)
{
    size_t i = 0;

    while (i + 1 < count && (value < units[i].factor || value % units[i].factor))
        i++;
    buf_put_u64(out, value / units[i].factor);
    buf_put_text(out, units[i].name);
}

static void put_words(struct buf *out, const struct config_key *key)
{
    for (const struct config_word *word = key->words; word->word; word++) {
        if (word != key->words)
            buf_put_text(out, ", ");
        buf_put_text(out, word->word);
    }
}

static void put_range(struct buf *out, const struct config_key *key, const char *what)
{
    if (key->min == key->max)
        buf_printf(out, "%llu %s", (unsigned long long)key->min, what);
    else
        buf_printf(out, "%llu to %llu %s", (unsigned long long)key->min, (unsigned long long)key->max, what);
}

static void put_measure(struct buf *out, const struct config_key *key, const char *what,
                        const struct unit *units, size_t count, const char *how)
{
    buf_put_text(out, what);
    put_with_unit(out, key->min, units, count);
    buf_put_text(out, " to ");
    put_with_unit(out, key->max, units, count);
    buf_put_text(out, how);
}

void config_value_expected(const struct config_key *key, struct buf *out)
{
    switch (key->type) {
    case CONFIG_BOOL:
        buf_put_text(out, "true or false");
        break;
    case CONFIG_INT:
        buf_printf(out, "a whole number from %llu to %llu", (unsigned long long)key->min,
                   (unsigned long long)key->max);
        break;
    case CONFIG_DURATION:
        put_measure(out, key, "a duration from ", duration_units, 4, " (such as 90s, 15m, 8h, 30d)");
        break;
    case CONFIG_SIZE:
        put_measure(out, key, "a size from ", size_units, 5, " (such as 512B, 16KiB, 19MiB, 64GiB)");
        break;
    case CONFIG_TEXT:
        buf_put_text(out, "a text of ");
        put_range(out, key, "bytes without control characters");
        break;
    case CONFIG_ENUM:
        buf_put_text(out, "one of ");
        put_words(out, key);
        break;
    case CONFIG_FLAGS:
        buf_put_text(out, "a list such as [a, b] of some of ");
        put_words(out, key);
        break;
    case CONFIG_TEXT_LIST:
        buf_put_text(out, "a list of ");
        put_range(out, key, "texts");
        break;
    case CONFIG_MAPPING:
    case CONFIG_OPTIONAL:
        buf_put_text(out, "a mapping (keys of its own, indented below it)");
        break;
    case CONFIG_LIST:
        buf_put_text(out, "a list of ");
        put_range(out, key, "mappings (each starts with a dash)");
        break;
    }
}
