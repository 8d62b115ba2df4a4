/* The store over LMDB. The only file that knows it. */
#include "vault/store.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define DATA_FILE "data.mdb"
#define KEPT_FILE "data.mdb.before-restore"
#define LOCK_FILE "vault.lock"
#define READERS_MAX 17000 /* one for each connection that the configuration can allow, and some */
#define PATH_CAP 4096

static const char *const table_names[TABLE_COUNT] = {
    "meta",    "keys",   "clients", "users", "logins", "sessions", "grants", "grants_by_customer",
    "revoked", "expiry", "audit",
};

struct store {
    MDB_env *env;
    MDB_dbi tables[TABLE_COUNT];
    int lock_fd;
};

struct store_txn {
    struct store *store;
    MDB_txn *txn;
    bool is_write;
};

static MDB_val to_val(struct span s)
{
    return (MDB_val){s.len, (void *)s.ptr};
}

static struct span from_val(MDB_val v)
{
    return span_of(v.mv_data ? v.mv_data : (const void *)"", v.mv_size);
}

static enum store_result result_of(int rc)
{
    switch (rc) {
    case MDB_SUCCESS: return STORE_OK;
    case MDB_NOTFOUND: return STORE_NOT_FOUND;
    case MDB_MAP_FULL:
    case ENOSPC:
    case EDQUOT: return STORE_FULL;
    case MDB_PANIC: return STORE_BROKEN;
    default: return STORE_FAILED;
    }
}

static bool complain(char *problem, const char *what, const char *name, const char *why)
{
    snprintf(problem, STORE_PROBLEM_MAX, "%s %s: %s", what, name, why);
    return false;
}

/* ---- opening ---------------------------------------------------------------------------------------- */

/* The lock is the kernel's and goes with the process, so a vault that was killed leaves none behind. */
static bool take_lock(const char *directory, int *ret_fd, char *problem)
{
    char path[PATH_CAP];
    int fd;

    snprintf(path, sizeof(path), "%s/%s", directory, LOCK_FILE);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return complain(problem, "cannot open", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        complain(problem, "the store", directory, "another vault has it open; stop that one first");
        close(fd);
        return false;
    }
    *ret_fd = fd;
    return true;
}

static int open_env(const char *path, unsigned flags, uint64_t size_max, MDB_env **ret_env)
{
    MDB_env *env = NULL;
    int rc = mdb_env_create(&env);

    if (rc == 0)
        rc = mdb_env_set_maxdbs(env, TABLE_COUNT);
    if (rc == 0)
        rc = mdb_env_set_maxreaders(env, READERS_MAX);
    if (rc == 0)
        rc = mdb_env_set_mapsize(env, size_max);
    if (rc == 0)
        rc = mdb_env_open(env, path, flags, 0600);
    if (rc != 0) {
        mdb_env_close(env);
        return rc;
    }
    *ret_env = env;
    return 0;
}

static int read_format(MDB_txn *txn, MDB_dbi meta, uint32_t *ret_format)
{
    MDB_val key = to_val(SPAN_LITERAL("format"));
    MDB_val value;
    int rc = mdb_get(txn, meta, &key, &value);

    if (rc == 0 && value.mv_size != sizeof(*ret_format))
        return MDB_CORRUPTED;
    if (rc == 0)
        memcpy(ret_format, value.mv_data, sizeof(*ret_format));
    return rc;
}

static bool check_format(uint32_t format, const char *directory, char *problem)
{
    if (format == STORE_FORMAT)
        return true;
    snprintf(
        problem, STORE_PROBLEM_MAX,
        "the store %s has format version %u, this vault reads version %u; start the vault that wrote it, or "
        "restore a backup of version %u",
        directory, format, STORE_FORMAT, STORE_FORMAT);
    return false;
}

/* A new store gets its tables and its format; an old one must have both. */
static bool open_tables(struct store *store, const char *directory, char *problem)
{
    uint32_t format = STORE_FORMAT;
    MDB_val key = to_val(SPAN_LITERAL("format"));
    MDB_val value = {sizeof(format), &format};
    MDB_txn *txn = NULL;
    int rc = mdb_txn_begin(store->env, NULL, 0, &txn);

    if (rc == 0)
        rc = mdb_dbi_open(txn, table_names[TABLE_META], MDB_CREATE, &store->tables[TABLE_META]);
    if (rc == 0) {
        rc = read_format(txn, store->tables[TABLE_META], &format);
        if (rc == MDB_NOTFOUND)
            rc = mdb_put(txn, store->tables[TABLE_META], &key, &value, 0);
        else if (rc == 0 && !check_format(format, directory, problem)) {
            mdb_txn_abort(txn);
            return false;
        }
    }
    for (int i = TABLE_META + 1; rc == 0 && i < TABLE_COUNT; i++)
        rc = mdb_dbi_open(txn, table_names[i], MDB_CREATE, &store->tables[i]);
    if (rc == 0) {
        rc = mdb_txn_commit(txn);
        txn = NULL;
    }
    if (rc != 0) {
        mdb_txn_abort(txn);
        return complain(problem, "cannot prepare the store", directory, mdb_strerror(rc));
    }
    return true;
}

