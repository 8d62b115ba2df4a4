/* The store's promises: order, snapshots, one owner, one format, room that runs out and comes back, copies. */
#include "tests/unit/vault/cell.h"

static struct store_txn *begin(struct cell *c)
{
    struct store_txn *txn = NULL;

    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    return txn;
}

static void put(struct store_txn *txn, const char *key, const char *value)
{
    assert_int_equal(store_put(txn, TABLE_LOGINS, span_of_text(key), span_of_text(value)), STORE_OK);
}

static void expect(struct store_txn *txn, const char *key, const char *value)
{
    struct span got;
    enum store_result result = store_get(txn, TABLE_LOGINS, span_of_text(key), &got);

    assert_int_equal(result, value ? STORE_OK : STORE_NOT_FOUND);
    if (value)
        assert_true(span_equal_text(got, value));
}

static void what_is_put_is_found(void **state)
{
    struct cell *c = *state;
    struct store_txn *txn = begin(c);
    struct span value;

    put(txn, "b", "2");
    put(txn, "empty", "");
    expect(txn, "b", "2");
    put(txn, "b", "3");
    expect(txn, "b", "3");
    expect(txn, "empty", "");
    expect(txn, "B", NULL);
    expect(txn, "", NULL);
    expect(txn, "bb", NULL);
    assert_int_equal(store_get(txn, TABLE_USERS, SPAN_LITERAL("b"), &value), STORE_NOT_FOUND); /* another table */
    assert_int_equal(store_count(txn, TABLE_LOGINS), 2);
    assert_int_equal(store_delete(txn, TABLE_LOGINS, SPAN_LITERAL("b")), STORE_OK);
    assert_int_equal(store_delete(txn, TABLE_LOGINS, SPAN_LITERAL("b")), STORE_OK);
    expect(txn, "b", NULL);
    assert_int_equal(store_commit(&txn), STORE_OK);
    assert_null(txn);
}

static void keys_have_a_longest(void **state)
{
    struct cell *c = *state;
    struct store_txn *txn = begin(c);
    uint8_t key[STORE_KEY_MAX + 1];
    struct span value;

    memset(key, 'k', sizeof(key));
    assert_int_equal(store_put(txn, TABLE_LOGINS, span_of(key, STORE_KEY_MAX), SPAN_LITERAL("v")), STORE_OK);
    assert_int_equal(store_get(txn, TABLE_LOGINS, span_of(key, STORE_KEY_MAX), &value), STORE_OK);
    assert_int_equal(store_get(txn, TABLE_LOGINS, span_of(key, sizeof(key)), &value), STORE_NOT_FOUND);
    assert_int_not_equal(store_put(txn, TABLE_LOGINS, span_of(key, sizeof(key)), SPAN_LITERAL("v")), STORE_OK);
    store_abort(&txn);
    txn = begin(c);
    assert_int_not_equal(store_put(txn, TABLE_LOGINS, SPAN_LITERAL(""), SPAN_LITERAL("v")), STORE_OK);
    store_abort(&txn);
}

struct sought {
    const char *from, *found;
};

static void seek_goes_by_bytes(void **state)
{
    static const struct sought rows[] = {{"", "a"},   {"a", "a"},   {"aa", "ab"},       {"ab", "ab"}, {"b", "b"},
                                         {"c", NULL}, {"ac", "b"}, {"\xff", NULL}, {"A", "a"}};
    struct cell *c = *state;
    struct store_txn *txn = begin(c);
    struct span key, value;

    assert_int_equal(store_seek(txn, TABLE_LOGINS, SPAN_LITERAL("a"), &key, &value), STORE_NOT_FOUND);
    assert_int_equal(store_last(txn, TABLE_LOGINS, &key, &value), STORE_NOT_FOUND);
    put(txn, "b", "1");
    put(txn, "a", "2");
    put(txn, "ab", "3");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum store_result result = store_seek(txn, TABLE_LOGINS, span_of_text(rows[i].from), &key, &value);

        assert_int_equal(result, rows[i].found ? STORE_OK : STORE_NOT_FOUND);
        if (rows[i].found)
            assert_true(span_equal_text(key, rows[i].found));
    }
    assert_int_equal(store_last(txn, TABLE_LOGINS, &key, &value), STORE_OK);
    assert_true(span_equal_text(key, "b"));
    assert_true(span_equal_text(value, "1"));
    assert_int_not_equal(store_append(txn, TABLE_LOGINS, SPAN_LITERAL("aa"), SPAN_LITERAL("v")), STORE_OK);
    store_abort(&txn);
}

