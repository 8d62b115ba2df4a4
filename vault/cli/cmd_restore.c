/*
 * strongroom restore: hands over to strongroom-vault --restore, the only program that knows the store. Nothing is
 * asked of a running vault: there must be none.
 */
#include "vault/cli/arguments.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define VAULT_PROGRAM "strongroom-vault"

/* Both come from one build and are installed by one package: beside this program, or in sbin beside bin. */
static MUST_CHECK bool find_vault(char *ret_path, size_t size)
{
    static const char *const places[] = {"", "/../sbin"};
    char self[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

    if (len < 0)
        return false;
    self[len] = '\0';
    dirname(self);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        snprintf(ret_path, size, "%s%s/" VAULT_PROGRAM, self, places[i]);
        if (access(ret_path, X_OK) == 0)
            return true;
    }
    return false;
}

static enum exit_code wait_for(pid_t pid)
{
    int status = 0;

    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) {
            say_error("the outcome of " VAULT_PROGRAM " is not known: %s", strerror(errno));
            return EXIT_CODE_REFUSED;
        }
    if (WIFEXITED(status))
        return (enum exit_code)WEXITSTATUS(status);
    say_error(VAULT_PROGRAM " was ended by signal %d; the store may not have been restored",
              WTERMSIG(status));
    return EXIT_CODE_REFUSED;
}

enum exit_code restore_run(const struct arguments *args)
{
    char vault[2 * PATH_MAX];
    const char *config = arguments_text(args, "config");
    pid_t pid;

    if (!find_vault(vault, sizeof(vault))) {
        say_error("there is no " VAULT_PROGRAM " beside this program");
        return EXIT_CODE_REFUSED;
    }
    fflush(NULL);
    pid = fork();
    if (pid < 0) {
        say_error("cannot start a process: %s", strerror(errno));
        return EXIT_CODE_REFUSED;
    }
    if (pid == 0) {
        execl(vault, VAULT_PROGRAM, "--config", config, "--restore", args->operands[0],
              arguments_flag(args, "force") ? "--force" : (char *)NULL, (char *)NULL);
        fprintf(stderr, "strongroom: cannot run %s: %s\n", vault, strerror(errno));
        _exit(EXIT_CODE_REFUSED);
    }
    return wait_for(pid);
}
