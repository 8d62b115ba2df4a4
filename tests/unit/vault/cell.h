/*
 * A cell without processes: a real store in a directory of its own, real keys, a configuration read from a
 * file, and the dispatcher called as the vault's threads call it, under a clock and a random generator that
 * the test owns. Every request and every reply goes through the codec, so nothing passes here that could not
 * pass between the processes.
 *
 *     c->request.health = (struct req_health){0};
 *     assert_int_equal(cell_call(c, MESSAGE_HEALTH), OUTCOME_OK);
 *     c->reply.health ...
 *
 * What a reply refers to lives until the next call; kept_take() keeps it longer.
 */
#ifndef STRONGROOM_TESTS_UNIT_VAULT_CELL_H
#define STRONGROOM_TESTS_UNIT_VAULT_CELL_H

#include "vault/dispatch.h"
#include "vault/expiry.h"
#include "vault/key_keeper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define CELL_NOW_S UINT64_C(1800000000)
#define CELL_DAY_S UINT64_C(86400)
#define CELL_REDIRECT "https://app.example/callback"
#define CELL_USER "ada"
#define CELL_PASSWORD "correct horse battery"

struct kept {
    uint8_t bytes[LIMIT_LOCATION];
    size_t len;
};

static inline void kept_take(struct kept *kept, struct span from)
{
    assert_true(from.len <= sizeof(kept->bytes));
    if (from.len)
        memcpy(kept->bytes, from.ptr, from.len);
    kept->len = from.len;
}

static inline struct span kept_span(const struct kept *kept)
{
    return span_of(kept->bytes, kept->len);
}

static inline struct secret_ref kept_secret(const struct kept *kept)
{
    return secret_ref_of(kept_span(kept));
}

static inline bool kept_equal(const struct kept *a, const struct kept *b)
{
    return span_equal(kept_span(a), kept_span(b));
}

static inline struct secret_ref secret_text(const char *text)
{
    return secret_ref_of(span_of_text(text));
}

/* A client or resource server that is registered. */
struct party {
    const char *id;
    struct kept secret;
};

struct cell {
    char directory[64];
    struct vault vault;
    struct workbench bench;
    struct audit_head head;
    struct op op;
    struct slow_result slow;
    union any_request request; /* what the next call says; cleared by it */
    union any_request decoded;
    union any_reply composed;
    union any_reply reply; /* of the last call, as its receiver decodes it */
    enum answer answer;    /* of the last call */
    uint64_t calls;
    uint8_t request_id[LIMIT_REQUEST_ID];
    bool repeat; /* the next call comes under the request id of the last one */
    uint8_t asked[LIMIT_MESSAGE];
    uint8_t answered[2 * LIMIT_MESSAGE];
    struct party app, other, api;
};

/* ---- calling ------------------------------------------------------------------------------------------ */

/* As the writer has it: after these the transaction is given up. */
static inline bool cell_spoils(enum outcome outcome)
{
    return outcome == OUTCOME_STORE_FAILED || outcome == OUTCOME_STORE_FULL || outcome == OUTCOME_NO_RANDOM ||
           outcome == OUTCOME_NO_MEMORY || outcome == OUTCOME_KEY_MISSING || outcome == OUTCOME_INTERNAL;
}

static inline void cell_take_reply(struct cell *c, enum outcome outcome)
{
    struct buf out = buf_over(c->answered, sizeof(c->answered));
    struct reply_envelope envelope;
    struct span rest;

    assert_true(dispatch_reply(&c->op, outcome, &out));
    rest = buf_span(&out);
    assert_true(frame_take_reply(&rest, &envelope));
    assert_int_equal(rest.len, 0);
    c->answer = (enum answer)envelope.answer;
    memset(&c->reply, 0, sizeof(c->reply));
    /* An answer without fields has an empty map, whatever its message requires. */
    if (envelope.body.len > 1)
        assert_true(codec_decode(envelope.body, &c->op.message->reply, &c->reply));
}

static inline void cell_begin(struct cell *c, struct store_txn *txn, const struct caller *caller,
                              const struct message *message, const struct request_envelope *envelope)
{
    dispatch_begin(&c->op, &c->vault, &c->bench, txn, caller, message, envelope, &c->decoded, &c->composed);
    c->op.slow = message->lane == LANE_SLOW ? &c->slow : NULL;
}

