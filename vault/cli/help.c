#include "vault/cli/help.h"

#include "vault/cli/arguments.h"
#include "vault/cli/text.h"

enum { GAP = 2 };

static const char *const exit_codes[][2] = {
    {"0", "done"},
    {"1", "the vault or this machine refused"},
    {"2", "the command line is wrong"},
    {"3", "no vault at the socket, or no answer from it"},
    {"4", "there is nothing by that name"},
    {"5", "the name is taken, or the state does not allow it"},
};
enum { EXIT_CODES = sizeof(exit_codes) / sizeof(exit_codes[0]) };

/* ---- for people ----------------------------------------------------------------------------------------- */

/* A name with its meaning beside it. */
static void print_definition(FILE *out, const char *name, size_t name_width, const char *meaning)
{
    fprintf(out, "%-*s%*s", (int)name_width, name, GAP, "");
    text_print_wrapped(out, meaning, name_width + GAP, text_line_width(out));
}

/* "  -n, --lines N" or "      --json" */
static void option_text(const struct option *option, char *ret_text, size_t size)
{
    struct buf out = buf_over(ret_text, size - 1);

    if (option->letter)
        buf_printf(&out, "  -%c, --%s", option->letter, option->name);
    else
        buf_printf(&out, "      --%s", option->name);
    if (option->value)
        buf_printf(&out, " %s", option->value);
    ret_text[out.len] = '\0';
}

