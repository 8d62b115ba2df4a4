/*
 * USERINFO (OpenID Connect Core 5.3): the claims of the customer behind a bearer token, as far as its scopes open them.
 */
#include "vault/op.h"

enum outcome op_userinfo(struct op *op)
{
    (void)op;
    return OUTCOME_INTERNAL;
}