static inline void cell_store_time(struct store_txn *txn, uint64_t now_ms)
{
    uint8_t value[8];

    for (int i = 0; i < 8; i++)
        value[i] = (uint8_t)(now_ms >> (56 - 8 * i));
    assert_int_equal(store_put(txn, TABLE_META, SPAN_LITERAL("time"), span_of(value, 8)), STORE_OK);
}

/* What the writer does at the end of a group. */
static inline void cell_commit(struct cell *c, struct store_txn **txn)
{
    uint64_t now_ms = vault_now_ms(&c->vault);

    assert_int_equal(expiry_sweep(*txn, now_ms / 1000), OUTCOME_OK);
    assert_int_equal(audit_head_store(*txn, &c->head), OUTCOME_OK);
    cell_store_time(*txn, now_ms);
    assert_int_equal(store_commit(txn), STORE_OK);
    atomic_store(&c->vault.newest_ms, now_ms);
    key_keeper_commit(c->vault.key_keeper);
}

static inline enum outcome cell_run(struct cell *c, const struct caller *caller, const struct message *message,
                                    const struct request_envelope *envelope)
{
    struct store_txn *txn = NULL;
    enum outcome outcome;

    if (message->lane != LANE_COMMIT) {
        assert_int_equal(store_read_begin(c->vault.store, &txn), STORE_OK);
        cell_begin(c, txn, caller, message, envelope);
        if (message->lane == LANE_READ) {
            outcome = dispatch_run(&c->op);
            cell_take_reply(c, outcome);
            store_abort(&txn);
            return outcome;
        }
        dispatch_run_slow(&c->op, &c->slow);
        store_abort(&txn);
    }
    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    key_keeper_begin(c->vault.key_keeper);
    cell_begin(c, txn, caller, message, envelope);
    outcome = dispatch_run(&c->op);
    if (cell_spoils(outcome)) {
        store_abort(&txn);
        key_keeper_undo(c->vault.key_keeper);
        cell_take_reply(c, outcome);
        return outcome;
    }
    assert_int_equal(dispatch_audit(&c->op, outcome, &c->head), OUTCOME_OK);
    cell_take_reply(c, outcome);
    cell_commit(c, &txn);
    return outcome;
}

static inline enum outcome cell_call_from(struct cell *c, enum message_number number, enum message_socket socket)
{
    static const struct caller web = {"web", SOCKET_FRONTEND, 1000};
    static const struct caller admin = {"admin", SOCKET_ADMIN, 0};
    static const uint8_t trace_id[LIMIT_TRACE_ID] = {7};
    const struct message *message = message_by_number(number);
    struct request_envelope envelope = {.number = number,
                                        .request_id = span_of(c->request_id, sizeof(c->request_id)),
                                        .deadline_ms = UINT64_MAX,
                                        .trace_id = span_of(trace_id, sizeof(trace_id)),
                                        .peer = SPAN_LITERAL("192.0.2.1")};
    struct buf asked = buf_over(c->asked, sizeof(c->asked));

    c->calls++;
    if (!c->repeat)
        memcpy(c->request_id, &c->calls, sizeof(c->calls));
    c->repeat = false;
    assert_true(codec_encode(&asked, &message->request, &c->request));
    assert_true(codec_decode(buf_span(&asked), &message->request, &c->decoded));
    memset(&c->request, 0, sizeof(c->request));
    return cell_run(c, socket == SOCKET_ADMIN ? &admin : &web, message, &envelope);
}

static inline enum outcome cell_call(struct cell *c, enum message_number number)
{
    return cell_call_from(c, number, message_by_number(number)->socket == SOCKET_ADMIN ? SOCKET_ADMIN : SOCKET_FRONTEND);
}

/* What has run on since the process started, for the keys' keeper. */
static uint64_t cell_monotonic_at_ms = 1000;

static inline uint64_t cell_monotonic_ms(void)
{
    return cell_monotonic_at_ms;
}

/* Time passes, by both clocks. */
static inline void cell_advance(struct cell *c, uint64_t seconds)
{
    clock_advance(&c->vault.clock, seconds * 1000);
    cell_monotonic_at_ms += seconds * 1000;
}

