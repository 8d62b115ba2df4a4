#include "vault/peer.h"

#include "common/log.h"
#include "vault/dispatch.h"
#include "vault/job.h"
#include "vault/outbox.h"
#include "vault/slow.h"
#include "vault/notes.h"
#include "vault/writer.h"

#include <nng/supplemental/util/platform.h>
#include <pthread.h>
#include <stdlib.h>

#define IN_CAP (FRAME_HEADER + LIMIT_FRAME)
#define JANITOR_TICK_MS 1

struct peer {
    struct peer_group *group;
    struct caller caller;
    nng_stream *stream;
    atomic_int references;

    /* Reading: the receive callback's own. */
    nng_aio *receive;
    uint8_t *in;
    size_t in_len;
    struct workbench bench;
    struct store_txn *txn;
    bool txn_paused;
    struct op op;
    union any_request request;
    union any_reply reply;

    /* Sending: under the lock. */
    pthread_mutex_t lock;
    struct outbox outbox;
    bool watched; /* the janitor looks after the send */
    bool closed;
    atomic_bool disconnected; /* disconnect_all() has been here */
    atomic_uint_fast64_t partial_since_ms; /* a frame has begun and is not whole yet; 0: none has */

    struct peer *next_all, *prev_all; /* of the group's peers, under the janitor's lock */
    struct peer *next_watched;
    struct peer *next_dead;
};

/* ---- the janitor ---------------------------------------------------------------------------------------- */

static struct {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct peer *all;
    struct peer *watched;
    struct peer *dead;
    bool stop;
} janitor = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

static void peer_destroy(struct peer *peer)
{
    if (peer->receive)
        nng_aio_stop(peer->receive);
    nng_aio_free(peer->receive);
    outbox_fini(&peer->outbox);
    nng_stream_free(peer->stream);
    store_abort(&peer->txn);
    workbench_fini(&peer->bench);
    if (peer->in)
        wipe(peer->in, IN_CAP);
    free(peer->in);
    pthread_mutex_destroy(&peer->lock);
    atomic_fetch_sub(&peer->group->connections, 1);
    free(peer);
}

static bool send_some(struct peer *peer);

static void close_locked(struct peer *peer)
{
    if (peer->closed)
        return;
    peer->closed = true;
    nng_stream_close(peer->stream);
}

/* Look at one watched peer. True if it still has to be watched. */
static bool still_watched(struct peer *peer)
{
    bool watched;

    pthread_mutex_lock(&peer->lock);
    watched = send_some(peer);
    if (watched && clock_monotonic_ms() - peer->outbox.headway_ms > PEER_STALL_MS) {
        log_limited(LOG_WARN, 1, "peer_stalled", log_cstr("via", peer->caller.via));
        close_locked(peer);
        watched = false;
    }
    peer->watched = watched;
    pthread_mutex_unlock(&peer->lock);
    return watched;
}

static void look_after(struct peer *watched)
{
    while (watched) {
        struct peer *peer = watched;

        watched = peer->next_watched;
        if (still_watched(peer)) {
            pthread_mutex_lock(&janitor.lock);
            peer->next_watched = janitor.watched;
            janitor.watched = peer;
            pthread_mutex_unlock(&janitor.lock);
        } else {
            peer_release(peer);
        }
    }
}

/* A reference, unless the peer is on its way out already. */
static bool hold_if_alive(struct peer *peer)
{
    int references = atomic_load(&peer->references);

    while (references > 0)
        if (atomic_compare_exchange_weak(&peer->references, &references, references + 1))
            return true;
    return false;
}

static bool is_of_group(const struct peer *peer, const void *group)
{
    return peer->group == group;
}

/* Begun long ago and not whole: it holds a place that a worker might need. */
static bool is_half_open(const struct peer *peer, const void *now_ms)
{
    uint64_t since_ms = atomic_load(&peer->partial_since_ms);

    return since_ms && *(const uint64_t *)now_ms - since_ms > PEER_HALF_OPEN_MS;
}

/* One such peer that is still open, held. The locks are taken one after the other, never both. */
static struct peer *find_open(bool (*is_wanted)(const struct peer *peer, const void *data), const void *data)
{
    struct peer *found = NULL;

    pthread_mutex_lock(&janitor.lock);
    for (struct peer *peer = janitor.all; peer && !found; peer = peer->next_all)
        if (is_wanted(peer, data) && !atomic_load(&peer->disconnected) && hold_if_alive(peer))
            found = peer;
    pthread_mutex_unlock(&janitor.lock);
    return found;
}

