/*
 * The front end's configuration file, deploy/frontend.yaml is its manual. Everything here has been checked:
 * paths are absolute, addresses are IP literals, and what is not loopback has TLS.
 */
#ifndef STRONGROOM_FRONTEND_FRONTEND_CONFIG_H
#define STRONGROOM_FRONTEND_FRONTEND_CONFIG_H

#include "common/config.h"

#define FRONTEND_WORKERS_MAX 64
#define FRONTEND_LISTENERS_MAX 16
#define FRONTEND_BASE_PATH_MAX 256

/* What a listener answers; /livez and /readyz are answered on all of them. */
enum frontend_serves {
    FRONTEND_SERVES_PUBLIC = 1,     /* what browsers and clients use */
    FRONTEND_SERVES_GATEWAY = 2,    /* /oauth2/v4/check */
    FRONTEND_SERVES_MANAGEMENT = 4, /* what operators and orchestrators use */
};

enum frontend_tls_version { FRONTEND_TLS_1_2, FRONTEND_TLS_1_3 };

struct frontend_config_tls {
    char *certificate_file;
    char *key_file;
    int minimum_version; /* enum frontend_tls_version */
};

struct frontend_config_listener {
    char *address; /* an IPv4 or IPv6 literal without brackets */
    uint64_t port;
    unsigned serves; /* enum frontend_serves, or-ed */
    bool has_tls;    /* false: plain HTTP, on a loopback address only */
    struct frontend_config_tls tls;
};

struct frontend_config_brand {
    char *name;
    char *logo_file;   /* NULL: the name is shown instead */
    char *colour;      /* "#rrggbb" */
    char *support_url; /* NULL: no link */
};

struct frontend_config_limits {
    uint64_t header_bytes;
    uint64_t body_bytes;
    uint64_t headers;
    uint64_t header_timeout_s;
    uint64_t body_timeout_s;
    uint64_t idle_timeout_s;
    uint64_t connections; /* per worker */
    uint64_t in_flight;   /* requests per worker that wait for the vault */
    uint64_t vault_timeout_s;
};

struct frontend_config_log {
    int level; /* enum log_level */
};

struct frontend_config {
    char *vault_socket;
    uint64_t workers;
    char *user;  /* NULL: stay who started it */
    char *group; /* NULL: the user's own */
    struct frontend_config_listener *listeners; /* at least one */
    size_t listener_count;
    char *base_path; /* the issuer's path, "/tenant"; NULL: it has none */
    struct frontend_config_brand brand;
    struct frontend_config_limits limits;
    uint64_t drain_timeout_s;
    struct frontend_config_log log;
};

/* Every problem is written to standard error, with file, line and key. On false there is nothing to free. */
MUST_CHECK bool frontend_config_load(const char *path, struct frontend_config *ret_config);

/* Leaves it zero. */
void frontend_config_free(struct frontend_config *config);

/* Every key with its type, default and meaning, for --help-config. */
void frontend_config_describe(FILE *out);

/* What stands before every path that belongs to the issuer: "/tenant", or "". */
static inline const char *frontend_config_base_path(const struct frontend_config *config)
{
    return config->base_path ? config->base_path : "";
}

/* For the test that holds the sample file against the schema. */
const struct config_schema *frontend_config_schema(void);

#endif
