/*
 * The steps that both daemons take before they read the first byte of input. Each returns false after it has
 * logged what failed and why; a step that fails ends the start.
 */
#ifndef STRONGROOM_COMMON_STARTUP_H
#define STRONGROOM_COMMON_STARTUP_H

#include "common/span.h"

#include <sys/types.h>

/* No core file, and nobody of the same uid may attach a debugger or read /proc/PID/mem. */
MUST_CHECK bool startup_no_core(void);

/*
 * Raise the soft limit of open files to the smaller of `wanted` and the hard limit, and read back what the
 * system really gives: bound connections by the return value, not by the wish. Never lowers the limit.
 * Logs a warning if it is less than wanted. 0 only if the limit cannot be read at all.
 */
size_t startup_nofile(size_t wanted);

/*
 * Become `user` and `group` for good: supplementary groups, then the group, then the user, and then it is
 * tried that there is no way back. group NULL: the user's own group. user NULL: stay who we are; that is
 * logged as a warning if we are root. Who is that user already is left alone, without privilege needed.
 * Must come after all that needs root, and before the first thread. PR_SET_DUMPABLE is set to 0 again,
 * since the kernel resets it when ids change.
 */
MUST_CHECK bool startup_drop_privileges(const char *user, const char *group);

/* What we create is ours alone: umask 0077. Where others shall reach a socket, it is said at the socket. */
void startup_umask(void);

/* A peer that closes early is an error code and not a signal: SIGPIPE is ignored. */
MUST_CHECK bool startup_signals(void);

/* A name of the user (group) database, or a number. False if there is none; logs nothing. */
MUST_CHECK bool startup_resolve_user(const char *name, uid_t *ret_uid);
MUST_CHECK bool startup_resolve_group(const char *name, gid_t *ret_gid);

#endif
