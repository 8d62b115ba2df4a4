#include "vault/vault_config.h"

#include "common/log.h"
#include "vault/default_scopes.h"
#include "vault/jws.h"
#include "vault/vault_config_check.h"

#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)
#define TIB ((uint64_t)1 << 40)

#define MINUTE ((uint64_t)60)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

#define PATH_MAX_BYTES 1024

/* Where a value goes, by its type. */
#define TEXT_AT(type, member) CONFIG_TEXT, CONFIG_AT(type, member, char *)
#define INT_AT(type, member) CONFIG_INT, CONFIG_AT(type, member, uint64_t)
#define SIZE_AT(type, member) CONFIG_SIZE, CONFIG_AT(type, member, uint64_t)
#define DURATION_AT(type, member) CONFIG_DURATION, CONFIG_AT(type, member, uint64_t)

static const struct config_key store_keys[] = {
    {"directory", TEXT_AT(struct vault_config_store, directory), .min = 1, .max = PATH_MAX_BYTES,
     .required = true, .help = "The folder of the database; the vault alone may read and write it."},
    {"size_max", SIZE_AT(struct vault_config_store, size_max), .min = 8 * MIB, .max = 16 * TIB,
     .fallback = "64GiB",
     .help = "How large the database may become; it is address space, not disk that is taken at once."},
};
CONFIG_SCHEMA(store_schema, struct vault_config_store, store_keys);

static const struct config_key admin_keys[] = {
    {"socket", TEXT_AT(struct vault_config_admin, socket), .min = 1, .max = PATH_MAX_BYTES, .required = true,
     .help = "Where the operator's command line 'strongroom' connects."},
    {"group", TEXT_AT(struct vault_config_admin, group), .min = 1, .max = 64,
     .help = "A group whose members may use that socket, beside root and the vault's own user."},
};
CONFIG_SCHEMA(admin_schema, struct vault_config_admin, admin_keys);

static const struct config_key frontend_keys[] = {
    {"name", TEXT_AT(struct vault_config_frontend, name), .min = 1, .max = 32, .required = true,
     .help = "What this front end is called in the log and in the audit record."},
    {"socket", TEXT_AT(struct vault_config_frontend, socket), .min = 1, .max = PATH_MAX_BYTES,
     .required = true,
     .help = "Where this front end connects; every front end has a socket and a budget of its own."},
    {"user", TEXT_AT(struct vault_config_frontend, user), .min = 1, .max = 64,
     .help = "The user that this front end runs as; nobody else may connect. Default: the vault's own user."},
};
CONFIG_SCHEMA(frontend_schema, struct vault_config_frontend, frontend_keys);

static const struct config_key lifetime_keys[] = {
    {"code", DURATION_AT(struct vault_config_lifetimes, code_s), .min = 1, .max = 10 * MINUTE,
     .fallback = "60s", .help = "How long an authorization code can be redeemed."},
    {"access_token", DURATION_AT(struct vault_config_lifetimes, access_token_s), .min = 1, .max = DAY,
     .fallback = "15m", .help = "How long an access token works; a client may have its own value."},
    {"refresh_token", DURATION_AT(struct vault_config_lifetimes, refresh_token_s), .min = 1, .max = 365 * DAY,
     .fallback = "30d",
     .help = "How long a refresh token works from its own issue; a client may have its own value."},
    {"session", DURATION_AT(struct vault_config_lifetimes, session_s), .min = 1, .max = 30 * DAY,
     .fallback = "8h", .help = "How long a customer stays signed in at the most."},
    {"session_idle", DURATION_AT(struct vault_config_lifetimes, session_idle_s), .min = 1, .max = 30 * DAY,
     .fallback = "30m", .help = "How long a customer stays signed in without doing anything."},
    {"handle", DURATION_AT(struct vault_config_lifetimes, handle_s), .min = 1, .max = DAY, .fallback = "15m",
     .help = "How long a customer may take for signing in and deciding."},
    {"consent", DURATION_AT(struct vault_config_lifetimes, consent_s), .min = 1, .max = 3650 * DAY,
     .fallback = "365d", .help = "How long a customer's consent lasts; a client may have its own value."},
};
CONFIG_SCHEMA(lifetimes_schema, struct vault_config_lifetimes, lifetime_keys);

static const struct config_key password_keys[] = {
    {"memory", SIZE_AT(struct vault_config_passwords, memory), .min = 7 * MIB, .max = GIB,
     .fallback = "19MiB",
     .help = "Memory that one password check takes (Argon2id); more makes guessing dearer."},
    {"iterations", INT_AT(struct vault_config_passwords, iterations), .min = 1, .max = 64, .fallback = "2",
     .help = "How often that memory is gone through; with less memory more is needed."},
    {"workers", INT_AT(struct vault_config_passwords, workers), .min = 1, .max = 64, .fallback = "1",
     .help = "How many passwords are checked at the same time; each takes a processor while it lasts."},
    {"queue", INT_AT(struct vault_config_passwords, queue), .min = 1, .max = 4096, .fallback = "64",
     .help = "How many logins may wait for a check; more are turned away with 503."},
};
CONFIG_SCHEMA(passwords_schema, struct vault_config_passwords, password_keys);