static size_t disconnect_all(bool (*is_wanted)(const struct peer *peer, const void *data), const void *data)
{
    struct peer *peer;
    size_t count = 0;

    while ((peer = find_open(is_wanted, data))) {
        atomic_store(&peer->disconnected, true);
        pthread_mutex_lock(&peer->lock);
        close_locked(peer);
        pthread_mutex_unlock(&peer->lock);
        peer_release(peer);
        count++;
    }
    return count;
}

void peers_disconnect(struct peer_group *group)
{
    (void)disconnect_all(is_of_group, group);
}

/* The janitor's, about once a second. */
static void disconnect_half_open(void)
{
    uint64_t now_ms = clock_monotonic_ms();
    size_t count = disconnect_all(is_half_open, &now_ms);

    if (count)
        log_event(LOG_WARN, "half_open_peers_disconnected", log_u64("count", count));
}

/* Until there is something to do, or about a second has passed. Under the janitor's lock. */
static void janitor_wait(void)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until); /* what the static condition goes by; a jump costs one early look */
    until.tv_sec += 1;
    if (!janitor.watched && !janitor.dead && !janitor.stop)
        pthread_cond_timedwait(&janitor.wake, &janitor.lock, &until);
}

static void *janitor_main(void *arg)
{
    (void)arg;
    for (;;) {
        struct peer *watched, *dead;
        bool stop;

        pthread_mutex_lock(&janitor.lock);
        janitor_wait();
        watched = janitor.watched;
        dead = janitor.dead;
        janitor.watched = janitor.dead = NULL;
        stop = janitor.stop && !watched && !dead && !janitor.all;
        pthread_mutex_unlock(&janitor.lock);
        while (dead) {
            struct peer *peer = dead;

            dead = peer->next_dead;
            peer_destroy(peer);
        }
        look_after(watched);
        disconnect_half_open();
        if (stop)
            return NULL;
        nng_msleep(JANITOR_TICK_MS);
    }
}

bool peers_start(void)
{
    return pthread_create(&janitor.thread, NULL, janitor_main, NULL) == 0;
}

void peers_stop(void)
{
    pthread_mutex_lock(&janitor.lock);
    janitor.stop = true;
    pthread_cond_signal(&janitor.wake);
    pthread_mutex_unlock(&janitor.lock);
    pthread_join(janitor.thread, NULL);
}

void peer_hold(struct peer *peer)
{
    atomic_fetch_add(&peer->references, 1);
}

void peer_release(struct peer *peer)
{
    if (atomic_fetch_sub(&peer->references, 1) != 1)
        return;
    pthread_mutex_lock(&janitor.lock);
    if (peer->prev_all)
        peer->prev_all->next_all = peer->next_all;
    else
        janitor.all = peer->next_all;
    if (peer->next_all)
        peer->next_all->prev_all = peer->prev_all;
    peer->next_dead = janitor.dead;
    janitor.dead = peer;
    pthread_cond_signal(&janitor.wake);
    pthread_mutex_unlock(&janitor.lock);
}

const struct caller *peer_caller(const struct peer *peer)
{
    return &peer->caller;
}

bool peer_admit(struct peer *peer, enum message_lane lane)
{
    if (atomic_fetch_add(&peer->group->jobs[lane], 1) < peer->group->jobs_max[lane])
        return true;
    atomic_fetch_sub(&peer->group->jobs[lane], 1);
    return false;
}

void peer_discharge(struct peer *peer, enum message_lane lane)
{
    atomic_fetch_sub(&peer->group->jobs[lane], 1);
}

/* ---- sending -------------------------------------------------------------------------------------------- */

/* Get on with sending. True if it has to be looked at again. */
static bool send_some(struct peer *peer)
{
    enum outbox_state state = peer->closed ? OUTBOX_EMPTY : outbox_send(&peer->outbox);

    if (state == OUTBOX_BROKEN)
        close_locked(peer);
    return state == OUTBOX_PENDING;
}

static void flush_locked(struct peer *peer)
{
    bool pending = send_some(peer);

    if (!pending || peer->watched)
        return;
    peer->watched = true;
    peer_hold(peer);
    pthread_mutex_lock(&janitor.lock);
    peer->next_watched = janitor.watched;
    janitor.watched = peer;
    pthread_cond_signal(&janitor.wake);
    pthread_mutex_unlock(&janitor.lock);
}

/* Where a reply can be appended to; NULL if the peer is gone or has to go. */
static struct buf *open_frame(struct peer *peer)
{
    struct buf *out = peer->closed ? NULL : outbox_open(&peer->outbox);

