/*
 * strongroom-vault: the only process with keys and the store. Start-up reads from top to bottom; a step that
 * fails ends it, and nothing is served before the last one (DESIGN 8).
 */
#include "common/log.h"
#include "common/secret.h"
#include "common/startup.h"
#include "common/version.h"
#include "proto/describe.h"
#include "vault/audit.h"
#include "vault/key_keeper.h"
#include "vault/listener.h"
#include "vault/notes.h"
#include "vault/slow.h"
#include "vault/writer.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define EXIT_CONFIG 2
#define PROBLEM_MAX 512

static const char usage[] =
    "usage: strongroom-vault --config FILE [--check-config | --restore BACKUP]\n"
    "\n"
    "The vault: the only process that opens the store and holds the keys. It listens on the local sockets "
    "that\n"
    "the configuration names, one for each front end and one for the operator's command line, and on no "
    "network.\n"
    "\n"
    "  --config FILE      the configuration; deploy/vault.yaml documents every key\n"
    "  --check-config     read the configuration, say what is wrong with it, and stop\n"
    "  --help-config      describe every key of the configuration\n"
    "  --describe-protocol  what front ends and the command line may ask, as Markdown\n"
    "  --restore BACKUP   put a backup in place of the store, which no vault may have open\n"
    "  --force            with --restore: even if there is a store; it is kept as data.mdb.before-restore\n"
    "  --version          the version and the commit it was built from\n"
    "  --help             this text\n"
    "\n"
    "Exit codes: 0 stopped by SIGTERM or SIGINT, 1 could not start or the store failed for good, 2 wrong "
    "options or configuration.\n";

struct options {
    const char *config;
    const char *restore;
    bool check_config;
    bool force;
};

/* Returns -1 to go on, else the exit code. */
static int read_options(int argc, char **argv, struct options *ret_options)
{
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'},
        {"check-config", no_argument, NULL, 'k'},
        {"help-config", no_argument, NULL, 'd'},
        {"restore", required_argument, NULL, 'r'},
        {"force", no_argument, NULL, 'f'},
        {"describe-protocol", no_argument, NULL, 'p'},
        {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option;

    *ret_options = (struct options){0};
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'c': ret_options->config = optarg; break;
        case 'k': ret_options->check_config = true; break;
        case 'r': ret_options->restore = optarg; break;
        case 'f': ret_options->force = true; break;
        case 'd': vault_config_describe(stdout); return EXIT_SUCCESS;
        case 'p': proto_describe(stdout); return EXIT_SUCCESS;
        case 'v': puts("strongroom-vault " STRONGROOM_VERSION); return EXIT_SUCCESS;
        case 'h': fputs(usage, stdout); return EXIT_SUCCESS;
        default: fputs("try --help\n", stderr); return EXIT_CONFIG;
        }
    }
    if (optind < argc || !ret_options->config) {
        fputs(usage, stderr);
        return EXIT_CONFIG;
    }
    return -1;
}

static bool failed(const char *step, const char *problem)
{
    log_event(LOG_ERROR, "start_failed", log_cstr("step", step), log_cstr("reason", problem));
    return false;
}

/* Whoever was started in the foreground reads standard error, so the sentence goes there as it is, too. */
static int restore(const struct vault_config *config, const char *backup, bool force)
{
    char problem[STORE_PROBLEM_MAX];

    if (!store_restore(config->store.directory, backup, force, problem)) {
        fprintf(stderr, "strongroom-vault: %s\n", problem);
        return EXIT_FAILURE;
    }
    printf("restored %s into %s\n", backup, config->store.directory);
    return EXIT_SUCCESS;
}

/* SIGTERM and SIGINT are waited for below, by one thread; every other thread has them blocked. */
static void block_signals(sigset_t *ret_set)
{
    sigemptyset(ret_set);
    sigaddset(ret_set, SIGTERM);
    sigaddset(ret_set, SIGINT);
    sigaddset(ret_set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, ret_set, NULL);
}

