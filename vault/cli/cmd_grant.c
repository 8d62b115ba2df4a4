/* strongroom grant ...: what customers have allowed clients, and the bank's way to end it. */
#include "vault/cli/admin.h"
#include "vault/cli/facts.h"
#include "vault/cli/text.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    DEFAULT_LIMIT = 100,
    PAGE = 1000,               /* asked for at a time; the vault gives fewer where they are long */
    GRANTS_LOOKED_AT = 100000, /* of one list: the vault has other things to do */
};

static void print_grants(const json_t *grants)
{
    static const struct column columns[] = {
        {"GRANT ID", COLUMN_WHOLE}, {"CUSTOMER", COLUMN_SHRINKS}, {"CLIENT", COLUMN_SHRINKS},
        {"SCOPE", COLUMN_SHRINKS},  {"STATUS", COLUMN_WHOLE},     {"CREATED", COLUMN_WHOLE},
        {"ENDS", COLUMN_WHOLE},
    };
    struct table *table = table_new(columns, sizeof(columns) / sizeof(columns[0]));
    char time[TEXT_TIME_SIZE];
    const json_t *grant;
    size_t i;

    json_array_foreach(grants, i, grant)
    {
        const char *client = member_text(grant, "client_name");

        table_cell(table, member_text(grant, "grant_id"));
        table_cell(table, member_text(grant, "username"));
        table_cell(table, client[0] ? client : member_text(grant, "client_id"));
        table_cell(table, member_text(grant, "scope"));
        table_cell(table, member_text(grant, "status"));
        text_time(member_number(grant, "created_at"), time);
        table_cell(table, time);
        text_time(member_number(grant, "ends_at"), time);
        table_cell(table, time);
    }
    table_print(table, stdout);
    table_free(&table);
}

/* ---- the newest of a list that the vault gives in another order -------------------------------------- */

struct newest {
    size_t most;  /* so many are kept */
    size_t kept;  /* when it was last sorted */
    size_t seen;  /* by then, those included that were dropped */
    bool gave_up; /* there are grants that were not looked at */
};

/* The newest first. The id of a grant starts with its time, finer than created_at. */
static int compare_age(const void *a, const void *b)
{
    const json_t *first = *(json_t *const *)a;
    const json_t *second = *(json_t *const *)b;
    uint64_t first_s = member_number(first, "created_at");
    uint64_t second_s = member_number(second, "created_at");

    if (first_s != second_s)
        return first_s < second_s ? 1 : -1;
    return strcmp(member_text(second, "grant_id"), member_text(first, "grant_id"));
}

/* Count what has come since the last time, put all of it in order and drop what is too old. */
static bool sort_and_cut(struct newest *newest, json_t *grants)
{
    size_t len = json_array_size(grants);
    json_t **sorted = calloc(len + 1, sizeof(*sorted));

    newest->seen += len - newest->kept;
    if (!sorted)
        return false;
    for (size_t i = 0; i < len; i++)
        sorted[i] = json_incref(json_array_get(grants, i));
    qsort(sorted, len, sizeof(*sorted), compare_age);
    json_array_clear(grants);
    for (size_t i = 0; i < len; i++)
        if (i < newest->most)
            json_array_append_new(grants, sorted[i]);
        else
            json_decref(sorted[i]);
    free(sorted);
    newest->kept = json_array_size(grants);
    return true;
}

/* Sorts only when enough has come for that to be worth it. */
static bool look_at_page(json_t *grants, void *context)
{
    struct newest *newest = context;
    size_t len = json_array_size(grants);

    if (len > 2 * newest->most + PAGE && !sort_and_cut(newest, grants))
        newest->gave_up = true;
    else if (newest->seen + json_array_size(grants) - newest->kept >= GRANTS_LOOKED_AT)
        newest->gave_up = true;
    return !newest->gave_up;
}

static void say_what_is_missing(const struct newest *newest)
{
    if (newest->gave_up)
        say_error("only the first %zu grants were looked at, so newer ones may be missing; narrow it down "
                  "with --user or "
                  "--client",
                  newest->seen);
    else if (newest->seen > newest->kept)
        fprintf(stderr, "These are the newest %zu of %zu; --limit N shows more.\n", newest->kept,
                newest->seen);
}

/* The vault lists the grants of a client that is not there as none; a person who mistyped it wants to know. */
static MUST_CHECK enum exit_code expect_client(struct admin *admin, const struct arguments *args)
{
    struct req_client_show request = {.client_id = arguments_span(args, "client")};
    json_t *client = NULL;
    enum exit_code rc;

    if (span_is_absent(request.client_id))
        return EXIT_CODE_OK;
    admin->kind = "client";
    admin->name = arguments_text(args, "client");
    rc = admin_document(admin, MESSAGE_CLIENT_SHOW, &request, &client);
    json_decref(client);
    return rc;
}

