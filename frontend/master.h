/*
 * The master: it holds the listening sockets, one per worker and listener, forks the workers and starts a new
 * one in place of one that dies, on the same sockets, so that a connection that was queued for the dead one is
 * served by its successor. It reads no byte of any client and has no thread, no loop and no nng.
 */
#ifndef STRONGROOM_FRONTEND_MASTER_H
#define STRONGROOM_FRONTEND_MASTER_H

#include "frontend/worker.h"

struct master;

/*
 * Bind and listen on everything that the configuration names, and load the TLS keys: what needs privileges or
 * files. NULL, logged, if something cannot be had; an address that is taken is named. The brand and the
 * configuration outlive the master.
 */
struct master *master_new(const struct frontend_config *config, const struct page_brand *brand);

void master_free(struct master **master);

/* Load what the configuration's listeners need of TLS, and forget it again: for --check-config. */
MUST_CHECK bool master_check(const struct frontend_config *config);

/*
 * Start the workers, after privileges have been dropped, and watch them until SIGTERM or SIGINT. Then: stop
 * listening, let the workers answer what has begun, for drain_timeout at the most. Returns the exit code. In a
 * worker's process it does not return.
 */
int master_run(struct master *master, size_t open_files);

#endif