static bool start(struct vault *vault)
{
    char problem[PROBLEM_MAX] = "";
    struct store_options store = {vault->config.store.directory, vault->config.store.size_max,
                                  STORE_KEEP_OWNER};

    startup_umask();
    if (!startup_no_core() || !startup_signals())
        return false;
    startup_nofile(4096);
    if (secret_memory_init(SECRET_MEMORY_DEFAULT) != OUTCOME_OK)
        return failed("secrets",
                      "cannot lock memory for secrets; raise the limit of locked memory (RLIMIT_MEMLOCK)");
    if (vault->config.user && geteuid() == 0 && !startup_resolve_user(vault->config.user, &store.owner))
        return failed("user", "there is no such user");
    if (!seal_self_test())
        return failed("self-test", "the cryptographic library does not compute what it should");
    if (!store_open(&store, &vault->store, problem))
        return failed("store", problem);
    if (!master_key_read(vault->config.master_key_file, &vault->master, problem) ||
        !keyring_place_init(&vault->keys, vault->store, &vault->master, vault_now_ms(vault) / 1000, problem))
        return failed("keys", problem);
    if (!listeners_open(vault, problem))
        return failed("sockets", problem);
    if (!startup_drop_privileges(vault->config.user, vault->config.group))
        return false;
    vault->notes = notes_new();
    if (!vault->notes)
        return failed("memory", "out of memory");
    vault->key_keeper = key_keeper_new(vault, clock_monotonic_ms);
    if (!vault->key_keeper || !key_maker_start(key_keeper_maker(vault->key_keeper)))
        return failed("keys", "out of memory or threads");
    if (!writer_start(vault, problem))
        return failed("writer", problem);
    if (!slow_start(vault))
        return failed("passwords", "cannot start threads");
    return listeners_start(vault, problem) || failed("sockets", problem);
}

/* What is queued is still decided and answered; then the sockets close. */
static void stop(struct vault *vault)
{
    atomic_store(&vault->stopping, true);
    listeners_stop(vault);
    slow_stop(vault);
    writer_stop(vault);
    if (vault->key_keeper)
        key_maker_stop(key_keeper_maker(vault->key_keeper));
    listeners_close(vault);
    slow_free(vault);
    writer_free(vault);
    notes_free(&vault->notes);
    key_keeper_free(&vault->key_keeper);
    keyring_place_fini(&vault->keys);
    secret_wipe(&vault->master);
    store_close(&vault->store);
}

static int serve(struct vault *vault)
{
    sigset_t signals;
    int signal = 0;

    block_signals(&signals);
    if (!start(vault)) {
        stop(vault); /* a socket that was opened already does not stay behind */
        return EXIT_FAILURE;
    }
    log_event(LOG_INFO, "ready", log_cstr("version", STRONGROOM_VERSION),
              log_cstr("issuer", vault->config.issuer), log_cstr("store", vault->config.store.directory),
              log_u64("frontends", vault->config.frontend_count));
    do
        sigwait(&signals, &signal);
    while (signal == SIGHUP);
    log_event(LOG_INFO, "stopping", log_cstr("signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"));
    stop(vault);
    log_event(LOG_INFO, "stopped");
    return atomic_load(&vault->broken) ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    static struct vault vault;
    struct options options;
    int code = read_options(argc, argv, &options);

    if (code >= 0)
        return code;
    if (!vault_config_load(options.config, &vault.config))
        return EXIT_CONFIG;
    log_init("vault", (enum log_level)vault.config.log.level);
    vault.clock = clock_real();
    vault.rng = rng_system();
    vault.started_ms = clock_monotonic_ms();
    if (options.check_config) {
        printf("%s: the configuration is good\n", options.config);
        code = EXIT_SUCCESS;
    } else if (options.restore) {
        code = restore(&vault.config, options.restore, options.force);
    } else {
        code = serve(&vault);
    }
    vault_config_free(&vault.config);
    return code;
}
