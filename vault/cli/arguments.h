/*
 * What the operator typed, checked against the rows of command.h. Everything is borrowed from argv.
 */
#ifndef STRONGROOM_VAULT_CLI_ARGUMENTS_H
#define STRONGROOM_VAULT_CLI_ARGUMENTS_H

#include "proto/message.h"
#include "vault/cli/command.h"

struct argument_values {
    const char *texts[LIMIT_LIST];
    size_t len;
    uint64_t number; /* of a NUMBER, a DURATION in seconds, or a TIME */
};

struct arguments {
    const struct command *command; /* NULL if none was named */
    const char *operands[COMMAND_OPERANDS_MAX];
    unsigned operands_len;
    const char *socket_path;
    bool json;
    bool help;
    bool version;
    struct argument_values values[COMMAND_OPTIONS_MAX]; /* beside command->options */
};

/*
 * The socket is --socket, else $STRONGROOM_SOCKET, else where the packaged vault has it.
 * OK, or USAGE with what is wrong; ret_args->command then still says which command it was about, if that much
 * was clear.
 */
MUST_CHECK enum exit_code arguments_parse(int argc, char **argv, struct arguments *ret_args,
                                          struct problem *ret_problem);

/* By the name of an option of the command; a name that its row does not have is a mistake of ours. */
const struct argument_values *arguments_values(const struct arguments *args, const char *name);

/* NULL, false or 0 if the option was not given. */
const char *arguments_text(const struct arguments *args, const char *name);
bool arguments_flag(const struct arguments *args, const char *name);
uint64_t arguments_number(const struct arguments *args, const char *name);

/* The same as a span for a message: absent if it was not given. */
struct span arguments_span(const struct arguments *args, const char *name);

/* All values of an option that may be repeated, for a message. */
struct span_list arguments_list(const struct arguments *args, const char *name);

/* True, and said on standard error, if both were given of two options that exclude each other. */
MUST_CHECK bool arguments_exclude(const struct arguments *args, const char *one, const char *other);

/* The operand as a span; the parser has seen to it that it is there. */
struct span arguments_operand(const struct arguments *args);

/*
 * How many insertions, deletions, replacements and swaps of neighbours lie between two words, for "did you
 * mean"; words longer than 63 bytes are as far apart as can be.
 */
unsigned word_distance(const char *a, const char *b);

#endif
