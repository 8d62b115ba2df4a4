/*
 * What the program says about itself, all of it made from the rows of command.h.
 */
#ifndef STRONGROOM_VAULT_CLI_HELP_H
#define STRONGROOM_VAULT_CLI_HELP_H

#include "vault/cli/command.h"

#include <stdio.h>

/* All commands, one a line, and the options that all of them take. */
void help_print_overview(FILE *out);

/* The commands of a group ("client"), one a line. */
void help_print_group(FILE *out, const char *group);

/* One command with its options. */
void help_print_command(FILE *out, const struct command *command);

/* Everything as a page of Markdown: deploy/cli.md. */
void help_print_markdown(FILE *out);

#endif
