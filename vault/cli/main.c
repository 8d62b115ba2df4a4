/*
 * strongroom: the operator's command line. It reads its arguments by the rows of command.h, runs one command and
 * ends with an exit code that a script can rely on (exit_code.h).
 */
#include "common/version.h"
#include "vault/cli/arguments.h"
#include "vault/cli/help.h"

#include <locale.h>
#include <stdio.h>

static enum exit_code run(const struct arguments *args)
{
    if (args->version) {
        puts("strongroom " STRONGROOM_VERSION);
        return EXIT_CODE_OK;
    }
    if (args->help && args->command) {
        help_print_command(stdout, args->command);
        return EXIT_CODE_OK;
    }
    if (args->help) {
        help_print_overview(stdout);
        return EXIT_CODE_OK;
    }
    if (!args->command) {
        help_print_overview(stderr);
        return EXIT_CODE_USAGE;
    }
    return args->command->run(args);
}

static enum exit_code say_usage(const struct arguments *args, const struct problem *problem)
{
    say_error("%s", problem->text);
    fprintf(stderr, "Try strongroom help%s%s.\n", args->command ? " " : "",
            args->command ? args->command->name : "");
    return EXIT_CODE_USAGE;
}

int main(int argc, char **argv)
{
    struct arguments args;
    struct problem problem;
    enum exit_code rc;

    /* What we print is UTF-8 whatever the environment says, and its width is counted by this. */
    setlocale(LC_CTYPE, "C.UTF-8");
    rc = arguments_parse(argc, argv, &args, &problem);
    rc = rc == EXIT_CODE_OK ? run(&args) : say_usage(&args, &problem);
    /* A secret that is shown once must not be lost in a full disk without a word. */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        say_error("what was to be printed could not be written");
        return rc == EXIT_CODE_OK ? EXIT_CODE_REFUSED : rc;
    }
    return rc;
}