enum exit_code grant_list(const struct arguments *args)
{
    struct newest newest = {
        .most = arguments_text(args, "limit") ? (size_t)arguments_number(args, "limit") : DEFAULT_LIMIT,
    };
    struct req_grant_list request = {
        .username = arguments_span(args, "user"),
        .client_id = arguments_span(args, "client"),
        .limit = PAGE,
    };
    struct admin admin = admin_of(args);
    json_t *document = NULL;
    enum exit_code rc = expect_client(&admin, args);

    admin.kind = "user";
    admin.name = arguments_text(args, "user");
    if (rc == EXIT_CODE_OK)
        rc = admin_list_while(&admin, MESSAGE_GRANT_LIST, &request, &request.after, "grants", look_at_page,
                              &newest, &document);
    if (rc == EXIT_CODE_OK && !sort_and_cut(&newest, json_object_get(document, "grants"))) {
        say_error("not enough memory");
        rc = EXIT_CODE_REFUSED;
    }
    if (rc == EXIT_CODE_OK && args->json)
        print_document(document);
    else if (rc == EXIT_CODE_OK && json_array_size(json_object_get(document, "grants")) == 0)
        puts("There are no such grants.");
    else if (rc == EXIT_CODE_OK)
        print_grants(json_object_get(document, "grants"));
    if (rc == EXIT_CODE_OK)
        say_what_is_missing(&newest);
    json_decref(document);
    admin_fini(&admin);
    return rc;
}

/* ---- one grant --------------------------------------------------------------------------------------- */

static void print_facts(const json_t *grant)
{
    struct table *facts = facts_new();
    char generation[24];

    snprintf(generation, sizeof(generation), "%llu", (unsigned long long)member_number(grant, "generation"));
    facts_put_text(facts, "Grant ID", grant, "grant_id");
    facts_put_text(facts, "Status", grant, "status");
    facts_put_text(facts, "Customer", grant, "username");
    facts_put_text(facts, "Subject", grant, "sub");
    facts_put_text(facts, "Client", grant, "client_name");
    facts_put_text(facts, "Client ID", grant, "client_id");
    facts_put_text(facts, "Scope", grant, "scope");
    facts_put_time(facts, "Created", grant, "created_at");
    facts_put_time(facts, "Ends", grant, "ends_at");
    facts_put_time(facts, "Refresh until", grant, "refresh_expires_at");
    facts_put_time(facts, "Last used", grant, "last_used_at");
    facts_put(facts, "Generation", generation);
    facts_put_time(facts, "Revoked", grant, "revoked_at");
    facts_put_text(facts, "Revoked for", grant, "revoked_reason");
    facts_print(&facts);
}

enum exit_code grant_show(const struct arguments *args)
{
    struct req_grant_show request = {.grant_id = arguments_operand(args)};
    struct admin admin = admin_of(args);
    json_t *grant = NULL;
    enum exit_code rc = admin_document(&admin, MESSAGE_GRANT_SHOW, &request, &grant);

    if (rc == EXIT_CODE_OK && args->json)
        print_document(grant);
    else if (rc == EXIT_CODE_OK)
        print_facts(grant);
    json_decref(grant);
    admin_fini(&admin);
    return rc;
}

/* The vault takes a second revocation as done; a person is told that it was not his that ended the grant. */
static MUST_CHECK enum exit_code expect_not_revoked(struct admin *admin, const struct arguments *args)
{
    struct req_grant_show request = {.grant_id = arguments_operand(args)};
    json_t *grant = NULL;
    enum exit_code rc = admin_document(admin, MESSAGE_GRANT_SHOW, &request, &grant);
    char time[TEXT_TIME_SIZE];

    if (rc == EXIT_CODE_OK && member_number(grant, "revoked_at") > 0) {
        text_time(member_number(grant, "revoked_at"), time);
        say_error("grant %s: it was revoked already, at %s (%s)", member_text(grant, "grant_id"), time,
                  member_text(grant, "revoked_reason"));
        rc = EXIT_CODE_CONFLICT;
    }
    json_decref(grant);
    return rc;
}

enum exit_code grant_revoke(const struct arguments *args)
{
    struct req_grant_revoke request = {.grant_id = arguments_operand(args)};
    struct admin admin = admin_of(args);
    json_t *grant = NULL;
    enum exit_code rc = expect_not_revoked(&admin, args);

    if (rc == EXIT_CODE_OK)
        rc = admin_document(&admin, MESSAGE_GRANT_REVOKE, &request, &grant);
    if (rc == EXIT_CODE_OK && args->json)
        print_document(grant);
    else if (rc == EXIT_CODE_OK)
        printf("Grant %s is revoked; its tokens are not active any more.\n", args->operands[0]);
    json_decref(grant);
    admin_fini(&admin);
    return rc;
}