/* The writer's tick: what is due with the keys happens, with a spare of each algorithm at hand. True if it did. */
static inline bool cell_turn_keys(struct cell *c)
{
    struct store_txn *txn = NULL;

    while (key_maker_make_one(key_keeper_maker(c->vault.key_keeper)))
        ;
    cell_monotonic_at_ms += KEY_KEEPER_LOOK_MS;
    if (!key_keeper_is_due(c->vault.key_keeper))
        return false;
    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    key_keeper_begin(c->vault.key_keeper);
    assert_int_equal(key_keeper_turn(c->vault.key_keeper, txn, &c->head), OUTCOME_OK);
    cell_commit(c, &txn);
    return true;
}

/* The newest audit record's event, outcome and, unless it is NULL, detail. */
static inline void cell_assert_audit_detail(struct cell *c, const char *event, const char *outcome,
                                            const char *detail)
{
    struct store_txn *txn = NULL;
    struct audit_record record;
    struct span key, row;

    assert_int_equal(store_read_begin(c->vault.store, &txn), STORE_OK);
    assert_int_equal(store_last(txn, TABLE_AUDIT, &key, &row), STORE_OK);
    assert_true(codec_decode(span_from(row, AUDIT_CHAIN_HEAD), &audit_record_fields, &record));
    assert_true(span_equal_text(record.event, event));
    assert_true(span_equal_text(record.outcome, outcome));
    if (detail && !span_equal_text(record.detail, detail))
        fail_msg("the detail is \"%.*s\", not \"%s\"", SPAN_PRINTF(record.detail), detail);
    store_abort(&txn);
}

static inline void cell_assert_audit(struct cell *c, const char *event, const char *outcome)
{
    cell_assert_audit_detail(c, event, outcome, NULL);
}

static inline uint64_t cell_count(struct cell *c, enum store_table table)
{
    struct store_txn *txn = NULL;
    uint64_t count;

    assert_int_equal(store_read_begin(c->vault.store, &txn), STORE_OK);
    count = store_count(txn, table);
    store_abort(&txn);
    return count;
}

/* ---- who is there ------------------------------------------------------------------------------------- */

/* Register what c->request.client_add says beside the id; the name is the id unless it says so. */
static inline void cell_add_client(struct cell *c, struct party *party, const char *id)
{
    struct req_client_add *request = &c->request.client_add;

    party->id = id;
    request->client_id = span_of_text(id);
    if (request->name.len == 0)
        request->name = span_of_text(id);
    if (!request->is_resource_server && request->redirect_uris.len == 0)
        request->redirect_uris.items[request->redirect_uris.len++] = SPAN_LITERAL(CELL_REDIRECT);
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_ADD), OUTCOME_OK);
    kept_take(&party->secret, secret_ref_reveal(c->reply.client_add.client_secret));
}

static inline enum outcome cell_set_client(struct cell *c, const char *id, bool enabled)
{
    c->request.client_set_status = (struct req_client_set_status){.client_id = span_of_text(id), .enabled = enabled};
    return cell_call(c, MESSAGE_CLIENT_SET_STATUS);
}

static inline enum outcome cell_remove_client(struct cell *c, const char *id)
{
    c->request.client_remove.client_id = span_of_text(id);
    return cell_call(c, MESSAGE_CLIENT_REMOVE);
}

static inline enum outcome cell_add_user(struct cell *c, const char *username, const char *password)
{
    c->request.user_add =
        (struct req_user_add){.username = span_of_text(username), .password = secret_text(password)};
    return cell_call(c, MESSAGE_USER_ADD);
}

static inline enum outcome cell_set_user(struct cell *c, const char *username, bool enabled)
{
    c->request.user_set_status =
        (struct req_user_set_status){.username = span_of_text(username), .enabled = enabled};
    return cell_call(c, MESSAGE_USER_SET_STATUS);
}

static inline enum outcome cell_reset_password(struct cell *c, const char *username, const char *password)
{
    c->request.user_reset_password = (struct req_user_reset_password){.username = span_of_text(username),
                                                                      .password = secret_text(password)};
    return cell_call(c, MESSAGE_USER_RESET_PASSWORD);
}

/* ---- making one --------------------------------------------------------------------------------------- */

static inline void cell_path(const struct cell *c, const char *name, char *room, size_t size)
{
    assert_true((size_t)snprintf(room, size, "%s/%s", c->directory, name) < size);
}

