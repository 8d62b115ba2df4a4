/* strongroom user ...: customers, as far as a bank keeps them here. */
#include "vault/cli/admin.h"
#include "vault/cli/facts.h"
#include "vault/cli/password.h"
#include "vault/cli/text.h"

#include "common/clock.h"

#include <stdio.h>
#include <stdlib.h>

static MUST_CHECK enum exit_code take_password(const struct arguments *args, struct secret *ret_password)
{
    bool from_fd = arguments_text(args, "password-fd") != NULL;
    bool generated = arguments_flag(args, "password-generate");

    if (secret_memory_init(16 * 1024) != OUTCOME_OK) {
        say_error("there is no locked memory for a password (ulimit -l)");
        return EXIT_CODE_REFUSED;
    }
    if (arguments_exclude(args, "password-fd", "password-generate"))
        return EXIT_CODE_USAGE;
    if (from_fd)
        return password_read((int)arguments_number(args, "password-fd"), ret_password);
    return generated ? password_generate(ret_password) : password_ask(arguments_operand(args), ret_password);
}

static void add_password(json_t *document, const struct secret *password)
{
    struct span shown = secret_reveal(password);

    json_object_set_new(document, "password", json_stringn((const char *)shown.ptr, shown.len));
}

static void print_password(const json_t *document)
{
    printf("Password  %s\n\nThe password is shown this once and cannot be read again.\n",
           member_text(document, "password"));
}

/* The request has been filled but for the password, whose place in it is `ret_place`. */
static MUST_CHECK enum exit_code send_with_password(const struct arguments *args, enum message_number number,
                                                    const void *request, struct secret_ref *ret_place,
                                                    json_t **ret_document)
{
    struct secret password = SECRET_NONE;
    struct admin admin = admin_of(args);
    enum exit_code rc = take_password(args, &password);

    if (rc == EXIT_CODE_OK) {
        *ret_place = secret_ref_of(secret_reveal(&password));
        rc = admin_document(&admin, number, request, ret_document);
    }
    if (rc == EXIT_CODE_OK && arguments_flag(args, "password-generate"))
        add_password(*ret_document, &password);
    *ret_place = (struct secret_ref){NULL, 0};
    secret_wipe(&password);
    admin_fini(&admin);
    return rc;
}

enum exit_code user_add(const struct arguments *args)
{
    struct req_user_add request = {
        .username = arguments_operand(args),
        .name = arguments_span(args, "name"),
        .accounts = arguments_list(args, "account"),
        .claims = arguments_list(args, "claim"),
    };
    json_t *user = NULL;
    enum exit_code rc = send_with_password(args, MESSAGE_USER_ADD, &request, &request.password, &user);

    if (rc == EXIT_CODE_OK && args->json) {
        print_document(user);
    } else if (rc == EXIT_CODE_OK) {
        printf("Customer  %s\nSubject   %s\n", args->operands[0], member_text(user, "sub"));
        if (json_object_get(user, "password"))
            print_password(user);
    }
    json_decref(user);
    return rc;
}

enum exit_code user_reset_password(const struct arguments *args)
{
    struct req_user_reset_password request = {.username = arguments_operand(args)};
    json_t *user = NULL;
    enum exit_code rc = send_with_password(args, MESSAGE_USER_RESET_PASSWORD, &request, &request.password,
                                           &user);

    if (rc == EXIT_CODE_OK && args->json) {
        print_document(user);
    } else if (rc == EXIT_CODE_OK) {
        printf("Customer %s has a new password; the sessions that were open have ended.\n",
               args->operands[0]);
        if (json_object_get(user, "password"))
            print_password(user);
    }
    json_decref(user);
    return rc;
}

static bool is_locked(const json_t *user)
{
    struct clock clock = clock_real();

    return member_number(user, "locked_until") > clock_now_s(&clock);
}

static void print_users(const json_t *users)
{
    static const struct column columns[] = {
        {"USERNAME", COLUMN_WHOLE},   {"NAME", COLUMN_SHRINKS},  {"STATUS", COLUMN_WHOLE},
        {"ACCOUNTS", COLUMN_SHRINKS}, {"SUBJECT", COLUMN_WHOLE}, {"CREATED", COLUMN_WHOLE},
    };
    struct table *table = table_new(columns, sizeof(columns) / sizeof(columns[0]));
    char time[TEXT_TIME_SIZE];
    const json_t *user;
    size_t i;

    json_array_foreach(users, i, user)
    {
        char *accounts = member_words(user, "accounts");

        text_time(member_number(user, "created_at"), time);
        table_cell(table, member_text(user, "username"));
        table_cell(table, member_text(user, "name"));
        table_cell(table, is_locked(user) ? "locked" : member_text(user, "status"));
        table_cell(table, accounts);
        table_cell(table, member_text(user, "sub"));
        table_cell(table, time);
        free(accounts);
    }
    table_print(table, stdout);
    table_free(&table);
}

