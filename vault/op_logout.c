/*
 * LOGOUT_PAGE and LOGOUT: RP-initiated logout.
 */
#include "vault/op.h"

enum outcome op_logout_page(struct op *op)
{
    (void)op;
    return OUTCOME_INTERNAL;
}

enum outcome op_logout(struct op *op)
{
    (void)op;
    return OUTCOME_INTERNAL;
}
