/* strongroom grant ...: what customers have allowed clients, and the bank's way to end it. */
#include "vault/cli/admin.h"
#include "vault/cli/table.h"
#include "vault/cli/text.h"

#include <stdio.h>

enum { DEFAULT_LIMIT = 100, PAGE = 200 };

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

enum exit_code grant_list(const struct arguments *args)
{
    size_t most = arguments_text(args, "limit") ? (size_t)arguments_number(args, "limit") : DEFAULT_LIMIT;
    struct req_grant_list request = {
        .username = arguments_span(args, "user"),
        .client_id = arguments_span(args, "client"),
        .limit = most < PAGE ? most : PAGE,
    };
    struct admin admin = admin_of(args);
    json_t *document = NULL;
    bool has_more = false;
    enum exit_code rc = admin_list(&admin, MESSAGE_GRANT_LIST, &request, &request.after, "grants", most,
                                   &document, &has_more);

    if (rc == EXIT_CODE_OK && args->json)
        print_document(document);
    else if (rc == EXIT_CODE_OK && json_array_size(json_object_get(document, "grants")) == 0)
        puts("There are no such grants.");
    else if (rc == EXIT_CODE_OK)
        print_grants(json_object_get(document, "grants"));
    if (rc == EXIT_CODE_OK && has_more && !args->json)
        fprintf(stderr, "There are more than these %zu; --limit N shows more.\n", most);
    json_decref(document);
    admin_fini(&admin);
    return rc;
}

static void print_fact(struct table *table, const char *what, const char *value)
{
    if (!value[0])
        return;
    table_cell(table, what);
    table_cell(table, value);
}

static void print_time_fact(struct table *table, const char *what, const json_t *grant, const char *member)
{
    char time[TEXT_TIME_SIZE];

    text_time(member_number(grant, member), time);
    print_fact(table, what, time);
}

static void print_facts(const json_t *grant)
{
    static const struct column columns[] = {{NULL, COLUMN_WHOLE}, {NULL, COLUMN_WHOLE}};
    struct table *table = table_new(columns, 2);
    char generation[24];

    snprintf(generation, sizeof(generation), "%llu", (unsigned long long)member_number(grant, "generation"));
    print_fact(table, "Grant ID", member_text(grant, "grant_id"));
    print_fact(table, "Status", member_text(grant, "status"));
    print_fact(table, "Customer", member_text(grant, "username"));
    print_fact(table, "Subject", member_text(grant, "sub"));
    print_fact(table, "Client", member_text(grant, "client_name"));
    print_fact(table, "Client ID", member_text(grant, "client_id"));
    print_fact(table, "Scope", member_text(grant, "scope"));
    print_time_fact(table, "Created", grant, "created_at");
    print_time_fact(table, "Ends", grant, "ends_at");
    print_time_fact(table, "Refresh until", grant, "refresh_expires_at");
    print_time_fact(table, "Last used", grant, "last_used_at");
    print_fact(table, "Generation", generation);
    print_time_fact(table, "Revoked", grant, "revoked_at");
    print_fact(table, "Revoked for", member_text(grant, "revoked_reason"));
    table_print(table, stdout);
    table_free(&table);
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

enum exit_code grant_revoke(const struct arguments *args)
{
    struct req_grant_revoke request = {.grant_id = arguments_operand(args)};
    struct admin admin = admin_of(args);
    json_t *grant = NULL;
    enum exit_code rc = admin_document(&admin, MESSAGE_GRANT_REVOKE, &request, &grant);

    if (rc == EXIT_CODE_OK && args->json)
        print_document(grant);
    else if (rc == EXIT_CODE_OK)
        printf("Grant %s is revoked; its tokens are not active any more.\n", args->operands[0]);
    json_decref(grant);
    admin_fini(&admin);
    return rc;
}
