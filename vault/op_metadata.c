/*
 * METADATA: what anybody may know, composed once for each set of keys (OpenID Connect Discovery 3, RFC 8414,
 * RFC 7517). A front end keeps it and asks whether there is something newer.
 */
#include "vault/op.h"

enum outcome op_metadata(struct op *op)
{
    op->reply->metadata.version = SPAN_LITERAL("1");
    op->reply->metadata.jwks = span_of_text(op->bench->keys->jwks);
    op->reply->metadata.max_age_s = 300;
    return OUTCOME_OK;
}
