/*
 * strongroom-frontend: what the network talks to. It parses, the vault decides. This file is the start-up, top
 * to bottom; a step that fails ends it (STYLE 8).
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/log.h"
#include "common/startup.h"
#include "common/version.h"
#include "frontend/master.h"

/* Descriptors beside the clients': the loop's, nng's, the log. */
#define DESCRIPTORS_OF_OURS 128

enum { EXIT_GOOD = 0, EXIT_BAD = 1, EXIT_USAGE = 2, EXIT_CONFIG = EXIT_USAGE };

static const char usage[] =
    "strongroom-frontend: the HTTP front end of Strongroom, an OAuth 2.0 and OpenID Connect server\n"
    "\n"
    "usage: strongroom-frontend --config FILE [--check-config]\n"
    "\n"
    "  --config FILE    the configuration (YAML); deploy/frontend.yaml is a sample that explains every key\n"
    "  --check-config   say whether the configuration, its certificates and its logo are good, and end\n"
    "  --help-config    describe every key of the configuration, and end\n"
    "  --help           this text\n"
    "  --version        the version and the commit that it was built from\n"
    "\n"
    "It runs in the foreground and logs to standard error. SIGTERM: stop listening, answer what has begun, "
    "end.\n"
    "Exit codes: 0 good, 1 it could not start, 2 wrong options or configuration.\n";

struct options {
    const char *config_path;
    bool only_checks;
    int exit_code; /* -1: go on */
};

static struct options parse_options(int argc, char **argv)
{
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'}, {"check-config", no_argument, NULL, 'k'},
        {"help-config", no_argument, NULL, 'd'},  {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},      {NULL, 0, NULL, 0},
    };
    struct options options = {.exit_code = -1};
    int option;

    while (options.exit_code < 0 && (option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'c': options.config_path = optarg; break;
        case 'k': options.only_checks = true; break;
        case 'd':
            frontend_config_describe(stdout);
            options.exit_code = EXIT_GOOD;
            break;
        case 'h':
            fputs(usage, stdout);
            options.exit_code = EXIT_GOOD;
            break;
        case 'v':
            printf("strongroom-frontend %s\n", STRONGROOM_VERSION);
            options.exit_code = EXIT_GOOD;
            break;
        default: options.exit_code = EXIT_USAGE;
        }
    }
    if (options.exit_code < 0 && (!options.config_path || optind < argc)) {
        fputs("strongroom-frontend: --config FILE is needed, and nothing else is taken; see --help\n",
              stderr);
        options.exit_code = EXIT_USAGE;
    }
    return options;
}

/* The bytes stay for as long as the process. An absent span if there is no logo; false if it cannot be read. */
static bool read_logo(const char *path, struct span *ret_logo)
{
    uint8_t *bytes;
    size_t len;
    FILE *file;

    *ret_logo = SPAN_NONE;
    if (!path)
        return true;
    file = fopen(path, "rb");
    bytes = malloc(PAGE_LOGO_MAX + 1);
    len = file && bytes ? fread(bytes, 1, PAGE_LOGO_MAX + 1, file) : 0;
    if (!file || !bytes || ferror(file) || len == 0 || len > PAGE_LOGO_MAX) {
        log_event(LOG_ERROR, "logo_not_usable", log_cstr("file", path),
                  log_cstr("expected", "a readable SVG or PNG file of at most 256 KiB"));
        len = 0;
    }
    if (file)
        (void)fclose(file);
    if (len == 0)
        free(bytes);
    else
        *ret_logo = span_of(bytes, len);
    return len > 0;
}

_Static_assert(FRONTEND_BASE_PATH_MAX <= PAGE_BASE_PATH_MAX, "pages take every base path that may be configured");

static bool make_brand(const struct frontend_config *config, struct page_brand *brand)
{
    struct page_brand_settings settings = {.name = config->brand.name,
                                           .colour = config->brand.colour,
                                           .support_url = config->brand.support_url,
                                           .base_path = config->base_path};
    const char *problem;

    if (!read_logo(config->brand.logo_file, &settings.logo))
        return false;
    if (page_brand_init(brand, &settings, &problem))
        return true;
    log_event(LOG_ERROR, "brand_not_usable", log_cstr("problem", problem));
    return false;
}

static int run(const struct frontend_config *config, const struct page_brand *brand)
{
    struct master *master;
    size_t open_files;
    int exit_code = EXIT_BAD;

    startup_umask();
    if (!startup_signals() || !startup_no_core())
        return EXIT_BAD;
    open_files = startup_nofile(config->limits.connections + DESCRIPTORS_OF_OURS +
                                config->workers * config->listener_count);
    if (open_files == 0)
        return EXIT_BAD;
    master = master_new(config, brand);
    if (master && startup_drop_privileges(config->user, config->group))
        exit_code = master_run(master, open_files);
    master_free(&master);
    return exit_code;
}

int main(int argc, char **argv)
{
    static struct frontend_config config;
    static struct page_brand brand;
    struct options options = parse_options(argc, argv);

    if (options.exit_code >= 0)
        return options.exit_code;
    log_init("master", LOG_INFO);
    if (!frontend_config_load(options.config_path, &config))
        return EXIT_CONFIG;
    log_init("master", (enum log_level)config.log.level);
    if (!make_brand(&config, &brand))
        return EXIT_CONFIG;
    if (!options.only_checks)
        return run(&config, &brand);
    if (!master_check(&config))
        return EXIT_CONFIG;
    printf("%s: the configuration is good\n", options.config_path);
    return EXIT_GOOD;
}
