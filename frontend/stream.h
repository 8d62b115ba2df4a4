/*
 * The nng byte stream to the vault, as a loop can use it: it dials, dials again with growing pauses when the
 * stream is lost, sends and receives, and never waits. nng's threads only leave a note and wake the loop; all
 * functions and all callbacks are the loop's thread's (FIELD-NOTES on nng: a send without callback wakes nobody,
 * and the loop's thread re-arms the receive).
 */
#ifndef STRONGROOM_FRONTEND_STREAM_H
#define STRONGROOM_FRONTEND_STREAM_H

#include <uv.h>

#include "common/span.h"

struct stream;

struct stream_owner {
    void *data;
    void (*up)(void *data);
    /* What was sent may have arrived or not; what was received in part is forgotten. */
    void (*down)(void *data, const char *reason);
    /* All that has come and was not used yet. Returns how many bytes of it have been used; they are wiped. */
    size_t (*received)(void *data, struct span bytes);
    /* The stream and its handles are no more. */
    void (*closed)(void *data);
};

/*
 * NULL, logged, if it cannot be set up. Call after the last fork: nng starts threads. Bytes that the owner does
 * not use have to fit into receive_room.
 */
struct stream *stream_new(uv_loop_t *loop, const char *socket_path, size_t receive_room,
                          const struct stream_owner *owner);

/*
 * True if it is up and nothing is on its way. While something is, this looks how it goes on, and the loop is
 * woken every millisecond to ask again; the stream may turn out to be down.
 */
bool stream_can_send(struct stream *stream);

/* Only after stream_can_send(). The bytes stay the stream's until that is true again, or `down`. */
void stream_send(struct stream *stream, struct span bytes);

/* Release everything, then call `closed`; no other callback comes any more. */
void stream_close(struct stream *stream);

#endif
