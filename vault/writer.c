#include "vault/writer.h"

#include "common/log.h"
#include "vault/dispatch.h"
#include "vault/expiry.h"
#include "vault/key_keeper.h"
#include "vault/notes.h"
#include "vault/peer.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define REPLIES_CAP ((size_t)20 * 1024 * 1024) /* touched as far as it is used */
#define SWEEP_JOBS 16                          /* so many jobs of a group earn one more bite of the sweeper */
#define TICK_MS 1000

struct writer {
    struct vault *vault;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct job_queue queue;
    bool running;
    bool stop;
    bool ended; /* the thread takes nothing more */

    /* The thread's own. */
    struct workbench bench;
    struct audit_head head;
    struct buf replies;
    bool has_written;  /* the group at hand has something to commit */
    bool is_ambiguous; /* a commit failed, and nobody knows whether it happened */
    bool more_is_due;  /* the sweeper has not caught up */
    struct op op;
    union any_reply reply;
};

/* ---- what other threads call --------------------------------------------------------------------------- */

bool writer_submit(struct vault *vault, struct job *job)
{
    struct writer *writer = vault->writer;
    bool taken;

    pthread_mutex_lock(&writer->lock);
    /* What the slow lane has admitted is always taken, until it has stopped itself. */
    taken = !writer->ended &&
            (job->slow ||
             (!writer->stop && writer->queue.len < vault->config.limits.commit_queue + WRITER_RESERVE));
    if (taken) {
        job_queue_put(&writer->queue, job);
        if (writer->queue.len == 1)
            pthread_cond_signal(&writer->wake);
    }
    pthread_mutex_unlock(&writer->lock);
    return taken;
}

/* ---- one group ------------------------------------------------------------------------------------------ */

/* Outcomes after which the transaction may hold half of something: it is given up. */
static bool spoils_group(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_STORE_FAILED:
    case OUTCOME_STORE_FULL:
    case OUTCOME_NO_RANDOM:
    case OUTCOME_NO_MEMORY:
    case OUTCOME_RECORD_DAMAGED:
    case OUTCOME_KEY_MISSING: /* found out in the middle; where it is asked for first it is SIGNER_MISSING */
    case OUTCOME_INTERNAL: return true;
    default: return false;
    }
}

static bool is_store_trouble(enum outcome outcome)
{
    return outcome == OUTCOME_STORE_FAILED || outcome == OUTCOME_STORE_FULL;
}

static void keep_reply(struct writer *writer, struct job *job, enum outcome outcome)
{
    size_t start = writer->replies.len;

    job->reply = SPAN_NONE;
    if (dispatch_reply(&writer->op, outcome, &writer->replies))
        job->reply = span_of(writer->replies.ptr + start, writer->replies.len - start);
}

/*
 * Refusals that anybody can cause who can send a request at all. They are counted and put on record once a
 * second, not each: otherwise a stranger could fill the disk with them and commit as often as he likes (I7).
 */
static bool is_of_a_stranger(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_REQUEST_TOO_LATE:
    case OUTCOME_BUSY:
    case OUTCOME_CLIENT_UNKNOWN:
    case OUTCOME_CLIENT_SECRET_WRONG:
    case OUTCOME_CLIENT_DISABLED:
    case OUTCOME_HANDLE_INVALID:
    case OUTCOME_HANDLE_EXPIRED:
    case OUTCOME_HANDLE_FOREIGN_BROWSER:
    case OUTCOME_CSRF_WRONG:
    case OUTCOME_SESSION_ENDED: return true;
    default: return false;
    }
}

/* A copy of the store may take longer than anybody waits; it is there, so it is put on record. */
static bool is_too_late(const struct job *job)
{
    return job->message->number != MESSAGE_BACKUP &&
           clock_monotonic_ms() + WRITER_MARGIN_MS > job->deadline_ms;
}

/* Decide one job in the open transaction. What is returned spoils the group, or is OK. */
static enum outcome run_job(struct writer *writer, struct store_txn *txn, struct job *job)
{
    struct op *op = &writer->op;
    enum outcome outcome, recorded;

