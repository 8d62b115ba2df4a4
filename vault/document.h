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

/* One element each; `name` as json_write.h has it. `note` is for the person who changed it, mostly absent. */
void document_client(struct json_writer *json, const char *name, struct span client_id,
                     const struct client_record *client, struct span note);

/* The claims are what makes it long, so a list goes without. */
void document_user(struct json_writer *json, const char *name, struct span subject,
                   const struct user_record *user, bool with_claims);

/* client_name and username are looked up; absent where they are gone. */
void document_grant(struct op *op, struct json_writer *json, const char *name, struct span id,
                    const struct grant_record *grant);

/*
 * One page of a table as {"<name>": [...]}, from behind the key `after` on: `put` writes an element for each
 * record. *ret_next is the last key of the page if there may be more. READ lane only.
 */
MUST_CHECK enum outcome document_list(struct op *op, const char *name, enum store_table table, struct span after,
                                      enum outcome (*put)(struct op *op, struct json_writer *json, struct span key,
                                                          struct span value),
                                      struct span *ret_json, struct span *ret_next);

/* A page of a list stops when its document has grown to this size. */
#define DOCUMENT_PAGE (LIMIT_JSON / 2)

#endif
