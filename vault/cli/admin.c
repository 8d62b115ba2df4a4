#include "vault/cli/admin.h"

#include "vault/cli/text.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAME_WIDTH = 64 }; /* of what a refusal is about: enough to know it again */

struct admin admin_of(const struct arguments *args)
{
    struct admin admin = {.socket_path = args->socket_path};

    if (args->operands_len > 0) {
        admin.kind = args->command->name;
        admin.name = args->operands[0];
    }
    return admin;
}

/* "client nope: ", of a kind the first word only: that of a command's name. */
static void put_about(struct buf *out, const struct admin *admin)
{
    struct span name = span_of_text(admin->name);
    struct span shown = text_cut(name, NAME_WIDTH);

    if (!admin->kind || !admin->name)
        return;
    buf_put(out, admin->kind, strcspn(admin->kind, " "));
    buf_put_u8(out, ' ');
    text_put_safe(out, shown);
    buf_put_text(out, shown.len < name.len ? "...: " : ": ");
}

static void say_refusal(const struct admin *admin, struct span why)
{
    /* A character that is not safe becomes three bytes. */
    char text[3 * LIMIT_DESCRIPTION + 16 * NAME_WIDTH];
    struct buf safe = buf_over(text, sizeof(text));

    put_about(&safe, admin);
    text_put_safe(&safe, why);
    say_error("%.*s", SPAN_PRINTF(buf_span(&safe)));
}

static enum exit_code say_answer(const struct admin *admin, enum answer answer, struct span problem)
{
    if (span_is_absent(problem) || span_is_empty(problem))
        problem = span_of_text(answer < ANSWER_COUNT ? answer_description(answer) : "the vault refused");
    say_refusal(admin, problem);
    return exit_code_of(answer);
}

/* The place of REP_DOCUMENT's `problem` in this message's reply; absent where the reply has none. */
static struct span problem_of(enum message_number number, const union any_reply *reply)
{
    const struct field *field = field_by_name(&message_by_number(number)->reply, "problem");

    if (!field || field->kind != FIELD_TEXT)
        return SPAN_NONE;
    return *(const struct span *)((const uint8_t *)reply + field->offset);
}

enum exit_code admin_call(struct admin *admin, enum message_number number, const void *request,
                          union any_reply *ret_reply)
{
    enum answer answer = ANSWER_OK;
    enum exit_code rc = EXIT_CODE_OK;
    struct problem problem;

    if (!admin->connection)
        rc = connection_open(admin->socket_path, &admin->connection, &problem);
    if (rc == EXIT_CODE_OK)
        rc = connection_call(admin->connection, number, request, ret_reply, &answer, &problem);
    if (rc == EXIT_CODE_USAGE)
        say_refusal(admin, span_of_text(problem.text));
    else if (rc != EXIT_CODE_OK)
        say_error("%s", problem.text);
    else if (answer != ANSWER_OK)
        return say_answer(admin, answer, problem_of(number, ret_reply));
    return rc;
}

static MUST_CHECK enum exit_code read_document(struct span json, json_t **ret_document)
{
    json_t *document = span_is_absent(json)
                           ? json_object()
                           : json_loadb((const char *)json.ptr, json.len, JSON_REJECT_DUPLICATES, NULL);

    if (!json_is_object(document)) {
        json_decref(document);
        say_error("the vault's answer is not the JSON document that was expected");
        return EXIT_CODE_UNREACHABLE;
    }
    *ret_document = document;
    return EXIT_CODE_OK;
}

enum exit_code admin_document(struct admin *admin, enum message_number number, const void *request,
                              json_t **ret_document)
{
    union any_reply reply;
    enum exit_code rc = admin_call(admin, number, request, &reply);

    /* All replies that are documents start with the same members; STATUS has no others. */
    return rc == EXIT_CODE_OK ? read_document(reply.status.json, ret_document) : rc;
}

enum exit_code admin_document_with_secret(struct admin *admin, enum message_number number,
                                          const void *request, json_t **ret_document)
{
    union any_reply reply;
    json_t *told = NULL;
    json_t *document;
    enum exit_code rc = admin_call(admin, number, request, &reply);
    struct span secret;

    if (rc == EXIT_CODE_OK)
        rc = read_document(reply.client_add.json, &told);
    if (rc != EXIT_CODE_OK)
        return rc;
    secret = secret_ref_reveal(reply.client_add.client_secret);
    document = json_object();
    json_object_set(document, "client_id", json_object_get(told, "client_id"));
    if (!span_is_absent(secret))
        json_object_set_new(document, "client_secret", json_stringn((const char *)secret.ptr, secret.len));
    json_object_update_missing(document, told);
    json_decref(told);
    *ret_document = document;
    return EXIT_CODE_OK;
}

enum exit_code admin_list_while(struct admin *admin, enum message_number number, const void *request,
                                struct span *after, const char *member,
                                bool (*look)(json_t *elements, void *context), void *context,
                                json_t **ret_document)
{
    char cursor[LIMIT_CLIENT_ID];
    json_t *elements = json_array();
    enum exit_code rc = EXIT_CODE_OK;
    bool has_more = true;

    while (has_more) {
        union any_reply reply;
        json_t *page = NULL;

        rc = admin_call(admin, number, request, &reply);
        if (rc == EXIT_CODE_OK)
            rc = read_document(reply.status.json, &page);
        if (rc != EXIT_CODE_OK)
            break;
        json_array_extend(elements, json_object_get(page, member));
        json_decref(page);
        has_more = !span_is_absent(reply.status.next) && reply.status.next.len <= sizeof(cursor);
        if (has_more) {
            memcpy(cursor, reply.status.next.ptr, reply.status.next.len);
            *after = span_of(cursor, reply.status.next.len);
        }
        if (has_more && look && !look(elements, context))
            break;
    }
    *after = SPAN_NONE;
    if (rc != EXIT_CODE_OK) {
        json_decref(elements);
        return rc;
    }
    *ret_document = json_object();
    json_object_set_new(*ret_document, member, elements);
    return EXIT_CODE_OK;
}

enum exit_code admin_list(struct admin *admin, enum message_number number, const void *request,
                          struct span *after, const char *member, json_t **ret_document)
{
    return admin_list_while(admin, number, request, after, member, NULL, NULL, ret_document);
}

void admin_fini(struct admin *admin)
{
    connection_close(&admin->connection);
}

void print_document(const json_t *document)
{
    json_dumpf(document, stdout, JSON_INDENT(2));
    fputc('\n', stdout);
}

const char *member_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text ? text : "";
}

uint64_t member_number(const json_t *object, const char *name)
{
    json_int_t value = json_integer_value(json_object_get(object, name));

    return value > 0 ? (uint64_t)value : 0;
}

char *member_words(const json_t *object, const char *name)
{
    const json_t *array = json_object_get(object, name);
    const json_t *element;
    size_t size = 1;
    size_t i;
    struct buf out;

    json_array_foreach(array, i, element) size += json_string_length(element) + 2;
    out = buf_over(malloc(size), size - 1);
    if (!out.ptr)
        return NULL;
    json_array_foreach(array, i, element)
    {
        if (i > 0)
            buf_put_text(&out, ", ");
        buf_put(&out, json_string_value(element), json_string_length(element));
    }
    out.ptr[out.len] = '\0';
    return (char *)out.ptr;
}
