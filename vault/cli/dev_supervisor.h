/*
 * The supervisor of a development cell: starts the vault, then the front end, restarts what dies, and stops
 * both in order. A process of its own with one thread.
 */
#ifndef STRONGROOM_VAULT_CLI_DEV_SUPERVISOR_H
#define STRONGROOM_VAULT_CLI_DEV_SUPERVISOR_H

#include "vault/cli/dev_cell.h"

/*
 * Fork it. `detached`: it outlives its parent and its terminal; else it ends with its parent. Returns in the
 * parent, with its pid. Must come before this process has threads.
 */
MUST_CHECK enum exit_code dev_supervisor_start(const struct dev_cell *cell, bool detached, pid_t *ret_pid);

/*
 * The cell has been seen ready. Until then daemons that end as soon as they are started make the supervisor give
 * up, so that whoever waits learns of it; from now on each that dies is started again, however often.
 */
void dev_supervisor_tell_ready(pid_t pid);

/* The pid of the supervisor that runs this cell, 0 if none does: the lock on its pid file tells, not the number. */
pid_t dev_supervisor_find(const struct dev_cell *cell);

/* A daemon's pid from its file in run/; 0 if there is none. */
pid_t dev_pid(const struct dev_cell *cell, const char *name);

#endif
