/*
 * From a message to its operation. The dispatcher does what the row of the schema says before the operation
 * runs, so that no operation can forget it: the right socket, a deadline that has not passed, and the proof.
 */
#ifndef STRONGROOM_VAULT_DISPATCH_H
#define STRONGROOM_VAULT_DISPATCH_H

#include "vault/audit.h"
#include "vault/op.h"

/* May this message come from this socket at all? If not, the peer breaks the protocol. */
static inline bool dispatch_may_come_from(const struct message *message, enum message_socket socket)
{
    return (message->socket & socket) != 0;
}

/*
 * Set up an operation over a request that has been decoded. The reply is cleared.
 */
void dispatch_begin(struct op *op, struct vault *vault, struct workbench *bench, struct store_txn *txn,
                    const struct caller *caller, const struct message *message, const struct request_envelope *envelope,
                    const union any_request *request, union any_reply *reply);

/* Prove what the row asks for, then decide. */
MUST_CHECK enum outcome dispatch_run(struct op *op);

/* The same for the first half of an operation on the slow lane. */
void dispatch_run_slow(struct op *op, struct slow_result *ret_result);

/* What was decided: the outcome, unless the operation wants another one on record (op->recorded). */
enum outcome dispatch_decided(const struct op *op, enum outcome outcome);

/*
 * Append the audit record of what was decided, if this message has one. On the commit and slow lanes
 * everything has, but for a client check that found nothing wrong.
 */
MUST_CHECK enum outcome dispatch_audit(struct op *op, enum outcome outcome, struct audit_head *head);

/* Append the reply to an open frame: the answer that the outcome becomes, and the fields if they mean something. */
MUST_CHECK bool dispatch_reply(struct op *op, enum outcome outcome, struct buf *out);

#endif