/* What root made is handed over, so that the user it becomes can open it again without root. */
static bool hand_over(const struct store_options *options, char *problem)
{
    static const char *const names[] = {"", DATA_FILE, "lock.mdb", LOCK_FILE};
    char path[PATH_CAP];

    for (size_t i = 0; options->owner != STORE_KEEP_OWNER && i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", options->directory, names[i]);
        if (lchown(path, options->owner, (gid_t)-1) != 0)
            return complain(problem, "cannot hand over", path, strerror(errno));
    }
    return true;
}

bool store_open(const struct store_options *options, struct store **ret_store, char *problem)
{
    struct store *store;
    int rc;

    if (mkdir(options->directory, 0700) != 0 && errno != EEXIST)
        return complain(problem, "cannot create the store's directory", options->directory, strerror(errno));
    store = calloc(1, sizeof(*store));
    if (!store)
        return complain(problem, "the store", options->directory, "out of memory");
    store->lock_fd = -1;
    if (!take_lock(options->directory, &store->lock_fd, problem))
        goto failed;
    /* MDB_NOTLS: a read transaction belongs to a connection, not to the thread that happens to serve it. */
    rc = open_env(options->directory, MDB_NOTLS | MDB_NORDAHEAD, options->size_max, &store->env);
    if (rc != 0) {
        complain(problem, "cannot open the store", options->directory, mdb_strerror(rc));
        goto failed;
    }
    if (!open_tables(store, options->directory, problem) || !hand_over(options, problem))
        goto failed;
    *ret_store = store;
    return true;
failed:
    store_close(&store);
    return false;
}

void store_close(struct store **store)
{
    if (!*store)
        return;
    if ((*store)->env)
        mdb_env_close((*store)->env);
    if ((*store)->lock_fd >= 0)
        close((*store)->lock_fd);
    free(*store);
    *store = NULL;
}

/* ---- transactions ----------------------------------------------------------------------------------- */

static enum store_result txn_begin(struct store *store, unsigned flags, struct store_txn **ret_txn)
{
    struct store_txn *txn = calloc(1, sizeof(*txn));
    int rc;

    if (!txn)
        return STORE_FAILED;
    txn->store = store;
    txn->is_write = !(flags & MDB_RDONLY);
    rc = mdb_txn_begin(store->env, NULL, flags, &txn->txn);
    if (rc != 0) {
        free(txn);
        return result_of(rc);
    }
    *ret_txn = txn;
    return STORE_OK;
}

enum store_result store_read_begin(struct store *store, struct store_txn **ret_txn)
{
    return txn_begin(store, MDB_RDONLY, ret_txn);
}

void store_read_pause(struct store_txn *txn)
{
    mdb_txn_reset(txn->txn);
}

enum store_result store_read_resume(struct store_txn *txn)
{
    return result_of(mdb_txn_renew(txn->txn));
}

enum store_result store_write_begin(struct store *store, struct store_txn **ret_txn)
{
    return txn_begin(store, 0, ret_txn);
}

enum store_result store_commit(struct store_txn **txn)
{
    MDB_env *env = (*txn)->store->env;
    enum store_result result = result_of(mdb_txn_commit((*txn)->txn));
    MDB_txn *probe = NULL;

    free(*txn);
    *txn = NULL;
    /*
     * Where writing the meta page failed, nobody knows which one is on the disk, and LMDB refuses everything
     * from then on. Any other failure came before it: nothing has happened.
     */
    if (result == STORE_FAILED && mdb_txn_begin(env, NULL, MDB_RDONLY, &probe) == MDB_PANIC)
        result = STORE_BROKEN;
    mdb_txn_abort(probe);
    return result;
}

void store_abort(struct store_txn **txn)
{
    if (!*txn)
        return;
    mdb_txn_abort((*txn)->txn);
    free(*txn);
    *txn = NULL;
}

/* ---- records ---------------------------------------------------------------------------------------- */

static MDB_dbi dbi(const struct store_txn *txn, enum store_table table)
{
    return txn->store->tables[table];
}

enum store_result store_get(struct store_txn *txn, enum store_table table, struct span key,
                            struct span *ret_value)
{
    MDB_val k = to_val(key);
    MDB_val v;
    int rc;