    if (!out && !peer->closed) {
        log_limited(LOG_WARN, 1, "peer_does_not_read", log_cstr("via", peer->caller.via));
        close_locked(peer);
    }
    return out;
}

void peer_reply(struct peer *peer, struct span reply)
{
    struct buf *out;

    pthread_mutex_lock(&peer->lock);
    out = open_frame(peer);
    if (out)
        buf_put_span(out, reply);
    pthread_mutex_unlock(&peer->lock);
}

void peer_flush(struct peer *peer)
{
    pthread_mutex_lock(&peer->lock);
    flush_locked(peer);
    pthread_mutex_unlock(&peer->lock);
}

/* ---- requests ------------------------------------------------------------------------------------------- */

/* Only the encoding is under the lock, so that the writer never waits for somebody's reads. */
static void answer_at_once(struct peer *peer, enum outcome outcome)
{
    struct buf *out;

    pthread_mutex_lock(&peer->lock);
    out = open_frame(peer);
    if (out && !dispatch_reply(&peer->op, outcome, out))
        close_locked(peer);
    pthread_mutex_unlock(&peer->lock);
}

/* A refused read is a decision that is put on record too, but a read never writes (I12): the next commit does. */
static void note_refusal(struct peer *peer, enum outcome outcome)
{
    switch (outcome_answer(outcome)) {
    case ANSWER_INVALID_CLIENT:
    case ANSWER_UNAUTHORIZED_CLIENT: break;
    default: return;
    }
    notes_add_refusal(peer->group->vault->notes, &peer->op, outcome);
}

/* False if the request is malformed. */
static bool run_read(struct peer *peer, const struct message *message,
                     const struct request_envelope *envelope)
{
    enum outcome outcome;

    if (!codec_decode(envelope->body, &message->request, &peer->request))
        return false;
    dispatch_begin(&peer->op, peer->group->vault, &peer->bench, peer->txn, &peer->caller, message, envelope,
                   &peer->request, &peer->reply);
    outcome = peer->txn ? dispatch_run(&peer->op) : OUTCOME_STORE_FAILED;
    if (outcome != OUTCOME_OK)
        note_refusal(peer, outcome);
    answer_at_once(peer, outcome);
    return true;
}

static bool queue_job(struct peer *peer, const struct message *message,
                      const struct request_envelope *envelope)
{
    struct vault *vault = peer->group->vault;
    struct job *job = NULL;
    enum job_result made = job_new(message, envelope, &job);
    bool taken = false;

    if (made == JOB_MALFORMED)
        return false;
    if (made == JOB_OK && peer_admit(peer, message->lane)) {
        job->peer = peer;
        peer_hold(peer);
        taken = message->lane == LANE_SLOW ? slow_submit(vault, job) : writer_submit(vault, job);
    }
    if (taken)
        return true;
    job_free(&job);
    /* The vault is stopping: the front end repeats under the same id what nobody answered (I10). */
    if (atomic_load(&vault->stopping))
        return true;
    atomic_fetch_add(&vault->refused, 1);
    log_limited(LOG_WARN, 1, "busy", log_cstr("message", message->name), log_cstr("via", peer->caller.via));
    dispatch_begin(&peer->op, vault, &peer->bench, NULL, &peer->caller, message, envelope, &peer->request,
                   &peer->reply);
    answer_at_once(peer, OUTCOME_BUSY);
    return true;
}

static bool take_request(struct peer *peer, const struct request_envelope *envelope)
{
    struct vault *vault = peer->group->vault;
    const struct message *message = message_by_number(envelope->number);

    if (!message || !dispatch_may_come_from(message, peer->caller.socket))
        return false;
    atomic_fetch_add_explicit(&vault->requests[message->lane], 1, memory_order_relaxed);
    return message->lane == LANE_READ ? run_read(peer, message, envelope)
                                      : queue_job(peer, message, envelope);
}

/* One frame: everything in it on one snapshot, answered in one frame. False if it breaks the protocol. */
static bool take_frame(struct peer *peer, struct span payload)
{
    struct request_envelope envelope;
    int requests = 0;
    bool ok = true;

    while (ok && payload.len)
        ok = ++requests <= LIMIT_REQUESTS_PER_FRAME && frame_take_request(&payload, &envelope) &&
             take_request(peer, &envelope);
    peer_flush(peer);
    return ok && requests > 0;
}

static void resume_snapshot(struct peer *peer)
{
    if (peer->txn && peer->txn_paused && store_read_resume(peer->txn) != STORE_OK)
        store_abort(&peer->txn);
    peer->txn_paused = false;
    if (!peer->txn && store_read_begin(peer->group->vault->store, &peer->txn) != STORE_OK)
        peer->txn = NULL;
}

