/*
 * Scopes (RFC 6749 3.3). Their names, words and paths are configuration; the five of the seed are the
 * default. A token carries bits that count the words of its grant's scope.
 */
#ifndef STRONGROOM_VAULT_SCOPE_H
#define STRONGROOM_VAULT_SCOPE_H

#include "common/buf.h"
#include "common/language.h"
#include "common/outcome.h"
#include "vault/vault_config.h"

/* The configured scope of that name, NULL if there is none. */
const struct vault_config_scope *scope_find(const struct vault_config *config, struct span name);

/*
 * What a customer reads of a scope. A word that the bank has not translated comes as it has it: better in
 * another language than not said at all. An absent description is none.
 */
struct scope_words {
    struct span title;
    struct span description;
};
struct scope_words scope_words(const struct vault_config_scope *scope, enum language language);

/*
 * May this be asked for: `openid` is there, every word known, allowed to the client, none twice?
 * OK or SCOPE_NOT_GRANTED.
 */
MUST_CHECK enum outcome scope_check_request(const struct vault_config *config, struct span requested,
                                            struct span allowed);

/*
 * Bits for all words of a scope, and for `wanted` among the words of `granted`; SCOPE_NOT_GRANTED if one is
 * not there.
 */
uint32_t scope_all_bits(struct span granted);
MUST_CHECK enum outcome scope_bits(struct span granted, struct span wanted, uint32_t *ret_bits);

/* The words that the bits count, separated by a space. */
void scope_put(struct buf *out, struct span granted, uint32_t bits);

bool scope_has(struct span granted, uint32_t bits, struct span name);

/*
 * The scopes that open a resource of the API, as bits over config->scopes; 0 if none does. `uri` is what the
 * gateway saw: it may have a query, must start with the configured prefix, and is refused (0) if it holds
 * anything that two servers might read in two ways: escapes, empty or dot segments, backslashes.
 */
uint32_t scope_opening(const struct vault_config *config, struct span method, struct span uri);

#endif
