/* strongroom client ...: who may ask for customers' data, and who may ask about tokens. */
#include "vault/cli/admin.h"
#include "vault/cli/facts.h"
#include "vault/cli/text.h"

#include <stdio.h>
#include <stdlib.h>

static bool is_resource_server(const json_t *client)
{
    return strcmp(member_text(client, "kind"), "resource_server") == 0;
}

static const char *kind_name(const json_t *client)
{
    return is_resource_server(client) ? "resource server" : "client";
}

/* What only those have who get tokens. */
static void put_token_facts(struct table *facts, const json_t *client)
{
    facts_put_text(facts, "ID token", client, "id_token_signed_response_alg");
    facts_put_text(facts, "Subjects", client, "subject_type");
    facts_put_text(facts, "Sector", client, "sector_identifier");
    facts_put_duration(facts, "Access token", client, "access_token_s");
    facts_put_duration(facts, "Refresh token", client, "refresh_token_s");
    facts_put_duration(facts, "Refresh grace", client, "refresh_grace_s");
    facts_put_duration(facts, "Consent", client, "consent_s");
    facts_put_text(facts, "Profile", client, "profile");
}

static void print_facts(const json_t *client)
{
    struct table *facts = facts_new();
    const json_t *secret;
    size_t i;

    facts_put_text(facts, "Client ID", client, "client_id");
    facts_put_text(facts, "Client secret", client, "client_secret");
    facts_put_text(facts, "Name", client, "name");
    facts_put(facts, "Kind", kind_name(client));
    facts_put_text(facts, "Status", client, "status");
    facts_put_list(facts, "Redirect URIs", client, "redirect_uris");
    facts_put_list(facts, "After logout", client, "post_logout_redirect_uris");
    facts_put_text(facts, "Scope", client, "scope");
    facts_put_text(facts, "Audience", client, "audience");
    facts_put_text(facts, "Introspection", client, "introspection_signed_response_alg");
    if (!is_resource_server(client))
        put_token_facts(facts, client);
    facts_put_time(facts, "Created", client, "created_at");
    json_array_foreach(json_object_get(client, "secrets"), i, secret)
        facts_put_time(facts, i == 0 ? "Secrets made" : "", secret, "created_at");
    facts_print(&facts);
}

static void print_secret_warning(void)
{
    putchar('\n');
    text_print_wrapped(
        stdout,
        "The client secret is shown this once and cannot be read again. Hand it over by a safe way now; "
        "if it gets lost, make a new one with strongroom client rotate-secret.",
        0, text_line_width(stdout));
}

static struct req_client_add describe_new(const struct arguments *args)
{
    const char *kind = arguments_text(args, "kind");

    return (struct req_client_add){
        .client_id = arguments_span(args, "id"),
        .name = arguments_span(args, "name"),
        .is_resource_server = kind && strcmp(kind, "resource_server") == 0,
        .redirect_uris = arguments_list(args, "redirect-uri"),
        .scope = arguments_span(args, "scope"),
        .audience = arguments_span(args, "audience"),
        .access_token_s = arguments_number(args, "access-token-lifetime"),
        .refresh_token_s = arguments_number(args, "refresh-token-lifetime"),
        .refresh_grace_s = arguments_number(args, "refresh-grace"),
        .consent_s = arguments_number(args, "consent-lifetime"),
        .post_logout_redirect_uris = arguments_list(args, "post-logout-redirect-uri"),
        .signing_alg = arguments_span(args, "signing-alg"),
        .subject_type = arguments_span(args, "subject-type"),
        .sector = arguments_span(args, "sector"),
    };
}

enum exit_code client_add(const struct arguments *args)
{
    struct req_client_add request = describe_new(args);
    struct admin admin = admin_of(args);
    json_t *client = NULL;
    enum exit_code rc;

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

/* ---- changing what was registered -------------------------------------------------------------------- */

static struct req_client_update describe_changes(const struct arguments *args)
{
    return (struct req_client_update){
        .client_id = arguments_operand(args),
        .name = arguments_span(args, "name"),
        .redirect_uris = arguments_list(args, "redirect-uri"),
        .scope = arguments_span(args, "scope"),
        .audience = arguments_span(args, "audience"),
        .access_token_s = arguments_number(args, "access-token-lifetime"),
        .refresh_token_s = arguments_number(args, "refresh-token-lifetime"),
        .refresh_grace_s = arguments_number(args, "refresh-grace"),
        .consent_s = arguments_number(args, "consent-lifetime"),
        .post_logout_redirect_uris = arguments_list(args, "post-logout-redirect-uri"),
        .signing_alg = arguments_span(args, "signing-alg"),
        .subject_type = arguments_span(args, "subject-type"),
        .sector = arguments_span(args, "sector"),
        .no_refresh_grace = arguments_flag(args, "no-refresh-grace"),
        .no_post_logout = arguments_flag(args, "no-post-logout-redirect-uris"),
    };
}

static MUST_CHECK bool names_a_change(const struct arguments *args)
{
    for (size_t i = 0; args->command->options[i].name; i++)
        if (args->values[i].len > 0)
            return true;
    return false;
}

static void print_note(const json_t *client)
{
    char text[LIMIT_DESCRIPTION];

    if (!member_text(client, "note")[0])
        return;
    snprintf(text, sizeof(text), "Note that %s.", member_text(client, "note"));
    putchar('\n');
    text_print_wrapped(stdout, text, 0, text_line_width(stdout));
}

enum exit_code client_update(const struct arguments *args)
{
    struct req_client_update request = describe_changes(args);
    struct admin admin = admin_of(args);
    json_t *client = NULL;
    enum exit_code rc;

    if (!names_a_change(args)) {
        say_error("strongroom client update wants at least one option that says what to change");
        return EXIT_CODE_USAGE;
    }
    if (arguments_exclude(args, "refresh-grace", "no-refresh-grace") ||
        arguments_exclude(args, "post-logout-redirect-uri", "no-post-logout-redirect-uris"))
        return EXIT_CODE_USAGE;
    rc = admin_document(&admin, MESSAGE_CLIENT_UPDATE, &request, &client);
    if (rc == EXIT_CODE_OK && args->json) {
        print_document(client);
    } else if (rc == EXIT_CODE_OK) {
        print_facts(client);
        print_note(client);
    }
    json_decref(client);
    admin_fini(&admin);
    return rc;
}

/* ---- looking ------------------------------------------------------------------------------------------- */

static void print_clients(const json_t *clients)
{
    static const struct column columns[] = {
        {"CLIENT ID", COLUMN_WHOLE}, {"NAME", COLUMN_SHRINKS},  {"KIND", COLUMN_SHRINKS},
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
        puts(request.drop_old ? "The former secrets have ended."
                              : "The former secret stays valid until the next rotation; --drop-old ends it.");
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
