#include "frontend/vault_call.h"

#include "frontend/worker.h"

static struct exchange *exchange_of(struct call *call)
{
    return (struct exchange *)((uint8_t *)call - offsetof(struct exchange, call));
}

static bool submit(struct exchange *x)
{
    /* A request id of its own for each call: the vault takes a repeated one for the same request (I10). */
    if (!random_pool_take(&x->worker->random, x->call.request_id, sizeof(x->call.request_id)))
        return false;
    x->call.trace_id = exchange_trace_id(x);
    return lane_submit(x->worker->lane, &x->call,
                       x->call.message->number == MESSAGE_HEALTH ? LANE_SHORT : LANE_USUAL);
}

#define VAULT_CALL_DEFINE_FRONTEND(NAME, name)                                                               \
    static void finished_##name(struct call *call, enum answer answer, const void *reply)                    \
    {                                                                                                        \
        ((vault_done_##name *)call->done)(exchange_of(call), answer, (const struct rep_##name *)reply);      \
    }                                                                                                        \
    void vault_call_##name(struct exchange *x, const struct req_##name *request, vault_done_##name *done)    \
    {                                                                                                        \
        static const struct rep_##name no_reply;                                                             \
                                                                                                             \
        x->call.message = message_by_number(MESSAGE_##NAME);                                                 \
        x->call.request.name = *request;                                                                     \
        x->call.done = (void (*)(void))done;                                                                 \
        x->call.finished = finished_##name;                                                                  \
        if (!submit(x))                                                                                      \
            done(x, ANSWER_TEMPORARILY_UNAVAILABLE, &no_reply);                                              \
    }
#define VAULT_CALL_DEFINE_ANY(NAME, name) VAULT_CALL_DEFINE_FRONTEND(NAME, name)
#define VAULT_CALL_DEFINE_ADMIN(NAME, name)

#define VAULT_CALL_DEFINE(number, NAME, name, lane, socket, proof, what)                                     \
    VAULT_CALL_DEFINE_##socket(NAME, name)
SCHEMA_MESSAGES(VAULT_CALL_DEFINE)
