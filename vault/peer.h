/*
 * A peer: one stream of a front end's worker or of the operator's command line. What arrives is decoded in
 * place; reads are answered at once from a snapshot, changes become jobs. Replies go in the order in which
 * they are ready, as many in one frame as there are.
 *
 * A peer that breaks the protocol is counted, put on record and disconnected, and so is one that does not
 * read its replies. The others do not notice.
 */
#ifndef STRONGROOM_VAULT_PEER_H
#define STRONGROOM_VAULT_PEER_H

#include "vault/op.h"

#include <nng/nng.h>

#define PEER_STALL_MS 30000    /* how long a send may make no headway */
#define PEER_HALF_OPEN_MS 5000 /* how long a frame may be begun and not whole */

struct peer;

/* What the listener shares with its peers. Outlives them. */
struct peer_group {
    struct vault *vault;
    const char *name;
    enum message_socket socket;
    atomic_uint_fast64_t connections;
    atomic_uint_fast64_t refused;
    /* Its share of the queues: a front end that floods fills its own and nobody else's. */
    uint64_t jobs_max[LANE_SLOW + 1];
    atomic_uint_fast64_t jobs[LANE_SLOW + 1];
};

/*
 * One thread for all peers of the process that looks after sends that did not finish at once and frees peers
 * that are gone (a stream cannot be freed from its own callback).
 */
MUST_CHECK bool peers_start(void);
void peers_stop(void); /* when no peer is left */

/* Take a stream and begin to read from it. False (and the stream is closed) without memory. */
MUST_CHECK bool peer_start(struct peer_group *group, nng_stream *stream, uint64_t uid);

/* Close the streams of a group; their peers go away by themselves. */
void peers_disconnect(struct peer_group *group);

/* A reference keeps the peer's memory, not its stream. */
void peer_hold(struct peer *peer);
void peer_release(struct peer *peer);

/* Who is at the other end. */
const struct caller *peer_caller(const struct peer *peer);

/* A job of this lane has been taken in or has ended. False if the share is used up. */
MUST_CHECK bool peer_admit(struct peer *peer, enum message_lane lane);
void peer_discharge(struct peer *peer, enum message_lane lane);

/* Append an encoded reply to what goes out next; dropped if the peer is gone. Any thread. */
void peer_reply(struct peer *peer, struct span reply);

/* Send what has been appended, as far as that goes without waiting. */
void peer_flush(struct peer *peer);

#endif