static inline void cell_write_file(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

#define CELL_MASTER_KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"

static inline void cell_configure(struct cell *c)
{
    const char *d = c->directory;
    char path[128], text[2048];

    cell_path(c, "master.key", path, sizeof(path));
    cell_write_file(path, CELL_MASTER_KEY, 0400);
    cell_path(c, "backup", path, sizeof(path));
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(text, sizeof(text),
             "issuer: https://auth.bank.example\n"
             "store: {directory: %s/store, size_max: 64MiB}\n"
             "master_key_file: %s/master.key\n"
             "backup_directory: %s/backup\n"
             "admin: {socket: %s/admin.sock}\n"
             "frontends: [{name: web, socket: %s/web.sock}]\n",
             d, d, d, d, d);
    cell_path(c, "vault.yaml", path, sizeof(path));
    cell_write_file(path, text, 0600);
    assert_true(vault_config_load(path, &c->vault.config));
    /* As cheap as Argon2id can be: what it costs is not what is tested. */
    c->vault.config.passwords.memory = 16 * 1024;
    c->vault.config.passwords.iterations = 1;
}

/* Open the store and the keys, as at the vault's start. */
static inline void cell_open(struct cell *c)
{
    struct vault *vault = &c->vault;
    struct store_options options = {vault->config.store.directory, vault->config.store.size_max};
    char problem[STORE_PROBLEM_MAX > KEYRING_PROBLEM_MAX ? STORE_PROBLEM_MAX : KEYRING_PROBLEM_MAX];
    struct store_txn *txn = NULL;

    assert_true(store_open(&options, &vault->store, problem));
    assert_true(master_key_read(vault->config.master_key_file, &vault->master, problem));
    assert_true(keyring_place_init(&vault->keys, vault->store, &vault->master, CELL_NOW_S, problem));
    vault->key_keeper = key_keeper_new(vault, cell_monotonic_ms);
    assert_non_null(vault->key_keeper);
    assert_true(workbench_init(&c->bench, &vault->keys));
    assert_int_equal(store_read_begin(vault->store, &txn), STORE_OK);
    assert_int_equal(audit_head_load(txn, &c->head), OUTCOME_OK);
    store_abort(&txn);
    atomic_store(&vault->writable, true);
}

static inline void cell_close(struct cell *c)
{
    workbench_fini(&c->bench);
    key_keeper_free(&c->vault.key_keeper);
    keyring_place_fini(&c->vault.keys);
    secret_wipe(&c->vault.master);
    store_close(&c->vault.store);
}

/* For setup: a vault with nobody in it. */
static inline int cell_setup_empty(void **state)
{
    struct cell *c = calloc(1, sizeof(*c));

    assert_non_null(c);
    *state = c;
    snprintf(c->directory, sizeof(c->directory), "%s", "/tmp/strongroom-unit-XXXXXX");
    assert_non_null(mkdtemp(c->directory));
    cell_configure(c);
    c->vault.clock = clock_fixed(CELL_NOW_S * 1000);
    c->vault.rng = rng_seeded(1);
    cell_open(c);
    return 0;
}

/* For setup: two clients, a resource server and a customer. */
static inline int cell_setup(void **state)
{
    struct cell *c;

    cell_setup_empty(state);
    c = *state;
    cell_add_client(c, &c->app, "app");
    cell_add_client(c, &c->other, "other");
    c->request.client_add.is_resource_server = true;
    cell_add_client(c, &c->api, "api");
    assert_int_equal(cell_add_user(c, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    return 0;
}

static inline void cell_remove_files(const char *directory)
{
    static const char *const names[] = {"store/data.mdb", "store/data.mdb.new", "store/data.mdb.before-restore",
                                        "store/lock.mdb", "store/vault.lock",   "store",
                                        "vault.yaml",     "master.key",         "copy.mdb",
                                        "backup/one.mdb", "backup/vault.lock", "backup",             ""};
    char path[128];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
        remove(path);
    }
}

static inline int cell_teardown(void **state)
{
    struct cell *c = *state;

    cell_close(c);
    vault_config_free(&c->vault.config);
    cell_remove_files(c->directory);
    free(c);
    return 0;
}

#define CELL_TEST(test) cmocka_unit_test_setup_teardown(test, cell_setup, cell_teardown)
#define CELL_TEST_EMPTY(test) cmocka_unit_test_setup_teardown(test, cell_setup_empty, cell_teardown)

#endif