    /* LMDB refuses these as errors; to us they are keys that are not there. */
    if (key.len == 0 || key.len > STORE_KEY_MAX)
        return STORE_NOT_FOUND;
    rc = mdb_get(txn->txn, dbi(txn, table), &k, &v);
    if (rc == 0)
        *ret_value = from_val(v);
    return result_of(rc);
}

static enum store_result put(struct store_txn *txn, enum store_table table, struct span key,
                             struct span value, unsigned flags)
{
    MDB_val k = to_val(key);
    MDB_val v = to_val(value);

    return result_of(mdb_put(txn->txn, dbi(txn, table), &k, &v, flags));
}

enum store_result store_put(struct store_txn *txn, enum store_table table, struct span key, struct span value)
{
    return put(txn, table, key, value, 0);
}

enum store_result store_append(struct store_txn *txn, enum store_table table, struct span key,
                               struct span value)
{
    return put(txn, table, key, value, MDB_APPEND);
}

enum store_result store_delete(struct store_txn *txn, enum store_table table, struct span key)
{
    MDB_val k = to_val(key);
    int rc = mdb_del(txn->txn, dbi(txn, table), &k, NULL);

    return rc == MDB_NOTFOUND ? STORE_OK : result_of(rc);
}

static enum store_result cursor_get(struct store_txn *txn, enum store_table table, struct span from,
                                    MDB_cursor_op op, struct span *ret_key, struct span *ret_value)
{
    MDB_val k = to_val(from);
    MDB_val v;
    MDB_cursor *cursor;
    int rc = mdb_cursor_open(txn->txn, dbi(txn, table), &cursor);

    if (rc != 0)
        return result_of(rc);
    rc = mdb_cursor_get(cursor, &k, &v, op);
    if (rc == 0) {
        *ret_key = from_val(k);
        *ret_value = from_val(v);
    }
    mdb_cursor_close(cursor);
    return result_of(rc);
}

enum store_result store_seek(struct store_txn *txn, enum store_table table, struct span from,
                             struct span *ret_key, struct span *ret_value)
{
    if (from.len > STORE_KEY_MAX)
        from.len = STORE_KEY_MAX;
    return cursor_get(txn, table, from, from.len ? MDB_SET_RANGE : MDB_FIRST, ret_key, ret_value);
}

/* LMDB finds what is not less; what is less stands before that, or at the very end if there is none. */
enum store_result store_seek_before(struct store_txn *txn, enum store_table table, struct span before,
                                    struct span *ret_key, struct span *ret_value)
{
    MDB_val k = to_val(before);
    MDB_val v;
    MDB_cursor *cursor;
    int rc;

    if (before.len == 0 || before.len > STORE_KEY_MAX) /* LMDB refuses these; no key of ours is one of them */
        return STORE_NOT_FOUND;
    rc = mdb_cursor_open(txn->txn, dbi(txn, table), &cursor);
    if (rc != 0)
        return result_of(rc);
    rc = mdb_cursor_get(cursor, &k, &v, MDB_SET_RANGE);
    if (rc == 0 || rc == MDB_NOTFOUND)
        rc = mdb_cursor_get(cursor, &k, &v, rc == 0 ? MDB_PREV : MDB_LAST);
    if (rc == 0) {
        *ret_key = from_val(k);
        *ret_value = from_val(v);
    }
    mdb_cursor_close(cursor);
    return result_of(rc);
}

enum store_result store_last(struct store_txn *txn, enum store_table table, struct span *ret_key,
                             struct span *ret_value)
{
    return cursor_get(txn, table, SPAN_NONE, MDB_LAST, ret_key, ret_value);
}

uint64_t store_count(struct store_txn *txn, enum store_table table)
{
    MDB_stat stat;

    return mdb_stat(txn->txn, dbi(txn, table), &stat) == 0 ? stat.ms_entries : 0;
}

uint64_t store_size(struct store *store)
{
    MDB_envinfo info;
    MDB_stat stat;

    if (mdb_env_info(store->env, &info) != 0 || mdb_env_stat(store->env, &stat) != 0)
        return 0;
    return (uint64_t)(info.me_last_pgno + 1) * stat.ms_psize;
}

/* ---- copies ----------------------------------------------------------------------------------------- */

bool store_copy(struct store *store, const char *path, char *problem)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    int rc;

    if (fd < 0)
        return complain(problem, "cannot create", path, strerror(errno));
    rc = mdb_env_copyfd2(store->env, fd, MDB_CP_COMPACT);
    if (rc == 0 && fsync(fd) != 0)
        rc = errno;
    if (close(fd) != 0 && rc == 0)
        rc = errno;
    if (rc != 0) {
        unlink(path);
        return complain(problem, "cannot copy the store to", path, mdb_strerror(rc));
    }
    return true;
}

