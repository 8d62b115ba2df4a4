#include "common/config_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static struct config_place place_of(yaml_mark_t mark)
{
    return (struct config_place){mark.line + 1, mark.column + 1};
}

/* The place of the byte at `at`. */
static struct config_place place_in(struct span text, size_t at)
{
    struct config_place place = {1, 1};

    for (size_t i = 0; i < at; i++) {
        place.column++;
        if (text.ptr[i] == '\n') {
            place.line++;
            place.column = 1;
        }
    }
    return place;
}

/* The whole file, in memory that the caller frees; NULL with a problem noted. */
static uint8_t *slurp(const char *path, struct config_problem_list *problems, size_t *ret_len)
{
    const struct config_place nowhere = {0, 0};
    uint8_t *text = config_must(malloc(CONFIG_FILE_MAX + 1));
    size_t len = 0;
    ssize_t got = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    while (fd >= 0 && len <= CONFIG_FILE_MAX) {
        got = read(fd, text + len, CONFIG_FILE_MAX + 1 - len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        len += (size_t)got;
    }
    if (fd < 0 || got < 0)
        config_problem_add(problems, nowhere, NULL, "cannot be read: %s", strerror(errno));
    else if (len > CONFIG_FILE_MAX)
        config_problem_add(problems, nowhere, NULL, "is larger than 1 MiB, which no configuration needs");
    if (fd >= 0)
        close(fd);
    if (problems->count) {
        free(text);
        return NULL;
    }
    *ret_len = len;
    return text;
}

static bool check_utf8(struct span text, struct config_problem_list *problems)
{
    size_t at = 0;

    while (at < text.len) {
        size_t len = span_utf8_len(span_from(text, at));

        if (len == 0 || text.ptr[at] == 0) {
            config_problem_add(problems, place_in(text, at), NULL, "this byte (0x%02x) is not UTF-8 text",
                               text.ptr[at]);
            return false;
        }
        at += len;
    }
    return true;
}

static void add_syntax_problem(const yaml_parser_t *parser, struct config_problem_list *problems)
{
    const char *what = parser->problem ? parser->problem : "it cannot be parsed";
    const char *hint = "";

    /* libyaml's words for a tab where indentation is expected name no tab. */
    if (strstr(what, "cannot start any token") || strstr(what, "tab"))
        hint = " (a tab cannot indent: use spaces; a text that starts with @ ` or % needs quotes)";
    if (parser->context)
        config_problem_add(problems, place_of(parser->problem_mark), NULL, "this is not YAML: %s, %s%s",
                           parser->context, what, hint);
    else
        config_problem_add(problems, place_of(parser->problem_mark), NULL, "this is not YAML: %s%s", what,
                           hint);
}

static const yaml_char_t *anchor_of(const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT: return event->data.scalar.anchor;
    case YAML_SEQUENCE_START_EVENT: return event->data.sequence_start.anchor;
    case YAML_MAPPING_START_EVENT: return event->data.mapping_start.anchor;
    default: return NULL;
    }
}

static const yaml_char_t *tag_of(const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT: return event->data.scalar.tag;
    case YAML_SEQUENCE_START_EVENT: return event->data.sequence_start.tag;
    case YAML_MAPPING_START_EVENT: return event->data.mapping_start.tag;
    default: return NULL;
    }
}

struct shape {
    size_t documents;
    size_t depth;
};

/* A sentence about what a configuration may not have, or NULL. */
static const char *event_problem(const yaml_event_t *event, struct shape *shape)
{
    if (event->type == YAML_ALIAS_EVENT || anchor_of(event))
        return "anchors (&name) and aliases (*name) are not allowed here; a text that starts so needs quotes";
    if (tag_of(event))
        return "tags (!name) are not allowed here; a text that starts with ! needs quotes";
    if (event->type == YAML_DOCUMENT_START_EVENT && ++shape->documents > 1)
        return "a second document (---) starts here; a configuration is one";
    if (event->type == YAML_MAPPING_START_EVENT || event->type == YAML_SEQUENCE_START_EVENT)
        shape->depth++;
    else if (event->type == YAML_MAPPING_END_EVENT || event->type == YAML_SEQUENCE_END_EVENT)
        shape->depth--;
    return shape->depth > CONFIG_DEPTH_MAX ? "this is nested too deeply for a configuration" : NULL;
}

/* One pass over the events alone: the document that is built afterwards no longer shows what they were. */
static bool check_events(struct span text, struct config_problem_list *problems)
{
    struct shape shape = {0, 0};
    yaml_parser_t parser;
    bool done = false;

    if (!yaml_parser_initialize(&parser))
        config_must(NULL);
    yaml_parser_set_input_string(&parser, text.ptr, text.len);
    while (!done && problems->count == 0) {
        yaml_event_t event;
        const char *problem;

        if (!yaml_parser_parse(&parser, &event)) {
            add_syntax_problem(&parser, problems);
            break;
        }
        problem = event_problem(&event, &shape);
        if (problem)
            config_problem_add(problems, place_of(event.start_mark), NULL, "%s", problem);
        done = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return problems->count == 0;
}

static bool build(struct span text, struct config_problem_list *problems, struct config_tree *ret_tree)
{
    yaml_parser_t parser;

    if (!yaml_parser_initialize(&parser))
        config_must(NULL);
    yaml_parser_set_input_string(&parser, text.ptr, text.len);
    ret_tree->is_loaded = yaml_parser_load(&parser, &ret_tree->document);
    if (!ret_tree->is_loaded)
        add_syntax_problem(&parser, problems);
    yaml_parser_delete(&parser);
    return ret_tree->is_loaded;
}

bool config_tree_read(const char *path, struct config_problem_list *problems, struct config_tree *ret_tree)
{
    size_t len = 0;
    uint8_t *bytes;
    struct span text;
    bool ok;

    ret_tree->is_loaded = false;
    bytes = slurp(path, problems, &len);
    if (!bytes)
        return false;
    text = span_of(bytes, len);
    ok = check_utf8(text, problems) && check_events(text, problems) && build(text, problems, ret_tree);
    free(bytes);
    return ok;
}

void config_tree_free(struct config_tree *tree)
{
    if (tree->is_loaded)
        yaml_document_delete(&tree->document);
    tree->is_loaded = false;
}

const yaml_node_t *config_tree_root(struct config_tree *tree)
{
    return yaml_document_get_root_node(&tree->document);
}

const yaml_node_t *config_tree_node(struct config_tree *tree, int index)
{
    return yaml_document_get_node(&tree->document, index);
}

struct config_place config_tree_place(const yaml_node_t *node)
{
    return place_of(node->start_mark);
}

struct span config_tree_text(const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE)
        return SPAN_NONE;
    return span_of(node->data.scalar.value, node->data.scalar.length);
}

bool config_tree_is_plain(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

bool config_tree_is_null(const yaml_node_t *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};

    for (size_t i = 0; config_tree_is_plain(node) && i < sizeof(nulls) / sizeof(nulls[0]); i++)
        if (span_equal_text(config_tree_text(node), nulls[i]))
            return true;
    return false;
}