static const struct config_key limit_keys[] = {
    {"connections_per_frontend", INT_AT(struct vault_config_limits, connections_per_frontend), .min = 1,
     .max = 1024, .fallback = "64",
     .help = "How many workers of one front end may be connected; one needs a connection per worker."},
    {"commit_queue", INT_AT(struct vault_config_limits, commit_queue), .min = 1, .max = 65536,
     .fallback = "4096", .help = "How many changes may wait to be written; more are turned away with 503."},
    {"requests_per_commit", INT_AT(struct vault_config_limits, requests_per_commit), .min = 1, .max = 16384,
     .fallback = "1024", .help = "How many changes one transaction takes at the most."},
};
CONFIG_SCHEMA(limits_schema, struct vault_config_limits, limit_keys);

static const struct config_key words_keys[] = {
    {"language", TEXT_AT(struct vault_config_words, language), .min = 2, .max = 16, .required = true,
     .help = "The language: one that the pages speak, en, fr or es."},
    {"title", TEXT_AT(struct vault_config_words, title), .min = 1, .max = 128, .required = true,
     .help = "The title in that language."},
    {"description", TEXT_AT(struct vault_config_words, description), .min = 1, .max = 512,
     .help = "The description in that language."},
};
CONFIG_SCHEMA(words_schema, struct vault_config_words, words_keys);

static const struct config_key scope_keys[] = {
    {"name", TEXT_AT(struct vault_config_scope, name), .min = 1, .max = 64, .required = true,
     .help = "The scope as a client asks for it."},
    {"title", TEXT_AT(struct vault_config_scope, title), .min = 1, .max = 128, .required = true,
     .help = "What it means, in a few words of a customer's language, on the consent page."},
    {"description", TEXT_AT(struct vault_config_scope, description), .min = 1, .max = 512,
     .help = "One or two sentences below the title."},
    {"paths", CONFIG_TEXT_LIST, CONFIG_AT(struct vault_config_scope, paths, char **),
     CONFIG_AT(struct vault_config_scope, path_count, size_t), .min = 1, .max = 32,
     .help = "The API's resources that it opens, below api_prefix; {name} stands for one part of a path."},
    {"claims", CONFIG_TEXT_LIST, CONFIG_AT(struct vault_config_scope, claims, char **),
     CONFIG_AT(struct vault_config_scope, claim_count, size_t), .min = 1, .max = 32,
     .help = "What UserInfo tells the app about a customer who allowed it: claims by their names."},
    {"translations", CONFIG_LIST,
     CONFIG_AT(struct vault_config_scope, translations, struct vault_config_words *),
     CONFIG_AT(struct vault_config_scope, translation_count, size_t), .min = 1, .max = 8, .of = &words_schema,
     .help = "Title and description in other languages."},
};
CONFIG_SCHEMA(scope_schema, struct vault_config_scope, scope_keys);

static const struct config_word log_levels[] = {
    {"error", LOG_ERROR}, {"warn", LOG_WARN}, {"info", LOG_INFO}, {"debug", LOG_DEBUG}, {NULL, 0}};

static const struct config_key log_keys[] = {
    {"level", CONFIG_ENUM, CONFIG_AT(struct vault_config_log, level, int), .words = log_levels,
     .fallback = "info", .help = "How much is written to the log."},
};
CONFIG_SCHEMA(log_schema, struct vault_config_log, log_keys);

static const struct config_key key_keys[] = {
    {"rotate_after", DURATION_AT(struct vault_config_keys, rotate_after_s), .min = MINUTE, .max = 730 * DAY,
     .fallback = "90d", .help = "How long a key signs before the next one takes its place."},
    {"announce", DURATION_AT(struct vault_config_keys, announce_s), .min = 1, .max = 30 * DAY,
     .fallback = "1d", .help = "How long a key is published at the least before it signs."},
};
CONFIG_SCHEMA(keys_schema, struct vault_config_keys, key_keys);

static const struct config_word signing_algorithms[] = {
    {"ES256", 1 << JWS_ES256}, {"PS256", 1 << JWS_PS256}, {"RS256", 1 << JWS_RS256}, {NULL, 0}};

