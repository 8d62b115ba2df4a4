/*
 * The chain over the audit records (DESIGN 7). Each record is a leaf, hashed as RFC 9162 2.1.1 hashes one;
 * the head after record n binds all n records and their order:
 *
 *     leaf_n = SHA-256(0x00 || record)          head_0 = 32 zero bytes
 *     head_n = SHA-256(0x01 || head_(n-1) || leaf_n)
 *
 * It stands here because the vault writes the chain and the operator's command line checks it.
 */
#ifndef STRONGROOM_PROTO_AUDIT_CHAIN_H
#define STRONGROOM_PROTO_AUDIT_CHAIN_H

#include "common/span.h"

#define AUDIT_CHAIN_HEAD 32

/* Turn the head before `record` (its encoded bytes) into the head after it. Start with 32 zero bytes. */
void audit_chain_extend(uint8_t head[AUDIT_CHAIN_HEAD], struct span record);

#endif
