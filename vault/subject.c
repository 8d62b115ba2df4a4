#include "vault/subject.h"

#include "common/b64url.h"

enum outcome subject_for(struct op *op, const struct client_record *client, struct span subject,
                         struct span *ret_subject)
{
    struct span parts[] = {client->sector, subject};
    uint8_t hash[MAC_LEN];
    size_t start = op->text.len;

    if (!client->is_pairwise) {
        *ret_subject = subject;
        return OUTCOME_OK;
    }
    if (!mac_compute(op->bench->hash, "pairwise subject", parts, 2, hash))
        return OUTCOME_INTERNAL;
    b64url_encode(&op->text, span_of(hash, sizeof(hash)));
    *ret_subject = span_of(op->text.ptr + start, op->text.len - start);
    return buf_ok(&op->text) ? OUTCOME_OK : OUTCOME_INTERNAL;
}

enum outcome subject_check_hint(struct op *op, const struct client_record *client, struct span hint,
                                struct span subject)
{
    struct span known_as;
    enum outcome rc;

    if (span_is_absent(hint))
        return OUTCOME_OK;
    rc = subject_for(op, client, subject, &known_as);
    if (rc != OUTCOME_OK)
        return rc;
    return span_equal(hint, known_as) ? OUTCOME_OK : OUTCOME_USER_NOT_THE_ONE_HINTED;
}
