/*
 * One typed function per operation that the vault offers to front ends, made from proto/schema.def:
 *
 *     void vault_call_introspect(struct exchange *x, const struct req_introspect *request,
 *                                void done(struct exchange *x, enum answer answer,
 *                                          const struct rep_introspect *reply));
 *
 * The request struct is copied; what its spans point into has to stay until `done` is called, which it is
 * exactly once unless the client goes away. Where nobody answered in time, or the worker has as many calls
 * in flight as it may, the answer is TEMPORARILY_UNAVAILABLE and the reply all zero. The reply's spans are
 * valid until `done` returns.
 */
#ifndef STRONGROOM_FRONTEND_VAULT_CALL_H
#define STRONGROOM_FRONTEND_VAULT_CALL_H

#include "frontend/exchange.h"

#define VAULT_CALL_DECLARE_FRONTEND(name)                                                                    \
    typedef void vault_done_##name(struct exchange *x, enum answer answer, const struct rep_##name *reply);  \
    void vault_call_##name(struct exchange *x, const struct req_##name *request, vault_done_##name *done);
#define VAULT_CALL_DECLARE_ANY(name) VAULT_CALL_DECLARE_FRONTEND(name)
/* What only the operator may ask has no function here. */
#define VAULT_CALL_DECLARE_ADMIN(name)

#define VAULT_CALL_DECLARE(number, NAME, name, lane, socket, proof, what) VAULT_CALL_DECLARE_##socket(name)
SCHEMA_MESSAGES(VAULT_CALL_DECLARE)

#endif
