#include "vault/cli/dev_scopes.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* The def is data, and the vault's own, so that both speak of a scope in the same words. */
static const struct scope {
    const char *name, *title, *description, *paths[2];
    const char *claims; /* a YAML list of them, NULL for none */
} scopes[] = {
#define SCOPE(name, title, description, path1, path2) {#name, title, description, {path1, path2}, NULL},
#define WORDS(name, language, title, description)
#include "vault/default_scopes.def"
#undef SCOPE
#undef WORDS
    {"profile",
     "See your name and when you were born",
     "Your name, your date of birth and the language you prefer.",
     {NULL, NULL},
     "[name, given_name, family_name, birthdate, locale, updated_at]"},
    {"email",
     "See your e-mail address",
     "Your e-mail address, and whether we have checked that it is yours.",
     {NULL, NULL},
     "[email, email_verified]"},
};

static const struct words {
    const char *scope, *language, *title, *description;
} words[] = {
#define SCOPE(name, title, description, path1, path2)
#define WORDS(name, language, title, description) {#name, #language, title, description},
#include "vault/default_scopes.def"
#undef SCOPE
#undef WORDS
    {"profile", "fr", "Voir votre nom et votre date de naissance",
     "Votre nom, votre date de naissance et la langue que vous préférez."},
    {"profile", "es", "Ver su nombre y su fecha de nacimiento",
     "Su nombre, su fecha de nacimiento y el idioma que prefiere."},
    {"email", "fr", "Voir votre adresse courriel",
     "Votre adresse courriel, et si nous avons vérifié qu’elle est bien la vôtre."},
    {"email", "es", "Ver su correo electrónico", "Su correo electrónico, y si hemos comprobado que es suyo."},
};

/* A text of ours in quotes, because some have a colon, which means something in YAML. */
static void put_line(struct buf *out, const char *indent, const char *key, const char *text)
{
    buf_printf(out, "%s%s: \"%s\"\n", indent, key, text);
}

static void put_translations(struct buf *out, const char *scope)
{
    buf_put_text(out, "    translations:\n");
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strcmp(words[i].scope, scope) != 0)
            continue;
        buf_printf(out, "      - language: %s\n", words[i].language);
        put_line(out, "        ", "title", words[i].title);
        put_line(out, "        ", "description", words[i].description);
    }
}

static void put_scope(struct buf *out, const struct scope *scope)
{
    buf_printf(out, "  - name: %s\n", scope->name);
    put_line(out, "    ", "title", scope->title);
    put_line(out, "    ", "description", scope->description);
    put_translations(out, scope->name);
    if (scope->claims)
        buf_printf(out, "    claims: %s\n", scope->claims);
    if (scope->paths[0])
        buf_put_text(out, "    paths:\n");
    for (size_t i = 0; i < COUNT_OF(scope->paths) && scope->paths[i]; i++)
        buf_printf(out, "      - %s\n", scope->paths[i]);
}

void dev_scopes_put(struct buf *out)
{
    buf_put_text(out, "scopes:\n");
    for (size_t i = 0; i < COUNT_OF(scopes); i++)
        put_scope(out, &scopes[i]);
}
