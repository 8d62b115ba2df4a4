#include "vault/cli/dev_demo.h"

#include "common/b64url.h"
#include "common/rng.h"
#include "vault/cli/admin.h"
#include "vault/cli/dev_supervisor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DEMO_USERNAME "alex"
#define DEMO_NAME "Alex Demo"

/* ---- who is there from an earlier run ------------------------------------------------------------------ */

static bool still_registered(struct admin *admin, const json_t *client)
{
    struct req_client_show request = {
        .client_id = span_of_text(json_string_value(json_object_get(client, "client_id")))};
    union any_reply reply;
    enum answer answer = ANSWER_NOT_FOUND;
    struct problem problem;

    return !span_is_absent(request.client_id) && json_is_string(json_object_get(client, "client_secret")) &&
           connection_call(admin->connection, MESSAGE_CLIENT_SHOW, &request, &reply, &answer, &problem) ==
               EXIT_CODE_OK &&
           answer == ANSWER_OK;
}

/* ---- clients ------------------------------------------------------------------------------------------- */

#define DEV_URI_MAX 80

/* Where a demo client wants its customers when they have signed out: beside the callback. */
static const char *signed_out_uri(const char *redirect_uri, char room[DEV_URI_MAX])
{
    size_t stem = strlen(redirect_uri) - strlen("callback");

    snprintf(room, DEV_URI_MAX, "%.*ssigned-out", (int)stem, redirect_uri);
    return room;
}

/* One URI of the client's as the list that the request has. */
static struct span_list list_of(const char *uri)
{
    return (struct span_list){.items = {span_of_text(uri)}, .len = 1};
}

/* With every scope of the configuration; without a redirect URI, a resource server. */
static enum exit_code add_client(struct admin *admin, const char *name, const char *redirect_uri,
                                 json_t **ret_client)
{
    struct req_client_add request = {.name = span_of_text(name), .is_resource_server = !redirect_uri};
    char signed_out[DEV_URI_MAX];
    json_t *document = NULL;
    enum exit_code rc;

    if (redirect_uri) {
        request.redirect_uris = list_of(redirect_uri);
        request.post_logout_redirect_uris = list_of(signed_out_uri(redirect_uri, signed_out));
    }
    rc = admin_document_with_secret(admin, MESSAGE_CLIENT_ADD, &request, &document);
    if (rc != EXIT_CODE_OK)
        return rc;
    *ret_client = json_pack("{s:s, s:s}", "client_id", member_text(document, "client_id"), "client_secret",
                            member_text(document, "client_secret"));
    if (redirect_uri)
        json_object_set_new(*ret_client, "redirect_uri", json_string(redirect_uri));
    json_decref(document);
    return EXIT_CODE_OK;
}

/* The one of before, if the vault still knows it; else a new one. */
static enum exit_code keep_or_add_client(struct admin *admin, const json_t *before, const char *member,
                                         const char *name, const char *redirect_uri, json_t *quickstart)
{
    json_t *client = json_object_get(before, member);
    enum exit_code rc = EXIT_CODE_OK;

    if (still_registered(admin, client)) {
        json_object_set(quickstart, member, client);
        return EXIT_CODE_OK;
    }
    rc = add_client(admin, name, redirect_uri, &client);
    if (rc == EXIT_CODE_OK)
        json_object_set_new(quickstart, member, client);
    return rc;
}

/* ---- the customer -------------------------------------------------------------------------------------- */

/* The customer as the vault knows it, by the user name; NULL if there is none. The caller's. */
static json_t *find_user(struct admin *admin)
{
    struct req_user_list request = {0};
    json_t *document = NULL;
    json_t *found = NULL;
    json_t *user;
    size_t i;

    if (admin_list(admin, MESSAGE_USER_LIST, &request, &request.after, "users", &document) != EXIT_CODE_OK)
        return NULL;
    json_array_foreach(json_object_get(document, "users"), i,
                       user) if (!found && strcmp(member_text(user, "username"), DEMO_USERNAME) == 0)
        found = json_incref(user);
    json_decref(document);
    return found;
}

static bool make_password(char *room, size_t size)
{
    struct rng rng = rng_system();
    uint8_t bytes[12];
    struct buf out = buf_over(room, size - 1);

    if (!rng_fill(&rng, bytes, sizeof(bytes)))
        return false;
    b64url_encode(&out, span_of(bytes, sizeof(bytes)));
    room[out.len] = '\0';
    return buf_ok(&out);
}

static enum exit_code add_user(struct admin *admin, struct span password, json_t **ret_document)
{
    struct req_user_add request = {
        .username = SPAN_LITERAL(DEMO_USERNAME),
        .name = SPAN_LITERAL(DEMO_NAME),
        .password = secret_ref_of(password),
        .accounts = {.items = {SPAN_LITERAL("checking-4711"), SPAN_LITERAL("savings-4712")}, .len = 2},
        .claims = {.items = {SPAN_LITERAL("given_name=Alex"), SPAN_LITERAL("family_name=Demo"),
                             SPAN_LITERAL("birthdate=1984-02-29"), SPAN_LITERAL("locale=en-CA"),
                             SPAN_LITERAL("email=alex@customer.example"),
                             SPAN_LITERAL("email_verified=true")},
                   .len = 6},
    };

    return admin_document(admin, MESSAGE_USER_ADD, &request, ret_document);
}

