/*
 * base64url without padding (RFC 4648 5). Decoding is strict: no padding, no other alphabet, no white
 * space, and the unused bits of the last character must be zero, so that a value has one spelling only.
 */
#ifndef STRONGROOM_COMMON_B64URL_H
#define STRONGROOM_COMMON_B64URL_H

#include "common/buf.h"

#define B64URL_LEN(bytes) (((bytes) * 4 + 2) / 3)

void b64url_encode(struct buf *out, struct span bytes);

/* Writes to `out` on success only. Not constant in time: decode sealed things, not keys. */
MUST_CHECK bool b64url_decode(struct span text, struct buf *out);

/* Plain base64 with padding (RFC 4648 4), as HTTP Basic credentials use it (RFC 7617). As strict. */
MUST_CHECK bool b64_decode(struct span text, struct buf *out);

#endif
