/*
 * A development cell: one directory with everything in it (SPEC 7). Here: its paths, its files and their
 * making. What is there already is kept, so that a cell survives being started again and being edited; only
 * what an option changes is written anew.
 */
#ifndef STRONGROOM_VAULT_CLI_DEV_CELL_H
#define STRONGROOM_VAULT_CLI_DEV_CELL_H

#include "vault/cli/exit_code.h"

#include <sys/types.h>

#define DEV_PATH_MAX 1024

/* What a cell has if no option says otherwise. */
#define DEV_DEFAULT_DIR "./strongroom-dev"
#define DEV_DEFAULT_PORT 8443
#define DEV_DEFAULT_WORKERS 2

struct dev_cell {
    char dir[DEV_PATH_MAX];      /* absolute */
    char binaries[DEV_PATH_MAX]; /* the directory of the running program, where its siblings are */
    unsigned port;
    unsigned management_port;
    unsigned workers;
    bool http;
    bool users_apart; /* the daemons become users of their own */
    char base_url[64];
};

struct dev_wishes {
    const char *dir;
    unsigned port;    /* 0: as before, or the default */
    unsigned workers; /* 0: as before, or the default */
    bool http;
    bool has_http;
};

/* dir/name, in a buffer of the caller's. */
const char *dev_path(const struct dev_cell *cell, const char *name, char ret_path[DEV_PATH_MAX]);

/* Find the directory (without making it) and the sibling programs. */
MUST_CHECK enum exit_code dev_cell_locate(const char *dir, struct dev_cell *ret_cell);

/* Make the directory and what is missing in it; choose ports and check that they are free. */
MUST_CHECK enum exit_code dev_cell_prepare(struct dev_cell *cell, const struct dev_wishes *wishes);

/* Write a file whole or not at all, readable by its owner only. */
MUST_CHECK bool dev_write_file(const char *path, const char *text, size_t len);

/*
 * Wait for the right to change quickstart.json: the command and the supervisor both read it, change it and
 * write it back. Released by close(); -1 if there is no locking, which is no reason not to go on.
 */
int dev_quickstart_lock(const struct dev_cell *cell);

/* The whole of a small text file, NUL-terminated, or NULL. The caller frees it. */
char *dev_read_file(const char *path);

#endif
