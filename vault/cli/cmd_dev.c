/* strongroom dev: a whole cell in one directory, with one command (SPEC 7). */
#include "common/clock.h"
#include "vault/cli/arguments.h"
#include "vault/cli/dev_demo.h"
#include "vault/cli/dev_supervisor.h"
#include "vault/cli/dev_walk.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY_WAIT_MS 30000
#define STOP_WAIT_MS 90000
#define LOG_TAIL 1200

/* ---- stopping ------------------------------------------------------------------------------------------ */

static enum exit_code stop(const struct dev_cell *cell)
{
    uint64_t until_ms = clock_monotonic_ms() + STOP_WAIT_MS;
    pid_t pid = dev_supervisor_find(cell);

    if (pid == 0) {
        printf("Nothing runs in %s.\n", cell->dir);
        return EXIT_CODE_OK;
    }
    if (kill(pid, SIGTERM) != 0) {
        say_error("cannot stop the supervisor (process %d): %s", (int)pid, strerror(errno));
        return EXIT_CODE_REFUSED;
    }
    while (dev_supervisor_find(cell)) {
        if (clock_monotonic_ms() > until_ms) {
            say_error("the supervisor (process %d) does not stop; see %s/log/supervisor.log", (int)pid,
                      cell->dir);
            return EXIT_CODE_REFUSED;
        }
        usleep(20 * 1000);
    }
    printf("Stopped the cell in %s.\n", cell->dir);
    return EXIT_CODE_OK;
}

/* ---- waiting until it is ready ------------------------------------------------------------------------- */

/* The status of GET /readyz on the management listener, 0 if nobody answers. */
static int ask_readyz(const struct dev_cell *cell)
{
    static const char request[] = "GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)cell->management_port)};
    struct timeval patience = {2, 0};
    char answer[64] = "";
    int status = 0;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return 0;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
        send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) == (ssize_t)sizeof(request) - 1 &&
        recv(fd, answer, sizeof(answer) - 1, MSG_WAITALL) > 12 && strncmp(answer, "HTTP/1.1 ", 9) == 0)
        status = atoi(answer + 9);
    close(fd);
    return status;
}

static void show_log_tail(const struct dev_cell *cell, const char *name)
{
    char relative[64], path[DEV_PATH_MAX];
    const char *end;
    char *text;
    size_t len;

    snprintf(relative, sizeof(relative), "log/%s.log", name);
    text = dev_read_file(dev_path(cell, relative, path));
    if (!text)
        return;
    len = strlen(text);
    end = len > LOG_TAIL ? strchr(text + len - LOG_TAIL, '\n') : NULL; /* from a whole line on */
    fprintf(stderr, "--- the end of %s:\n%s", path, end ? end + 1 : text);
    free(text);
}

static enum exit_code did_not_come_up(const struct dev_cell *cell, pid_t supervisor, const char *why)
{
    say_error("the cell did not come up: %s", why);
    show_log_tail(cell, "vault");
    show_log_tail(cell, "frontend");
    if (supervisor > 0 && kill(supervisor, SIGTERM) == 0)
        waitpid(supervisor, NULL, 0);
    return EXIT_CODE_REFUSED;
}

static enum exit_code wait_until_ready(const struct dev_cell *cell, pid_t supervisor)
{
    uint64_t until_ms = clock_monotonic_ms() + READY_WAIT_MS;

    while (ask_readyz(cell) != 200) {
        if (waitpid(supervisor, NULL, WNOHANG) == supervisor)
            return did_not_come_up(cell, 0, "a daemon ended as soon as it was started");
        if (clock_monotonic_ms() > until_ms)
            return did_not_come_up(cell, supervisor, "it was not ready within 30 seconds");
        usleep(20 * 1000);
    }
    dev_supervisor_tell_ready(supervisor);
    return EXIT_CODE_OK;
}

/* ---- running ------------------------------------------------------------------------------------------- */

/* Until the terminal says stop, or the supervisor has ended. */
static enum exit_code stay(const struct dev_cell *cell, pid_t supervisor, const sigset_t *signals)
{
    int status = 0;
    int signal = 0;

    printf("Logs are in %s/log. Ctrl-C stops everything.\n", cell->dir);
    fflush(stdout);
    while (waitpid(supervisor, &status, WNOHANG) == 0) {
        if (sigwait(signals, &signal) != 0 || signal == SIGCHLD)
            continue;
        kill(supervisor, SIGTERM);
        waitpid(supervisor, &status, 0);
        return EXIT_CODE_OK;
    }
    say_error("the supervisor has ended; see %s/log/supervisor.log", cell->dir);
    return EXIT_CODE_REFUSED;
}

static enum exit_code start(struct dev_cell *cell, const struct dev_wishes *wishes, bool detach)
{
    sigset_t signals;
    pid_t supervisor = 0;
    json_t *quickstart = NULL;
    enum exit_code rc = dev_cell_prepare(cell, wishes);

    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGCHLD);
    if (rc == EXIT_CODE_OK)
        rc = dev_supervisor_start(cell, detach, &supervisor);
    if (rc != EXIT_CODE_OK)
        return rc;
    if (!detach)
        sigprocmask(SIG_BLOCK, &signals, NULL);
    rc = wait_until_ready(cell, supervisor);
    if (rc != EXIT_CODE_OK)
        return rc;
    rc = dev_demo_register(cell, &quickstart);
    if (rc != EXIT_CODE_OK)
        return did_not_come_up(cell, supervisor, "the demo clients could not be registered");
    dev_walk_print(cell, quickstart);
    json_decref(quickstart);
    if (!detach)
        return stay(cell, supervisor, &signals);
    printf("It runs in the background (supervisor: process %d); stop it with:\n\n    %s/strongroom dev --dir "
           "%s --stop\n",
           (int)supervisor, cell->binaries, cell->dir);
    return EXIT_CODE_OK;
}

enum exit_code cmd_dev(const struct arguments *args)
{
    struct dev_cell cell;
    struct dev_wishes wishes = {
        .dir = arguments_text(args, "dir") ? arguments_text(args, "dir") : DEV_DEFAULT_DIR,
        .port = (unsigned)arguments_number(args, "port"),
        .workers = (unsigned)arguments_number(args, "workers"),
        .http = arguments_flag(args, "http"),
    };
    enum exit_code rc = dev_cell_locate(wishes.dir, &cell);

    umask(0077);
    if (rc != EXIT_CODE_OK)
        return rc;
    if (arguments_flag(args, "stop"))
        return stop(&cell);
    if (dev_supervisor_find(&cell)) {
        say_error("a cell is running in %s already (supervisor: process %d); stop it first with:\n\n"
                  "    %s/strongroom dev --dir %s --stop\n",
                  cell.dir, (int)dev_supervisor_find(&cell), cell.binaries, cell.dir);
        return EXIT_CODE_CONFLICT;
    }
    return start(&cell, &wishes, arguments_flag(args, "detach"));
}
