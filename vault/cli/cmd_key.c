/* strongroom key ...: the keys that sign, and where they are in their lives. */
#include "common/clock.h"
#include "vault/cli/admin.h"
#include "vault/cli/table.h"
#include "vault/cli/text.h"

#include <stdio.h>

static bool is(const json_t *object, const char *member, const char *text)
{
    return strcmp(member_text(object, member), text) == 0;
}

static const char *time_of(const json_t *object, const char *member, char room[TEXT_TIME_SIZE])
{
    text_time(member_number(object, member), room);
    return room;
}

/* ---- the list ------------------------------------------------------------------------------------------ */

/* "since ...", "from ...", "until ...": the time that the key's state is bound to. */
static void put_when(struct table *table, const json_t *key)
{
    char time[TEXT_TIME_SIZE], text[TEXT_TIME_SIZE + 16] = "";

    if (is(key, "state", "next") && member_number(key, "signs_from"))
        snprintf(text, sizeof(text), "from %s", time_of(key, "signs_from", time));
    else if (is(key, "state", "retired"))
        snprintf(text, sizeof(text), "until %s", time_of(key, "gone_at", time));
    else if (is(key, "state", "current"))
        snprintf(text, sizeof(text), "since %s",
                 time_of(key, member_number(key, "current_at") ? "current_at" : "created_at", time));
    table_cell(table, text);
}

static void put_key(struct table *table, const json_t *key, const char *name)
{
    char state[16];

    snprintf(state, sizeof(state), "  %s", member_text(key, "state"));
    table_cell(table, state);
    table_cell(table, name);
    put_when(table, key);
}

static struct table *keys_table(void)
{
    static const struct column columns[] = {{NULL, COLUMN_WHOLE}, {NULL, COLUMN_WHOLE}, {NULL, COLUMN_WHOLE}};

    return table_new(columns, sizeof(columns) / sizeof(columns[0]));
}

/* An algorithm's, the one that signs first. Returns the next one, NULL if there is none. */
static const json_t *put_keys_of(struct table *table, const json_t *keys, const char *algorithm)
{
    static const char *const states[] = {"current", "next", "retired"};
    const json_t *next = NULL;
    const json_t *key;
    size_t i;

    for (size_t state = 0; state < sizeof(states) / sizeof(states[0]); state++)
        json_array_foreach(keys, i, key)
        {
            if (!is(key, "purpose", "sign") || !is(key, "algorithm", algorithm) ||
                !is(key, "state", states[state]))
                continue;
            put_key(table, key, member_text(key, "kid"));
            if (is(key, "state", "next"))
                next = key;
        }
    return next;
}

/* What happens by itself, and what an operator could do about it. */
static void print_outlook(const json_t *algorithm, const json_t *next, uint64_t now_s)
{
    uint64_t at_s = member_number(algorithm, "next_rotation_at");
    char time[TEXT_TIME_SIZE], wait[TEXT_DURATION_SIZE];

    printf("%s: ", member_text(algorithm, "algorithm"));
    if (at_s == 0) {
        puts("nothing takes over");
        return;
    }
    text_duration(at_s > now_s ? at_s - now_s : 0, wait);
    printf("the next key takes over at %s, in %s%s\n", time_of(algorithm, "next_rotation_at", time), wait,
           json_is_true(json_object_get(algorithm, "is_scheduled")) ? ", as scheduled" : "");
    if (next && member_number(next, "may_sign_at") > now_s)
        printf("       (with key rotate from %s on, when clients know it)\n",
               time_of(next, "may_sign_at", time));
}

static void print_algorithms(const json_t *document)
{
    const json_t *algorithm;
    size_t i;

    json_array_foreach(json_object_get(document, "algorithms"), i, algorithm)
    {
        struct table *table = keys_table();
        const json_t *next = put_keys_of(table, json_object_get(document, "keys"),
                                         member_text(algorithm, "algorithm"));

        print_outlook(algorithm, next, member_number(document, "now"));
        table_print(table, stdout);
        table_free(&table);
        putchar('\n');
    }
}

static bool is_listed(const json_t *algorithms, const char *name)
{
    const json_t *algorithm;
    size_t i;

    json_array_foreach(algorithms, i, algorithm) if (is(algorithm, "algorithm", name)) return true;
    return false;
}

