/*
 * The command line as data: commands.c has a row for each command, and the parser, `--help`, the suggestions
 * and the reference page deploy/cli.md all come from these rows.
 */
#ifndef STRONGROOM_VAULT_CLI_COMMAND_H
#define STRONGROOM_VAULT_CLI_COMMAND_H

#include "vault/cli/exit_code.h"

enum { COMMAND_OPTIONS_MAX = 16, COMMAND_OPERANDS_MAX = 2 };

struct arguments;

enum option_kind {
    OPTION_FLAG,     /* takes no value */
    OPTION_TEXT,     /* UTF-8; min and max bound its bytes */
    OPTION_NUMBER,   /* min and max bound its value */
    OPTION_DURATION, /* 90s, 15m, 8h, 30d; min and max in seconds */
    OPTION_TIME,     /* 2026-12-01T03:00Z; Unix seconds */
    OPTION_CHOICE,   /* one of the words of `value`, which are separated by '|' */
};

struct option {
    const char *name; /* without the dashes; NULL ends the list */
    char letter;      /* a short form, 0 for none */
    enum option_kind kind;
    const char *value; /* what the help calls the value */
    const char *what;
    uint64_t min;
    uint64_t max;
    bool is_required;
    bool is_repeatable; /* up to LIMIT_LIST times */
};

struct command {
    const char *name;     /* one or two words */
    const char *operands; /* how the usage writes them, "" for none */
    unsigned operands_min;
    unsigned operands_max;
    const char *what;    /* one line */
    const char *more;    /* a paragraph more, or NULL */
    const char *example; /* of use, one a line */
    enum exit_code (*run)(const struct arguments *args);
    struct option options[COMMAND_OPTIONS_MAX];
};

/* In the order in which the help shows them. */
extern const struct command commands[];
extern const size_t commands_len;

/* The options that every command takes; ended by a row without a name. */
extern const struct option global_options[];

/* NULL if there is none. */
const struct command *command_by_name(const char *name);

/* True if some command's name starts with this word and another follows: "client". */
bool command_is_group(const char *word);

/* One function a row. */
enum exit_code client_add(const struct arguments *args);
enum exit_code client_update(const struct arguments *args);
enum exit_code client_list(const struct arguments *args);
enum exit_code client_show(const struct arguments *args);
enum exit_code client_disable(const struct arguments *args);
enum exit_code client_enable(const struct arguments *args);
enum exit_code client_rotate_secret(const struct arguments *args);
enum exit_code client_remove(const struct arguments *args);
enum exit_code user_add(const struct arguments *args);
enum exit_code user_show(const struct arguments *args);
enum exit_code user_set_claims(const struct arguments *args);
enum exit_code user_list(const struct arguments *args);
enum exit_code user_disable(const struct arguments *args);
enum exit_code user_enable(const struct arguments *args);
enum exit_code user_reset_password(const struct arguments *args);
enum exit_code user_remove(const struct arguments *args);
enum exit_code grant_list(const struct arguments *args);
enum exit_code grant_show(const struct arguments *args);
enum exit_code grant_revoke(const struct arguments *args);
enum exit_code key_list(const struct arguments *args);
enum exit_code key_rotate(const struct arguments *args);
enum exit_code key_schedule(const struct arguments *args);
enum exit_code key_retire(const struct arguments *args);
enum exit_code audit_tail(const struct arguments *args);
enum exit_code audit_verify(const struct arguments *args);
enum exit_code status_show(const struct arguments *args);
enum exit_code backup_make(const struct arguments *args);
enum exit_code restore_run(const struct arguments *args);
enum exit_code cmd_dev(const struct arguments *args);
enum exit_code help_show(const struct arguments *args);

#endif
