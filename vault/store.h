/*
 * The store: a few verbs over records, and no word of the engine behind them. store_lmdb.c is the default.
 *
 * One process at a time has a store open; a second one is told so. Any number of read transactions see
 * a snapshot each; one write transaction at a time. What a get returns points into the store and is valid
 * until its transaction ends or, in a write transaction, until the next write.
 */
#ifndef STRONGROOM_VAULT_STORE_H
#define STRONGROOM_VAULT_STORE_H

#include "common/span.h"

#include <sys/types.h>

#define STORE_FORMAT 1
#define STORE_KEY_MAX 511
#define STORE_PROBLEM_MAX 512

enum store_table {
    TABLE_META,               /* name: format version, newest committed time, audit head */
    TABLE_KEYS,               /* key number: sealed private and minting keys */
    TABLE_CLIENTS,            /* client_id */
    TABLE_USERS,              /* subject */
    TABLE_LOGINS,             /* login name: subject */
    TABLE_SESSIONS,           /* keyed hash of the cookie */
    TABLE_GRANTS,             /* grant id, which grows with time */
    TABLE_GRANTS_BY_CUSTOMER, /* subject, client_id, grant id */
    TABLE_REVOKED,            /* expiry, grant id, generation: access tokens revoked one by one */
    TABLE_EXPIRY,             /* time, kind, key: what the sweeper looks at */
    TABLE_AUDIT,              /* sequence: chain head and record */
    TABLE_COUNT
};

enum store_result {
    STORE_OK,
    STORE_NOT_FOUND,
    STORE_FULL,   /* the disk or the configured size; goes away when there is room again */
    STORE_FAILED, /* the engine or the disk; the transaction is lost, the next one may work */
    STORE_BROKEN, /* the engine will do nothing more until the process starts anew; from a commit: nobody knows
                     whether it happened */
};

struct store;
struct store_txn;

struct store_options {
    const char *directory;
    uint64_t size_max; /* bytes */
    uid_t
        owner; /* whose the files shall be, where root opens them before it becomes somebody; else STORE_KEEP_OWNER */
};

#define STORE_KEEP_OWNER ((uid_t)-1)

/*
 * Open, creating the directory's contents if there are none. On failure writes a sentence for the operator
 * to `problem` (STORE_PROBLEM_MAX bytes): a second vault, another format version, permissions, damage.
 */
MUST_CHECK bool store_open(const struct store_options *options, struct store **ret_store, char *problem);
void store_close(struct store **store);

/* A snapshot. It may be paused when idle, so that it holds no page back, and resumed on a newer snapshot. */
MUST_CHECK enum store_result store_read_begin(struct store *store, struct store_txn **ret_txn);
void store_read_pause(struct store_txn *txn);
MUST_CHECK enum store_result store_read_resume(struct store_txn *txn);

MUST_CHECK enum store_result store_write_begin(struct store *store, struct store_txn **ret_txn);

/* Returns when the transaction is on disk (I5), or has not happened at all. Frees it in every case. */
MUST_CHECK enum store_result store_commit(struct store_txn **txn);

/* End a read, undo a write. Accepts NULL. */
void store_abort(struct store_txn **txn);

MUST_CHECK enum store_result store_get(struct store_txn *txn, enum store_table table, struct span key,
                                       struct span *ret_value);
MUST_CHECK enum store_result store_put(struct store_txn *txn, enum store_table table, struct span key,
                                       struct span value);
/* As put, for a key that is greater than all others of its table; much cheaper. */
MUST_CHECK enum store_result store_append(struct store_txn *txn, enum store_table table, struct span key,
                                          struct span value);
/* Deleting what is not there is OK. */
MUST_CHECK enum store_result store_delete(struct store_txn *txn, enum store_table table, struct span key);

/*
 * The first record whose key is `from` or greater, byte by byte; the last one whose key is less than
 * `before`; and the one with the greatest key.
 */
MUST_CHECK enum store_result store_seek(struct store_txn *txn, enum store_table table, struct span from,
                                        struct span *ret_key, struct span *ret_value);
MUST_CHECK enum store_result store_seek_before(struct store_txn *txn, enum store_table table,
                                               struct span before, struct span *ret_key,
                                               struct span *ret_value);
MUST_CHECK enum store_result store_last(struct store_txn *txn, enum store_table table, struct span *ret_key,
                                        struct span *ret_value);

/* How many records a table holds, and how many bytes of the disk the store uses. */
uint64_t store_count(struct store_txn *txn, enum store_table table);
uint64_t store_size(struct store *store);

/* Write a consistent copy, while others read and write, to a file that must not exist. Synced when it returns. */
MUST_CHECK bool store_copy(struct store *store, const char *path, char *problem);

/*
 * Put the copy `path` in place of the store in `directory`, which no vault may have open. What was there is
 * kept beside it as data.mdb.before-restore, and is an obstacle unless `force` is said. The copy is opened and
 * its size and format checked first.
 */
MUST_CHECK bool store_restore(const char *directory, const char *path, bool force, char *problem);

#endif