static const struct config_key vault_keys[] = {
    {"issuer", TEXT_AT(struct vault_config, issuer), .min = 1, .max = 512, .required = true,
     .help = "The https address by which clients know this server; it is the iss of every answer."},
    {"audience", TEXT_AT(struct vault_config, audience), .min = 1, .max = 512,
     .help = "Whom access tokens are for: the API's name. Default: the issuer."},
    {"api_prefix", TEXT_AT(struct vault_config, api_prefix), .min = 0, .max = 256, .fallback = "/fdx/v6",
     .help = "What stands before the scopes' paths in the API's addresses."},
    {"store", CONFIG_MAPPING, CONFIG_AT(struct vault_config, store, struct vault_config_store),
     .of = &store_schema, .help = "The database."},
    {"master_key_file", TEXT_AT(struct vault_config, master_key_file), .min = 1, .max = PATH_MAX_BYTES,
     .required = true,
     .help = "The file with the key that all other keys are sealed with; keep a copy elsewhere."},
    {"backup_directory", TEXT_AT(struct vault_config, backup_directory), .min = 1, .max = PATH_MAX_BYTES,
     .help = "Where 'strongroom backup' writes; without it there are no backups by command."},
    {"admin", CONFIG_MAPPING, CONFIG_AT(struct vault_config, admin, struct vault_config_admin),
     .of = &admin_schema, .help = "The operator's access."},
    {"frontends", CONFIG_LIST, CONFIG_AT(struct vault_config, frontends, struct vault_config_frontend *),
     CONFIG_AT(struct vault_config, frontend_count, size_t), .min = 1, .max = VAULT_FRONTENDS_MAX,
     .of = &frontend_schema, .required = true, .help = "The front ends that may connect."},
    {"user", TEXT_AT(struct vault_config, user), .min = 1, .max = 64,
     .help = "The user that the vault becomes when it was started by root."},
    {"group", TEXT_AT(struct vault_config, group), .min = 1, .max = 64,
     .help = "The group that goes with it. Default: that user's own."},
    {"lifetimes", CONFIG_MAPPING, CONFIG_AT(struct vault_config, lifetimes, struct vault_config_lifetimes),
     .of = &lifetimes_schema, .help = "How long things last."},
    {"passwords", CONFIG_MAPPING, CONFIG_AT(struct vault_config, passwords, struct vault_config_passwords),
     .of = &passwords_schema, .help = "What a password check costs."},
    {"limits", CONFIG_MAPPING, CONFIG_AT(struct vault_config, limits, struct vault_config_limits),
     .of = &limits_schema, .help = "Where the vault says that it is busy."},
    {"scopes", CONFIG_LIST, CONFIG_AT(struct vault_config, scopes, struct vault_config_scope *),
     CONFIG_AT(struct vault_config, scope_count, size_t), .min = 1, .max = VAULT_SCOPES_MAX,
     .of = &scope_schema,
     .help = "What clients can ask for. Default: openid, customers, accounts, transactions and statements."},
    {"keys", CONFIG_MAPPING, CONFIG_AT(struct vault_config, keys, struct vault_config_keys), .of = &keys_schema,
     .help = "The life of the keys that sign."},
    {"signing_algorithms", CONFIG_FLAGS, CONFIG_AT(struct vault_config, signing_algorithms, unsigned),
     .words = signing_algorithms, .fallback = "ES256 PS256 RS256",
     .help = "What ID tokens can be signed with; a client uses ES256 unless it registered another."},
    {"remember_consent", CONFIG_BOOL, CONFIG_AT(struct vault_config, remember_consent, bool), .fallback = "true",
     .help = "Whether an app that asks again for no more than a customer has allowed it gets it without a page."},
    {"acr", TEXT_AT(struct vault_config, acr), .min = 1, .max = 128, .fallback = "urn:strongroom:acr:password",
     .help = "How ID tokens call a login by password (acr)."},
    {"error_uri_base", TEXT_AT(struct vault_config, error_uri_base), .min = 1, .max = 512,
     .help = "Where deploy/errors/ is published; error answers then carry an error_uri."},
    {"service_documentation", TEXT_AT(struct vault_config, service_documentation), .min = 1, .max = 512,
     .help = "A page for developers, for discovery."},
    {"policy_uri", TEXT_AT(struct vault_config, policy_uri), .min = 1, .max = 512,
     .help = "What apps may do with the data, for discovery (op_policy_uri)."},
    {"tos_uri", TEXT_AT(struct vault_config, tos_uri), .min = 1, .max = 512,
     .help = "Your terms of service, for discovery (op_tos_uri)."},
    {"log", CONFIG_MAPPING, CONFIG_AT(struct vault_config, log, struct vault_config_log), .of = &log_schema,
     .help = "The log."},
};
CONFIG_SCHEMA(vault_schema, struct vault_config, vault_keys);

bool vault_config_load(const char *path, struct vault_config *ret_config)
{
    struct vault_config config;
    struct config_file *file = config_read(path, &vault_schema, &config);

    if (!config.scopes && !config_has(file, "scopes"))
        default_scopes_put(&config);
    vault_config_check(file, &config);
    if (!config_finish(&file, stderr)) {
        config_free(&vault_schema, &config);
        return false;
    }
    *ret_config = config;
    return true;
}

void vault_config_free(struct vault_config *config)
{
    config_free(&vault_schema, config);
}

void vault_config_describe(FILE *out)
{
    config_describe(&vault_schema, out);
}

const struct config_schema *vault_config_schema(void)
{
    return &vault_schema;
}