static enum exit_code reset_password(struct admin *admin, struct span password, json_t **ret_document)
{
    struct req_user_reset_password request = {
        .username = SPAN_LITERAL(DEMO_USERNAME),
        .password = secret_ref_of(password),
    };

    return admin_document(admin, MESSAGE_USER_RESET_PASSWORD, &request, ret_document);
}

/* The one of before; one whose password nobody has written down gets another; else a new one. */
static enum exit_code keep_or_add_user(struct admin *admin, const json_t *before, json_t *quickstart)
{
    json_t *user = json_object_get(before, "user");
    json_t *known = find_user(admin);
    json_t *document = NULL;
    char password[32];
    enum exit_code rc = EXIT_CODE_OK;

    if (known && json_is_string(json_object_get(user, "password")) &&
        json_equal(json_object_get(known, "sub"), json_object_get(user, "sub"))) {
        json_object_set(quickstart, "user", user);
        goto out;
    }
    if (!make_password(password, sizeof(password))) {
        say_error("there is no randomness to be had");
        rc = EXIT_CODE_REFUSED;
        goto out;
    }
    rc = known ? reset_password(admin, span_of_text(password), &document)
               : add_user(admin, span_of_text(password), &document);
    if (rc == EXIT_CODE_OK)
        json_object_set_new(quickstart, "user",
                            json_pack("{s:s, s:s, s:s}", "username", DEMO_USERNAME, "password", password,
                                      "sub", member_text(known ? known : document, "sub")));
out:
    json_decref(document);
    json_decref(known);
    return rc;
}

/* ---- quickstart.json ----------------------------------------------------------------------------------- */

static void describe_cell(const struct dev_cell *cell, json_t *quickstart)
{
    char path[DEV_PATH_MAX], url[64];

    json_object_set_new(quickstart, "issuer", json_string(cell->base_url));
    json_object_set_new(quickstart, "base_url", json_string(cell->base_url));
    json_object_set_new(quickstart, "ca_file", json_string(dev_path(cell, "tls/ca.pem", path)));
    snprintf(url, sizeof(url), "http://127.0.0.1:%u", cell->management_port);
    json_object_set_new(quickstart, "management_url", json_string(url));
    json_object_set_new(quickstart, "admin_socket", json_string(dev_path(cell, "run/admin.sock", path)));
    json_object_set_new(quickstart, "frontend_socket",
                        json_string(dev_path(cell, "run/frontend.sock", path)));
    json_object_set_new(quickstart, "pids",
                        json_pack("{s:i, s:i, s:i}", "supervisor", (int)dev_pid(cell, "supervisor"), "vault",
                                  (int)dev_pid(cell, "vault"), "frontend", (int)dev_pid(cell, "frontend")));
}

static enum exit_code write_quickstart(const struct dev_cell *cell, const json_t *quickstart)
{
    char path[DEV_PATH_MAX];
    char *text = json_dumps(quickstart, JSON_INDENT(2));
    bool ok = text && dev_write_file(dev_path(cell, "quickstart.json", path), text, strlen(text));

    free(text);
    if (ok)
        return EXIT_CODE_OK;
    say_error("cannot write %s: %s", path, strerror(errno));
    return EXIT_CODE_REFUSED;
}

enum exit_code dev_demo_register(const struct dev_cell *cell, json_t **ret_quickstart)
{
    char path[DEV_PATH_MAX], socket_path[DEV_PATH_MAX], redirect[64], second_redirect[64];
    json_t *before = json_load_file(dev_path(cell, "quickstart.json", path), 0, NULL);
    json_t *quickstart = json_object();
    /* A client's audience and redirect URI name the port of its day: another port makes other clients. */
    const json_t *clients = strcmp(member_text(before, "issuer"), cell->base_url) == 0 ? before : NULL;
    struct admin admin = {.socket_path = dev_path(cell, "run/admin.sock", socket_path)};
    struct problem problem;
    enum exit_code rc = connection_open(admin.socket_path, &admin.connection, &problem);

    if (rc != EXIT_CODE_OK)
        rc = say_problem(rc, &problem);
    snprintf(redirect, sizeof(redirect), "http://127.0.0.1:%u/callback", cell->port + 1);
    snprintf(second_redirect, sizeof(second_redirect), "http://127.0.0.1:%u/second/callback", cell->port + 1);
    if (rc == EXIT_CODE_OK)
        rc = keep_or_add_client(&admin, clients, "client", "Budget Buddy", redirect, quickstart);
    if (rc == EXIT_CODE_OK)
        rc = keep_or_add_client(&admin, clients, "second_client", "Tax Helper", second_redirect, quickstart);
    if (rc == EXIT_CODE_OK)
        rc = keep_or_add_client(&admin, clients, "resource_server", "FDX API gateway", NULL, quickstart);
    if (rc == EXIT_CODE_OK)
        rc = keep_or_add_user(&admin, before, quickstart);
    if (rc == EXIT_CODE_OK) {
        int lock = dev_quickstart_lock(cell);

        describe_cell(cell, quickstart);
        rc = write_quickstart(cell, quickstart);
        if (lock >= 0)
            close(lock);
    }
    admin_fini(&admin);
    json_decref(before);
    if (rc == EXIT_CODE_OK)
        *ret_quickstart = quickstart;
    else
        json_decref(quickstart);
    return rc;
}
