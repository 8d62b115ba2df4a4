#include "vault/cli/dev_supervisor.h"

#include "common/clock.h"
#include "common/log.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHORT_LIFE_MS 1000 /* who dies sooner is started again with a pause */
#define PAUSE_FIRST_MS 100
#define PAUSE_LAST_MS 5000
#define GIVE_UP_AFTER 3 /* short lives before it was ever ready */
#define SOCKET_WAIT_MS 20000
#define STOP_WAIT_MS 40000 /* longer than a front end's drain_timeout */

struct daemon_process {
    const char *name; /* "vault", "frontend" */
    const char *program;
    pid_t pid; /* 0: not running */
    uint64_t started_ms;
    uint64_t pause_ms;
    uint64_t start_at_ms; /* when to start it again */
    unsigned short_lives;
};

/* ---- pid files --------------------------------------------------------------------------------------- */

static void run_path(const struct dev_cell *cell, const char *name, char ret_path[DEV_PATH_MAX])
{
    char relative[64];

    snprintf(relative, sizeof(relative), "run/%s.pid", name);
    dev_path(cell, relative, ret_path);
}

pid_t dev_pid(const struct dev_cell *cell, const char *name)
{
    char path[DEV_PATH_MAX];
    char *text;
    long pid;

    run_path(cell, name, path);
    text = dev_read_file(path);
    pid = text ? strtol(text, NULL, 10) : 0;
    free(text);
    return pid > 0 ? (pid_t)pid : 0;
}

pid_t dev_supervisor_find(const struct dev_cell *cell)
{
    char path[DEV_PATH_MAX];
    int fd;
    bool is_held;

    run_path(cell, "supervisor", path);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    is_held = flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(fd);
    return is_held ? dev_pid(cell, "supervisor") : 0;
}

/* Written in place, since the lock is on this very file. */
static bool hold_pid_file(const struct dev_cell *cell, int *ret_fd)
{
    char path[DEV_PATH_MAX], text[32];
    int len = snprintf(text, sizeof(text), "%d\n", (int)getpid());
    int fd;

    run_path(cell, "supervisor", path);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0 || ftruncate(fd, 0) != 0 ||
        write(fd, text, (size_t)len) != len)
        return false;
    *ret_fd = fd;
    return true;
}

/* quickstart.json names the current ones, too. */
static void tell_pids(const struct dev_cell *cell, const struct daemon_process *vault,
                      const struct daemon_process *frontend)
{
    char path[DEV_PATH_MAX];
    int lock = dev_quickstart_lock(cell);
    json_t *quickstart = json_load_file(dev_path(cell, "quickstart.json", path), 0, NULL);
    char *text = NULL;

    if (!quickstart)
        goto out;
    json_object_set_new(quickstart, "pids",
                        json_pack("{s:i, s:i, s:i}", "supervisor", (int)getpid(), "vault", (int)vault->pid,
                                  "frontend", (int)frontend->pid));
    text = json_dumps(quickstart, JSON_INDENT(2));
    if (!text || !dev_write_file(path, text, strlen(text)))
        log_event(LOG_WARN, "cannot_write", log_cstr("path", path), log_cstr("reason", strerror(errno)));
out:
    free(text);
    json_decref(quickstart);
    if (lock >= 0)
        close(lock);
}

/* ---- the daemons ------------------------------------------------------------------------------------- */

static void become_daemon(const struct dev_cell *cell, const struct daemon_process *process)
{
    char program[DEV_PATH_MAX + 64], config[DEV_PATH_MAX], log[DEV_PATH_MAX], name[64];
    char *argv[] = {program, (char *)"--config", config, NULL};
    sigset_t none;
    int fd;

    snprintf(program, sizeof(program), "%s/%s", cell->binaries, process->program);
    snprintf(name, sizeof(name), "%s.yaml", process->name);
    dev_path(cell, name, config);
    snprintf(name, sizeof(name), "log/%s.log", process->name);
    fd = open(dev_path(cell, name, log), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd >= 0) {
        dup2(fd, STDOUT_FILENO);
        dup2(fd, STDERR_FILENO);
    }
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setpgid(0, 0); /* an interrupt at the terminal is the supervisor's to pass on, in order */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    execv(program, argv);
    dprintf(STDERR_FILENO, "cannot start %s: %s\n", program, strerror(errno));
    _exit(127);
}

static void start_daemon(const struct dev_cell *cell, struct daemon_process *process)
{
    char path[DEV_PATH_MAX], text[32];
    pid_t pid = fork();
    int len;

    if (pid == 0)
        become_daemon(cell, process);
    if (pid < 0) {
        process->start_at_ms = clock_monotonic_ms() + PAUSE_LAST_MS;
        log_event(LOG_ERROR, "cannot_fork", log_cstr("daemon", process->name),
                  log_cstr("reason", strerror(errno)));
        return;
    }
    process->pid = pid;
    process->started_ms = clock_monotonic_ms();
    process->start_at_ms = 0;
    run_path(cell, process->name, path);
    len = snprintf(text, sizeof(text), "%d\n", (int)pid);
    if (!dev_write_file(path, text, (size_t)len))
        log_event(LOG_ERROR, "cannot_write", log_cstr("path", path), log_cstr("reason", strerror(errno)));
    log_event(LOG_INFO, "started", log_cstr("daemon", process->name), log_u64("pid", (uint64_t)pid));
}

