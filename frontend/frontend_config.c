#include "frontend/frontend_config.h"

#include "common/config_check.h"
#include "common/log.h"
#include "common/uri.h"

#include <arpa/inet.h>

#define KIB ((uint64_t)1 << 10)
#define MINUTE ((uint64_t)60)
#define HOUR (60 * MINUTE)

#define PATH_MAX_BYTES 1024

/* Where a value goes, by its type. */
#define TEXT_AT(type, member) CONFIG_TEXT, CONFIG_AT(type, member, char *)
#define INT_AT(type, member) CONFIG_INT, CONFIG_AT(type, member, uint64_t)
#define SIZE_AT(type, member) CONFIG_SIZE, CONFIG_AT(type, member, uint64_t)
#define DURATION_AT(type, member) CONFIG_DURATION, CONFIG_AT(type, member, uint64_t)

static const struct config_word tls_versions[] = {
    {"1.2", FRONTEND_TLS_1_2}, {"1.3", FRONTEND_TLS_1_3}, {NULL, 0}};

static const struct config_key tls_keys[] = {
    {"certificate_file", TEXT_AT(struct frontend_config_tls, certificate_file), .min = 1,
     .max = PATH_MAX_BYTES,
     .required = true, .help = "The server's certificate and those between it and the CA, in PEM."},
    {"key_file", TEXT_AT(struct frontend_config_tls, key_file), .min = 1, .max = PATH_MAX_BYTES,
     .required = true,
     .help = "The certificate's private key, in PEM; read before privileges are dropped."},
    {"minimum_version", CONFIG_ENUM, CONFIG_AT(struct frontend_config_tls, minimum_version, int),
     .words = tls_versions, .fallback = "1.2", .help = "The oldest TLS that is spoken."},
};
CONFIG_SCHEMA(tls_schema, struct frontend_config_tls, tls_keys);

static const struct config_word services[] = {{"public", FRONTEND_SERVES_PUBLIC},
                                              {"gateway", FRONTEND_SERVES_GATEWAY},
                                              {"management", FRONTEND_SERVES_MANAGEMENT},
                                              {NULL, 0}};

static const struct config_key listener_keys[] = {
    {"address", TEXT_AT(struct frontend_config_listener, address), .min = 2, .max = 45, .required = true,
     .help = "The IPv4 or IPv6 address to listen on; 0.0.0.0 or :: for all."},
    {"port", INT_AT(struct frontend_config_listener, port), .min = 1, .max = 65535, .required = true,
     .help = "The TCP port to listen on."},
    {"serves", CONFIG_FLAGS, CONFIG_AT(struct frontend_config_listener, serves, unsigned), .words = services,
     .fallback = "public",
     .help = "What is answered here: public for browsers and clients, gateway for the API gateway's checks, "
             "management for operators."},
    {"tls", CONFIG_OPTIONAL, CONFIG_AT(struct frontend_config_listener, tls, struct frontend_config_tls),
     CONFIG_AT(struct frontend_config_listener, has_tls, bool), .of = &tls_schema,
     .help = "TLS; without it the listener speaks plain HTTP, which is allowed on loopback addresses only."},
};
CONFIG_SCHEMA(listener_schema, struct frontend_config_listener, listener_keys);

static const struct config_key brand_keys[] = {
    {"name", TEXT_AT(struct frontend_config_brand, name), .min = 1, .max = 64, .fallback = "Your bank",
     .help = "The bank's name, as customers know it."},
    {"logo_file", TEXT_AT(struct frontend_config_brand, logo_file), .min = 1, .max = PATH_MAX_BYTES,
     .help = "The bank's logo, a .svg or .png file. Default: the name alone."},
    {"colour", TEXT_AT(struct frontend_config_brand, colour), .min = 7, .max = 7, .fallback = "#1f4e79",
     .help = "The colour of buttons and links, as #rrggbb."},
    {"support_url", TEXT_AT(struct frontend_config_brand, support_url), .min = 1, .max = 512,
     .help = "Where customers find help: an https or mailto address."},
};
CONFIG_SCHEMA(brand_schema, struct frontend_config_brand, brand_keys);

