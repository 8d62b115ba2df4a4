/*
 * METADATA: what anybody may know, the discovery document and the public keys (RFC 7517). A front end keeps
 * the answer, answers from it, and asks every second whether there is something newer; so it is cheap to
 * compose it each time, and there is no copy here that could be stale.
 */
#include "vault/discovery.h"
#include "vault/op.h"

#include <openssl/evp.h>

#define VERSION_LEN 16

/* What the reply says, in one piece: two replies differ exactly if these bytes do. */
static struct span put_all(struct op *op, struct rep_metadata *reply)
{
    const struct vault_config *config = &op->vault->config;
    size_t start = op->text.len;

    discovery_put(&op->text, config);
    reply->discovery = span_of(op->text.ptr + start, op->text.len - start);
    buf_put_u8(&op->text, '\n');
    reply->jwks = op_keep(op, span_of_text(op->bench->keys->jwks));
    buf_put_u8(&op->text, '\n');
    if (config->error_uri_base)
        reply->error_uri_base = op_keep(op, span_of_text(config->error_uri_base));
    buf_put_u8(&op->text, '\n');
    reply->max_age_s = discovery_max_age_s(config);
    buf_put_u64(&op->text, reply->max_age_s);
    return span_of(op->text.ptr + start, op->text.len - start);
}

enum outcome op_metadata(struct op *op)
{
    struct rep_metadata *reply = &op->reply->metadata;
    struct span all = put_all(op, reply);
    uint8_t hash[EVP_MAX_MD_SIZE], hex[2 * VERSION_LEN];
    struct buf version = buf_over(hex, sizeof(hex));

    if (!buf_ok(&op->text) || EVP_Digest(all.ptr, all.len, hash, NULL, EVP_sha256(), NULL) != 1)
        return OUTCOME_INTERNAL;
    buf_put_hex(&version, span_of(hash, VERSION_LEN));
    if (span_equal(op->request->metadata.known, buf_span(&version)))
        *reply = (struct rep_metadata){0};
    reply->version = op_keep(op, buf_span(&version));
    return span_is_absent(reply->version) ? OUTCOME_INTERNAL : OUTCOME_OK;
}