static void print_options(FILE *out, const struct option *options)
{
    size_t name_width = 0;
    char name[128], meaning[512];

    for (const struct option *o = options; o->name; o++) {
        option_text(o, name, sizeof(name));
        name_width = strlen(name) > name_width ? strlen(name) : name_width;
    }
    for (; options->name; options++) {
        option_text(options, name, sizeof(name));
        snprintf(meaning, sizeof(meaning), "%s%s%s", options->what, options->is_required ? " (required)" : "",
                 options->is_repeatable ? " (may be repeated)" : "");
        print_definition(out, name, name_width, meaning);
    }
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Those whose name starts with `prefix`. */
static void print_commands(FILE *out, const char *prefix)
{
    size_t name_width = 0;
    char name[128];

    for (size_t i = 0; i < commands_len; i++) {
        size_t width = strlen("   ") + strlen(commands[i].name) + strlen(commands[i].operands);

        if (starts_with(commands[i].name, prefix) && width > name_width)
            name_width = width;
    }
    for (size_t i = 0; i < commands_len; i++) {
        if (!starts_with(commands[i].name, prefix))
            continue;
        snprintf(name, sizeof(name), "  %s %s", commands[i].name, commands[i].operands);
        print_definition(out, name, name_width, commands[i].what);
    }
}

void help_print_overview(FILE *out)
{
    fputs("usage: strongroom COMMAND [OPTIONS]\n\n"
          "The operator's command line of Strongroom. It talks to the vault over its admin\n"
          "socket, which serves root and the members of the vault's admin group.\n\n"
          "Commands:\n",
          out);
    print_commands(out, "");
    fputs("\nOptions of every command:\n", out);
    print_options(out, global_options);
    fputs("\nExit codes:\n", out);
    for (size_t i = 0; i < EXIT_CODES; i++)
        fprintf(out, "  %s  %s\n", exit_codes[i][0], exit_codes[i][1]);
    fputs("\nstrongroom help COMMAND describes a command and its options.\n", out);
}

void help_print_group(FILE *out, const char *group)
{
    char prefix[64];

    fprintf(out, "usage: strongroom %s COMMAND [OPTIONS]\n\nCommands:\n", group);
    snprintf(prefix, sizeof(prefix), "%s ", group);
    print_commands(out, prefix);
    fprintf(out, "\nstrongroom help %s COMMAND describes a command and its options.\n", group);
}

static void print_indented(FILE *out, const char *lines)
{
    struct span rest = span_of_text(lines);
    struct span line;

    while (span_next_word(&rest, '\n', &line))
        fprintf(out, "  %.*s\n", SPAN_PRINTF(line));
}

static void print_usage(FILE *out, const struct command *command)
{
    fprintf(out, "strongroom %s%s%s", command->name, command->operands[0] ? " " : "", command->operands);
    for (const struct option *o = command->options; o->name; o++)
        if (o->is_required)
            fprintf(out, " --%s %s", o->name, o->value);
    fputs(" [OPTIONS]\n", out);
}

void help_print_command(FILE *out, const struct command *command)
{
    fputs("usage: ", out);
    print_usage(out, command);
    fprintf(out, "\n%c%s.\n", command->what[0] - 'a' + 'A', command->what + 1);
    if (command->more) {
        fputc('\n', out);
        text_print_wrapped(out, command->more, 0, text_line_width(out));
    }
    fputs("\nOptions:\n", out);
    print_options(out, command->options);
    fputs(command->options[0].name ? "\nOptions of every command:\n" : "", out);
    print_options(out, global_options);
    fputs("\nFor example:\n", out);
    print_indented(out, command->example);
}

/* ---- as a page ------------------------------------------------------------------------------------------ */

/* In a cell of a table a bar would end the cell. */
static void print_cell_text(FILE *out, const char *text)
{
    for (; *text; text++)
        fprintf(out, "%s%c", *text == '|' ? "\\" : "", *text);
}

static void print_markdown_options(FILE *out, const struct option *options)
{
    fputs("| option | what it does |\n|---|---|\n", out);
    for (; options->name; options++) {
        fputs("| `", out);
        if (options->letter)
            fprintf(out, "-%c`, `", options->letter);
        fprintf(out, "--%s%s", options->name, options->value ? " " : "");
        print_cell_text(out, options->value ? options->value : "");
        fputs("` | ", out);
        print_cell_text(out, options->what);
        fprintf(out, "%s%s |\n", options->is_required ? " (required)" : "",
                options->is_repeatable ? " (may be repeated)" : "");
    }
}

static void print_markdown_command(FILE *out, const struct command *command)
{
    fprintf(out, "\n## strongroom %s\n\n%c%s.\n\n    ", command->name, command->what[0] - 'a' + 'A',
            command->what + 1);
    print_usage(out, command);
    if (command->more) {
        fputc('\n', out);
        text_print_wrapped(out, command->more, 0, TEXT_LINE_WIDTH);
    }
    if (command->options[0].name) {
        fputc('\n', out);
        print_markdown_options(out, command->options);
    }
    fputs("\nFor example:\n\n", out);
    fputs("```\n", out);
    fprintf(out, "%s\n```\n", command->example);
}

void help_print_markdown(FILE *out)
{
    fputs("# strongroom: the operator's command line\n\n"
          "This page is made by `strongroom help --markdown`; change the rows in `vault/cli/commands.c` "
          "instead.\n\n"
          "It talks to the vault over its admin socket, which serves root and the members of the vault's "
          "admin group.\n"
          "Tables are for people: they may change. Scripts use `--json` and the exit code. Secrets and "
          "passwords that\n"
          "the vault or the program makes are shown once; passwords are never arguments.\n\n",
          out);
    fputs("| command | what it does |\n|---|---|\n", out);
    for (size_t i = 0; i < commands_len; i++)
        fprintf(out, "| `%s%s%s` | %s |\n", commands[i].name, commands[i].operands[0] ? " " : "",
                commands[i].operands, commands[i].what);
    fputs("\n## Options of every command\n\n", out);
    print_markdown_options(out, global_options);
    fputs("\n## Exit codes\n\n| code | meaning |\n|---|---|\n", out);
    for (size_t i = 0; i < EXIT_CODES; i++)
        fprintf(out, "| %s | %s |\n", exit_codes[i][0], exit_codes[i][1]);
    for (size_t i = 0; i < commands_len; i++)
        print_markdown_command(out, &commands[i]);
}

/* ---- the command ---------------------------------------------------------------------------------------- */

enum exit_code help_show(const struct arguments *args)
{
    char name[128];
    const struct command *command;

    if (arguments_flag(args, "markdown")) {
        help_print_markdown(stdout);
        return EXIT_CODE_OK;
    }
    if (args->operands_len == 0) {
        help_print_overview(stdout);
        return EXIT_CODE_OK;
    }
    snprintf(name, sizeof(name), "%s%s%s", args->operands[0], args->operands_len > 1 ? " " : "",
             args->operands_len > 1 ? args->operands[1] : "");
    command = command_by_name(name);
    if (command)
        help_print_command(stdout, command);
    else if (command_is_group(name))
        help_print_group(stdout, name);
    else
        say_error("there is no command %s; strongroom help shows all of them", name);
    return command || command_is_group(name) ? EXIT_CODE_OK : EXIT_CODE_USAGE;
}