static const struct config_key limit_keys[] = {
    {"header_bytes", SIZE_AT(struct frontend_config_limits, header_bytes), .min = KIB, .max = 64 * KIB,
     .fallback = "16KiB",
     .help = "The request line and headers of a request; more is answered with 431 or 414."},
    {"body_bytes", SIZE_AT(struct frontend_config_limits, body_bytes), .min = KIB, .max = 64 * KIB,
     .fallback = "64KiB", .help = "The body of a request; more is answered with 413."},
    {"headers", INT_AT(struct frontend_config_limits, headers), .min = 8, .max = 1000, .fallback = "100",
     .help = "The number of headers of a request; more is answered with 431."},
    {"header_timeout", DURATION_AT(struct frontend_config_limits, header_timeout_s), .min = 1,
     .max = 10 * MINUTE,
     .fallback = "10s", .help = "How long a client may take to send the headers of a request."},
    {"body_timeout", DURATION_AT(struct frontend_config_limits, body_timeout_s), .min = 1, .max = 10 * MINUTE,
     .fallback = "10s", .help = "How long a client may take to send the body of a request."},
    {"idle_timeout", DURATION_AT(struct frontend_config_limits, idle_timeout_s), .min = 1, .max = HOUR,
     .fallback = "60s", .help = "How long a connection stays open without a request."},
    {"connections", INT_AT(struct frontend_config_limits, connections), .min = 1, .max = 1000000,
     .fallback = "10000",
     .help = "Connections per worker; the system's limit of open files may allow fewer."},
    {"in_flight", INT_AT(struct frontend_config_limits, in_flight), .min = 1, .max = 65536,
     .fallback = "1024",
     .help = "Requests per worker that wait for the vault; more are answered with 503."},
    {"vault_timeout", DURATION_AT(struct frontend_config_limits, vault_timeout_s), .min = 1, .max = MINUTE,
     .fallback = "5s", .help = "How long a request waits for the vault before it is answered with 503."},
};
CONFIG_SCHEMA(limits_schema, struct frontend_config_limits, limit_keys);

static const struct config_word log_levels[] = {
    {"error", LOG_ERROR}, {"warn", LOG_WARN}, {"info", LOG_INFO}, {"debug", LOG_DEBUG}, {NULL, 0}};

static const struct config_key log_keys[] = {
    {"level", CONFIG_ENUM, CONFIG_AT(struct frontend_config_log, level, int), .words = log_levels,
     .fallback = "info", .help = "How much is written to the log."},
};
CONFIG_SCHEMA(log_schema, struct frontend_config_log, log_keys);

static const struct config_key frontend_keys[] = {
    {"vault_socket", TEXT_AT(struct frontend_config, vault_socket), .min = 1, .max = PATH_MAX_BYTES,
     .required = true, .help = "The socket that the vault has for this front end."},
    {"workers", INT_AT(struct frontend_config, workers), .min = 1, .max = FRONTEND_WORKERS_MAX,
     .fallback = "2",
     .help = "How many processes serve; about one for each processor."},
    {"user", TEXT_AT(struct frontend_config, user), .min = 1, .max = 64,
     .help = "The user that the front end becomes when it was started by root; the vault has to expect it."},
    {"group", TEXT_AT(struct frontend_config, group), .min = 1, .max = 64,
     .help = "The group that goes with it. Default: that user's own."},
    {"listeners", CONFIG_LIST,
     CONFIG_AT(struct frontend_config, listeners, struct frontend_config_listener *),
     CONFIG_AT(struct frontend_config, listener_count, size_t), .min = 1, .max = FRONTEND_LISTENERS_MAX,
     .of = &listener_schema, .required = true, .help = "Where it listens, and for whom."},
    {"base_path", TEXT_AT(struct frontend_config, base_path), .min = 2, .max = FRONTEND_BASE_PATH_MAX,
     .help = "The issuer's path where it has one: /tenant for https://bank.example/tenant. Default: none."},
    {"brand", CONFIG_MAPPING, CONFIG_AT(struct frontend_config, brand, struct frontend_config_brand),
     .of = &brand_schema, .help = "How the pages look."},
    {"limits", CONFIG_MAPPING, CONFIG_AT(struct frontend_config, limits, struct frontend_config_limits),
     .of = &limits_schema, .help = "What a client may send and how long it may take."},
    {"drain_timeout", DURATION_AT(struct frontend_config, drain_timeout_s), .min = 1, .max = HOUR,
     .fallback = "30s", .help = "How long requests that have begun may go on after SIGTERM."},
    {"log", CONFIG_MAPPING, CONFIG_AT(struct frontend_config, log, struct frontend_config_log),
     .of = &log_schema,
     .help = "The log."},
};
CONFIG_SCHEMA(frontend_schema, struct frontend_config, frontend_keys);