static void seek_before_goes_the_other_way(void **state)
{
    static const struct sought rows[] = {{"a", NULL}, {"A", NULL}, {"", NULL},     {"aa", "a"}, {"ab", "a"},
                                         {"b", "ab"}, {"c", "b"},  {"\xff", "b"}, {"ac", "ab"}};
    struct cell *c = *state;
    struct store_txn *txn = begin(c);
    uint8_t longest[STORE_KEY_MAX + 1];
    struct span key, value;

    assert_int_equal(store_seek_before(txn, TABLE_LOGINS, SPAN_LITERAL("a"), &key, &value), STORE_NOT_FOUND);
    put(txn, "b", "1");
    put(txn, "a", "2");
    put(txn, "ab", "3");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum store_result result = store_seek_before(txn, TABLE_LOGINS, span_of_text(rows[i].from), &key, &value);

        if (result != (rows[i].found ? STORE_OK : STORE_NOT_FOUND) ||
            (rows[i].found && !span_equal_text(key, rows[i].found)))
            fail_msg("before %s", rows[i].from);
    }
    assert_true(span_equal_text(value, "3")); /* the last row's */
    memset(longest, 0xff, sizeof(longest));
    assert_int_equal(store_seek_before(txn, TABLE_LOGINS, span_of(longest, STORE_KEY_MAX), &key, &value), STORE_OK);
    assert_int_equal(store_seek_before(txn, TABLE_LOGINS, span_of(longest, sizeof(longest)), &key, &value),
                     STORE_NOT_FOUND);
    store_abort(&txn);
}

static void append_takes_greater_keys(void **state)
{
    struct cell *c = *state;
    struct store_txn *txn = begin(c);

    assert_int_equal(store_append(txn, TABLE_AUDIT, SPAN_LITERAL("1"), SPAN_LITERAL("a")), STORE_OK);
    assert_int_equal(store_append(txn, TABLE_AUDIT, SPAN_LITERAL("2"), SPAN_LITERAL("b")), STORE_OK);
    assert_int_not_equal(store_append(txn, TABLE_AUDIT, SPAN_LITERAL("2"), SPAN_LITERAL("c")), STORE_OK);
    store_abort(&txn);
}

static void snapshot_stays_as_it_was(void **state)
{
    struct cell *c = *state;
    struct store_txn *txn = begin(c);
    struct store_txn *read = NULL;

    put(txn, "a", "old");
    assert_int_equal(store_commit(&txn), STORE_OK);
    assert_int_equal(store_read_begin(c->vault.store, &read), STORE_OK);
    expect(read, "a", "old");
    txn = begin(c);
    put(txn, "a", "new");
    expect(read, "a", "old");
    assert_int_equal(store_commit(&txn), STORE_OK);
    expect(read, "a", "old");
    store_read_pause(read);
    assert_int_equal(store_read_resume(read), STORE_OK);
    expect(read, "a", "new");
    assert_int_not_equal(store_put(read, TABLE_LOGINS, SPAN_LITERAL("a"), SPAN_LITERAL("x")), STORE_OK);
    store_abort(&read);
    store_abort(&read);
}

static void abort_undoes(void **state)
{
    struct cell *c = *state;
    struct store_txn *txn = begin(c);

    put(txn, "a", "1");
    store_abort(&txn);
    txn = begin(c);
    expect(txn, "a", NULL);
    store_abort(&txn);
}

