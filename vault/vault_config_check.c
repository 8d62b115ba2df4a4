#include "vault/vault_config_check.h"

#include "common/config_check.h"
#include "common/language.h"
#include "common/uri.h"
#include "vault/jws.h"

#include <stdlib.h>

#define MIB ((uint64_t)1 << 20)

/* Only start-up may die for want of memory, and this is start-up. */
static void *must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

static void check_names(struct config_file *file, struct vault_config *config)
{
    size_t len = config->issuer ? strlen(config->issuer) : 0;

    if (len && !uri_is_issuer(span_of_text(config->issuer)))
        config_problem(file, &config->issuer,
                       "must be an https address (http on a loopback host, for development) without user, "
                       "query or fragment");
    /* One spelling only: clients compare it byte for byte (RFC 9207 2.4), and paths are put behind it. */
    if (len && config->issuer[len - 1] == '/')
        config_problem(file, &config->issuer, "must not end in /");
    if (config->audience && !span_is_printable(span_of_text(config->audience)))
        config_problem(file, &config->audience, "must be printable ASCII");
    if (!config->audience && config->issuer)
        config->audience = must(strdup(config->issuer));
}

static bool has_odd_part(const char *path)
{
    struct span rest = span_of_text(path);
    struct span part;

    while (span_next_word(&rest, '/', &part))
        if (span_equal_text(part, ".") || span_equal_text(part, ".."))
            return true;
    return strstr(path, "//") != NULL;
}

/* NULL if it is a path as scopes and api_prefix have it, else a sentence. */
static const char *path_problem(const char *path, bool has_parts)
{
    size_t len = strlen(path);

    if (*path != '/')
        return "must start with /";
    if (len > 1 && path[len - 1] == '/')
        return "must not end in /";
    if (has_odd_part(path))
        return "must not have empty parts, . or ..";
    for (const char *at = path; *at; at++) {
        if ((unsigned char)*at <= 0x20 || (unsigned char)*at > 0x7e || strchr("?#\\*%\"<>", *at))
            return "must be a plain path, without space, ?, #, %, * or other letters than ASCII";
        if ((*at == '{' || *at == '}') && !has_parts)
            return "must be a plain path, without { or }";
        if (*at == '{') {
            size_t name = strcspn(at + 1, "{}/");

            if (at[-1] != '/' || name == 0 || at[1 + name] != '}' || (at[2 + name] && at[2 + name] != '/'))
                return "a {name} has to be one whole part of the path, as in /accounts/{accountId}";
            at += 1 + name;
        } else if (*at == '}') {
            return "a {name} has to be one whole part of the path, as in /accounts/{accountId}";
        }
    }
    return NULL;
}

static void check_places(struct config_file *file, struct vault_config *config)
{
    const char *prefix = config->api_prefix ? config->api_prefix : "";
    const char *problem = *prefix ? path_problem(prefix, false) : NULL;

    if (problem)
        config_problem(file, &config->api_prefix, "%s", problem);
    config_check_path(file, &config->store.directory);
    config_check_path(file, &config->master_key_file);
    config_check_path(file, &config->backup_directory);
    config_check_socket(file, &config->admin.socket);
    config_check_user(file, &config->user, &config->group);
}

/*
 * Others are sent there, so it has to be an address that a browser opens. It comes out in answers as it
 * stands here, where not every character may be (RFC 3986 2, RFC 6749 5.2).
 */
static void check_address(struct config_file *file, char **member)
{
    if (*member && (!span_is_printable(span_of_text(*member)) || strpbrk(*member, " \"\\<>^`{|}") ||
                    strncmp(*member, "https://", 8) != 0 || (*member)[8] == '\0'))
        config_problem(file, member, "must be an https address");
}

