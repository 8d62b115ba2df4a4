/*
 * The slow lane: a small pool of threads that hash passwords (and copy the store for a backup), so many at a
 * time and no more; what is finished goes on to the writer. The operator's jobs have a thread of their own.
 */
#ifndef STRONGROOM_VAULT_SLOW_H
#define STRONGROOM_VAULT_SLOW_H

#include "vault/job.h"

MUST_CHECK bool slow_start(struct vault *vault);

/* Hand over a job. False if as many wait as may; the job stays the caller's then. */
MUST_CHECK bool slow_submit(struct vault *vault, struct job *job);

/* Finish what is queued and end the threads, while the writer runs; then, when nobody can call, free it. */
void slow_stop(struct vault *vault);
void slow_free(struct vault *vault);

#endif
