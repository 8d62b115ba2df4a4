/* What the operator looks at and takes away: grants and the audit in pages, copies. */
#include "tests/unit/vault/flow.h"

/* ---- looking -------------------------------------------------------------------------------------------- */

static void pages_of_grants_hold_each_once(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept after = {.len = 0};
    int seen = 0, pages = 0;

    for (int i = 0; i < 5; i++) {
        cell_advance(c, 1);
        flow_tokens(c, &f);
    }
    do {
        struct span json, rest;

        c->request.grant_list = (struct req_grant_list){.after = kept_span(&after), .limit = 2};
        assert_int_equal(cell_call(c, MESSAGE_GRANT_LIST), OUTCOME_OK);
        json = c->reply.grant_list.json;
        for (rest = json; (rest.ptr = memmem(rest.ptr, rest.len, "\"grant_id\"", 10)); rest.ptr += 10) {
            seen++;
            rest.len = (size_t)(json.ptr + json.len - rest.ptr) - 10;
        }
        kept_take(&after, c->reply.grant_list.next);
    } while (after.len && ++pages < 10);
    assert_int_equal(seen, 5);
    c->request.grant_list.after = SPAN_LITERAL("nonsense");
    assert_int_equal(cell_call(c, MESSAGE_GRANT_LIST), OUTCOME_ADMIN_BAD_VALUE);
    c->request.grant_list.username = SPAN_LITERAL("nobody");
    assert_int_equal(cell_call(c, MESSAGE_GRANT_LIST), OUTCOME_ADMIN_NOT_FOUND);
}

struct backup_row {
    const char *name;
    enum outcome outcome;
};

static void backup_goes_into_its_directory_only(void **state)
{
    static const struct backup_row rows[] = {
        {"one", OUTCOME_OK},
        {"one", OUTCOME_ADMIN_CONFLICT},
        {"../one", OUTCOME_ADMIN_BAD_VALUE},
        {"a/b", OUTCOME_ADMIN_BAD_VALUE},
        {"/tmp/x", OUTCOME_ADMIN_BAD_VALUE},
        {".hidden", OUTCOME_ADMIN_BAD_VALUE},
        {"..", OUTCOME_ADMIN_BAD_VALUE},
        {"a b", OUTCOME_ADMIN_BAD_VALUE},
        {"a\n", OUTCOME_ADMIN_BAD_VALUE},
    };
    struct cell *c = *state;
    char path[128];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        c->request.backup.name = span_of_text(rows[i].name);
        assert_int_equal(cell_call(c, MESSAGE_BACKUP), rows[i].outcome);
        assert_int_equal(c->reply.backup.problem.len > 0, rows[i].outcome != OUTCOME_OK);
    }
    cell_path(c, "backup/one.mdb", path, sizeof(path));
    assert_int_equal(access(path, R_OK), 0);
}

static void audit_is_read_in_pages(void **state)
{
    struct cell *c = *state;
    struct rep_audit_read *reply = &c->reply.audit_read;

    for (int i = 0; i < 40; i++)
        assert_int_equal(cell_set_client(c, "app", true), OUTCOME_OK);
    c->request.audit_read.from = 1;
    assert_int_equal(cell_call(c, MESSAGE_AUDIT_READ), OUTCOME_OK);
    assert_int_equal(reply->first, 1);
    assert_int_equal(reply->size, 44);
    assert_int_equal(reply->rows.len, LIMIT_LIST);
    c->request.audit_read.from = LIMIT_LIST + 1;
    assert_int_equal(cell_call(c, MESSAGE_AUDIT_READ), OUTCOME_OK);
    assert_int_equal(reply->rows.len, 44 - LIMIT_LIST);
    c->request.audit_read.last = 3;
    assert_int_equal(cell_call(c, MESSAGE_AUDIT_READ), OUTCOME_OK);
    assert_int_equal(reply->first, 42);
    assert_int_equal(reply->rows.len, 3);
    c->request.audit_read.from = UINT64_MAX;
    assert_int_equal(cell_call(c, MESSAGE_AUDIT_READ), OUTCOME_OK);
    assert_int_equal(reply->rows.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST(pages_of_grants_hold_each_once),
        CELL_TEST(backup_goes_into_its_directory_only),
        CELL_TEST(audit_is_read_in_pages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
