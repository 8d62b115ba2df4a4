#include "vault/client.h"

#include "common/b64url.h"
#include "common/uri.h"

static bool secret_hash(struct op *op, struct span client_id, struct span secret, uint8_t ret_hash[MAC_LEN])
{
    struct span parts[] = {client_id, secret};

    return mac_compute(op->bench->hash, "client secret", parts, 2, ret_hash);
}

enum outcome client_authenticate(struct op *op, struct span client_id, struct secret_ref secret,
                                 struct client_record *ret_client)
{
    static const uint8_t nobody[MAC_LEN];
    struct span good = span_of(nobody, sizeof(nobody));
    struct span old_good = good;
    uint8_t hash[MAC_LEN];
    bool is_right, is_old;
    enum outcome found = op_load(op, TABLE_CLIENTS, client_id, &client_fields, OUTCOME_CLIENT_UNKNOWN,
                                 ret_client);

    if (found != OUTCOME_OK && found != OUTCOME_CLIENT_UNKNOWN)
        return found;
    if (found == OUTCOME_OK) {
        good = ret_client->secret_hash;
        if (ret_client->old_secret_hash.ptr)
            old_good = ret_client->old_secret_hash;
    }
    if (!secret_hash(op, client_id, secret_ref_reveal(secret), hash))
        return OUTCOME_INTERNAL;
    is_right = ct_equal(good, span_of(hash, sizeof(hash)));
    is_old = ct_equal(old_good, span_of(hash, sizeof(hash)));
    wipe(hash, sizeof(hash));
    if (found != OUTCOME_OK)
        return found;
    if (!is_right && !is_old)
        return OUTCOME_CLIENT_SECRET_WRONG;
    return ret_client->is_disabled ? OUTCOME_CLIENT_DISABLED : OUTCOME_OK;
}

enum outcome client_secret_new(struct op *op, struct span client_id, struct secret_ref *ret_text,
                               uint8_t ret_hash[MAC_LEN])
{
    uint8_t bytes[CLIENT_SECRET_BYTES];
    size_t start = op->text.len;
    struct span text;

    if (!rng_fill(&op->vault->rng, bytes, sizeof(bytes)))
        return OUTCOME_NO_RANDOM;
    b64url_encode(&op->text, span_of(bytes, sizeof(bytes)));
    wipe(bytes, sizeof(bytes));
    if (!buf_ok(&op->text))
        return OUTCOME_INTERNAL;
    text = span_of(op->text.ptr + start, op->text.len - start);
    if (!secret_hash(op, client_id, text, ret_hash))
        return OUTCOME_INTERNAL;
    *ret_text = secret_ref_of(text);
    return OUTCOME_OK;
}

bool client_has_redirect_uri(const struct client_record *client, struct span presented)
{
    for (size_t i = 0; i < client->redirect_uris.len; i++)
        if (uri_redirect_equal(client->redirect_uris.items[i], presented))
            return true;
    return false;
}