enum exit_code user_list(const struct arguments *args)
{
    struct req_user_list request = {0};
    struct admin admin = admin_of(args);
    json_t *document = NULL;
    enum exit_code rc = admin_list(&admin, MESSAGE_USER_LIST, &request, &request.after, "users", &document);

    if (rc == EXIT_CODE_OK && args->json)
        print_document(document);
    else if (rc == EXIT_CODE_OK && json_array_size(json_object_get(document, "users")) == 0)
        puts("There are no customers yet; strongroom user add makes one.");
    else if (rc == EXIT_CODE_OK)
        print_users(json_object_get(document, "users"));
    json_decref(document);
    admin_fini(&admin);
    return rc;
}

/* ---- one customer -------------------------------------------------------------------------------------- */

static void print_facts(const json_t *user)
{
    struct table *facts = facts_new();

    facts_put_text(facts, "Customer", user, "username");
    facts_put_text(facts, "Name", user, "name");
    facts_put_text(facts, "Subject", user, "sub");
    facts_put_text(facts, "Status", user, "status");
    if (is_locked(user))
        facts_put_time(facts, "Locked until", user, "locked_until");
    facts_put_list(facts, "Accounts", user, "accounts");
    facts_put_time(facts, "Created", user, "created_at");
    facts_put_list(facts, "Claims", user, "claims");
    facts_put_time(facts, "Claims set", user, "claims_at");
    facts_print(&facts);
}

static MUST_CHECK enum exit_code show(const struct arguments *args, enum message_number number,
                                      const void *request)
{
    struct admin admin = admin_of(args);
    json_t *user = NULL;
    enum exit_code rc = admin_document(&admin, number, request, &user);

    if (rc == EXIT_CODE_OK && args->json)
        print_document(user);
    else if (rc == EXIT_CODE_OK)
        print_facts(user);
    json_decref(user);
    admin_fini(&admin);
    return rc;
}

enum exit_code user_show(const struct arguments *args)
{
    struct req_user_show request = {.username = arguments_operand(args)};

    return show(args, MESSAGE_USER_SHOW, &request);
}

enum exit_code user_set_claims(const struct arguments *args)
{
    struct req_user_set_claims request = {
        .username = arguments_operand(args),
        .claims = arguments_list(args, "claim"),
        .drop = arguments_list(args, "drop"),
    };

    if (request.claims.len == 0 && request.drop.len == 0) {
        say_error("strongroom user set-claims wants at least one --claim NAME=VALUE or --drop NAME");
        return EXIT_CODE_USAGE;
    }
    return show(args, MESSAGE_USER_SET_CLAIMS, &request);
}

/* ---- changing ------------------------------------------------------------------------------------------ */

static MUST_CHECK enum exit_code change(const struct arguments *args, enum message_number number,
                                        const void *request, const char *what_happened)
{
    struct admin admin = admin_of(args);
    json_t *document = NULL;
    enum exit_code rc = admin_document(&admin, number, request, &document);

    if (rc == EXIT_CODE_OK && args->json)
        print_document(document);
    else if (rc == EXIT_CODE_OK)
        printf("Customer %s %s.\n", args->operands[0], what_happened);
    json_decref(document);
    admin_fini(&admin);
    return rc;
}

enum exit_code user_disable(const struct arguments *args)
{
    struct req_user_set_status request = {.username = arguments_operand(args), .enabled = false};

    return change(args, MESSAGE_USER_SET_STATUS, &request, "is disabled");
}

enum exit_code user_enable(const struct arguments *args)
{
    struct req_user_set_status request = {.username = arguments_operand(args), .enabled = true};

    return change(args, MESSAGE_USER_SET_STATUS, &request, "is enabled");
}

enum exit_code user_remove(const struct arguments *args)
{
    struct req_user_remove request = {.username = arguments_operand(args)};

    return change(args, MESSAGE_USER_REMOVE, &request,
                  "is removed, and all grants of that customer have ended");
}
