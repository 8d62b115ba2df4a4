#include "frontend/master.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/log.h"

#define LISTEN_BACKLOG 1024
/* A front end that is stopping gives its ports up at once; so long we wait for one that was not asked to stop. */
#define BIND_ATTEMPTS 20
#define BIND_PAUSE_US 100000
#define RESTART_FIRST_MS 100
#define RESTART_LAST_MS 5000
/* A worker that has lived so long is not failing over and over again. */
#define RESTART_FORGIVEN_MS 10000
#define KILL_AFTER_DRAIN_MS 1000
#define NEVER UINT64_MAX

struct slot {
    pid_t pid; /* 0: no worker */
    uint64_t started_ms;
    uint64_t start_at_ms; /* NEVER: not to be started */
    uint64_t back_off_ms;
    struct server_socket sockets[FRONTEND_LISTENERS_MAX];
};

struct master {
    const struct frontend_config *config;
    const struct page_brand *brand;
    size_t open_files;
    int signals;
    uint64_t kill_at_ms; /* NEVER: not stopping */
    struct tls_context *tls[FRONTEND_LISTENERS_MAX];
    struct slot slots[FRONTEND_WORKERS_MAX];
};

/* ---- sockets ------------------------------------------------------------------------------------------- */

union any_address {
    struct sockaddr any;
    struct sockaddr_in ip4;
    struct sockaddr_in6 ip6;
};

static socklen_t address_of(const struct frontend_config_listener *listener, union any_address *ret_address)
{
    *ret_address = (union any_address){0};
    if (inet_pton(AF_INET, listener->address, &ret_address->ip4.sin_addr) == 1) {
        ret_address->ip4.sin_family = AF_INET;
        ret_address->ip4.sin_port = htons((uint16_t)listener->port);
        return sizeof(ret_address->ip4);
    }
    (void)inet_pton(AF_INET6, listener->address,
                    &ret_address->ip6.sin6_addr); /* The configuration was checked. */
    ret_address->ip6.sin6_family = AF_INET6;
    ret_address->ip6.sin6_port = htons((uint16_t)listener->port);
    return sizeof(ret_address->ip6);
}

/* A bound socket, or -1 with errno. Shared: one of several on the same address (SO_REUSEPORT). */
static int bind_socket(const struct frontend_config_listener *listener, bool is_shared)
{
    union any_address address;
    socklen_t len = address_of(listener, &address);
    int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;

    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
        (!is_shared || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0) &&
        (address.any.sa_family != AF_INET6 ||
         setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) == 0) &&
        bind(fd, &address.any, len) == 0 && listen(fd, LISTEN_BACKLOG) == 0)
        return fd;
    on = errno;
    (void)close(fd);
    errno = on;
    return -1;
}

/*
 * A socket that shares its address would quietly share it with another front end, too, that somebody has
 * started by mistake. One that does not share is refused then, so it goes first and tells.
 */
static bool is_free(const struct frontend_config_listener *listener)
{
    int fd = -1;

    for (int attempt = 0; attempt < BIND_ATTEMPTS; attempt++) {
        fd = bind_socket(listener, false);
        if (fd >= 0 || errno != EADDRINUSE)
            break;
        (void)usleep(BIND_PAUSE_US);
    }
    if (fd >= 0)
        (void)close(fd);
    return fd >= 0;
}

static bool open_listener(struct master *master, size_t index)
{
    const struct frontend_config_listener *listener = &master->config->listeners[index];
    bool is_open = is_free(listener);

    for (size_t i = 0; is_open && i < master->config->workers; i++) {
        int fd = bind_socket(listener, true);

        master->slots[i].sockets[index] = (struct server_socket){fd, listener->serves, master->tls[index]};
        is_open = fd >= 0;
    }
    log_event(is_open ? LOG_INFO : LOG_ERROR, is_open ? "listening" : "listen_failed",
              log_cstr("address", listener->address), log_u64("port", listener->port),
              log_bool("tls", listener->has_tls), log_cstr("reason", is_open ? NULL : strerror(errno)));
    return is_open;
}

static void log_tls_problem(size_t listener, const struct tls_problem *problem)
{
    char key[64];

    (void)snprintf(key, sizeof(key), "listeners[%zu].tls%s%s", listener, problem->key ? "." : "",
                   problem->key ? problem->key : "");
    log_event(LOG_ERROR, "tls_not_usable", log_cstr("key", key), log_cstr("file", problem->file),
              log_cstr("reason", problem->reason));
}

