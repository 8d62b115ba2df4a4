/*
 * Configuration files: YAML, read by a schema that is data. A schema is a table of keys; a key says where in
 * the caller's struct its value goes, what values are allowed, what is taken if it is not there, and what it
 * means in one sentence. What is not in the schema is an error, with the line and what was expected:
 *
 *     front.yaml:12:11: key 'listeners[0].port': 99999 is not a whole number from 1 to 65535
 *
 * All problems of a file are reported at once, up to CONFIG_PROBLEMS_MAX. A configuration is plain data: one
 * document, no anchors, aliases or tags, at most CONFIG_FILE_MAX bytes and CONFIG_DEPTH_MAX levels.
 *
 *     struct config_file *file = config_read(path, &schema, &settings);
 *     if (settings.low > settings.high)
 *         config_problem(file, &settings.low, "must not be above 'high'");
 *     if (!config_finish(&file, stderr)) {
 *         config_free(&schema, &settings);
 *         ...
 */
#ifndef STRONGROOM_COMMON_CONFIG_H
#define STRONGROOM_COMMON_CONFIG_H

#include "common/span.h"

#include <stdio.h>

#define CONFIG_FILE_MAX ((size_t)1024 * 1024)
#define CONFIG_DEPTH_MAX 16
#define CONFIG_PROBLEMS_MAX 20
#define CONFIG_LIST_TEXT_MAX 1024 /* bytes of a text in a TEXT_LIST */

/* What a key holds, how the file writes it, and the type of the struct's member. */
enum config_type {
    CONFIG_BOOL,      /* true or false                                  bool                          */
    CONFIG_INT,       /* 17; min and max are of the value               uint64_t                      */
    CONFIG_DURATION,  /* 90s 15m 8h 30d; in seconds                     uint64_t                      */
    CONFIG_SIZE,      /* 512B 16KiB 19MiB 64GiB 1TiB; in bytes          uint64_t                      */
    CONFIG_TEXT,      /* min and max are of its length in bytes         char *, NULL if absent        */
    CONFIG_ENUM,      /* one of `words`                                 int                           */
    CONFIG_FLAGS,     /* a list of `words`                              unsigned, the values or-ed    */
    CONFIG_TEXT_LIST, /* a list of texts; min and max are of its length char ** and a size_t          */
    CONFIG_MAPPING,   /* keys of its own, always there                  a struct of schema `of`       */
    CONFIG_OPTIONAL,  /* keys of its own, or not there at all           a struct of `of`, and a bool  */
    CONFIG_LIST,      /* mappings; min and max are of its length        struct * of `of` and a size_t */
};

struct config_word {
    const char *word;
    int value;
};

struct config_key {
    const char *name;
    enum config_type type;
    size_t offset;                   /* of the member, by CONFIG_AT() */
    size_t extra_offset;             /* of the size_t of a list, of the bool of an OPTIONAL, by CONFIG_AT() */
    uint64_t min;
    uint64_t max;
    const struct config_word *words; /* ends with a NULL */
    const struct config_schema *of;
    bool required;
    const char *fallback;            /* what is taken if the key is not there, as the file would write it */
    const char *help;                /* one sentence for an operator */
};

struct config_schema {
    const struct config_key *keys;
    size_t key_count;
    size_t size; /* of the struct */
};

/* The offset of a member, checked at compile time to be of the type that the key needs. */
#define CONFIG_AT(type, member, member_type)                                                                \
    (offsetof(type, member) +                                                                               \
     0 * sizeof(char[_Generic(((type *)0)->member, member_type: 1, default: -1)]))

#define CONFIG_SCHEMA(schema_name, type, key_table)                                                         \
    static const struct config_schema schema_name = {                                                      \
        (key_table), sizeof(key_table) / sizeof((key_table)[0]), sizeof(type)}

/* A file that has been read, with what is known of its lines and of its problems. */
struct config_file;

/*
 * Read a file into `ret_settings`, a struct of schema->size bytes, which is written in any case: what the
 * file says, else the defaults, else zero. Never NULL but for want of memory, which ends the process, as it
 * may at start-up. Problems are kept for config_finish(). The settings own their texts and lists until
 * config_free().
 */
struct config_file *config_read(const char *path, const struct config_schema *schema, void *ret_settings);

/*
 * Note a problem that a schema cannot see. `member` points to the member of the settings that is wrong; its
 * line is the key's, or the mapping's where the key is not in the file. A sentence such as "must be below
 * 'session'" without full stop. Ignored if that key has a problem already, so a check need not ask whether
 * a value that it looks at is sound; it only has to expect NULL and zero.
 */
void config_problem(struct config_file *file, const void *member, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* True if the file itself has this key: "listeners[0].port". */
bool config_has(const struct config_file *file, const char *key_path);

/* Write the problems to `out` in the order of the lines, forget the file, and tell whether all was well. */
MUST_CHECK bool config_finish(struct config_file **file, FILE *out);

/* Release what the settings own and set them to zero. */
void config_free(const struct config_schema *schema, void *settings);

/* Describe every key: its path, what it takes, its default, its help. For --help-config. */
void config_describe(const struct config_schema *schema, FILE *out);

/* Call for every key of the schema, those of mappings and lists included: "listeners[].port". */
void config_each(const struct config_schema *schema,
                 void (*visit)(const char *key_path, const struct config_key *key, void *context),
                 void *context);

#endif
