#include "common/config.h"

#include "common/config_schema.h"
#include "common/config_tree.h"
#include "common/config_value.h"

#include <assert.h>
#include <stdlib.h>

#define PATH_SIZE 512

/* Where the value of a member came from, for problems that are found later. */
struct mark {
    const void *member;
    char *key_path;
    struct config_place place;
    bool is_in_file;
    bool has_problem;
};

struct config_file {
    char *path;
    struct config_tree tree;
    struct config_problem_list problems;
    struct mark *marks;
    size_t mark_count;
    size_t mark_room;
};

/* The mapping that is being read: where its values go and how problems name it. */
struct level {
    const struct config_schema *schema;
    char *base;
    struct config_place place;
    struct buf *key_path;
};

static void read_level(struct config_file *file, const struct level *level, const yaml_node_t *node);

/* ---- paths and marks ---- */

static const char *path_text(struct buf *key_path)
{
    assert(key_path->len < key_path->cap);
    key_path->ptr[key_path->len] = '\0';
    return (const char *)key_path->ptr;
}

/* Append a key's name to the path and return the length to cut it back to. */
static size_t path_enter(struct buf *key_path, const char *name)
{
    size_t before = key_path->len;

    if (before)
        buf_put_u8(key_path, '.');
    buf_put_text(key_path, name);
    return before;
}

static size_t path_enter_item(struct buf *key_path, size_t index)
{
    size_t before = key_path->len;

    buf_put_u8(key_path, '[');
    buf_put_u64(key_path, index);
    buf_put_u8(key_path, ']');
    return before;
}

static struct mark *add_mark(struct config_file *file, const void *member, const char *key_path,
                             struct config_place place, bool is_in_file)
{
    struct mark *mark;

    if (file->mark_count == file->mark_room) {
        file->mark_room = file->mark_room ? file->mark_room * 2 : 64;
        file->marks = config_must(realloc(file->marks, file->mark_room * sizeof(*file->marks)));
    }
    mark = &file->marks[file->mark_count++];
    *mark = (struct mark){member, config_must(strdup(key_path)), place, is_in_file, false};
    return mark;
}

/* ---- values ---- */

/* "99999 is not a whole number from 1 to 65535", noted once for the key. */
static void add_wrong_value(struct config_file *file, struct config_place place, const char *key_path,
                            const struct config_key *key, const yaml_node_t *found)
{
    char expected[CONFIG_EXPECTED_SIZE];
    char quoted[CONFIG_QUOTE_SIZE];
    struct buf text = buf_over(expected, sizeof(expected));
    bool number_in_quotes;

    config_value_expected(key, &text);
    buf_put_u8(&text, '\0');
    assert(buf_ok(&text));
    if (config_tree_is_null(found)) {
        config_problem_add(&file->problems, place, key_path, "has no value; expected %s%s", expected,
                           key->type == CONFIG_TEXT ? " (one that starts with # needs quotes)" : "");
        return;
    }
    number_in_quotes = (key->type == CONFIG_INT || key->type == CONFIG_BOOL) &&
                       found->type == YAML_SCALAR_NODE && !config_tree_is_plain(found);
    if (found->type == YAML_SCALAR_NODE)
        config_quote(config_tree_text(found), quoted);
    config_problem_add(&file->problems, place, key_path, "%s%s is not %s",
                       found->type == YAML_SEQUENCE_NODE  ? "a list"
                       : found->type == YAML_MAPPING_NODE ? "a mapping"
                                                          : quoted,
                       number_in_quotes ? " in quotes" : "", expected);
}