    dispatch_begin(op, writer->vault, &writer->bench, txn, peer_caller(job->peer), job->message,
                   &job->envelope, &job->request, &writer->reply);
    op->slow = job->slow;
    /* What went wrong in the pool has written nothing, so it spoils nothing here. */
    if (job->slow && spoils_group(job->slow->outcome))
        job->slow->outcome = OUTCOME_BUSY;
    outcome = is_too_late(job) ? OUTCOME_REQUEST_TOO_LATE : dispatch_run(op);
    if (spoils_group(outcome))
        return outcome;
    if (is_of_a_stranger(dispatch_decided(op, outcome))) {
        notes_add_refusal(writer->vault->notes, op, dispatch_decided(op, outcome));
    } else if (outcome != OUTCOME_OK || op->message->number != MESSAGE_CLIENT_CHECK) {
        recorded = dispatch_audit(op, outcome, &writer->head);
        if (recorded != OUTCOME_OK)
            return recorded;
        writer->has_written = true;
    }
    keep_reply(writer, job, outcome);
    wipe(op->text.ptr, op->text.len);
    return OUTCOME_OK;
}

static enum outcome store_time(struct writer *writer, struct store_txn *txn, uint64_t now_ms)
{
    uint8_t value[8];

    (void)writer;
    for (int i = 0; i < 8; i++)
        value[i] = (uint8_t)(now_ms >> (56 - 8 * i));
    return store_outcome(store_put(txn, TABLE_META, SPAN_LITERAL("time"), span_of(value, sizeof(value))));
}

/* A bite, and more where the group was large, so that the sweeper keeps up with what makes entries. */
static enum outcome sweep(struct writer *writer, struct store_txn *txn, size_t jobs, uint64_t now_s)
{
    enum outcome rc = expiry_sweep(txn, now_s);

    for (; rc == OUTCOME_OK && jobs >= SWEEP_JOBS; jobs -= SWEEP_JOBS)
        rc = expiry_sweep(txn, now_s);
    if (rc == OUTCOME_OK)
        writer->more_is_due = expiry_is_due(txn, now_s);
    return rc;
}

/* Notes, the sweeper's bite, the head, the time; then all of it to the disk. */
static enum outcome finish_group(struct writer *writer, struct store_txn **txn, const struct note *notes,
                                 size_t notes_len, size_t jobs)
{
    struct vault *vault = writer->vault;
    uint64_t now_ms = vault_now_ms(vault);
    enum outcome rc = notes_record(notes, notes_len, *txn, &writer->head, now_ms);
    enum store_result result;

    if (rc == OUTCOME_OK)
        rc = sweep(writer, *txn, jobs, now_ms / 1000);
    if (rc == OUTCOME_OK)
        rc = audit_head_store(*txn, &writer->head);
    if (rc == OUTCOME_OK)
        rc = store_time(writer, *txn, now_ms);
    if (rc != OUTCOME_OK)
        return rc;
    result = store_commit(txn);
    if (result == STORE_OK) {
        vault_set_newest(vault, now_ms);
        atomic_fetch_add(&vault->commits, 1);
        key_keeper_commit(vault->key_keeper);
    }
    writer->is_ambiguous = result == STORE_BROKEN;
    return store_outcome(result);
}

static void note_writable(struct vault *vault, enum outcome rc)
{
    bool writable = rc == OUTCOME_OK;
    bool was = atomic_exchange(&vault->writable, writable);

    if (was && !writable)
        log_event(LOG_ERROR, "store_not_writable", log_cstr("reason", outcome_name(rc)),
                  log_cstr("effect", "changes are refused with 503, reads go on; tried again every second"));
    if (!was && writable)
        log_event(LOG_INFO, "store_writable_again");
}

static void answer_all(struct job *jobs)
{
    for (struct job *job = jobs; job; job = job->next)
        if (job->reply.ptr)
            peer_reply(job->peer, job->reply);
    while (jobs) {
        struct job *job = jobs;

        jobs = job->next;
        peer_flush(job->peer);
        job_free(&job);
    }
}

/* They held tokens. */
static void clear_replies(struct writer *writer)
{
    wipe(writer->replies.ptr, writer->replies.len);
    writer->replies.len = 0;
    writer->replies.overflow = false;
}

static void refuse_job(struct writer *writer, struct job *job, enum outcome outcome)
{
    dispatch_begin(&writer->op, writer->vault, &writer->bench, NULL, peer_caller(job->peer), job->message,
                   &job->envelope, &job->request, &writer->reply);
    keep_reply(writer, job, outcome);
}

/* Take one job out of the list. */
static struct job *without(struct job *jobs, struct job *gone)
{
    struct job **at = &jobs;

    while (*at && *at != gone)
        at = &(*at)->next;
    if (*at)
        *at = gone->next;
    gone->next = NULL;
    return jobs;
}

/*
 * The engine does nothing more in this process. An orderly stop and a new start are the way back: whoever
 * supervises the vault starts it again.
 */
