/* strongroom status: how the vault is. */
#include "vault/cli/admin.h"
#include "vault/cli/table.h"
#include "vault/cli/text.h"

#include <stdio.h>

static void print_fact(struct table *table, const char *what, const char *value)
{
    table_cell(table, what);
    table_cell(table, value);
}

static void print_number_fact(struct table *table, const char *what, const json_t *object, const char *member)
{
    char text[24];

    snprintf(text, sizeof(text), "%llu", (unsigned long long)member_number(object, member));
    print_fact(table, what, text);
}

static void print_vault(struct table *table, const json_t *status)
{
    char uptime[TEXT_DURATION_SIZE];

    text_duration(member_number(status, "uptime_s"), uptime);
    print_fact(table, "Issuer", member_text(status, "issuer"));
    print_fact(table, "Version", member_text(status, "version"));
    print_fact(table, "Up for", uptime);
    print_fact(table, "Writes",
               json_is_true(json_object_get(status, "writable")) ? "accepted"
                                                                 : "REFUSED: see the vault's log");
}

static void print_store(struct table *table, const json_t *store)
{
    char size[TEXT_SIZE_SIZE];
    char size_max[TEXT_SIZE_SIZE];
    char text[2 * TEXT_SIZE_SIZE + 8];

    text_size(member_number(store, "size_bytes"), size);
    text_size(member_number(store, "size_max_bytes"), size_max);
    snprintf(text, sizeof(text), "%s of %s", size, size_max);
    print_fact(table, "Store", text);
    print_number_fact(table, "  Clients", store, "clients");
    print_number_fact(table, "  Customers", store, "users");
    print_number_fact(table, "  Sessions", store, "sessions");
    print_number_fact(table, "  Grants", store, "grants");
    print_number_fact(table, "  Revoked access tokens", store, "revoked_access_tokens");
}

static void print_audit(struct table *table, const json_t *audit)
{
    char text[40];

    snprintf(text, sizeof(text), "%llu records", (unsigned long long)member_number(audit, "size"));
    print_fact(table, "Audit", text);
    print_fact(table, "  Head", member_text(audit, "head"));
}

static void print_requests(struct table *table, const json_t *requests)
{
    print_fact(table, "Requests", "since the vault's start");
    print_number_fact(table, "  Answered at once", requests, "read");
    print_number_fact(table, "  Committed", requests, "commit");
    print_number_fact(table, "  With a password or a copy", requests, "slow");
    print_number_fact(table, "  Commits to disk", requests, "commits");
    print_number_fact(table, "  Refused, too busy", requests, "refused_busy");
    print_number_fact(table, "  Protocol violations", requests, "protocol_violations");
}

static void print_frontends(struct table *table, const json_t *frontends)
{
    const json_t *frontend;
    char count[24];
    size_t i;

    snprintf(count, sizeof(count), "%zu", json_array_size(frontends));
    print_fact(table, "Sockets", count);
    json_array_foreach(frontends, i, frontend)
    {
        unsigned long long refused = member_number(frontend, "refused");
        char name[160];
        char text[80];

        snprintf(name, sizeof(name), "  %s", member_text(frontend, "name"));
        snprintf(text, sizeof(text), "%llu connected",
                 (unsigned long long)member_number(frontend, "connections"));
        if (refused > 0)
            snprintf(text + strlen(text), sizeof(text) - strlen(text), ", %llu refused", refused);
        print_fact(table, name, text);
    }
}

static void print_status(const json_t *status)
{
    static const struct column columns[] = {{NULL, COLUMN_WHOLE}, {NULL, COLUMN_WHOLE}};
    struct table *table = table_new(columns, 2);

    print_vault(table, status);
    print_store(table, json_object_get(status, "store"));
    print_audit(table, json_object_get(status, "audit"));
    print_requests(table, json_object_get(status, "requests"));
    print_frontends(table, json_object_get(status, "frontends"));
    table_print(table, stdout);
    table_free(&table);
}

enum exit_code status_show(const struct arguments *args)
{
    struct req_status request = {0};
    struct admin admin = admin_of(args);
    json_t *status = NULL;
    enum exit_code rc = admin_document(&admin, MESSAGE_STATUS, &request, &status);

    if (rc == EXIT_CODE_OK && args->json)
        print_document(status);
    else if (rc == EXIT_CODE_OK)
        print_status(status);
    json_decref(status);
    admin_fini(&admin);
    return rc;
}