static size_t item_count(const yaml_node_t *node)
{
    return (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
}

static bool is_list_of(const struct config_key *key, const yaml_node_t *node)
{
    return node->type == YAML_SEQUENCE_NODE && item_count(node) >= key->min && item_count(node) <= key->max;
}

/*
 * Those that read a node of several parts return false if it is not what the key takes at all. What is wrong
 * with a single item they report themselves.
 */
static bool read_flags(struct config_file *file, const struct config_key *key, const yaml_node_t *node,
                       struct buf *key_path, unsigned *ret_flags)
{
    const struct config_key each = {.type = CONFIG_ENUM, .words = key->words};

    if (node->type != YAML_SEQUENCE_NODE || item_count(node) == 0)
        return false;
    for (size_t i = 0; i < item_count(node); i++) {
        const yaml_node_t *item = config_tree_node(&file->tree, node->data.sequence.items.start[i]);
        size_t before = path_enter_item(key_path, i);
        int value = 0;

        if (!config_value_parse(&each, config_tree_text(item), config_tree_is_plain(item), &value))
            add_wrong_value(file, config_tree_place(item), path_text(key_path), &each, item);
        *ret_flags |= (unsigned)value;
        key_path->len = before;
    }
    return true;
}

static bool read_texts(struct config_file *file, const struct config_key *key, const yaml_node_t *node,
                       struct buf *key_path, char ***ret_texts, size_t *ret_count)
{
    const struct config_key each = {.type = CONFIG_TEXT, .min = 1, .max = CONFIG_LIST_TEXT_MAX};

    if (!is_list_of(key, node))
        return false;
    *ret_texts = config_must(calloc(item_count(node) + 1, sizeof(**ret_texts)));
    for (size_t i = 0; i < item_count(node); i++) {
        const yaml_node_t *item = config_tree_node(&file->tree, node->data.sequence.items.start[i]);
        struct config_place place = config_tree_place(item);
        size_t before = path_enter_item(key_path, i);
        char **slot = &(*ret_texts)[*ret_count];
        bool ok = item->type == YAML_SCALAR_NODE && !config_tree_is_null(item) &&
                  config_value_parse(&each, config_tree_text(item), config_tree_is_plain(item), slot);

        if (ok) {
            add_mark(file, slot, path_text(key_path), place, true);
            (*ret_count)++;
        } else {
            add_wrong_value(file, place, path_text(key_path), &each, item);
        }
        key_path->len = before;
    }
    return true;
}

static bool read_list(struct config_file *file, const struct config_key *key, const yaml_node_t *node,
                      struct buf *key_path, char **ret_items, size_t *ret_count)
{
    const struct config_key each = {.type = CONFIG_MAPPING};

    if (!is_list_of(key, node))
        return false;
    *ret_items = config_must(calloc(item_count(node) + 1, key->of->size));
    *ret_count = item_count(node);
    for (size_t i = 0; i < *ret_count; i++) {
        const yaml_node_t *item = config_tree_node(&file->tree, node->data.sequence.items.start[i]);
        struct level level = {key->of, *ret_items + i * key->of->size, config_tree_place(item), key_path};
        size_t before = path_enter_item(key_path, i);

        if (item->type == YAML_MAPPING_NODE)
            read_level(file, &level, item);
        else
            add_wrong_value(file, level.place, path_text(key_path), &each, item);
        key_path->len = before;
    }
    return true;
}

static bool read_nested(struct config_file *file, const struct config_key *key, const yaml_node_t *node,
                        struct buf *key_path, char *member)
{
    struct level level = {key->of, member, config_tree_place(node), key_path};

    if (node->type != YAML_MAPPING_NODE)
        return false;
    read_level(file, &level, node);
    return true;
}

/* ---- one key of a mapping ---- */

/* A mapping has the address of its first member, so what stands for an optional one is its bool. */
static const void *marked_member(const struct level *level, const struct config_key *key)
{
    return level->base + (key->type == CONFIG_OPTIONAL ? key->extra_offset : key->offset);
}

static void read_value(struct config_file *file, const struct level *level, const struct config_key *key,
                       const yaml_node_t *node)
{
    char *member = level->base + key->offset;
    char *extra = level->base + key->extra_offset;
    struct config_place place = config_tree_place(node);
    size_t mark_index = file->mark_count;
    bool ok = false;

    if (key->type != CONFIG_MAPPING)
        add_mark(file, marked_member(level, key), path_text(level->key_path), place, true);
    switch (key->type) {
    case CONFIG_MAPPING:
        ok = read_nested(file, key, node, level->key_path, member);
        break;
    case CONFIG_OPTIONAL:
        *(bool *)extra = true;
        ok = read_nested(file, key, node, level->key_path, member);
        break;
    case CONFIG_LIST:
        ok = read_list(file, key, node, level->key_path, (char **)(void *)member, (size_t *)(void *)extra);
        break;
    case CONFIG_TEXT_LIST:
        ok = read_texts(file, key, node, level->key_path, (char ***)(void *)member, (size_t *)(void *)extra);
        break;
    case CONFIG_FLAGS:
        ok = read_flags(file, key, node, level->key_path, (unsigned *)(void *)member);
        break;
    default:
        ok = node->type == YAML_SCALAR_NODE && !config_tree_is_null(node) &&
             config_value_parse(key, config_tree_text(node), config_tree_is_plain(node), member);
        break;
    }
    if (ok)
        return;
    add_wrong_value(file, place, path_text(level->key_path), key, node);
    if (mark_index < file->mark_count)
        file->marks[mark_index].has_problem = true;
}

static void set_fallback(const struct config_key *key, char *member)
{
    struct span rest = span_of_text(key->fallback);
    struct span word;
    bool ok = true;
    int value;

    if (key->type == CONFIG_FLAGS) {
        while (ok && span_next_word(&rest, ' ', &word)) {
            ok = config_value_word(key, word, &value);
            if (ok)
                *(unsigned *)(void *)member |= (unsigned)value;
        }
    } else {
        ok = config_value_parse(key, rest, true, member);
    }
    if (!ok) {
        /* The schema contradicts itself: the tests read every default, so this never leaves them. */
        fprintf(stderr, "the default of the configuration key '%s' is not allowed\n", key->name);
        abort();
    }
}

/* The key is not in the file. */
static void read_absent(struct config_file *file, const struct level *level, const struct config_key *key)
{
    char *member = level->base + key->offset;
    char expected[CONFIG_EXPECTED_SIZE];
    struct buf text = buf_over(expected, sizeof(expected));
    struct mark *mark;

    if (key->type == CONFIG_MAPPING) {
        struct level nested = {key->of, member, level->place, level->key_path};

        read_level(file, &nested, NULL);
        return;
    }
    mark = add_mark(file, marked_member(level, key), path_text(level->key_path), level->place, false);
    if (key->required) {
        config_value_expected(key, &text);
        buf_put_u8(&text, '\0');
        mark->has_problem = true;
        config_problem_add(&file->problems, level->place, path_text(level->key_path),
                           "is missing; expected %s. %s", expected, key->help);
    } else if (key->fallback) {
        set_fallback(key, member);
    }
}

/* ---- unknown keys ---- */

static void add_unknown(struct config_file *file, const struct level *level, const yaml_node_t *name)
{
    const char *nearest = config_nearest_key(level->schema, config_tree_text(name));
    char quoted[CONFIG_QUOTE_SIZE];
    char known[1024];
    struct buf list = buf_over(known, sizeof(known));
    size_t before;

    config_quote(config_tree_text(name), quoted);
    for (size_t i = 0; i < level->schema->key_count; i++) {
        buf_put_text(&list, i ? ", " : "");
        buf_put_text(&list, level->schema->keys[i].name);
    }
    buf_put_u8(&list, '\0');
    assert(buf_ok(&list));
    before = path_enter(level->key_path, quoted);
    config_problem_add(&file->problems, config_tree_place(name), path_text(level->key_path),
                       "is unknown%s%s%s Known here: %s", nearest ? "; did you mean '" : "",
                       nearest ? nearest : "", nearest ? "'?" : ".", known);
    level->key_path->len = before;
}

/* ---- a mapping ---- */

static const struct config_key *find_key(const struct config_schema *schema, struct span name)
{
    for (size_t i = 0; i < schema->key_count; i++)
        if (span_equal_text(name, schema->keys[i].name))
            return &schema->keys[i];
    return NULL;
}

/* The first pair of the mapping with this key; NULL if there is none. */
static const yaml_node_pair_t *find_pair(struct config_file *file, const yaml_node_t *node, struct span name)
{
    const yaml_node_pair_t *end = node->data.mapping.pairs.top;

    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < end; pair++) {
        const yaml_node_t *each = config_tree_node(&file->tree, pair->key);

        if (each->type == YAML_SCALAR_NODE && span_equal(config_tree_text(each), name))
            return pair;
    }
    return NULL;
}

