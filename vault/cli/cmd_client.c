/* strongroom client ...: who may ask for customers' data, and who may ask about tokens. */
#include "vault/cli/admin.h"
#include "vault/cli/table.h"
#include "vault/cli/text.h"

#include <stdio.h>
#include <stdlib.h>

static void print_fact(struct table *table, const char *what, const char *value)
{
    if (!value || !value[0])
        return;
    table_cell(table, what);
    table_cell(table, value);
}

static void print_duration_fact(struct table *table, const char *what, const json_t *client,
                                const char *member)
{
    char text[TEXT_DURATION_SIZE];

    if (member_number(client, member) == 0)
        return;
    text_duration(member_number(client, member), text);
    print_fact(table, what, text);
}

static bool is_resource_server(const json_t *client)
{
    return strcmp(member_text(client, "kind"), "resource_server") == 0;
}

static const char *kind_name(const json_t *client)
{
    return is_resource_server(client) ? "resource server" : "client";
}

/* What only those have who get tokens. */
static void print_token_facts(struct table *table, const json_t *client)
{
    print_duration_fact(table, "Access token", client, "access_token_s");
    print_duration_fact(table, "Refresh token", client, "refresh_token_s");
    print_duration_fact(table, "Refresh grace", client, "refresh_grace_s");
    print_duration_fact(table, "Consent", client, "consent_s");
    print_fact(table, "Profile", member_text(client, "profile"));
}

static void print_facts(const json_t *client)
{
    static const struct column columns[] = {{NULL, COLUMN_WHOLE}, {NULL, COLUMN_WHOLE}};
    struct table *table = table_new(columns, 2);
    char time[TEXT_TIME_SIZE];
    const json_t *element;
    size_t i;

    print_fact(table, "Client ID", member_text(client, "client_id"));
    print_fact(table, "Client secret", member_text(client, "client_secret"));
    print_fact(table, "Name", member_text(client, "name"));
    print_fact(table, "Kind", kind_name(client));
    print_fact(table, "Status", member_text(client, "status"));
    json_array_foreach(json_object_get(client, "redirect_uris"), i, element)
        print_fact(table, i == 0 ? "Redirect URIs" : "", json_string_value(element));
    print_fact(table, "Scope", member_text(client, "scope"));
    print_fact(table, "Audience", member_text(client, "audience"));
    if (!is_resource_server(client))
        print_token_facts(table, client);
    text_time(member_number(client, "created_at"), time);
    print_fact(table, "Created", time);
    json_array_foreach(json_object_get(client, "secrets"), i, element)
    {
        text_time(member_number(element, "created_at"), time);
        print_fact(table, i == 0 ? "Secrets made" : "", time);
    }
    table_print(table, stdout);
    table_free(&table);
}

static void print_secret_warning(void)
{
    puts("\nThe client secret is shown this once and cannot be read again. Hand it over by a safe way now;\n"
         "if it gets lost, make a new one with strongroom client rotate-secret.");
}

static void fill_client(const struct arguments *args, struct req_client_add *request)
{
    const struct argument_values *uris = arguments_values(args, "redirect-uri");
    const char *kind = arguments_text(args, "kind");

    request->client_id = arguments_span(args, "id");
    request->name = arguments_span(args, "name");
    request->is_resource_server = kind && strcmp(kind, "resource_server") == 0;
    for (size_t i = 0; i < uris->len; i++)
        request->redirect_uris.items[request->redirect_uris.len++] = span_of_text(uris->texts[i]);
    request->scope = arguments_span(args, "scope");
    request->audience = arguments_span(args, "audience");
    request->access_token_s = arguments_number(args, "access-token-lifetime");
    request->refresh_token_s = arguments_number(args, "refresh-token-lifetime");
    request->refresh_grace_s = arguments_number(args, "refresh-grace");
    request->consent_s = arguments_number(args, "consent-lifetime");
}

enum exit_code client_add(const struct arguments *args)
{
    struct req_client_add request = {0};
    struct admin admin = admin_of(args);
    json_t *client = NULL;
    enum exit_code rc;

    fill_client(args, &request);
    if (!request.is_resource_server && request.redirect_uris.len == 0) {
        say_error("a client wants at least one --redirect-uri URI (a resource server has none)");
        return EXIT_CODE_USAGE;
    }
    if (arguments_text(args, "id")) {
        admin.kind = "client";
        admin.name = arguments_text(args, "id");
    }
    rc = admin_document_with_secret(&admin, MESSAGE_CLIENT_ADD, &request, &client);
    if (rc == EXIT_CODE_OK && args->json) {
        print_document(client);
    } else if (rc == EXIT_CODE_OK) {
        print_facts(client);
        print_secret_warning();
    }
    json_decref(client);
    admin_fini(&admin);
    return rc;
}

