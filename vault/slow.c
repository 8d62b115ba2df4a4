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
    struct job_queue queues[2]; /* customers' passwords; the operator's, which wait for no customer */
    bool stop;
    pthread_t threads[WORKERS_MAX + 1];
    size_t threads_len;
};

enum { QUEUE_FRONTENDS, QUEUE_ADMIN };

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
    dispatch_begin(&op, slow->vault, bench, txn, peer_caller(job->peer), job->message, &job->envelope,
                   &job->request, &reply);
    dispatch_run_slow(&op, job->slow);
    store_abort(&txn);
    workbench_rest(bench); /* the next login may be hours away */
}

static void work(struct slow *slow, struct job_queue *queue)
{
    struct workbench bench;
    bool ready = workbench_init(&bench, &slow->vault->keys);

    for (;;) {
        struct job *job;

        pthread_mutex_lock(&slow->lock);
        while (!queue->first && !slow->stop)
            pthread_cond_wait(&slow->wake, &slow->lock);
        job = job_queue_take(queue);
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
}

static void *frontends_main(void *arg)
{
    struct slow *slow = arg;

    work(slow, &slow->queues[QUEUE_FRONTENDS]);
    return NULL;
}

static void *admin_main(void *arg)
{
    struct slow *slow = arg;

    work(slow, &slow->queues[QUEUE_ADMIN]);
    return NULL;
}

bool slow_start(struct vault *vault)
{
    struct slow *slow = calloc(1, sizeof(*slow));
    size_t wanted = vault->config.passwords.workers < WORKERS_MAX ? vault->config.passwords.workers
                                                                  : WORKERS_MAX;

    if (!slow)
        return false;
    slow->vault = vault;
    vault->slow = slow;
    pthread_mutex_init(&slow->lock, NULL);
    pthread_cond_init(&slow->wake, NULL);
    while (slow->threads_len < wanted + 1) {
        if (pthread_create(&slow->threads[slow->threads_len], NULL,
                           slow->threads_len == wanted ? admin_main : frontends_main, slow) != 0)
            return false;
        slow->threads_len++;
    }
    return true;
}

bool slow_submit(struct vault *vault, struct job *job)
{
    struct slow *slow = vault->slow;
    struct job_queue *queue =
        &slow->queues[job->message->socket == SOCKET_ADMIN ? QUEUE_ADMIN : QUEUE_FRONTENDS];
    bool taken;

    pthread_mutex_lock(&slow->lock);
    taken = !slow->stop && queue->len < vault->config.passwords.queue;
    if (taken) {
        job_queue_put(queue, job);
        pthread_cond_broadcast(&slow->wake);
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