/* What is in the mapping and should not be: keys that are no texts, unknown, or there twice. */
static void check_names(struct config_file *file, const struct level *level, const yaml_node_t *node)
{
    const yaml_node_pair_t *end = node->data.mapping.pairs.top;

    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < end; pair++) {
        const yaml_node_t *name = config_tree_node(&file->tree, pair->key);
        const yaml_node_pair_t *first;
        size_t before;

        if (name->type != YAML_SCALAR_NODE) {
            config_problem_add(&file->problems, config_tree_place(name), NULL, "a key has to be one word");
            continue;
        }
        first = find_pair(file, node, config_tree_text(name));
        if (!find_key(level->schema, config_tree_text(name))) {
            add_unknown(file, level, name);
        } else if (first != pair) {
            before = path_enter(level->key_path, find_key(level->schema, config_tree_text(name))->name);
            config_problem_add(&file->problems, config_tree_place(name), path_text(level->key_path),
                               "is there twice; the first is in line %zu",
                               config_tree_place(config_tree_node(&file->tree, first->key)).line);
            level->key_path->len = before;
        }
    }
}

/* `node` is NULL for a mapping that is not in the file: then all its keys are absent. */
static void read_level(struct config_file *file, const struct level *level, const yaml_node_t *node)
{
    if (node)
        check_names(file, level, node);
    for (size_t i = 0; i < level->schema->key_count; i++) {
        const struct config_key *key = &level->schema->keys[i];
        const yaml_node_pair_t *pair = node ? find_pair(file, node, span_of_text(key->name)) : NULL;
        size_t before = path_enter(level->key_path, key->name);

        if (pair)
            read_value(file, level, key, config_tree_node(&file->tree, pair->value));
        else
            read_absent(file, level, key);
        level->key_path->len = before;
    }
}

