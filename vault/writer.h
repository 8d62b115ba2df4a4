/*
 * The one writer. It drains its queue, applies all that is there in one transaction, syncs once, and answers:
 * under load the groups grow by themselves. A request that is refused is refused alone; if the store fails,
 * nobody of that group is promised anything (I5).
 *
 * While nothing comes it looks once a second whether something has ended, and whether a store that could not
 * be written can be written again.
 */
#ifndef STRONGROOM_VAULT_WRITER_H
#define STRONGROOM_VAULT_WRITER_H

#include "vault/job.h"

/*
 * A request that would be finished less than this before its deadline is refused instead: the front end must
 * not have told the client "nothing has changed" about something that then happens.
 */
#define WRITER_MARGIN_MS 500

/* Places in the queue beyond the front ends' shares, so that the operator gets through when they are full. */
#define WRITER_RESERVE 64

/* Load the audit head and the newest time, make the thread. False with a sentence in `problem`. */
MUST_CHECK bool writer_start(struct vault *vault, char *problem);

/*
 * Hand over a job. False if the queue is at its bound; the job stays the caller's then. A job that the slow
 * lane has worked on is always taken: it was admitted there.
 */
MUST_CHECK bool writer_submit(struct vault *vault, struct job *job);

/* Finish what is queued and end the thread; then, when no other thread can call any more, free it. */
void writer_stop(struct vault *vault);
void writer_free(struct vault *vault);

#endif
