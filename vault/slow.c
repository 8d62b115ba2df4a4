#include "vault/slow.h"

#include "vault/dispatch.h"
#include "vault/peer.h"
#include "vault/writer.h"

#include <pthread.h>
#include <stdlib.h>

#define WORKERS_MAX 64

struct slow {
    struct vault *vault;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct job_queue queue;
    bool stop;
    pthread_t threads[WORKERS_MAX];
    size_t threads_len;
};

/* The pool's half of a job, on a snapshot of the store. The writer decides with what it finds. */
static void work_on(struct slow *slow, struct workbench *bench, struct job *job)
{
    struct store_txn *txn = NULL;
    struct op op;
    union any_reply reply;

    if (store_read_begin(slow->vault->store, &txn) != STORE_OK) {
        job->slow->outcome = OUTCOME_STORE_FAILED;
        return;
    }
    dispatch_begin(&op, slow->vault, bench, txn, peer_caller(job->peer), job->message, &job->envelope, &job->request,
                   &reply);
    dispatch_run_slow(&op, job->slow);
    store_abort(&txn);
}

static void *slow_main(void *arg)
{
    struct slow *slow = arg;
    struct workbench bench;
    bool ready = workbench_init(&bench, &slow->vault->keys);

    for (;;) {
        struct job *job;

        pthread_mutex_lock(&slow->lock);
        while (!slow->queue.first && !slow->stop)
            pthread_cond_wait(&slow->wake, &slow->lock);
        job = job_queue_take(&slow->queue);
        pthread_mutex_unlock(&slow->lock);
        if (!job)
            break;
        if (!ready)
            job->slow->outcome = OUTCOME_NO_MEMORY;
        else if (clock_monotonic_ms() + WRITER_MARGIN_MS > job->deadline_ms)
            job->slow->outcome = OUTCOME_REQUEST_TOO_LATE; /* nobody waits for it: save the work */
        else
            work_on(slow, &bench, job);
        /* The writer takes what the slow lane has admitted, always. */
        if (!writer_submit(slow->vault, job))
            job_free(&job);
    }
    if (ready)
        workbench_fini(&bench);
    return NULL;
}

bool slow_start(struct vault *vault)
{
    struct slow *slow = calloc(1, sizeof(*slow));
    size_t wanted = vault->config.passwords.workers < WORKERS_MAX ? vault->config.passwords.workers : WORKERS_MAX;

    if (!slow)
        return false;
    slow->vault = vault;
    vault->slow = slow;
    pthread_mutex_init(&slow->lock, NULL);
    pthread_cond_init(&slow->wake, NULL);
    while (slow->threads_len < wanted) {
        if (pthread_create(&slow->threads[slow->threads_len], NULL, slow_main, slow) != 0)
            return false;
        slow->threads_len++;
    }
    return true;
}

bool slow_submit(struct vault *vault, struct job *job)
{
    struct slow *slow = vault->slow;
    bool taken;

    pthread_mutex_lock(&slow->lock);
    taken = !slow->stop && slow->queue.len < vault->config.passwords.queue + WRITER_RESERVE;
    if (taken) {
        job_queue_put(&slow->queue, job);
        pthread_cond_signal(&slow->wake);
    }
    pthread_mutex_unlock(&slow->lock);
    return taken;
}

void slow_stop(struct vault *vault)
{
    struct slow *slow = vault->slow;

    if (!slow)
        return;
    pthread_mutex_lock(&slow->lock);
    slow->stop = true;
    pthread_cond_broadcast(&slow->wake);
    pthread_mutex_unlock(&slow->lock);
    for (size_t i = 0; i < slow->threads_len; i++)
        pthread_join(slow->threads[i], NULL);
}

void slow_free(struct vault *vault)
{
    struct slow *slow = vault->slow;

    if (!slow)
        return;
    pthread_mutex_destroy(&slow->lock);
    pthread_cond_destroy(&slow->wake);
    free(slow);
    vault->slow = NULL;
}
