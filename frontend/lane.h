/*
 * A worker's one stream to the vault (DESIGN 3). What the loop's turn has collected goes out in one frame;
 * what comes back is handed to the calls that wait for it. Nothing here ever waits: not for room in the
 * socket, not for the vault to come back, not for a reply.
 *
 * What the vault is told not to begin after, and how long this side waits, are two times: a change may be
 * begun in time and reach the disk a while later, and "nothing has changed" must be true when it is said. So
 * the answer to a change is awaited for LANE_GRACE_MS longer than the vault was told.
 *
 * A call that was not answered when the stream broke is sent again on the next stream, under its request id,
 * until its deadline (I10); it is encoded anew from the struct that it keeps, so whatever its spans point
 * into has to stay until the call ends.
 *
 * All functions are the loop's thread's. nng's threads only leave a note and wake the loop.
 */
#ifndef STRONGROOM_FRONTEND_LANE_H
#define STRONGROOM_FRONTEND_LANE_H

#include <uv.h>

#include "common/outcome.h"
#include "frontend/deadline.h"
#include "proto/message.h"

struct lane;

/* One question to the vault. Owned by who asks; it stays in place until `finished` is called or it is detached. */
struct call {
    /* Set by who asks, before lane_submit(). */
    const struct message *message;
    union any_request request;
    uint8_t request_id[LIMIT_REQUEST_ID];
    struct span trace_id;
    struct span peer;
    /*
     * Called once, at the earliest after lane_submit() has returned. `reply` is the message's reply struct; its
     * spans are valid during this call only. It is all zero where nobody answered.
     */
    void (*finished)(struct call *call, enum answer answer, const void *reply);
    void (*done)(void); /* for `finished`, which knows its type */

    /* The lane's. */
    uint64_t id;        /* 0: not in flight */
    bool was_sent;      /* in some frame: if no answer comes, nobody knows whether it was done */
    struct link unsent; /* listed while it is in no frame of the present stream */
    struct deadline deadline;
};

struct lane_settings {
    const char *socket_path;
    uint32_t in_flight;  /* calls at the most */
    uint64_t timeout_ms; /* of a call */
};

/* NULL, logged, if it cannot be set up. Call after the last fork: nng starts threads. */
struct lane *lane_new(uv_loop_t *loop, const struct lane_settings *settings);

#define LANE_GRACE_MS 10000

enum lane_patience {
    LANE_USUAL, /* the timeout of the settings */
    LANE_SHORT, /* LANE_SHORT_MS: for a probe that is not to wait for a vault that is down */
};
#define LANE_SHORT_MS 1000

/* False if as many calls as allowed are in flight: tell the client to come again. */
MUST_CHECK bool lane_submit(struct lane *lane, struct call *call, enum lane_patience patience);

/* Nobody wants the answer any more. Fine for a call that is not in flight. */
void lane_detach(struct lane *lane, struct call *call);

/* End the calls whose deadline has passed: answer TEMPORARILY_UNAVAILABLE. Call every now and then. */
void lane_tick(struct lane *lane);

/* Close the stream and release the handles' memory once the loop has closed them. No call may be in flight. */
void lane_close(struct lane *lane);

#endif
