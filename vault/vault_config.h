/*
 * The vault's configuration file, deploy/vault.yaml is its manual. Everything here has been checked: paths
 * are absolute and sockets' paths fit, the issuer is one, scopes are well-formed and openid is among them.
 */
#ifndef STRONGROOM_VAULT_VAULT_CONFIG_H
#define STRONGROOM_VAULT_VAULT_CONFIG_H

#include "common/config.h"

#define VAULT_FRONTENDS_MAX 16
#define VAULT_SCOPES_MAX 32

/* One front end: it has a socket and a budget of its own. */
struct vault_config_frontend {
    char *name;
    char *socket;
    char *user; /* whose processes may connect; NULL: the vault's own uid */
};

/* A scope's words in one more language of common/language.def. */
struct vault_config_words {
    char *language;
    char *title;
    char *description; /* NULL if there is none */
};

struct vault_config_scope {
    char *name;
    char *title;       /* what a customer reads on the consent page */
    char *description; /* NULL if there is none */
    char **paths;      /* below api_prefix: "/accounts/{accountId}"; a {part} stands for one segment */
    size_t path_count;
    char **claims;     /* what UserInfo says of a customer who allowed it */
    size_t claim_count;
    struct vault_config_words *translations;
    size_t translation_count;
};

/* When the keys that sign change (vault/key_life.h). */
struct vault_config_keys {
    uint64_t rotate_after_s; /* how long a key signs */
    uint64_t announce_s;     /* how long it is published at the least before it does */
};

struct vault_config_store {
    char *directory;
    uint64_t size_max; /* bytes of the memory map */
};

struct vault_config_admin {
    char *socket;
    char *group; /* NULL: root and the vault's own uid only */
};

struct vault_config_lifetimes {
    uint64_t code_s;
    uint64_t access_token_s;
    uint64_t refresh_token_s;
    uint64_t session_s;
    uint64_t session_idle_s;
    uint64_t handle_s;
    uint64_t consent_s;
};

struct vault_config_passwords {
    uint64_t memory;     /* bytes per check (Argon2id m) */
    uint64_t iterations; /* Argon2id t */
    uint64_t workers;    /* checks at the same time */
    uint64_t queue;      /* checks that may wait */
};

struct vault_config_limits {
    uint64_t connections_per_frontend;
    uint64_t commit_queue;
    uint64_t requests_per_commit;
};

struct vault_config_log {
    int level; /* enum log_level */
};

struct vault_config {
    char *issuer;
    char *audience;   /* never NULL: the issuer if the file does not say */
    char *api_prefix; /* "/fdx/v6", or "" */
    struct vault_config_store store;
    char *master_key_file;
    char *backup_directory; /* NULL: no backups by command */
    struct vault_config_admin admin;
    struct vault_config_frontend *frontends; /* at least one */
    size_t frontend_count;
    char *user;  /* NULL: stay who started it */
    char *group; /* NULL: the user's own */
    struct vault_config_lifetimes lifetimes;
    struct vault_config_passwords passwords;
    struct vault_config_limits limits;
    struct vault_config_scope *scopes; /* openid is among them */
    size_t scope_count;
    struct vault_config_keys keys;
    unsigned signing_algorithms; /* bits 1 << enum jws_alg; ES256 is among them */
    bool remember_consent;
    char *acr;                   /* how good a login by password is, as acr says it */
    char *error_uri_base;        /* NULL: errors come without error_uri */
    char *service_documentation; /* for discovery; NULL, like the next two: not there */
    char *policy_uri;
    char *tos_uri;
    struct vault_config_log log;
};

/* Every problem is written to standard error, with file, line and key. On false there is nothing to free. */
MUST_CHECK bool vault_config_load(const char *path, struct vault_config *ret_config);

/* Leaves it zero. */
void vault_config_free(struct vault_config *config);

/* Every key with its type, default and meaning, for --help-config. */
void vault_config_describe(FILE *out);

/* For the test that holds the sample file against the schema. */
const struct config_schema *vault_config_schema(void);

#endif
