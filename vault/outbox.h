/*
 * What goes out on a stream: replies are collected into one buffer while the other is being sent, so that all
 * that is ready goes in one frame and one call. Nothing here waits. The owner locks, and closes the stream.
 *
 * The send aio has no callback: one without wakes nobody, which is what makes it cheap. Whether it has
 * finished shows in its count or result; then waiting for it returns at once.
 */
#ifndef STRONGROOM_VAULT_OUTBOX_H
#define STRONGROOM_VAULT_OUTBOX_H

#include "proto/codec.h"

#include <nng/nng.h>

#define OUTBOX_MAX ((size_t)2 * 1024 * 1024) /* replies that may wait for a peer to read them */

struct outbox {
    nng_stream *stream;
    nng_aio *send;
    struct {
        struct buf bytes;
        size_t open_at; /* where the open frame starts */
        bool is_open;
    } boxes[2];
    int collecting; /* the box that replies are appended to; the other one is being sent */
    bool sending;
    size_t sent;
    uint64_t headway_ms; /* when the send last got on, on the monotonic clock */
};

enum outbox_state {
    OUTBOX_EMPTY,
    OUTBOX_PENDING, /* look at it again soon */
    OUTBOX_BROKEN,  /* the stream has ended */
};

MUST_CHECK bool outbox_init(struct outbox *outbox, nng_stream *stream);

/* Wipes. Waits for a send that is under way; the stream must be closed before. */
void outbox_fini(struct outbox *outbox);

/* The buffer with an open frame that has room for one more reply; NULL if the peer does not read. */
struct buf *outbox_open(struct outbox *outbox);

/* Get on with sending as far as it goes without waiting. */
MUST_CHECK enum outbox_state outbox_send(struct outbox *outbox);

#endif
