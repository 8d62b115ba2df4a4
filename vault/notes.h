/*
 * Refusals that no transaction stands for: a read that was refused (a read never writes, I12), what any
 * stranger can cause (I7), a peer that broke the protocol. They are counted by kind and put on record by the
 * writer, once a second. Lossy beyond NOTES_MAX kinds a second, and the log says so.
 */
#ifndef STRONGROOM_VAULT_NOTES_H
#define STRONGROOM_VAULT_NOTES_H

#include "vault/audit.h"
#include "vault/op.h"

#define NOTES_MAX 32
#define NOTES_EVERY_MS 1000

struct note {
    const char *event; /* a literal */
    enum outcome outcome;
    const char *via; /* of the configuration */
    uint64_t uid;
    char client_id[LIMIT_CLIENT_ID + 1]; /* empty if there is none */
    char address[LIMIT_PEER + 1];        /* of the first of them, as the front end says it */
    uint8_t trace_id[LIMIT_TRACE_ID];    /* likewise; zero if there is none */
    uint64_t count;
};

struct notes;

/* NULL without memory. */
struct notes *notes_new(void);
void notes_free(struct notes **notes);

/* Any thread. The note's count is set here. */
void notes_add(struct notes *notes, const struct note *note);

/* A note about a request that was refused, with what the operation knows of it. */
void notes_add_refusal(struct notes *notes, const struct op *op, enum outcome outcome);

/* Take what has gathered, at most NOTES_MAX, if it is time or `now` is asked for. Returns how many. */
size_t notes_take(struct notes *notes, bool now, struct note *ret_notes);

/* Append them to the audit. */
MUST_CHECK enum outcome notes_record(const struct note *notes, size_t len, struct store_txn *txn,
                                     struct audit_head *head, uint64_t time_ms);

#endif