static bool load_tls(const struct frontend_config *config, struct tls_context **contexts)
{
    for (size_t i = 0; i < config->listener_count; i++) {
        const struct frontend_config_listener *listener = &config->listeners[i];
        struct tls_problem problem;

        if (!listener->has_tls)
            continue;
        contexts[i] = tls_context_new(listener->tls.certificate_file, listener->tls.key_file,
                                      listener->tls.minimum_version == FRONTEND_TLS_1_3, &problem);
        if (!contexts[i]) {
            log_tls_problem(i, &problem);
            return false;
        }
    }
    return true;
}

bool master_check(const struct frontend_config *config)
{
    struct tls_context *contexts[FRONTEND_LISTENERS_MAX] = {0};
    bool is_good = load_tls(config, contexts);

    for (size_t i = 0; i < FRONTEND_LISTENERS_MAX; i++)
        tls_context_free(&contexts[i]);
    return is_good;
}

struct master *master_new(const struct frontend_config *config, const struct page_brand *brand)
{
    struct master *master = calloc(1, sizeof(*master));

    if (!master) {
        log_event(LOG_ERROR, "out_of_memory");
        return NULL;
    }
    *master = (struct master){.config = config, .brand = brand, .kill_at_ms = NEVER};
    if (!load_tls(config, master->tls))
        goto fail;
    for (size_t i = 0; i < config->listener_count; i++)
        if (!open_listener(master, i))
            goto fail;
    return master;
fail:
    master_free(&master); /* Its sockets end with the process, which ends now. */
    return NULL;
}

void master_free(struct master **master)
{
    if (!*master)
        return;
    for (size_t i = 0; i < FRONTEND_LISTENERS_MAX; i++)
        tls_context_free(&(*master)->tls[i]);
    free(*master);
    *master = NULL;
}

/* ---- workers --------------------------------------------------------------------------------------------- */

static void close_sockets(const struct master *master, const struct slot *except)
{
    for (size_t i = 0; i < master->config->workers; i++)
        for (size_t j = 0; j < master->config->listener_count; j++)
            if (&master->slots[i] != except)
                (void)close(master->slots[i].sockets[j].fd);
}

/* In the new process. A worker whose master dies is told to finish, too: nobody would replace or stop it. */
static int become_worker(struct master *master, struct slot *slot, pid_t master_pid)
{
    const struct worker_start start = {
        .config = master->config,
        .brand = master->brand,
        .sockets = slot->sockets,
        .socket_count = master->config->listener_count,
        .open_files = master->open_files,
    };
    sigset_t none;

    log_init("frontend", (enum log_level)master->config->log.level);
    (void)sigemptyset(&none);
    (void)close(master->signals);
    close_sockets(master, slot);
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) || getppid() != master_pid || sigprocmask(SIG_SETMASK, &none, NULL))
        return 1;
    return worker_run(&start);
}

static void start_worker(struct master *master, struct slot *slot)
{
    pid_t master_pid = getpid();
    pid_t pid = fork();

    if (pid == 0) {
        int exit_code = become_worker(master, slot, master_pid);

        master_free(&master);
        exit(exit_code);
    }
    slot->started_ms = clock_monotonic_ms();
    if (pid < 0) {
        slot->start_at_ms = slot->started_ms + RESTART_LAST_MS;
        log_event(LOG_ERROR, "fork_failed", log_cstr("reason", strerror(errno)));
        return;
    }
    slot->pid = pid;
    slot->start_at_ms = NEVER;
    log_event(LOG_INFO, "worker_started", log_u64("slot", (uint64_t)(slot - master->slots)),
              log_u64("pid", (uint64_t)pid));
}

/* At once the first time, then later and later: a worker that cannot live is not to eat the machine. */
static void plan_restart(struct slot *slot, uint64_t now_ms)
{
    if (now_ms - slot->started_ms >= RESTART_FORGIVEN_MS)
        slot->back_off_ms = 0;
    slot->start_at_ms = now_ms + slot->back_off_ms;
    slot->back_off_ms = slot->back_off_ms == 0 ? RESTART_FIRST_MS : slot->back_off_ms * 2;
    if (slot->back_off_ms > RESTART_LAST_MS)
        slot->back_off_ms = RESTART_LAST_MS;
}