/* ---- the file ---- */

struct config_file *config_read(const char *path, const struct config_schema *schema, void *ret_settings)
{
    struct config_file *file = config_must(calloc(1, sizeof(*file)));
    char room[PATH_SIZE];
    struct buf key_path = buf_over(room, sizeof(room));
    struct level level = {schema, ret_settings, {1, 1}, &key_path};
    const yaml_node_t *root;

    memset(ret_settings, 0, schema->size);
    file->path = config_must(strdup(path));
    if (!config_tree_read(path, &file->problems, &file->tree))
        return file;
    root = config_tree_root(&file->tree);
    if (root && config_tree_is_null(root))
        root = NULL;
    if (root && root->type != YAML_MAPPING_NODE)
        config_problem_add(&file->problems, config_tree_place(root), NULL,
                           "a configuration consists of lines such as 'key: value'; this is %s",
                           root->type == YAML_SEQUENCE_NODE ? "a list" : "a text");
    else
        read_level(file, &level, root);
    return file;
}

void config_problem(struct config_file *file, const void *member, const char *format, ...)
{
    va_list args;

    for (size_t i = 0; i < file->mark_count; i++) {
        struct mark *mark = &file->marks[i];

        if (mark->member != member || mark->has_problem)
            continue;
        mark->has_problem = true;
        va_start(args, format);
        config_problem_add_va(&file->problems, mark->place, mark->key_path, format, args);
        va_end(args);
    }
}

bool config_has(const struct config_file *file, const char *key_path)
{
    for (size_t i = 0; i < file->mark_count; i++)
        if (file->marks[i].is_in_file && strcmp(file->marks[i].key_path, key_path) == 0)
            return true;
    return false;
}

bool config_finish(struct config_file **file, FILE *out)
{
    bool ok = (*file)->problems.count == 0;

    config_problem_print(&(*file)->problems, (*file)->path, out);
    config_problem_free(&(*file)->problems);
    config_tree_free(&(*file)->tree);
    for (size_t i = 0; i < (*file)->mark_count; i++)
        free((*file)->marks[i].key_path);
    free((*file)->marks);
    free((*file)->path);
    free(*file);
    *file = NULL;
    return ok;
}
