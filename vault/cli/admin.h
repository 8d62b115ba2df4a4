/*
 * Calls to the vault as the commands need them: connects at the first one, says on standard error what went
 * wrong, and turns answers into exit codes. Documents are what the vault composed as JSON (REP_DOCUMENT).
 */
#ifndef STRONGROOM_VAULT_CLI_ADMIN_H
#define STRONGROOM_VAULT_CLI_ADMIN_H

#include "vault/cli/arguments.h"
#include "vault/cli/connection.h"

#include <jansson.h>

struct admin {
    const char *socket_path;
    struct connection *connection;
    /* What the calls are about; a refusal says so first: "client nope: ...". Either may be NULL. */
    const char *kind;
    const char *name;
};

/* About the command's operand, if it has one: `client show nope` is about the client nope. */
struct admin admin_of(const struct arguments *args);

/* One call; whatever the vault's answer other than OK is said and returned as an exit code. */
MUST_CHECK enum exit_code admin_call(struct admin *admin, enum message_number number, const void *request,
                                     union any_reply *ret_reply);

/* The same for a reply that is a document, which becomes the caller's (json_decref). */
MUST_CHECK enum exit_code admin_document(struct admin *admin, enum message_number number, const void *request,
                                         json_t **ret_document);

/* The same for CLIENT_ADD and CLIENT_ROTATE_SECRET: the new secret is the document's "client_secret". */
MUST_CHECK enum exit_code admin_document_with_secret(struct admin *admin, enum message_number number,
                                                     const void *request, json_t **ret_document);

/*
 * All pages of a list, as one document {"<member>": [...]}. `after` is the request's own member, which this
 * moves from page to page; it points nowhere when it returns.
 */
MUST_CHECK enum exit_code admin_list(struct admin *admin, enum message_number number, const void *request,
                                     struct span *after, const char *member, json_t **ret_document);

/*
 * The same where that may be a lot: if there is another page, `look` gets all elements so far, may put them
 * in order and drop some, and says whether to go on.
 */
MUST_CHECK enum exit_code admin_list_while(struct admin *admin, enum message_number number,
                                           const void *request, struct span *after, const char *member,
                                           bool (*look)(json_t *elements, void *context), void *context,
                                           json_t **ret_document);

void admin_fini(struct admin *admin);

/* The whole document on standard output, for --json. */
void print_document(const json_t *document);

/* Members of a document; "" or 0 where they are missing or of another type. */
const char *member_text(const json_t *object, const char *name);
uint64_t member_number(const json_t *object, const char *name);

/* The words of an array as one text, separated by ", "; the caller frees it. */
char *member_words(const json_t *object, const char *name);

#endif
