/*
 * What UserInfo says of a customer (OpenID Connect Core 5.1, 5.3). A customer's record holds claims as
 * "name=value" texts; here they are judged when the operator sets them, and become JSON when a token's scopes
 * open them. The standard claims have the types that OpenID Connect gives them:
 *
 *     email_verified=true        true or false; also phone_number_verified
 *     updated_at=1700000000      a number
 *     address=1 High St, Town    the member `formatted` of the object `address`; its other members are
 *     address.locality=Town      dotted: street_address, locality, region, postal_code, country
 *     anything.else=text         a string
 */
#ifndef STRONGROOM_VAULT_CLAIMS_H
#define STRONGROOM_VAULT_CLAIMS_H

#include "common/json_write.h"
#include "vault/records.h"
#include "vault/vault_config.h"

/*
 * May this text stand in a customer's record? The name: a to z, then also digits, _ and dots, at most
 * LIMIT_WORD bytes, and none of the claims that are the protocol's own (iss, sub, ...). The value: not empty,
 * UTF-8 without control characters, of the claim's type. On false *ret_problem, a literal, says what is
 * wrong.
 */
MUST_CHECK bool claim_is_valid(struct span claim, const char **ret_problem);

/* What stands before the first `=`, or the whole text. Two claims of one name are one claim. */
struct span claim_name(struct span claim);

/*
 * Write the members that those words of `scope` open that `scope_bits` count, each once. Beside the record's
 * claims these are `name`, `preferred_username` and `updated_at`, unless a claim of that name says otherwise.
 */
void claims_put(struct json_writer *json, const struct vault_config *config, struct span scope,
                uint32_t scope_bits, const struct user_record *user);

#endif