static void second_vault_is_refused(void **state)
{
    struct cell *c = *state;
    struct store_options options = {c->vault.config.store.directory, c->vault.config.store.size_max};
    struct store *second = NULL;
    char problem[STORE_PROBLEM_MAX];

    assert_false(store_open(&options, &second, problem));
    assert_null(second);
    assert_non_null(strstr(problem, "another vault has it open"));
    assert_false(store_restore(options.directory, "/nonexistent", false, problem));
    assert_non_null(strstr(problem, "another vault has it open"));
    store_close(&c->vault.store);
    assert_true(store_open(&options, &c->vault.store, problem));
}

static void other_format_is_refused(void **state)
{
    static const uint32_t newer = STORE_FORMAT + 1;
    struct cell *c = *state;
    struct store_options options = {c->vault.config.store.directory, c->vault.config.store.size_max};
    char problem[STORE_PROBLEM_MAX], copy[128], elsewhere[128];
    struct store_txn *txn = begin(c);

    assert_int_equal(store_put(txn, TABLE_META, SPAN_LITERAL("format"), span_of(&newer, 4)), STORE_OK);
    assert_int_equal(store_commit(&txn), STORE_OK);
    cell_path(c, "copy.mdb", copy, sizeof(copy));
    assert_true(store_copy(c->vault.store, copy, problem));
    store_close(&c->vault.store);
    assert_false(store_open(&options, &c->vault.store, problem));
    assert_non_null(strstr(problem, "has format version 2, this vault reads version 1"));
    /* Nor is it a backup to restore. */
    cell_path(c, "backup", elsewhere, sizeof(elsewhere));
    assert_false(store_restore(elsewhere, copy, false, problem));
    assert_non_null(strstr(problem, "has format version 2"));
}

static void strange_file_is_refused(void **state)
{
    struct cell *c = *state;
    struct store_options options = {c->vault.config.store.directory, c->vault.config.store.size_max};
    char path[128], problem[STORE_PROBLEM_MAX];

    store_close(&c->vault.store);
    cell_path(c, "store/data.mdb", path, sizeof(path));
    cell_write_file(path, "this is no database, although it is in its place", 0600);
    assert_false(store_open(&options, &c->vault.store, problem));
    assert_non_null(strstr(problem, "cannot open the store"));
    options.directory = "/nonexistent/store";
    assert_false(store_open(&options, &c->vault.store, problem));
    assert_non_null(strstr(problem, "cannot create the store's directory"));
}

/* ---- full --------------------------------------------------------------------------------------------- */

static enum store_result fill(struct store *store, uint32_t from, uint32_t *ret_written)
{
    static const uint8_t block[4096];
    enum store_result result = STORE_OK;

    for (uint32_t i = from; result == STORE_OK; i++) {
        struct store_txn *txn = NULL;

        result = store_write_begin(store, &txn);
        if (result == STORE_OK)
            result = store_put(txn, TABLE_LOGINS, span_of(&i, sizeof(i)), span_of(block, sizeof(block)));
        if (result == STORE_OK)
            result = store_commit(&txn);
        store_abort(&txn);
        *ret_written = i;
    }
    return result;
}

static void full_store_refuses_reads_on_and_recovers(void **state)
{
    struct cell *c = *state;
    struct store_options options = {c->vault.config.store.directory, 1 << 20};
    struct store_txn *txn = NULL;
    struct span value;
    uint32_t last = 0;
    char problem[STORE_PROBLEM_MAX];

    store_close(&c->vault.store);
    assert_true(store_open(&options, &c->vault.store, problem));
    assert_int_equal(fill(c->vault.store, 0, &last), STORE_FULL);
    assert_true(last > 10);
    assert_int_equal(store_read_begin(c->vault.store, &txn), STORE_OK);
    for (uint32_t i = 0; i < last; i++)
        assert_int_equal(store_get(txn, TABLE_LOGINS, span_of(&i, sizeof(i)), &value), STORE_OK);
    assert_int_equal(store_get(txn, TABLE_LOGINS, span_of(&last, sizeof(last)), &value), STORE_NOT_FOUND);
    store_abort(&txn);
    assert_int_equal(fill(c->vault.store, last, &last), STORE_FULL);
    /* Give it more room, as an operator would, and it takes up where it stopped. */
    store_close(&c->vault.store);
    options.size_max = 4 << 20;
    assert_true(store_open(&options, &c->vault.store, problem));
    txn = begin(c);
    assert_int_equal(store_put(txn, TABLE_LOGINS, span_of(&last, sizeof(last)), SPAN_LITERAL("v")), STORE_OK);
    assert_int_equal(store_commit(&txn), STORE_OK);
}