/* Keys whose algorithm was taken out of the configuration: published until their last ID token has ended. */
static void print_left_over(const json_t *document)
{
    struct table *table = keys_table();
    const json_t *key;
    bool any = false;
    size_t i;

    json_array_foreach(json_object_get(document, "keys"), i, key)
    {
        if (!is(key, "purpose", "sign") ||
            is_listed(json_object_get(document, "algorithms"), member_text(key, "algorithm")))
            continue;
        put_key(table, key, member_text(key, "kid"));
        any = true;
    }
    if (any) {
        puts("Of algorithms that are not in signing_algorithms any more:");
        table_print(table, stdout);
        putchar('\n');
    }
    table_free(&table);
}

/* Those that sign nothing anybody else sees. */
static void print_inner_keys(const json_t *keys)
{
    struct table *table = keys_table();
    const json_t *key;
    size_t i;

    json_array_foreach(keys, i, key)
    {
        char name[64];

        if (is(key, "purpose", "sign"))
            continue;
        snprintf(name, sizeof(name), "%s %llu", member_text(key, "purpose"),
                 (unsigned long long)member_number(key, "number"));
        put_key(table, key, name);
    }
    puts("The vault's own, which nobody else sees:");
    table_print(table, stdout);
    table_free(&table);
}

static void print_list(const json_t *document)
{
    print_algorithms(document);
    print_left_over(document);
    print_inner_keys(json_object_get(document, "keys"));
}

/* ---- what has been done -------------------------------------------------------------------------------- */

static void print_rotated(const json_t *document)
{
    const json_t *rotated;
    char time[TEXT_TIME_SIZE];
    size_t i;

    json_array_foreach(json_object_get(document, "rotated"), i, rotated)
    {
        printf("%s: %s signs from now on.\n", member_text(rotated, "algorithm"), member_text(rotated, "kid"));
        if (member_text(rotated, "retired_kid")[0])
            printf("       The one before it stays published until %s.\n",
                   time_of(rotated, "retired_gone_at", time));
    }
}

static void print_scheduled(const json_t *document)
{
    const json_t *scheduled;
    char time[TEXT_TIME_SIZE];
    size_t i;

    json_array_foreach(json_object_get(document, "scheduled"), i, scheduled)
        printf("%s: %s\n       will sign from %s%s.\n", member_text(scheduled, "algorithm"),
               member_text(scheduled, "kid"), time_of(scheduled, "signs_from", time),
               json_is_true(json_object_get(scheduled, "is_scheduled")) ? "" : ", as the configuration says");
}

static void print_retired(const json_t *document)
{
    printf("Key %s is gone.\n", member_text(document, "kid"));
    puts(is(document, "state", "next")
             ? "It was to be the next one; another one takes its place."
             : "ID tokens that it signed are refused as soon as clients ask for the keys again.");
}

/* ---- the commands -------------------------------------------------------------------------------------- */

static MUST_CHECK enum exit_code run(const struct arguments *args, enum message_number number,
                                     const void *request, void (*print)(const json_t *document))
{
    struct admin admin = admin_of(args);
    json_t *document = NULL;
    enum exit_code rc = admin_document(&admin, number, request, &document);

    if (rc == EXIT_CODE_OK && args->json)
        print_document(document);
    else if (rc == EXIT_CODE_OK)
        print(document);
    json_decref(document);
    admin_fini(&admin);
    return rc;
}

enum exit_code key_list(const struct arguments *args)
{
    struct req_key_list request = {{0}};

    return run(args, MESSAGE_KEY_LIST, &request, print_list);
}

enum exit_code key_rotate(const struct arguments *args)
{
    struct req_key_rotate request = {
        .algorithm = arguments_span(args, "alg"),
        .now = arguments_flag(args, "now"),
    };

    return run(args, MESSAGE_KEY_ROTATE, &request, print_rotated);
}

enum exit_code key_schedule(const struct arguments *args)
{
    struct clock clock = clock_real();
    struct req_key_schedule request = {.algorithm = arguments_span(args, "alg")};
    size_t ways = arguments_values(args, "at")->len + arguments_values(args, "in")->len +
                  arguments_values(args, "clear")->len;

    if (ways != 1) {
        say_error("strongroom key schedule wants one of --at TIME, --in DURATION and --clear");
        return EXIT_CODE_USAGE;
    }
    if (arguments_text(args, "at"))
        request.at_s = arguments_number(args, "at");
    else if (arguments_text(args, "in"))
        request.at_s = clock_now_s(&clock) + arguments_number(args, "in");
    return run(args, MESSAGE_KEY_SCHEDULE, &request, print_scheduled);
}

enum exit_code key_retire(const struct arguments *args)
{
    struct req_key_retire request = {
        .kid = arguments_operand(args),
        .force = arguments_flag(args, "force"),
    };

    return run(args, MESSAGE_KEY_RETIRE, &request, print_retired);
}
