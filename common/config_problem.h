/*
 * What is wrong with a configuration file, collected with its place so that all of it can be reported at
 * once and in the order of the lines. Used by common/config.c and its parts only.
 */
#ifndef STRONGROOM_COMMON_CONFIG_PROBLEM_H
#define STRONGROOM_COMMON_CONFIG_PROBLEM_H

#include "common/config.h"

#include <stdarg.h>

/* Where something stands in the file; line 0: the file as a whole. */
struct config_place {
    size_t line;
    size_t column;
};

struct config_problem_list {
    struct {
        struct config_place place;
        char *text;
    } items[CONFIG_PROBLEMS_MAX];
    size_t count;   /* of the items */
    size_t dropped; /* of those that had no room */
};

/* `key_path` may be NULL. Text from the file must have gone through config_quote(). */
void config_problem_add(struct config_problem_list *list, struct config_place place, const char *key_path,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));
void config_problem_add_va(struct config_problem_list *list, struct config_place place, const char *key_path,
                           const char *format, va_list args);

void config_problem_print(struct config_problem_list *list, const char *path, FILE *out);
void config_problem_free(struct config_problem_list *list);

/*
 * A text of the file, fit for an operator's terminal: as it is if it is one plain word, else in quotes; cut
 * if it is long, control characters and what is not UTF-8 as \xNN. Written with its NUL.
 */
#define CONFIG_QUOTE_SIZE 288
void config_quote(struct span text, char ret_quoted[CONFIG_QUOTE_SIZE]);

/* `memory`, or the end of the process: only at start-up may we die for want of it. */
void *config_must(void *memory);

#endif