/* A copy has every page that its head speaks of; reading past the end of a file that was cut off is a SIGBUS. */
static bool is_whole(MDB_env *env, const char *path)
{
    MDB_envinfo info;
    MDB_stat pages;
    struct stat st;

    return mdb_env_info(env, &info) == 0 && mdb_env_stat(env, &pages) == 0 && stat(path, &st) == 0 &&
           (uint64_t)st.st_size / pages.ms_psize > info.me_last_pgno;
}

/* All pages that the copy says it has are there: LMDB would find out only when it reads one, by a signal. */
static int check_length(MDB_env *env, const char *path)
{
    MDB_envinfo info;
    MDB_stat stat_env;
    struct stat st;

    if (mdb_env_info(env, &info) != 0 || mdb_env_stat(env, &stat_env) != 0 || stat(path, &st) != 0)
        return MDB_INVALID;
    return (uint64_t)st.st_size < (uint64_t)(info.me_last_pgno + 1) * stat_env.ms_psize ? MDB_CORRUPTED : 0;
}

static bool check_copy(const char *path, char *problem)
{
    uint32_t format = 0;
    MDB_env *env = NULL;
    MDB_txn *txn = NULL;
    MDB_dbi meta;
    struct stat st;
    /* A map of the file's own size: LMDB takes the larger one that the file asks for, if it does. */
    uint64_t size = stat(path, &st) == 0 && st.st_size > 0 ? (uint64_t)st.st_size : 1;
    int rc = open_env(path, MDB_NOSUBDIR | MDB_RDONLY | MDB_NOLOCK, size, &env);

    if (rc == 0 && !is_whole(env, path)) {
        mdb_env_close(env);
        return complain(problem, "this is no backup of a store:", path, "its end is missing");
    }
    if (rc == 0)
        rc = check_length(env, path);
    if (rc == 0)
        rc = mdb_txn_begin(env, NULL, MDB_RDONLY, &txn);
    if (rc == 0)
        rc = mdb_dbi_open(txn, table_names[TABLE_META], 0, &meta);
    if (rc == 0)
        rc = read_format(txn, meta, &format);
    mdb_txn_abort(txn);
    mdb_env_close(env);
    if (rc != 0)
        return complain(problem, "this is no backup of a store:", path, mdb_strerror(rc));
    return check_format(format, path, problem);
}

static bool copy_bytes(const char *from, const char *to, char *problem)
{
    static char chunk[1 << 16];
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    ssize_t n = -1;

    while (in >= 0 && out >= 0 && (n = read(in, chunk, sizeof(chunk))) > 0)
        if (write(out, chunk, (size_t)n) != n) {
            n = -1;
            break;
        }
    if (n == 0 && fsync(out) != 0)
        n = -1;
    if (n != 0)
        complain(problem, "cannot copy the backup to", to, strerror(errno));
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    return n == 0;
}

static bool sync_directory(const char *directory)
{
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return ok;
}

bool store_restore(const char *directory, const char *path, bool force, char *problem)
{
    char data[PATH_CAP], kept[PATH_CAP], fresh[PATH_CAP], lock[PATH_CAP];
    int lock_fd = -1;
    bool ok = false;

    if (mkdir(directory, 0700) != 0 && errno != EEXIST)
        return complain(problem, "cannot create the store's directory", directory, strerror(errno));
    if (!take_lock(directory, &lock_fd, problem))
        return false;
    snprintf(data, sizeof(data), "%s/%s", directory, DATA_FILE);
    snprintf(kept, sizeof(kept), "%s/%s", directory, KEPT_FILE);
    snprintf(fresh, sizeof(fresh), "%s/%s.new", directory, DATA_FILE);
    snprintf(lock, sizeof(lock), "%s/lock.mdb", directory);
    if (!force && access(data, F_OK) == 0) {
        complain(problem, "there is a store in", directory, "say --force to put the backup in its place");
        goto out;
    }
    if (!check_copy(path, problem) || !copy_bytes(path, fresh, problem))
        goto out;
    /* A second name first, then one atomic step: at no moment is there no store. */
    unlink(kept);
    if (link(data, kept) != 0 && errno != ENOENT) {
        complain(problem, "cannot set aside", data, strerror(errno));
        goto out;
    }
    if (rename(fresh, data) != 0) {
        complain(problem, "cannot put in place", data, strerror(errno));
        goto out;
    }
    unlink(lock); /* the reader table of the old store */
    ok = sync_directory(directory) || complain(problem, "cannot sync", directory, strerror(errno));
out:
    close(lock_fd);
    return ok;
}
