#include "vault/bearer.h"

enum outcome bearer_open(struct op *op, struct secret_ref token, struct access *ret_access)
{
    enum outcome rc;

    if (token.len == 0)
        return OUTCOME_BEARER_MISSING;
    rc = access_open(op, secret_ref_reveal(token), ret_access);
    return outcome_answer(rc) == ANSWER_INVALID_GRANT ? OUTCOME_BEARER_INVALID : rc;
}
