/*
 * How the program ends, for scripts: each way has a number that never changes. A function of the command line
 * that can fail returns one of them, and has then said on standard error what went wrong, unless its header
 * says that it leaves a sentence in a `struct problem` instead.
 */
#ifndef STRONGROOM_VAULT_CLI_EXIT_CODE_H
#define STRONGROOM_VAULT_CLI_EXIT_CODE_H

#include "common/outcome.h"

enum exit_code {
    EXIT_CODE_OK = 0,
    EXIT_CODE_REFUSED = 1,     /* by the vault, or by this machine: a file, a process */
    EXIT_CODE_USAGE = 2,       /* the command line itself */
    EXIT_CODE_UNREACHABLE = 3, /* no vault at the socket, or no answer from it */
    EXIT_CODE_NOT_FOUND = 4,
    EXIT_CODE_CONFLICT = 5,    /* the name is taken, or the state does not allow it */
};

/* A sentence or two for a person, without the program's name and a final newline. */
struct problem {
    char text[600];
};

void problem_set(struct problem *problem, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "strongroom: ..." on standard error. */
void say_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same with an exit code to return. */
enum exit_code say_problem(enum exit_code code, const struct problem *problem);

/* What an answer of the vault means for the caller of the program. */
enum exit_code exit_code_of(enum answer answer);

#endif
