#include "common/config_problem.h"

#include "common/buf.h"

#include <stdlib.h>

#define QUOTED_MAX 60 /* bytes of the file's text; each may become four, and there are quotes and dots */

void *config_must(void *memory)
{
    if (memory)
        return memory;
    fputs("out of memory while reading the configuration\n", stderr);
    abort();
}

static bool is_plain_word(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= 0x20 || text.ptr[i] >= 0x7f || memchr("'\"\\,;:", text.ptr[i], 6))
            return false;
    return text.len > 0 && text.len <= QUOTED_MAX;
}

void config_quote(struct span text, char ret_quoted[CONFIG_QUOTE_SIZE])
{
    struct buf out = buf_over(ret_quoted, CONFIG_QUOTE_SIZE);
    struct span rest = span_of(text.ptr, text.len < QUOTED_MAX ? text.len : QUOTED_MAX);
    bool plain = is_plain_word(text);

    if (!plain)
        buf_put_u8(&out, '"');
    while (rest.len) {
        size_t len = span_utf8_len(rest);

        if (len == 0 || rest.ptr[0] < 0x20 || rest.ptr[0] == 0x7f) {
            buf_put_text(&out, "\\x");
            buf_put_hex(&out, span_of(rest.ptr, 1));
            len = 1;
        } else {
            buf_put(&out, rest.ptr, len);
        }
        rest = span_from(rest, len);
    }
    if (!plain)
        buf_put_text(&out, text.len > QUOTED_MAX ? "...\"" : "\"");
    buf_put_u8(&out, '\0');
}

void config_problem_add_va(struct config_problem_list *list, struct config_place place, const char *key_path,
                           const char *format, va_list args)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out;

    if (list->count == CONFIG_PROBLEMS_MAX) {
        list->dropped++;
        return;
    }
    out = config_must(open_memstream(&text, &size));
    if (key_path)
        fprintf(out, "key '%s': ", key_path);
    vfprintf(out, format, args);
    fclose(out);
    list->items[list->count].place = place;
    list->items[list->count].text = config_must(text);
    list->count++;
}

void config_problem_add(struct config_problem_list *list, struct config_place place, const char *key_path,
                        const char *format, ...)
{
    va_list args;

    va_start(args, format);
    config_problem_add_va(list, place, key_path, format, args);
    va_end(args);
}

static bool is_before(struct config_place a, struct config_place b)
{
    return a.line < b.line || (a.line == b.line && a.column < b.column);
}

/* An insertion sort: there are at most twenty, and those of one place keep the order they were found in. */
static void sort_by_place(struct config_problem_list *list)
{
    for (size_t i = 1; i < list->count; i++) {
        for (size_t k = i; k > 0 && is_before(list->items[k].place, list->items[k - 1].place); k--) {
            struct config_place place = list->items[k].place;
            char *text = list->items[k].text;

            list->items[k] = list->items[k - 1];
            list->items[k - 1].place = place;
            list->items[k - 1].text = text;
        }
    }
}

void config_problem_print(struct config_problem_list *list, const char *path, FILE *out)
{
    sort_by_place(list);
    for (size_t i = 0; i < list->count; i++) {
        struct config_place place = list->items[i].place;

        if (place.line)
            fprintf(out, "%s:%zu:%zu: %s\n", path, place.line, place.column, list->items[i].text);
        else
            fprintf(out, "%s: %s\n", path, list->items[i].text);
    }
    if (list->dropped)
        fprintf(out, "%s: there are %zu more problems\n", path, list->dropped);
}

void config_problem_free(struct config_problem_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].text);
    list->count = 0;
}