static void note_death(struct master *master, struct slot *slot, int status)
{
    bool is_planned = master->kill_at_ms != NEVER;
    bool is_clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    uint64_t now_ms = clock_monotonic_ms();
    uint64_t pid = (uint64_t)slot->pid;

    slot->pid = 0;
    if (!is_planned)
        plan_restart(slot, now_ms);
    log_event(is_planned && is_clean ? LOG_INFO : LOG_WARN, "worker_ended",
              log_u64("slot", (uint64_t)(slot - master->slots)), log_u64("pid", pid),
              WIFSIGNALED(status) ? log_u64("signal", (uint64_t)WTERMSIG(status))
                                  : log_u64("exit_code", (uint64_t)WEXITSTATUS(status)),
              is_planned ? log_cstr("restart", NULL) : log_u64("restart_in_ms", slot->start_at_ms - now_ms));
}

static void reap(struct master *master)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (size_t i = 0; i < master->config->workers; i++)
            if (master->slots[i].pid == pid)
                note_death(master, &master->slots[i], status);
}

static void signal_workers(const struct master *master, int number)
{
    for (size_t i = 0; i < master->config->workers; i++)
        if (master->slots[i].pid)
            (void)kill(master->slots[i].pid, number);
}

static size_t workers_left(const struct master *master)
{
    size_t left = 0;

    for (size_t i = 0; i < master->config->workers; i++)
        left += master->slots[i].pid != 0;
    return left;
}

/* ---- the loop ---------------------------------------------------------------------------------------------- */

static void begin_stop(struct master *master)
{
    if (master->kill_at_ms != NEVER)
        return;
    log_event(LOG_INFO, "frontend_draining", log_u64("timeout_s", master->config->drain_timeout_s));
    master->kill_at_ms = clock_monotonic_ms() + master->config->drain_timeout_s * 1000 + KILL_AFTER_DRAIN_MS;
    close_sockets(master, NULL);
    signal_workers(master, SIGTERM);
}

static void take_signals(struct master *master)
{
    struct signalfd_siginfo info;

    while (read(master->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
        if (info.ssi_signo == SIGCHLD)
            reap(master);
        else
            begin_stop(master);
}

static void do_what_is_due(struct master *master)
{
    uint64_t now_ms = clock_monotonic_ms();

    if (master->kill_at_ms != NEVER) {
        if (now_ms >= master->kill_at_ms)
            signal_workers(master, SIGKILL);
        return;
    }
    for (size_t i = 0; i < master->config->workers; i++)
        if (!master->slots[i].pid && master->slots[i].start_at_ms <= now_ms)
            start_worker(master, &master->slots[i]);
}

static int next_timeout_ms(const struct master *master)
{
    uint64_t now_ms = clock_monotonic_ms();
    uint64_t next_ms = master->kill_at_ms;

    if (master->kill_at_ms == NEVER)
        for (size_t i = 0; i < master->config->workers; i++)
            if (!master->slots[i].pid && master->slots[i].start_at_ms < next_ms)
                next_ms = master->slots[i].start_at_ms;
    if (next_ms == NEVER)
        return -1;
    return next_ms <= now_ms ? 10 : next_ms - now_ms < 1000 ? (int)(next_ms - now_ms) : 1000;
}

static bool watch_signals(struct master *master)
{
    sigset_t watched;

    (void)sigemptyset(&watched);
    (void)sigaddset(&watched, SIGTERM);
    (void)sigaddset(&watched, SIGINT);
    (void)sigaddset(&watched, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &watched, NULL) == 0)
        master->signals = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
    else
        master->signals = -1;
    if (master->signals < 0)
        log_event(LOG_ERROR, "signals_not_watchable", log_cstr("reason", strerror(errno)));
    return master->signals >= 0;
}

int master_run(struct master *master, size_t open_files)
{
    master->open_files = open_files;
    if (!watch_signals(master))
        return 1;
    do_what_is_due(master);
    log_event(LOG_INFO, "frontend_ready", log_u64("pid", (uint64_t)getpid()),
              log_u64("workers", master->config->workers));
    while (master->kill_at_ms == NEVER || workers_left(master) > 0) {
        struct pollfd waiting = {.fd = master->signals, .events = POLLIN};

        if (poll(&waiting, 1, next_timeout_ms(master)) > 0)
            take_signals(master);
        do_what_is_due(master);
    }
    log_event(LOG_INFO, "frontend_stopped");
    return 0;
}