static void check_signing(struct config_file *file, struct vault_config *config)
{
    if (!(config->signing_algorithms & 1u << JWS_ES256))
        config_problem(file, &config->signing_algorithms, "must have ES256, which clients use unless they ask");
    if (config->keys.announce_s * 2 > config->keys.rotate_after_s)
        config_problem(file, &config->keys.announce_s, "must be at most half of 'rotate_after'");
    if (config->acr && (!span_is_printable(span_of_text(config->acr)) || strchr(config->acr, ' ')))
        config_problem(file, &config->acr, "must be printable ASCII without a space");
    check_address(file, &config->error_uri_base);
    check_address(file, &config->service_documentation);
    check_address(file, &config->policy_uri);
    check_address(file, &config->tos_uri);
}

static bool is_name(const char *text)
{
    return *text && text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0';
}

static bool is_same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static void check_frontends(struct config_file *file, struct vault_config *config)
{
    for (size_t i = 0; i < config->frontend_count; i++) {
        struct vault_config_frontend *each = &config->frontends[i];

        config_check_socket(file, &each->socket);
        if (each->name && !is_name(each->name))
            config_problem(file, &each->name, "may have a to z, 0 to 9, - and _ only");
        if (is_same(each->socket, config->admin.socket))
            config_problem(file, &each->socket, "is the socket of 'admin' too, which no front end may reach");
        for (size_t k = 0; k < i; k++) {
            if (is_same(each->name, config->frontends[k].name))
                config_problem(file, &each->name, "is the name of frontends[%zu] too", k);
            if (is_same(each->socket, config->frontends[k].socket))
                config_problem(file, &each->socket, "is the socket of frontends[%zu] too", k);
        }
    }
}

static void check_numbers(struct config_file *file, struct vault_config *config)
{
    struct vault_config_passwords *passwords = &config->passwords;

    if (config->lifetimes.session_idle_s > config->lifetimes.session_s)
        config_problem(file, &config->lifetimes.session_idle_s, "must not be longer than 'session'");
    /* The least that OWASP's password storage guidance takes for Argon2id, in memory times iterations. */
    if (passwords->memory && passwords->iterations && passwords->memory / MIB * passwords->iterations < 35)
        config_problem(file, &passwords->iterations,
                       "is too few for so little memory: MiB of memory times iterations must be 35 or more");
    if (config->limits.requests_per_commit > config->limits.commit_queue)
        config_problem(file, &config->limits.requests_per_commit, "must not be more than 'commit_queue'");
}

/* RFC 6749 3.3: scope-token, visible ASCII but for the quote and the backslash. */
static bool is_scope_token(const char *name)
{
    for (; *name; name++)
        if (*name <= 0x20 || *name > 0x7e || *name == '"' || *name == '\\')
            return false;
    return true;
}

static void check_scopes(struct config_file *file, struct vault_config *config)
{
    bool has_openid = config->scope_count == 0;

    for (size_t i = 0; i < config->scope_count; i++) {
        struct vault_config_scope *scope = &config->scopes[i];

        if (scope->name && !is_scope_token(scope->name))
            config_problem(file, &scope->name, "may have visible ASCII characters only, without \" and \\");
        for (size_t k = 0; k < i; k++)
            if (is_same(scope->name, config->scopes[k].name))
                config_problem(file, &scope->name, "is the name of scopes[%zu] too", k);
        for (size_t k = 0; k < scope->translation_count; k++)
            if (scope->translations[k].language &&
                language_find(span_of_text(scope->translations[k].language)) == LANGUAGE_NONE)
                config_problem(file, &scope->translations[k].language, "is no language that the pages speak");
        for (size_t k = 0; k < scope->path_count; k++) {
            const char *problem = path_problem(scope->paths[k], true);

            if (problem)
                config_problem(file, &scope->paths[k], "%s", problem);
        }
        if (!is_same(scope->name, "openid"))
            continue;
        has_openid = true;
        /* Every client has openid, so whatever it opened would be open to all of them. */
        if (scope->path_count)
            config_problem(file, &scope->paths, "must not be there for openid, which opens no resource");
    }
    if (!has_openid)
        config_problem(file, &config->scopes, "must have a scope 'openid', which every request needs");
}

void vault_config_check(struct config_file *file, struct vault_config *config)
{
    check_names(file, config);
    check_places(file, config);
    check_frontends(file, config);
    check_numbers(file, config);
    check_scopes(file, config);
    check_signing(file, config);
}
