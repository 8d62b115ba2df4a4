/*
 * JSON documents for the operator's command line: composed once here, read by people as tables and by
 * scripts as they are. They hold no secret and no hash.
 */
#ifndef STRONGROOM_VAULT_DOCUMENT_H
#define STRONGROOM_VAULT_DOCUMENT_H

#include "common/json_write.h"
#include "vault/op.h"

/* Start a document at the end of op->text. */
struct document {
    struct op *op;
    size_t start;
    struct json_writer json;
};

struct document document_begin(struct op *op);

/* The document's text; INTERNAL if it did not fit. */
MUST_CHECK enum outcome document_end(struct document *document, struct span *ret_json);

/* One element each; `name` as json_write.h has it. */
void document_client(struct json_writer *json, const char *name, struct span client_id,
                     const struct client_record *client);
void document_user(struct json_writer *json, const char *name, struct span subject, const struct user_record *user);

/* client_name and username are looked up; absent where they are gone. */
void document_grant(struct op *op, struct json_writer *json, const char *name, struct span id,
                    const struct grant_record *grant);

/* A page of a list stops when its document has grown to this size. */
#define DOCUMENT_PAGE (LIMIT_JSON / 2)

#endif