static void leave_broken(struct vault *vault)
{
    if (atomic_exchange(&vault->broken, true))
        return;
    log_event(LOG_ERROR, "store_broken", log_cstr("effect", "the vault stops, to be started anew"));
    kill(getpid(), SIGTERM);
}

/*
 * Try all jobs in one transaction. OK: they are on disk and their replies are kept. Otherwise nothing of it
 * happened; *ret_culprit is the job that spoilt it, NULL if it was the store.
 */
static enum outcome try_group(struct writer *writer, struct job *jobs, const struct note *notes,
                              size_t notes_len, struct job **ret_culprit)
{
    struct audit_head before = writer->head;
    struct store_txn *txn = NULL;
    enum store_result begun = store_write_begin(writer->vault->store, &txn);
    enum outcome rc = store_outcome(begun);
    size_t jobs_len = 0;

    if (begun == STORE_BROKEN)
        leave_broken(writer->vault);
    *ret_culprit = NULL;
    key_keeper_begin(writer->vault->key_keeper);
    writer->has_written = notes_len || !jobs; /* without a job it is the sweeper's turn, or a probe */
    clear_replies(writer);
    for (struct job *job = jobs; rc == OUTCOME_OK && job; job = job->next) {
        rc = run_job(writer, txn, job);
        if (rc != OUTCOME_OK && !is_store_trouble(rc))
            *ret_culprit = job;
        jobs_len++;
    }
    if (rc == OUTCOME_OK && writer->has_written)
        rc = finish_group(writer, &txn, notes, notes_len, jobs_len);
    if (writer->is_ambiguous)
        leave_broken(writer->vault);
    store_abort(&txn);
    if (rc != OUTCOME_OK) {
        key_keeper_undo(writer->vault->key_keeper);
        writer->head = before;
    }
    return rc;
}

static void run_group(struct writer *writer, struct job *jobs, const struct note *notes, size_t notes_len)
{
    struct job *culprit;
    enum outcome rc = try_group(writer, jobs, notes, notes_len, &culprit);

    /* A job that fails in a way it should not fails alone: the others are tried again without it. */
    while (culprit) {
        log_event(LOG_ERROR, "request_failed", log_cstr("message", culprit->message->name),
                  log_cstr("outcome", outcome_name(rc)), log_hex("trace", culprit->envelope.trace_id));
        jobs = without(jobs, culprit);
        clear_replies(writer);
        refuse_job(writer, culprit, rc);
        answer_all(culprit);
        rc = try_group(writer, jobs, notes, notes_len, &culprit);
    }
    if (rc != OUTCOME_OK || writer->has_written)
        note_writable(writer->vault, rc);
    if (rc != OUTCOME_OK) {
        clear_replies(writer);
        /* Where nobody knows whether it happened nobody is told; front ends ask the next process (I10). */
        for (struct job *job = jobs; job; job = job->next)
            if (writer->is_ambiguous)
                job->reply = SPAN_NONE;
            else
                refuse_job(writer, job, rc);
    }
    answer_all(jobs);
    clear_replies(writer);
}

/* ---- keys ------------------------------------------------------------------------------------------------ */

/*
 * Keys move on in a commit of their own, so that trouble with them is nobody else's. It is logged and tried again.
 */
static void turn_keys(struct writer *writer)
{
    struct key_keeper *keeper = writer->vault->key_keeper;
    struct audit_head before = writer->head;
    struct store_txn *txn = NULL;
    enum store_result begun = store_write_begin(writer->vault->store, &txn);
    enum outcome rc = store_outcome(begun);

    if (begun == STORE_BROKEN)
        leave_broken(writer->vault);
    key_keeper_begin(keeper);
    if (rc == OUTCOME_OK)
        rc = key_keeper_turn(keeper, txn, &writer->head);
    if (rc == OUTCOME_OK)
        rc = finish_group(writer, &txn, NULL, 0, 0);
    if (writer->is_ambiguous)
        leave_broken(writer->vault);
    store_abort(&txn);
    if (rc == OUTCOME_OK)
        return;
    key_keeper_undo(keeper);
    writer->head = before;
    if (is_store_trouble(rc))
        note_writable(writer->vault, rc);
    log_limited(LOG_ERROR, 1, "keys_not_changed", log_cstr("outcome", outcome_name(rc)),
                log_cstr("effect", "tried again soon; the keys stay as they are meanwhile"));
}

/* ---- the thread ----------------------------------------------------------------------------------------- */

