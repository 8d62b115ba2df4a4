#include "vault/job.h"

#include "vault/peer.h"

#include <stdlib.h>

static struct span copy_into(struct job *job, size_t *at, struct span bytes)
{
    uint8_t *to = job->bytes + *at;

    if (bytes.len)
        memcpy(to, bytes.ptr, bytes.len);
    *at += bytes.len;
    return span_of(to, bytes.len);
}

enum job_result job_new(const struct message *message, const struct request_envelope *envelope,
                        struct job **ret_job)
{
    size_t len = envelope->body.len + envelope->request_id.len + envelope->trace_id.len + envelope->peer.len;
    struct job *job = malloc(sizeof(*job) + len);
    size_t at = 0;

    if (!job)
        return JOB_NO_MEMORY;
    job->next = NULL;
    job->peer = NULL;
    job->message = message;
    job->slow = NULL;
    job->reply = SPAN_NONE;
    job->len = len;
    job->envelope = *envelope;
    job->envelope.body = copy_into(job, &at, envelope->body);
    job->envelope.request_id = copy_into(job, &at, envelope->request_id);
    job->envelope.trace_id = copy_into(job, &at, envelope->trace_id);
    job->envelope.peer = copy_into(job, &at, envelope->peer);
    job->deadline_ms = clock_monotonic_ms() + LIMIT_TIMEOUT_MS;
    if (envelope->deadline_ms < job->deadline_ms)
        job->deadline_ms = envelope->deadline_ms;
    if (!codec_decode(job->envelope.body, &message->request, &job->request)) {
        job_free(&job);
        return JOB_MALFORMED;
    }
    if (message->lane == LANE_SLOW) {
        job->slow = calloc(1, sizeof(*job->slow));
        if (!job->slow) {
            job_free(&job);
            return JOB_NO_MEMORY;
        }
    }
    *ret_job = job;
    return JOB_OK;
}

void job_free(struct job **job)
{
    struct job *j = *job;

    if (!j)
        return;
    if (j->peer) {
        peer_discharge(j->peer, j->message->lane);
        peer_release(j->peer);
    }
    if (j->slow) {
        wipe(j->slow, sizeof(*j->slow));
        free(j->slow);
    }
    wipe(j->bytes, j->len);
    free(j);
    *job = NULL;
}

void job_queue_put(struct job_queue *queue, struct job *job)
{
    job->next = NULL;
    if (queue->last)
        queue->last->next = job;
    else
        queue->first = job;
    queue->last = job;
    queue->len++;
}

struct job *job_queue_take(struct job_queue *queue)
{
    struct job *job = queue->first;

    if (!job)
        return NULL;
    queue->first = job->next;
    if (!queue->first)
        queue->last = NULL;
    queue->len--;
    job->next = NULL;
    return job;
}