static void print_clients(const json_t *clients)
{
    static const struct column columns[] = {
        {"CLIENT ID", COLUMN_WHOLE}, {"NAME", COLUMN_SHRINKS},  {"KIND", COLUMN_WHOLE},
        {"STATUS", COLUMN_WHOLE},    {"SCOPE", COLUMN_SHRINKS}, {"CREATED", COLUMN_WHOLE},
    };
    struct table *table = table_new(columns, sizeof(columns) / sizeof(columns[0]));
    char time[TEXT_TIME_SIZE];
    const json_t *client;
    size_t i;

    json_array_foreach(clients, i, client)
    {
        text_time(member_number(client, "created_at"), time);
        table_cell(table, member_text(client, "client_id"));
        table_cell(table, member_text(client, "name"));
        table_cell(table, kind_name(client));
        table_cell(table, member_text(client, "status"));
        table_cell(table, member_text(client, "scope"));
        table_cell(table, time);
    }
    table_print(table, stdout);
    table_free(&table);
}

enum exit_code client_list(const struct arguments *args)
{
    struct req_client_list request = {0};
    struct admin admin = admin_of(args);
    json_t *document = NULL;
    enum exit_code rc = admin_list(&admin, MESSAGE_CLIENT_LIST, &request, &request.after, "clients",
                                   &document);

    if (rc == EXIT_CODE_OK && args->json)
        print_document(document);
    else if (rc == EXIT_CODE_OK && json_array_size(json_object_get(document, "clients")) == 0)
        puts("There are no clients yet; strongroom client add makes one.");
    else if (rc == EXIT_CODE_OK)
        print_clients(json_object_get(document, "clients"));
    json_decref(document);
    admin_fini(&admin);
    return rc;
}

enum exit_code client_show(const struct arguments *args)
{
    struct req_client_show request = {.client_id = arguments_operand(args)};
    struct admin admin = admin_of(args);
    json_t *client = NULL;
    enum exit_code rc = admin_document(&admin, MESSAGE_CLIENT_SHOW, &request, &client);

    if (rc == EXIT_CODE_OK && args->json)
        print_document(client);
    else if (rc == EXIT_CODE_OK)
        print_facts(client);
    json_decref(client);
    admin_fini(&admin);
    return rc;
}

/* A call whose answer a person wants as one sentence about the client. */
static MUST_CHECK enum exit_code change(const struct arguments *args, enum message_number number,
                                        const void *request, const char *what_happened)
{
    struct admin admin = admin_of(args);
    json_t *document = NULL;
    enum exit_code rc = admin_document(&admin, number, request, &document);

    if (rc == EXIT_CODE_OK && args->json)
        print_document(document);
    else if (rc == EXIT_CODE_OK)
        printf("Client %s %s.\n", args->operands[0], what_happened);
    json_decref(document);
    admin_fini(&admin);
    return rc;
}

enum exit_code client_disable(const struct arguments *args)
{
    struct req_client_set_status request = {.client_id = arguments_operand(args), .enabled = false};

    return change(args, MESSAGE_CLIENT_SET_STATUS, &request,
                  "is disabled: its requests are refused from now on");
}

enum exit_code client_enable(const struct arguments *args)
{
    struct req_client_set_status request = {.client_id = arguments_operand(args), .enabled = true};

    return change(args, MESSAGE_CLIENT_SET_STATUS, &request, "is enabled");
}

enum exit_code client_rotate_secret(const struct arguments *args)
{
    struct req_client_rotate_secret request = {
        .client_id = arguments_operand(args),
        .drop_old = arguments_flag(args, "drop-old"),
    };
    struct admin admin = admin_of(args);
    json_t *client = NULL;
    enum exit_code rc = admin_document_with_secret(&admin, MESSAGE_CLIENT_ROTATE_SECRET, &request, &client);

    if (rc == EXIT_CODE_OK && args->json) {
        print_document(client);
    } else if (rc == EXIT_CODE_OK) {
        printf("Client ID      %s\nClient secret  %s\n", args->operands[0],
               member_text(client, "client_secret"));
        print_secret_warning();
        puts(request.drop_old
                 ? "The former secrets have ended."
                 : "The former secret stays valid beside it until the next rotation; --drop-old ends it.");
    }
    json_decref(client);
    admin_fini(&admin);
    return rc;
}

enum exit_code client_remove(const struct arguments *args)
{
    struct req_client_remove request = {.client_id = arguments_operand(args)};

    return change(args, MESSAGE_CLIENT_REMOVE, &request, "is removed, and all its grants have ended");
}
