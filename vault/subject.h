/*
 * Who a customer is to a client (OpenID Connect Core 8): the bank's own subject, or for a pairwise client a
 * name that is the same for all clients of its sector and tells those of other sectors nothing. Resource
 * servers always get the bank's own.
 */
#ifndef STRONGROOM_VAULT_SUBJECT_H
#define STRONGROOM_VAULT_SUBJECT_H

#include "vault/op.h"

/* The subject as this client knows it. Points to `subject`, or into op->text. */
MUST_CHECK enum outcome subject_for(struct op *op, const struct client_record *client, struct span subject,
                                    struct span *ret_subject);

/*
 * Is this customer the one that the client named by an id_token_hint (OpenID Connect Core 3.1.2.2), in the
 * client's own words for them? OK, also where it named nobody, or USER_NOT_THE_ONE_HINTED.
 */
MUST_CHECK enum outcome subject_check_hint(struct op *op, const struct client_record *client,
                                           struct span hint, struct span subject);

#endif