/* ---- copies ------------------------------------------------------------------------------------------- */

static void copy_can_be_restored(void **state)
{
    struct cell *c = *state;
    struct store_options options = {c->vault.config.store.directory, c->vault.config.store.size_max};
    char copy[128], kept[128], problem[STORE_PROBLEM_MAX];
    struct store_txn *txn = begin(c);

    cell_path(c, "copy.mdb", copy, sizeof(copy));
    cell_path(c, "store/data.mdb.before-restore", kept, sizeof(kept));
    put(txn, "a", "then");
    assert_int_equal(store_commit(&txn), STORE_OK);
    txn = begin(c);
    put(txn, "a", "not committed");
    assert_true(store_copy(c->vault.store, copy, problem)); /* while others write */
    store_abort(&txn);
    assert_false(store_copy(c->vault.store, copy, problem)); /* never over a file */
    assert_non_null(strstr(problem, "File exists"));
    txn = begin(c);
    put(txn, "a", "now");
    assert_int_equal(store_commit(&txn), STORE_OK);
    store_close(&c->vault.store);
    assert_true(store_restore(options.directory, copy, true, problem));
    assert_int_equal(access(kept, F_OK), 0);
    assert_true(store_open(&options, &c->vault.store, problem));
    txn = begin(c);
    expect(txn, "a", "then");
    store_abort(&txn);
}

/* What is no whole backup must not take the store's place, and must not end the program that looks at it. */
static void what_is_no_backup_is_refused(void **state)
{
    struct cell *c = *state;
    const char *directory = c->vault.config.store.directory;
    char copy[128], problem[STORE_PROBLEM_MAX];
    struct store_options options = {directory, c->vault.config.store.size_max};
    struct stat st;

    cell_path(c, "copy.mdb", copy, sizeof(copy));
    assert_true(store_copy(c->vault.store, copy, problem));
    assert_int_equal(stat(copy, &st), 0);
    store_close(&c->vault.store);
    assert_false(store_restore(directory, "/nonexistent", true, problem));
    for (off_t len = st.st_size - 4096; len >= 0; len -= 4096) {
        assert_int_equal(truncate(copy, len), 0);
        assert_false(store_restore(directory, copy, true, problem));
        assert_non_null(strstr(problem, "this is no backup"));
    }
    cell_write_file(copy, "no backup at all", 0600);
    assert_false(store_restore(directory, copy, true, problem));
    /* The store is as it was. */
    assert_true(store_open(&options, &c->vault.store, problem));
    assert_true(cell_count(c, TABLE_KEYS) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST_EMPTY(what_is_put_is_found),
        CELL_TEST_EMPTY(keys_have_a_longest),
        CELL_TEST_EMPTY(seek_goes_by_bytes),
        CELL_TEST_EMPTY(seek_before_goes_the_other_way),
        CELL_TEST_EMPTY(append_takes_greater_keys),
        CELL_TEST_EMPTY(snapshot_stays_as_it_was),
        CELL_TEST_EMPTY(abort_undoes),
        CELL_TEST_EMPTY(second_vault_is_refused),
        CELL_TEST_EMPTY(other_format_is_refused),
        CELL_TEST_EMPTY(strange_file_is_refused),
        CELL_TEST_EMPTY(full_store_refuses_reads_on_and_recovers),
        CELL_TEST_EMPTY(copy_can_be_restored),
        CELL_TEST_EMPTY(what_is_no_backup_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