/* At once the first time; with a growing pause where it does not stay alive. */
static void note_death(struct daemon_process *process, int status)
{
    uint64_t now_ms = clock_monotonic_ms();
    bool was_short = now_ms - process->started_ms < SHORT_LIFE_MS;

    process->pid = 0;
    process->short_lives = was_short ? process->short_lives + 1 : 0;
    process->pause_ms = !was_short ? 0 : process->pause_ms ? process->pause_ms * 2 : PAUSE_FIRST_MS;
    if (process->pause_ms > PAUSE_LAST_MS)
        process->pause_ms = PAUSE_LAST_MS;
    process->start_at_ms = now_ms + process->pause_ms;
    log_event(LOG_WARN, "daemon_died", log_cstr("daemon", process->name),
              log_u64("signal", WIFSIGNALED(status) ? (uint64_t)WTERMSIG(status) : 0),
              log_u64("exit_code", WIFEXITED(status) ? (uint64_t)WEXITSTATUS(status) : 0),
              log_u64("restart_in_ms", process->pause_ms));
}

static bool reap(struct daemon_process *processes, size_t len)
{
    bool any = false;
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (size_t i = 0; i < len; i++)
            if (processes[i].pid == pid) {
                note_death(&processes[i], status);
                any = true;
            }
    return any;
}

static void stop_daemon(struct daemon_process *process, const sigset_t *signals)
{
    uint64_t until_ms = clock_monotonic_ms() + STOP_WAIT_MS;
    const struct timespec tick = {0, 50 * 1000 * 1000};

    if (process->pid == 0)
        return;
    kill(process->pid, SIGTERM);
    while (waitpid(process->pid, NULL, WNOHANG) == 0) {
        if (clock_monotonic_ms() > until_ms) {
            log_event(LOG_ERROR, "killed", log_cstr("daemon", process->name),
                      log_cstr("reason", "did not stop"));
            kill(process->pid, SIGKILL);
        }
        sigtimedwait(signals, NULL, &tick);
    }
    process->pid = 0;
}

static void remove_pid_file(const struct dev_cell *cell, const char *name)
{
    char path[DEV_PATH_MAX];

    run_path(cell, name, path);
    unlink(path);
}

/* ---- the loop ---------------------------------------------------------------------------------------- */

static bool socket_is_there(const struct dev_cell *cell)
{
    char path[DEV_PATH_MAX];

    return access(dev_path(cell, "run/frontend.sock", path), F_OK) == 0;
}

static bool is_due(const struct daemon_process *process)
{
    return process->pid == 0 && clock_monotonic_ms() >= process->start_at_ms;
}

static int supervise(const struct dev_cell *cell, const sigset_t *signals)
{
    struct daemon_process processes[] = {{.name = "vault", .program = "strongroom-vault"},
                                         {.name = "frontend", .program = "strongroom-frontend"}};
    struct daemon_process *vault = &processes[0];
    struct daemon_process *frontend = &processes[1];
    const struct timespec tick = {0, 50 * 1000 * 1000};
    uint64_t began_ms = clock_monotonic_ms();
    bool stable = false;
    int code = 0;
    int signal;

    do {
        bool changed = reap(processes, 2);

        if (!stable && (vault->short_lives >= GIVE_UP_AFTER || frontend->short_lives >= GIVE_UP_AFTER)) {
            code = 1; /* it never came up: whoever started it reads the log */
            break;
        }
        stable = stable || clock_monotonic_ms() - began_ms > SOCKET_WAIT_MS;
        if (is_due(vault)) {
            start_daemon(cell, vault);
            changed = true;
        }
        if (is_due(frontend) && (socket_is_there(cell) || stable)) {
            start_daemon(cell, frontend);
            changed = true;
        }
        if (changed)
            tell_pids(cell, vault, frontend);
        signal = sigtimedwait(signals, NULL, &tick);
        stable = stable || signal == SIGUSR1;
    } while (signal != SIGTERM && signal != SIGINT);
    stop_daemon(frontend, signals);
    stop_daemon(vault, signals);
    remove_pid_file(cell, "frontend");
    remove_pid_file(cell, "vault");
    log_event(LOG_INFO, "stopped");
    return code;
}

void dev_supervisor_tell_ready(pid_t pid)
{
    kill(pid, SIGUSR1);
}

/* Standard error is the supervisor's own log from here on; nothing of the parent's is held open. */
static void leave_parent(const struct dev_cell *cell)
{
    char path[DEV_PATH_MAX];
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int log = open(dev_path(cell, "log/supervisor.log", path), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                   0600);

    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(log >= 0 ? log : null, STDERR_FILENO);
    setsid();
}

enum exit_code dev_supervisor_start(const struct dev_cell *cell, bool detached, pid_t *ret_pid)
{
    char path[DEV_PATH_MAX];
    sigset_t signals;
    int fd = -1;
    pid_t pid;

    unlink(dev_path(cell, "run/frontend.sock", path)); /* so that a new one shows that the vault is there */
    pid = fork();
    if (pid < 0) {
        say_error("cannot start the supervisor: %s", strerror(errno));
        return EXIT_CODE_REFUSED;
    }
    if (pid > 0) {
        *ret_pid = pid;
        return EXIT_CODE_OK;
    }
    leave_parent(cell);
    if (!detached)
        prctl(PR_SET_PDEATHSIG, SIGTERM);
    log_init("supervisor", LOG_INFO);
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGUSR1);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    if (!hold_pid_file(cell, &fd)) {
        log_event(LOG_ERROR, "start_failed", log_cstr("reason", "another supervisor runs this cell"));
        _exit(1);
    }
    _exit(supervise(cell, &signals));
}
