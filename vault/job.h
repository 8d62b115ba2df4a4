/*
 * A job: one request of the commit or slow lane, with a copy of its bytes, since the frame that it came in is
 * read over meanwhile. Made when it arrives, wiped and freed when it has been answered.
 */
#ifndef STRONGROOM_VAULT_JOB_H
#define STRONGROOM_VAULT_JOB_H

#include "vault/op.h"

struct peer;

struct job {
    struct job *next;
    struct peer *peer; /* who gets the reply; the job holds a reference and a place in its share */
    const struct message *message;
    struct request_envelope envelope; /* into bytes */
    union any_request request;        /* into bytes */
    uint64_t deadline_ms;             /* monotonic */
    struct slow_result *slow;         /* NULL on the commit lane */
    struct span reply;                /* the writer's, until it is sent */
    size_t len;
    uint8_t bytes[];
};

enum job_result { JOB_OK, JOB_MALFORMED, JOB_NO_MEMORY };

/* Copy and decode. `peer` is not touched; the caller sets it with a reference of its own. */
MUST_CHECK enum job_result job_new(const struct message *message, const struct request_envelope *envelope,
                                   struct job **ret_job);

/* Wipe and free; drops the reference to the peer. Accepts NULL. */
void job_free(struct job **job);

/* A queue of jobs in the order they came; the owner locks. */
struct job_queue {
    struct job *first;
    struct job *last;
    size_t len;
};

void job_queue_put(struct job_queue *queue, struct job *job);
struct job *job_queue_take(struct job_queue *queue); /* NULL if empty */

#endif
