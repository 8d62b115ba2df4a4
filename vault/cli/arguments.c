#include "vault/cli/arguments.h"

#include "vault/cli/values.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_SOCKET "/run/strongroom/admin.sock"

enum { WORD_MAX = 64, SUGGESTION_DISTANCE = 3 };

/* ---- words ---------------------------------------------------------------------------------------- */

static unsigned smaller(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned word_distance(const char *a, const char *b)
{
    unsigned rows[3][WORD_MAX]; /* of the matrix: the current one and the two above it */
    size_t a_len = strlen(a);
    size_t b_len = strlen(b);

    if (a_len >= WORD_MAX || b_len >= WORD_MAX)
        return WORD_MAX;
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a_len; i++) {
        unsigned *above = rows[(i + 2) % 3];
        unsigned *row = rows[i % 3];

        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_len; j++) {
            row[j] = smaller(smaller(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smaller(row[j], rows[(i + 1) % 3][j - 2] + 1);
        }
    }
    return rows[a_len % 3][b_len];
}

struct suggestion {
    char word[WORD_MAX]; /* empty: nothing is near enough */
    unsigned distance;
};

static void suggest(struct suggestion *best, const char *typed, const char *candidate)
{
    unsigned distance = word_distance(typed, candidate);

    /* Half of a word must be right before it is worth naming. */
    if (distance > SUGGESTION_DISTANCE || 2 * distance > strlen(candidate))
        return;
    if (best->word[0] && distance >= best->distance)
        return;
    best->distance = distance;
    snprintf(best->word, sizeof(best->word), "%s", candidate);
}

/* ---- the cursor over argv ----------------------------------------------------------------------------- */

struct parser {
    int argc;
    char **argv;
    int at;
    const char *group;  /* "client", while its second word is still to come */
    bool only_operands; /* after "--" */
    struct arguments *args;
    struct problem *problem;
};

static const struct option *option_find(const struct option *options, const char *name, size_t len)
{
    for (; options->name; options++) {
        if (strlen(options->name) == len && memcmp(options->name, name, len) == 0)
            return options;
        if (len == 1 && options->letter == name[0])
            return options;
    }
    return NULL;
}

static bool option_is_global(const struct option *option)
{
    for (const struct option *o = global_options; o->name; o++)
        if (o == option)
            return true;
    return false;
}

/* `text` as it was typed, with its dashes. */
static void complain_about_option(struct parser *p, const char *text)
{
    const struct command *command = p->args->command;
    const char *name = text + strspn(text, "-");
    struct suggestion best = {"", 0};
    char typed[WORD_MAX];

    snprintf(typed, sizeof(typed), "%.*s", (int)strcspn(name, "="), name);
    for (const struct option *o = global_options; o->name; o++)
        suggest(&best, typed, o->name);
    for (const struct option *o = command ? command->options : NULL; o && o->name; o++)
        suggest(&best, typed, o->name);
    snprintf(typed, sizeof(typed), "%.*s", (int)strcspn(text, "="), text);
    if (best.word[0])
        problem_set(p->problem, "there is no option %s (did you mean --%s?)", typed, best.word);
    else if (!command)
        problem_set(p->problem, "there is no option %s here; a command's options come after its name", typed);
    else
        problem_set(p->problem, "strongroom %s has no option %s", command->name, typed);
}

static MUST_CHECK bool take_global(struct parser *p, const struct option *option, const char *value)
{
    if (strcmp(option->name, "socket") == 0)
        p->args->socket_path = value;
    else if (strcmp(option->name, "json") == 0)
        p->args->json = true;
    else if (strcmp(option->name, "help") == 0)
        p->args->help = true;
    else
        p->args->version = true;
    return true;
}

static MUST_CHECK bool take_local(struct parser *p, const struct option *option, const char *value)
{
    struct argument_values *values = &p->args->values[option - p->args->command->options];

    if (values->len > 0 && !option->is_repeatable) {
        problem_set(p->problem, "--%s was given twice", option->name);
        return false;
    }
    if (values->len == LIMIT_LIST) {
        problem_set(p->problem, "--%s was given more than %d times", option->name, LIMIT_LIST);
        return false;
    }
    if (!value_check(option, value, &values->number, p->problem))
        return false;
    values->texts[values->len++] = value;
    return true;
}

/* "--name", "--name=VALUE", "-n" or "-nVALUE": find the row and where in the same argument its value starts. */
static const struct option *option_of(const struct parser *p, const char *text, const char **ret_value)
{
    bool is_long = text[1] == '-';
    const char *name = text + (is_long ? 2 : 1);
    size_t len = is_long ? strcspn(name, "=") : 1;
    const struct option *option = option_find(global_options, name, len);

    if (!option && p->args->command)
        option = option_find(p->args->command->options, name, len);
    if (!option || (is_long && len == 1))
        return NULL;
    *ret_value = is_long ? (name[len] == '=' ? name + len + 1 : NULL) : (name[1] ? name + 1 : NULL);
    return option;
}

static MUST_CHECK bool take_option(struct parser *p, const char *text)
{
    const char *value = NULL;
    const struct option *option = option_of(p, text, &value);

    if (!option) {
        complain_about_option(p, text);
        return false;
    }
    if (option->kind == OPTION_FLAG) {
        if (value) {
            problem_set(p->problem, "--%s takes no value", option->name);
            return false;
        }
        value = "";
    } else if (!value) {
        if (p->at == p->argc) {
            problem_set(p->problem, "--%s wants a value: %s", option->name, option->value);
            return false;
        }
        value = p->argv[p->at++];
    }
    return option_is_global(option) ? take_global(p, option, value) : take_local(p, option, value);
}

static void complain_about_command(struct parser *p, const char *name)
{
    struct suggestion best = {"", 0};

    for (size_t i = 0; i < commands_len; i++) {
        char word[WORD_MAX];

        /* Before a group is known its own name is what one may have meant. */
        snprintf(word, sizeof(word), "%.*s",
                 (int)(p->group ? strlen(commands[i].name) : strcspn(commands[i].name, " ")),
                 commands[i].name);
        suggest(&best, name, word);
    }
    if (best.word[0])
        problem_set(p->problem, "there is no command %s (did you mean strongroom %s?)", name, best.word);
    else
        problem_set(p->problem, "there is no command %s", name);
}

static MUST_CHECK bool take_word(struct parser *p, const char *word)
{
    struct arguments *args = p->args;
    char name[2 * WORD_MAX];

    if (args->command) {
        if (args->operands_len == args->command->operands_max) {
            problem_set(p->problem, "\"%s\" is more than strongroom %s takes", word, args->command->name);
            return false;
        }
        args->operands[args->operands_len++] = word;
        return true;
    }
    snprintf(name, sizeof(name), "%s%s%s", p->group ? p->group : "", p->group ? " " : "", word);
    args->command = command_by_name(name);
    if (args->command)
        return true;
    if (!p->group && command_is_group(word)) {
        p->group = word;
        return true;
    }
    complain_about_command(p, name);
    return false;
}

static MUST_CHECK bool check_complete(const struct parser *p)
{
    const struct arguments *args = p->args;

    if (args->help || args->version)
        return true;
    if (p->group && !args->command) {
        problem_set(p->problem, "strongroom %s wants one more word: see strongroom help %s", p->group,
                    p->group);
        return false;
    }
    if (!args->command)
        return true;
    if (args->operands_len < args->command->operands_min) {
        problem_set(p->problem, "strongroom %s wants %s", args->command->name, args->command->operands);
        return false;
    }
    for (size_t i = 0; args->command->options[i].name; i++)
        if (args->command->options[i].is_required && args->values[i].len == 0) {
            problem_set(p->problem, "strongroom %s wants --%s %s", args->command->name,
                        args->command->options[i].name, args->command->options[i].value);
            return false;
        }
    return true;
}

/*
 * True for "-V6Po_Ou2O2BL44NQgSZ1Q" where a name is still to come: of the client_ids and kids that the vault
 * makes, base64url of 16 and of 32 bytes, one in 64 starts with a dash.
 */
static bool is_name_with_a_dash(const struct parser *p, const char *text)
{
    static const char base64url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t len = strlen(text);
    const char *value;

    if (text[1] == '-' && option_of(p, text, &value))
        return false;
    return (len == 22 || len == 43) && strspn(text, base64url) == len && p->args->command &&
           p->args->operands_len < p->args->command->operands_max;
}

static MUST_CHECK bool take_next(struct parser *p)
{
    const char *text = p->argv[p->at++];

    /* The vault refuses text that is not UTF-8 and hangs up on who sends it; here it has a place and a reason. */
    if (!span_is_utf8(span_of_text(text))) {
        problem_set(p->problem, "argument %d is not UTF-8", p->at - 1);
        return false;
    }
    if (p->only_operands || text[0] != '-' || text[1] == '\0' || is_name_with_a_dash(p, text))
        return take_word(p, text);
    if (strcmp(text, "--") == 0) {
        p->only_operands = true;
        return true;
    }
    return take_option(p, text);
}

enum exit_code arguments_parse(int argc, char **argv, struct arguments *ret_args, struct problem *ret_problem)
{
    const char *from_environment = getenv("STRONGROOM_SOCKET");
    struct parser p = {.argc = argc, .argv = argv, .at = 1, .args = ret_args, .problem = ret_problem};

    *ret_args = (struct arguments){0};
    ret_args->socket_path = from_environment && from_environment[0] ? from_environment : DEFAULT_SOCKET;
    while (p.at < argc)
        if (!take_next(&p))
            return EXIT_CODE_USAGE;
    /* `strongroom client --help` asks about a group: hand its name on as what the help is about. */
    if (p.group && !ret_args->command && ret_args->help) {
        ret_args->command = command_by_name("help");
        ret_args->operands[ret_args->operands_len++] = p.group;
        ret_args->help = false;
    }
    return check_complete(&p) ? EXIT_CODE_OK : EXIT_CODE_USAGE;
}

/* ---- looking at the result -------------------------------------------------------------------------- */

const struct argument_values *arguments_values(const struct arguments *args, const char *name)
{
    for (size_t i = 0; args->command->options[i].name; i++)
        if (strcmp(args->command->options[i].name, name) == 0)
            return &args->values[i];
    assert(!"the command's row has no such option");
    return NULL;
}

const char *arguments_text(const struct arguments *args, const char *name)
{
    const struct argument_values *values = arguments_values(args, name);

    return values->len ? values->texts[0] : NULL;
}

bool arguments_flag(const struct arguments *args, const char *name)
{
    return arguments_values(args, name)->len > 0;
}

uint64_t arguments_number(const struct arguments *args, const char *name)
{
    return arguments_values(args, name)->number;
}

struct span arguments_span(const struct arguments *args, const char *name)
{
    return span_of_text(arguments_text(args, name));
}

struct span_list arguments_list(const struct arguments *args, const char *name)
{
    const struct argument_values *values = arguments_values(args, name);
    struct span_list list = {.len = values->len};

    for (size_t i = 0; i < values->len; i++)
        list.items[i] = span_of_text(values->texts[i]);
    return list;
}

bool arguments_exclude(const struct arguments *args, const char *one, const char *other)
{
    if (arguments_values(args, one)->len == 0 || arguments_values(args, other)->len == 0)
        return false;
    say_error("--%s and --%s exclude each other", one, other);
    return true;
}

struct span arguments_operand(const struct arguments *args)
{
    return span_of_text(args->operands[0]);
}
