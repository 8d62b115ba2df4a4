#include "vault/cli/exit_code.h"

#include <stdarg.h>
#include <stdio.h>

void problem_set(struct problem *problem, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(problem->text, sizeof(problem->text), format, args);
    va_end(args);
}

void say_error(const char *format, ...)
{
    va_list args;

    /* What has been printed so far belongs before the complaint, also where both go into one file. */
    fflush(stdout);
    fputs("strongroom: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

enum exit_code say_problem(enum exit_code code, const struct problem *problem)
{
    say_error("%s", problem->text);
    return code;
}

enum exit_code exit_code_of(enum answer answer)
{
    switch (answer) {
    case ANSWER_OK: return EXIT_CODE_OK;
    case ANSWER_NOT_FOUND: return EXIT_CODE_NOT_FOUND;
    case ANSWER_CONFLICT: return EXIT_CODE_CONFLICT;
    default: return EXIT_CODE_REFUSED;
    }
}
