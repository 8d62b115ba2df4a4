/*
 * One operation at work. The dispatcher fills what the message's row promises (schema.def: proof) before
 * the operation runs; an operation decides, writes, and fills its reply.
 *
 * An operation decides before it writes, so that one that is refused has written nothing; the few outcomes
 * that come with a write of their own (a replay ends its grant) say so where they are made.
 */
#ifndef STRONGROOM_VAULT_OP_H
#define STRONGROOM_VAULT_OP_H

#include "proto/codec.h"
#include "vault/records.h"
#include "vault/token.h"
#include "vault/vault.h"

/* Who is at the other end of the socket; the uid is the kernel's word. */
struct caller {
    const char *via; /* the front end's name in the configuration, or "admin" */
    enum message_socket socket;
    uint64_t uid;
};

/* What the pool of the slow lane worked out before the writer decides. */
struct slow_result {
    enum outcome outcome; /* OK: go on */
    uint8_t password_hash[32];
    uint8_t password_salt[16];
    uint64_t password_memory_kib;
    uint64_t password_iterations;
    char subject[LIMIT_SUBJECT + 1]; /* LOGIN: whose password was checked; empty if there is no such user */
    char text[4096];                 /* BACKUP: the path, or what went wrong */
    uint64_t size_bytes;             /* BACKUP: of the copy */
    uint64_t audit_size;             /* BACKUP: the copy holds the audit log at least up to here */
    uint8_t audit_hash[32];
};

struct op {
    struct vault *vault;
    struct workbench *bench;
    struct store_txn *txn;
    const struct caller *caller;
    const struct message *message;
    const struct request_envelope *envelope;
    const union any_request *request;
    union any_reply *reply;
    const struct slow_result *slow; /* NULL but on the slow lane */
    uint64_t now_ms;
    uint64_t now_s;
    struct buf text; /* what the reply's spans may point into */

    /* What has been proved; which of it, the row says. */
    struct span client_id;
    struct client_record client;
    struct handle_record handle;
    struct session_record session;
    uint8_t session_key[MAC_LEN];
    struct user_record user;

    /* What the audit record will say beside what the dispatcher knows. */
    struct audit_record audit;
    enum outcome recorded; /* where the audit must know more than the answer says; OK: the same */
};

/* Append to the reply's text and return where it stands, or an absent span if it did not fit. */
struct span op_keep(struct op *op, struct span text);

/*
 * Get and decode a record, `missing` if there is none. On the read lane its spans point into the snapshot;
 * elsewhere into op->text, because the store's bytes move when it is written to.
 */
MUST_CHECK enum outcome op_load(struct op *op, enum store_table table, struct span key,
                                const struct field_table *fields, enum outcome missing, void *ret_record);

/* One function a message: op_health(), op_authorize(), ... */
#define OP_DECLARE(number, NAME, name, lane, socket, proof, what) enum outcome op_##name(struct op *op);
SCHEMA_MESSAGES(OP_DECLARE)

/*
 * The first half of the slow lane's operations, run in the pool on a read snapshot: fills *ret_result.
 * op->txn is the snapshot; nothing may be written.
 */
void slow_login(struct op *op, struct slow_result *ret_result);
void slow_user_add(struct op *op, struct slow_result *ret_result);
void slow_user_reset_password(struct op *op, struct slow_result *ret_result);
void slow_backup(struct op *op, struct slow_result *ret_result);

#endif
