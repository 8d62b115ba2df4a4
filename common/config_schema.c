#include "common/config_schema.h"

#include "common/buf.h"
#include "common/config_value.h"

#include <stdlib.h>

#define PATH_SIZE 256

#define NAME_MAX_COMPARED 40

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;

    return least < c ? least : c;
}

/* How many letters have to be changed, added or taken away to make one word of the other (Levenshtein). */
static size_t distance(struct span a, struct span b)
{
    size_t row[NAME_MAX_COMPARED + 1];

    if (a.len > NAME_MAX_COMPARED || b.len > NAME_MAX_COMPARED)
        return NAME_MAX_COMPARED;
    for (size_t k = 0; k <= b.len; k++)
        row[k] = k;
    for (size_t i = 0; i < a.len; i++) {
        size_t diagonal = row[0];

        row[0] = i + 1;
        for (size_t k = 0; k < b.len; k++) {
            size_t above = row[k + 1];

            row[k + 1] = smallest(above + 1, row[k] + 1, diagonal + (a.ptr[i] != b.ptr[k]));
            diagonal = above;
        }
    }
    return row[b.len];
}

const char *config_nearest_key(const struct config_schema *schema, struct span name)
{
    size_t least = name.len / 3 + 2;
    const char *nearest = NULL;

    for (size_t i = 0; i < schema->key_count; i++) {
        size_t each = distance(name, span_of_text(schema->keys[i].name));

        if (each < least) {
            least = each;
            nearest = schema->keys[i].name;
        }
    }
    return nearest;
}

/* ---- what the settings own ---- */

static void free_texts(char **texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
}

static void free_list(const struct config_schema *schema, char *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        config_free(schema, items + i * schema->size);
    free(items);
}

void config_free(const struct config_schema *schema, void *settings)
{
    for (size_t i = 0; i < schema->key_count; i++) {
        const struct config_key *key = &schema->keys[i];
        char *member = (char *)settings + key->offset;
        size_t *count = (size_t *)(void *)((char *)settings + key->extra_offset);

        if (key->type == CONFIG_TEXT)
            free(*(char **)(void *)member);
        else if (key->type == CONFIG_TEXT_LIST)
            free_texts(*(char ***)(void *)member, *count);
        else if (key->type == CONFIG_LIST)
            free_list(key->of, *(char **)(void *)member, *count);
        else if (key->type == CONFIG_MAPPING || key->type == CONFIG_OPTIONAL)
            config_free(key->of, member);
    }
    memset(settings, 0, schema->size);
}

/* ---- every key ---- */

struct visitor {
    void (*visit)(const char *key_path, const struct config_key *key, void *context);
    void *context;
    struct buf path;
};

static void visit_all(const struct config_schema *schema, struct visitor *visitor)
{
    for (size_t i = 0; i < schema->key_count; i++) {
        const struct config_key *key = &schema->keys[i];
        size_t before = visitor->path.len;

        if (before)
            buf_put_u8(&visitor->path, '.');
        buf_put_text(&visitor->path, key->name);
        buf_put_u8(&visitor->path, '\0');
        visitor->visit((const char *)visitor->path.ptr, key, visitor->context);
        visitor->path.len--;
        if (key->type == CONFIG_LIST)
            buf_put_text(&visitor->path, "[]");
        if (key->of)
            visit_all(key->of, visitor);
        visitor->path.len = before;
    }
}

void config_each(const struct config_schema *schema,
                 void (*visit)(const char *key_path, const struct config_key *key, void *context),
                 void *context)
{
    char room[PATH_SIZE];
    struct visitor visitor = {visit, context, buf_over(room, sizeof(room))};

    visit_all(schema, &visitor);
}

static void describe_key(const char *key_path, const struct config_key *key, void *context)
{
    char expected[CONFIG_EXPECTED_SIZE];
    struct buf text = buf_over(expected, sizeof(expected));
    FILE *out = context;

    config_value_expected(key, &text);
    fprintf(out, "%s: %.*s", key_path, SPAN_PRINTF(buf_span(&text)));
    if (key->required)
        fputs("; required", out);
    else if (key->fallback)
        fprintf(out, "; default %s", *key->fallback ? key->fallback : "\"\"");
    else if (key->type != CONFIG_MAPPING)
        fputs("; optional", out);
    fprintf(out, "\n    %s\n", key->help);
}

void config_describe(const struct config_schema *schema, FILE *out)
{
    config_each(schema, describe_key, out);
}
