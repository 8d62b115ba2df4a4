/*
 * A YAML file as libyaml's document, after everything that a configuration has no use for was refused:
 * anchors and aliases (which can blow up a small file), tags, more than one document, deep nesting, what is
 * not UTF-8. Used by common/config.c only.
 */
#ifndef STRONGROOM_COMMON_CONFIG_TREE_H
#define STRONGROOM_COMMON_CONFIG_TREE_H

#include "common/config_problem.h"

#include <yaml.h>

struct config_tree {
    yaml_document_t document;
    bool is_loaded;
};

/* On false the reason is in `problems`; config_tree_free() is fine in any case. */
MUST_CHECK bool config_tree_read(const char *path, struct config_problem_list *problems,
                                 struct config_tree *ret_tree);
void config_tree_free(struct config_tree *tree);

/* NULL for a file without content. Nodes live as long as the tree. */
const yaml_node_t *config_tree_root(struct config_tree *tree);
const yaml_node_t *config_tree_node(struct config_tree *tree, int index);

struct config_place config_tree_place(const yaml_node_t *node);

/* The text of a scalar; absent for other nodes. */
struct span config_tree_text(const yaml_node_t *node);

/* True for what YAML takes as no value: nothing at all, ~ or null, without quotes. */
bool config_tree_is_null(const yaml_node_t *node);

/* True if the scalar was written without quotes. */
bool config_tree_is_plain(const yaml_node_t *node);

#endif
