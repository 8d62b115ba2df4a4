/*
 * A consent that the customer has given before: it spares the page, never a check.
 *
 * What counts is a grant of the same customer for the same client, under the client's present registration,
 * that stands (neither revoked nor over, its tokens still good or its code still pending) and whose scope has
 * every word that is asked for now. It may have come from another browser. RFC 8252 8.6 wants the customer
 * asked wherever the client cannot prove who it is; here each client does, before a code is worth anything.
 */
#ifndef STRONGROOM_VAULT_CONSENT_H
#define STRONGROOM_VAULT_CONSENT_H

#include "vault/op.h"

/*
 * So many of the customer's newest grants for the client are looked at. A client that asks again and again
 * makes many, of which the newest have what it asked for last; where the one that would do is older, the
 * customer is asked.
 */
#define CONSENT_LOOK_MAX 64

/* False: whatever the customer has allowed before, there will be a page that asks. Of op->handle alone. */
bool consent_may_be_remembered(const struct op *op);

/*
 * Find the consent that covers the request in op->handle, of the customer in op->session, for op->client; of
 * several the one that ends last. CONSENT_NOT_REMEMBERED if there is none, if the request wants the customer
 * asked (prompt=consent), or if the configuration does (remember_consent). Reads only.
 */
MUST_CHECK enum outcome consent_find(struct op *op, struct grant_record *ret_grant);

/*
 * The handle was sealed a while ago: is its client still one that may have what it asks for, at the address
 * that it named? Loads op->client. OK or the outcome of a page of ours; there is nowhere to redirect to then.
 */
MUST_CHECK enum outcome consent_check_client(struct op *op);

/*
 * CONSENT_REMEMBERED cannot go on: SESSION_ENDED or CONSENT_NOT_REMEMBERED. Where no page may be shown
 * (prompt=none) this is OK, recorded as what it was, and the browser goes back to the client with
 * login_required or consent_required. Else it is `refused`, which leads to a page.
 */
MUST_CHECK enum outcome consent_refuse(struct op *op, enum outcome refused);

#endif