/* ---- what the schema cannot say ---- */

static bool is_loopback(const char *address)
{
    struct in_addr four;
    struct in6_addr six;

    if (inet_pton(AF_INET, address, &four) == 1)
        return ntohl(four.s_addr) >> 24 == 127;
    return inet_pton(AF_INET6, address, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

static bool is_address(const char *address)
{
    struct in6_addr any;

    return inet_pton(AF_INET, address, &any) == 1 || inet_pton(AF_INET6, address, &any) == 1;
}

static void check_listener(struct config_file *file, struct frontend_config_listener *listener)
{
    if (listener->address && !is_address(listener->address))
        config_problem(file, &listener->address, "must be an IPv4 or IPv6 address, without brackets or port");
    /* Tokens and passwords cross this socket; in the clear they may do so inside the machine only. */
    else if (listener->address && !listener->has_tls && !is_loopback(listener->address))
        config_problem(file, &listener->has_tls, "is needed, because %s is not a loopback address",
                       listener->address);
    config_check_path(file, &listener->tls.certificate_file);
    config_check_path(file, &listener->tls.key_file);
}

static void check_listeners(struct config_file *file, struct frontend_config *config)
{
    for (size_t i = 0; i < config->listener_count; i++) {
        struct frontend_config_listener *each = &config->listeners[i];

        check_listener(file, each);
        for (size_t k = 0; k < i; k++) {
            struct frontend_config_listener *other = &config->listeners[k];

            if (each->address && other->address && each->port && each->port == other->port &&
                strcmp(each->address, other->address) == 0)
                config_problem(file, &each->port, "is taken by listeners[%zu] on the same address", k);
        }
    }
}

static bool is_colour(const char *text)
{
    return text[0] == '#' && strspn(text + 1, "0123456789abcdefABCDEF") == 6 && text[7] == '\0';
}

static bool ends_in(const char *text, const char *end)
{
    return strlen(text) > strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0;
}

static bool is_support_address(const char *text)
{
    if (strncmp(text, "mailto:", 7) == 0)
        return text[7] && strcspn(text, " \"'<>\\") == strlen(text) && span_is_printable(span_of_text(text));
    return strncmp(text, "https://", 8) == 0 && !uri_redirect_problem(span_of_text(text));
}

static void check_brand(struct config_file *file, struct frontend_config_brand *brand)
{
    config_check_path(file, &brand->logo_file);
    if (brand->logo_file && !ends_in(brand->logo_file, ".svg") && !ends_in(brand->logo_file, ".png"))
        config_problem(file, &brand->logo_file, "must be a .svg or .png file");
    if (brand->colour && !is_colour(brand->colour))
        config_problem(file, &brand->colour, "must be # and six hexadecimal digits, such as \"#1f4e79\"");
    if (brand->support_url && !is_support_address(brand->support_url))
        config_problem(file, &brand->support_url, "must be an https:// address without fragment, or mailto:");
}

/*
 * It is compared with what clients send byte for byte, and stands in headers, forms and links: so there is
 * one spelling of it, which needs no escaping anywhere.
 */
static void check_base_path(struct config_file *file, char **base_path)
{
    static const char plain[] = "/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    const char *path = *base_path;

    if (!path)
        return;
    if (path[0] != '/' || path[strlen(path) - 1] == '/')
        config_problem(file, base_path, "must start with / and not end in /");
    else if (path[strspn(path, plain)])
        config_problem(file, base_path, "may have letters, digits, -, ., _, ~ and / only");
    else if (strstr(path, "//") || strstr(path, "/."))
        config_problem(file, base_path, "must not have empty parts or parts that begin with a dot");
}

bool frontend_config_load(const char *path, struct frontend_config *ret_config)
{
    struct frontend_config config;
    struct config_file *file = config_read(path, &frontend_schema, &config);

    config_check_socket(file, &config.vault_socket);
    config_check_user(file, &config.user, &config.group);
    check_listeners(file, &config);
    check_brand(file, &config.brand);
    check_base_path(file, &config.base_path);
    if (!config_finish(&file, stderr)) {
        config_free(&frontend_schema, &config);
        return false;
    }
    *ret_config = config;
    return true;
}

void frontend_config_free(struct frontend_config *config)
{
    config_free(&frontend_schema, config);
}

void frontend_config_describe(FILE *out)
{
    config_describe(&frontend_schema, out);
}

const struct config_schema *frontend_config_schema(void)
{
    return &frontend_schema;
}
