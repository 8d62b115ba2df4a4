/*
 * What anybody may know of this server, as a worker has it: the discovery document and the public keys. The
 * vault composes them; a worker asks for them once a second and answers from memory, so that clients which
 * look at the keys cost the vault nothing and are answered while it is down. What is kept then may be old
 * but was true: keys do not change while there is no vault to change them.
 *
 *     metadata_start(&worker->metadata, worker);      with the lane there and the loop not yet running
 *     if (metadata->is_known) ... metadata->jwks ...
 *
 * All of it is the loop's thread's.
 */
#ifndef STRONGROOM_FRONTEND_METADATA_H
#define STRONGROOM_FRONTEND_METADATA_H

#include <uv.h>

#include "frontend/lane.h"

struct worker;

#define METADATA_INTERVAL_MS 1000
#define METADATA_ETAG_CAPACITY 36

/* A document and its entity tag: strong, and made from its bytes, so that all workers have the same one. */
struct metadata_document {
    struct span bytes;
    char etag[METADATA_ETAG_CAPACITY]; /* with its quotes */
};

struct metadata {
    bool is_known; /* false: the vault has not answered since this worker began; what follows is zero */
    struct metadata_document discovery;
    struct metadata_document jwks;
    struct span error_uri_base; /* absent: errors have no error_uri */
    uint64_t max_age_s;         /* how long others may keep the two */

    /* The module's own. */
    struct worker *worker;
    uv_timer_t timer;
    struct call call;
    uint8_t trace_id[LIMIT_TRACE_ID];
    size_t version_len;
    uint8_t version[LIMIT_WORD];
    uint8_t discovery_bytes[LIMIT_DISCOVERY];
    uint8_t jwks_bytes[LIMIT_JWKS];
    uint8_t error_uri_bytes[LIMIT_URI];
};

/* Ask now and then every METADATA_INTERVAL_MS, one question at a time. False if there can be no timer. */
MUST_CHECK bool metadata_start(struct metadata *metadata, struct worker *worker);

/* Stop asking; before the lane is closed. The loop lets go of the timer in its own time. */
void metadata_stop(struct metadata *metadata);

/*
 * Keep what the vault answered, whoever asked. An answer without documents says that those that are here
 * are the newest ones. True if there is something to answer from afterwards.
 */
MUST_CHECK bool metadata_take(struct metadata *metadata, const struct rep_metadata *reply);

#endif
