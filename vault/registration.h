/*
 * What a client or a resource server may register. The record is judged whole, as it will be, so that adding
 * one and changing one obey the same rules. A problem is a sentence for the operator, which lives as long as
 * op->text; an absent one means that there is nothing to object to.
 */
#ifndef STRONGROOM_VAULT_REGISTRATION_H
#define STRONGROOM_VAULT_REGISTRATION_H

#include "vault/op.h"

/* Members that are words in a message and numbers in the record. An absent one changes nothing. */
struct registration_words {
    struct span signing_alg;  /* one of the configuration's signing_algorithms */
    struct span subject_type; /* "public" or "pairwise" */
    struct span sector; /* a host: who shares the customers' pairwise subjects (OpenID Connect Core 8.1) */
};

/*
 * Put them into the record, whose redirect URIs are in place. Of a pairwise client the sector is then settled:
 * the one given; else the one it had, as long as its redirect URIs do not leave it; else the one host that all
 * redirect URIs have. A loopback host does not do: all apps on customers' own machines would share subjects.
 * `before` is the record as it was, NULL for a new one. Returns a problem.
 */
MUST_CHECK struct span registration_take_words(struct op *op, const struct registration_words *words,
                                               const struct client_record *before,
                                               struct client_record *client);

/* Why this record may not be stored; absent if it may. */
MUST_CHECK struct span registration_problem(struct op *op, const struct client_record *client);

/* Are a customer's subjects for this client other ones than before? */
bool registration_changes_subjects(const struct client_record *before, const struct client_record *client);

/* The members that differ, by name, for the audit: "redirect_uris, scope". In op->text; empty if none do. */
struct span registration_differences(struct op *op, const struct client_record *before,
                                     const struct client_record *client);

#endif
