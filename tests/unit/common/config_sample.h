/*
 * For the tests of the two sample files under deploy/: the file as it is with every key that it shows in a
 * comment set, and the keys of a schema that are not in it.
 */
#ifndef STRONGROOM_TESTS_UNIT_COMMON_CONFIG_SAMPLE_H
#define STRONGROOM_TESTS_UNIT_COMMON_CONFIG_SAMPLE_H

#include "common/config.h"
#include "tests/unit/common/scratch.h"

#include <ctype.h>

/* "#key: value", "#- key: value", "#  key: value" and "#    - key: value"; words come behind one space. */
static inline bool config_sample_shows_key(const char *mark)
{
    size_t spaces, word;

    if (mark[0] != '#')
        return false;
    mark++;
    spaces = strspn(mark, " ");
    if (spaces == 1)
        return false;
    mark += spaces;
    if (strncmp(mark, "- ", 2) == 0)
        mark += 2;
    word = strspn(mark, "abcdefghijklmnopqrstuvwxyz_");
    return word && mark[word] == ':';
}

/* "  #key: value", "  #- key: value" and "  #  key: value" show keys, "  # words" explains. Writes a file that the test removes. */
static inline void config_sample_uncomment(const char *path, char ret_path[SCRATCH_PATH_SIZE])
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    FILE *in = fopen(path, "r");
    char line[1024];

    if (!in)
        abort();
    while (fgets(line, sizeof(line), in)) {
        char *mark = line + strspn(line, " ");

        if (config_sample_shows_key(mark))
            memmove(mark, mark + 1, strlen(mark));
        fputs(line, out);
    }
    fclose(in);
    fclose(out);
    scratch_file(span_of(text, size), ret_path);
    free(text);
}

struct config_sample {
    const struct config_file *file;
    char missing[1024];
};

/* A visitor for config_each(): the first element stands for a list, the keys of a mapping for the mapping. */
static inline void config_sample_visit(const char *key_path, const struct config_key *key, void *context)
{
    struct config_sample *sample = context;
    size_t left;

    if (key->type == CONFIG_MAPPING)
        return;
    for (int item = 0; item < 8; item++) {
        char path[256];
        int brackets = 0;
        size_t len = 0;

        for (const char *at = key_path; *at && len < sizeof(path) - 2; at++) {
            path[len++] = *at;
            if (*at == '[') /* a list in a list: its first element */
                path[len++] = (char)('0' + (brackets++ ? 0 : item));
        }
        path[len] = '\0';
        if (config_has(sample->file, path))
            return;
    }
    left = sizeof(sample->missing) - strlen(sample->missing) - 1;
    strncat(sample->missing, key_path, left);
    strncat(sample->missing, " ", left > 0 ? left - 1 : 0);
}

#endif