static bool has_due(struct writer *writer)
{
    struct store_txn *txn = NULL;
    bool due = store_read_begin(writer->vault->store, &txn) == STORE_OK &&
               expiry_is_due(txn, vault_now_ms(writer->vault) / 1000);

    store_abort(&txn);
    return due;
}

static void wait_for_work(struct writer *writer)
{
    struct timespec until;

    if (writer->more_is_due)
        return;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += TICK_MS / 1000;
    while (!writer->queue.first && !writer->stop)
        if (pthread_cond_timedwait(&writer->wake, &writer->lock, &until) == ETIMEDOUT)
            return;
}

/* Up to a group's worth of jobs; their replies must have room too. */
static struct job *take_group(struct writer *writer)
{
    struct job *first = NULL;
    struct job **at = &first;
    size_t most = writer->vault->config.limits.requests_per_commit;
    size_t room = REPLIES_CAP;

    while (most-- && writer->queue.first && room >= LIMIT_MESSAGE) {
        struct job *job = job_queue_take(&writer->queue);

        room -= job->message->socket == SOCKET_ADMIN ? LIMIT_MESSAGE : LIMIT_ID_TOKEN + 4096;
        *at = job;
        at = &job->next;
    }
    return first;
}

static void *writer_main(void *arg)
{
    struct writer *writer = arg;
    struct note notes[NOTES_MAX];
    bool stop = false;

    while (!stop) {
        struct job *jobs;
        size_t notes_len;

        pthread_mutex_lock(&writer->lock);
        wait_for_work(writer);
        jobs = take_group(writer);
        stop = writer->stop && !jobs && !writer->queue.first;
        writer->ended = stop;
        pthread_mutex_unlock(&writer->lock);
        if (!stop && key_keeper_is_due(writer->vault->key_keeper))
            turn_keys(writer);
        notes_len = notes_take(writer->vault->notes, stop, notes);
        if (jobs || notes_len || !atomic_load(&writer->vault->writable) || has_due(writer))
            run_group(writer, jobs, notes, notes_len);
    }
    return NULL;
}

static bool load_time(struct store_txn *txn, uint64_t *ret_ms)
{
    struct span value;
    enum store_result result = store_get(txn, TABLE_META, SPAN_LITERAL("time"), &value);

    *ret_ms = 0;
    if (result == STORE_OK && value.len == 8)
        for (int i = 0; i < 8; i++)
            *ret_ms = *ret_ms << 8 | value.ptr[i];
    return result == STORE_NOT_FOUND || (result == STORE_OK && value.len == 8);
}

static bool load_state(struct writer *writer, char *problem)
{
    struct store_txn *txn = NULL;
    uint64_t newest_ms = 0;
    bool ok = store_read_begin(writer->vault->store, &txn) == STORE_OK && load_time(txn, &newest_ms) &&
              audit_head_load(txn, &writer->head) == OUTCOME_OK;

    store_abort(&txn);
    vault_set_newest(writer->vault, newest_ms);
    if (!ok)
        snprintf(
            problem, STORE_PROBLEM_MAX,
            "the audit log's head does not fit its newest record, or the store is damaged; restore a backup");
    return ok;
}

bool writer_start(struct vault *vault, char *problem)
{
    struct writer *writer = calloc(1, sizeof(*writer));
    uint8_t *room = malloc(REPLIES_CAP);
    pthread_condattr_t attr;

    snprintf(problem, STORE_PROBLEM_MAX, "out of memory or threads");
    if (!writer || !room || !workbench_init(&writer->bench, &vault->keys)) {
        free(writer);
        free(room);
        return false;
    }
    writer->vault = vault;
    writer->replies = buf_over(room, REPLIES_CAP);
    pthread_mutex_init(&writer->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&writer->wake, &attr);
    pthread_condattr_destroy(&attr);
    vault->writer = writer;
    atomic_store(&vault->writable, true);
    writer->running = load_state(writer, problem) &&
                      pthread_create(&writer->thread, NULL, writer_main, writer) == 0;
    return writer->running;
}

void writer_stop(struct vault *vault)
{
    struct writer *writer = vault->writer;

    if (!writer || !writer->running)
        return;
    pthread_mutex_lock(&writer->lock);
    writer->stop = true;
    pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
}

void writer_free(struct vault *vault)
{
    struct writer *writer = vault->writer;

    if (!writer)
        return;
    workbench_fini(&writer->bench);
    free(writer->replies.ptr);
    pthread_mutex_destroy(&writer->lock);
    pthread_cond_destroy(&writer->wake);
    free(writer);
    vault->writer = NULL;
}