/* All whole frames that have arrived. False if the peer has to go. */
static bool take_frames(struct peer *peer)
{
    size_t at = 0;
    bool resumed = false;

    for (;;) {
        struct span payload;
        size_t len = 0;
        enum frame_state state = frame_next(span_of(peer->in + at, peer->in_len - at), &payload, &len);

        if (state == FRAME_BROKEN)
            return false;
        if (state == FRAME_PARTIAL)
            break;
        if (!resumed)
            resume_snapshot(peer);
        resumed = true;
        if (!take_frame(peer, payload))
            return false;
        at += len;
    }
    if (!resumed)
        return true;
    if (peer->txn)
        store_read_pause(peer->txn);
    peer->txn_paused = true;
    memmove(peer->in, peer->in + at, peer->in_len - at);
    wipe(peer->in + peer->in_len - at, at); /* it held passwords, codes and secrets */
    peer->in_len -= at;
    return true;
}

/* Since when a frame has been begun and not whole. Only the janitor reads it. */
static void note_partial(struct peer *peer, bool has_moved)
{
    if (peer->in_len == 0)
        atomic_store(&peer->partial_since_ms, 0);
    else if (has_moved || atomic_load(&peer->partial_since_ms) == 0)
        atomic_store(&peer->partial_since_ms, clock_monotonic_ms());
}

static void note_violation(struct peer *peer)
{
    struct note note = {.event = "protocol_violation",
                        .outcome = OUTCOME_PROTOCOL_VIOLATED,
                        .via = peer->caller.via,
                        .uid = peer->caller.uid};

    atomic_fetch_add(&peer->group->vault->violations, 1);
    atomic_fetch_add(&peer->group->refused, 1);
    log_limited(LOG_WARN, 5, "protocol_violation", log_cstr("via", peer->caller.via),
                log_u64("uid", peer->caller.uid));
    notes_add(peer->group->vault->notes, &note);
}

/*
 * False if the stream has been closed meanwhile: a receive that is posted on a closed stream of nng 1.5.2
 * never ends. Closing is under the lock as well.
 */
static bool submit_receive(struct peer *peer)
{
    nng_iov iov = {peer->in + peer->in_len, IN_CAP - peer->in_len};
    bool open;

    pthread_mutex_lock(&peer->lock);
    open = !peer->closed;
    if (open) {
        outcome_discard((enum outcome)nng_aio_set_iov(peer->receive, 1, &iov)); /* one entry always fits */
        nng_stream_recv(peer->stream, peer->receive);
    }
    pthread_mutex_unlock(&peer->lock);
    return open;
}

static void on_received(void *arg)
{
    struct peer *peer = arg;
    bool ok = nng_aio_result(peer->receive) == 0;
    size_t before;

    if (ok) {
        peer->in_len += nng_aio_count(peer->receive);
        before = peer->in_len;
        ok = take_frames(peer);
        note_partial(peer, peer->in_len < before);
        if (!ok)
            note_violation(peer);
    }
    if (ok && submit_receive(peer))
        return;
    pthread_mutex_lock(&peer->lock);
    close_locked(peer);
    pthread_mutex_unlock(&peer->lock);
    peer_release(peer);
}

/* ---- its beginning ---------------------------------------------------------------------------------------- */

static bool allocate(struct peer *peer)
{
    peer->in = malloc(IN_CAP);
    return outbox_init(&peer->outbox, peer->stream) && peer->in &&
           nng_aio_alloc(&peer->receive, on_received, peer) == 0 &&
           workbench_init(&peer->bench, &peer->group->vault->keys);
}

bool peer_start(struct peer_group *group, nng_stream *stream, uint64_t uid)
{
    struct peer *peer = calloc(1, sizeof(*peer));

    if (!peer) {
        nng_stream_free(stream);
        return false;
    }
    peer->group = group;
    peer->stream = stream;
    peer->caller = (struct caller){group->name, group->socket, uid};
    atomic_init(&peer->references, 1); /* the receive's */
    pthread_mutex_init(&peer->lock, NULL);
    atomic_fetch_add(&group->connections, 1);
    pthread_mutex_lock(&janitor.lock);
    peer->next_all = janitor.all;
    if (janitor.all)
        janitor.all->prev_all = peer;
    janitor.all = peer;
    pthread_mutex_unlock(&janitor.lock);
    if (allocate(peer) && submit_receive(peer))
        return true;
    peer_release(peer);
    return false;
}
