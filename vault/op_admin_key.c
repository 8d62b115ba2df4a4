/*
 * KEY_LIST, KEY_ROTATE, KEY_SCHEDULE, KEY_RETIRE: the operator looks after the keys.
 */
#include "vault/op.h"

enum outcome op_key_list(struct op *op)
{
    (void)op;
    return OUTCOME_INTERNAL;
}

enum outcome op_key_rotate(struct op *op)
{
    (void)op;
    return OUTCOME_INTERNAL;
}

enum outcome op_key_schedule(struct op *op)
{
    (void)op;
    return OUTCOME_INTERNAL;
}

enum outcome op_key_retire(struct op *op)
{
    (void)op;
    return OUTCOME_INTERNAL;
}
