#include "vault/default_scopes.h"

#include "common/language.h"

#include <stdlib.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define PATHS_MAX 2

static const struct {
    const char *name;
    const char *title;
    const char *description;
    const char *paths[PATHS_MAX];
} scopes[] = {
#define SCOPE(name, title, description, path1, path2) {#name, title, description, {path1, path2}},
#define WORDS(name, language, title, description)
#include "vault/default_scopes.def"
#undef SCOPE
#undef WORDS
};

static const struct {
    const char *scope;
    const char *language;
    const char *title;
    const char *description;
} words[] = {
#define SCOPE(name, title, description, path1, path2)
#define WORDS(name, language, title, description) {#name, #language, title, description},
#include "vault/default_scopes.def"
#undef SCOPE
#undef WORDS
};

/* Only start-up may die for want of memory, and this is start-up. */
static void *must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

static void put_paths(struct vault_config_scope *scope, const char *const paths[PATHS_MAX])
{
    scope->paths = must(calloc(PATHS_MAX, sizeof(*scope->paths)));
    while (scope->path_count < PATHS_MAX && paths[scope->path_count]) {
        scope->paths[scope->path_count] = must(strdup(paths[scope->path_count]));
        scope->path_count++;
    }
}

static void put_translations(struct vault_config_scope *scope)
{
    scope->translations = must(calloc(LANGUAGE_COUNT, sizeof(*scope->translations)));
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strcmp(words[i].scope, scope->name) == 0 && scope->translation_count < LANGUAGE_COUNT)
            scope->translations[scope->translation_count++] =
                (struct vault_config_words){.language = must(strdup(words[i].language)),
                                            .title = must(strdup(words[i].title)),
                                            .description = must(strdup(words[i].description))};
}

void default_scopes_put(struct vault_config *config)
{
    config->scopes = must(calloc(COUNT_OF(scopes), sizeof(*config->scopes)));
    config->scope_count = COUNT_OF(scopes);
    for (size_t i = 0; i < COUNT_OF(scopes); i++) {
        struct vault_config_scope *scope = &config->scopes[i];

        scope->name = must(strdup(scopes[i].name));
        scope->title = must(strdup(scopes[i].title));
        scope->description = must(strdup(scopes[i].description));
        put_paths(scope, scopes[i].paths);
        put_translations(scope);
    }
}
