#include "vault/cli/audit_row.h"

#include "proto/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { RECORDS = 3, ROW_SIZE = AUDIT_CHAIN_HEAD + 512 };

struct row {
    uint8_t bytes[ROW_SIZE];
    size_t len;
};

static struct span span_of_row(const struct row *row)
{
    return span_of(row->bytes, row->len);
}

/* A log as the vault writes it. */
static void make_log_via(struct row rows[RECORDS], struct span via, uint64_t peer_uid)
{
    static const uint8_t trace_id[LIMIT_TRACE_ID] = {0xab, 1};
    uint8_t head[AUDIT_CHAIN_HEAD] = {0};

    for (unsigned i = 0; i < RECORDS; i++) {
        struct audit_record record = {
            .sequence = i + 1,
            .time_ms = 1795484921000,
            .event = SPAN_LITERAL("code_redeem"),
            .outcome = SPAN_LITERAL("OK"),
            .severity = SPAN_LITERAL("info"),
            .client_id = SPAN_LITERAL("budget"),
            .via = via,
            .peer_uid = peer_uid,
            .trace_id = span_of(trace_id, sizeof(trace_id)),
            .detail = SPAN_LITERAL("two words\033"),
        };
        struct buf out = buf_over(rows[i].bytes + AUDIT_CHAIN_HEAD, ROW_SIZE - AUDIT_CHAIN_HEAD);

        assert_true(codec_encode(&out, &audit_record_fields, &record));
        audit_chain_extend(head, buf_span(&out));
        memcpy(rows[i].bytes, head, sizeof(head));
        rows[i].len = AUDIT_CHAIN_HEAD + out.len;
    }
}

static void make_log(struct row rows[RECORDS])
{
    make_log_via(rows, SPAN_NONE, 33);
}

static void whole_log_is_accepted(void **state)
{
    struct row rows[RECORDS];
    struct audit_walk walk = {0};

    (void)state;
    make_log(rows);
    for (size_t i = 0; i < RECORDS; i++)
        assert_null(audit_walk_step(&walk, span_of_row(&rows[i])));
    assert_int_equal(walk.sequence, RECORDS);
    assert_memory_equal(walk.head, rows[RECORDS - 1].bytes, AUDIT_CHAIN_HEAD);
}

/* Whatever bit of a row is turned over, the walk stops there and stays where it was. */
static void every_altered_bit_is_found(void **state)
{
    struct row rows[RECORDS];

    (void)state;
    make_log(rows);
    for (size_t bit = 0; bit < 8 * rows[1].len; bit++) {
        struct audit_walk walk = {0};
        struct row altered = rows[1];

        altered.bytes[bit / 8] ^= (uint8_t)(1U << (bit % 8));
        assert_null(audit_walk_step(&walk, span_of_row(&rows[0])));
        assert_non_null(audit_walk_step(&walk, span_of_row(&altered)));
        assert_int_equal(walk.sequence, 1);
    }
}

static void missing_repeated_and_swapped_records_are_found(void **state)
{
    struct row rows[RECORDS];
    struct audit_walk walk = {0};

    (void)state;
    make_log(rows);
    assert_non_null(audit_walk_step(&walk, span_of_row(&rows[1])));
    assert_null(audit_walk_step(&walk, span_of_row(&rows[0])));
    assert_non_null(audit_walk_step(&walk, span_of_row(&rows[0])));
    assert_non_null(audit_walk_step(&walk, span_of_row(&rows[2])));
    assert_null(audit_walk_step(&walk, span_of_row(&rows[1])));
}

/* A record forged together with its head fits only if the heads before it were, too. */
static void forged_head_does_not_help(void **state)
{
    struct row rows[RECORDS];
    struct audit_walk walk = {0};
    uint8_t head[AUDIT_CHAIN_HEAD] = {0};

    (void)state;
    make_log(rows);
    audit_chain_extend(head, span_of(rows[1].bytes + AUDIT_CHAIN_HEAD, rows[1].len - AUDIT_CHAIN_HEAD));
    memcpy(rows[1].bytes, head, sizeof(head));
    assert_null(audit_walk_step(&walk, span_of_row(&rows[0])));
    assert_non_null(audit_walk_step(&walk, span_of_row(&rows[1])));
}

static void rows_that_are_too_short_cannot_be_read(void **state)
{
    struct row rows[RECORDS];
    struct audit_row row;

    (void)state;
    make_log(rows);
    for (size_t len = 0; len < rows[0].len; len++)
        assert_false(audit_row_read(span_of(rows[0].bytes, len), &row));
    assert_true(audit_row_read(span_of_row(&rows[0]), &row));
}

static char *printed_via(bool as_json, struct span via, uint64_t peer_uid)
{
    struct row rows[RECORDS];
    struct audit_row row;
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    assert_non_null(out);
    make_log_via(rows, via, peer_uid);
    assert_true(audit_row_read(span_of_row(&rows[0]), &row));
    if (as_json)
        audit_row_print_json(out, &row);
    else
        audit_row_print(out, &row, false);
    fclose(out);
    return text;
}

static char *printed(bool as_json)
{
    return printed_via(as_json, SPAN_NONE, 33);
}

static void json_has_the_fields_by_name(void **state)
{
    char *text = printed(true);

    (void)state;
    assert_ptr_equal(strstr(text, "{\"sequence\":1,\"time_ms\":1795484921000,\"event\":\"code_redeem\",\"outcome\":\"OK\","
                                  "\"severity\":\"info\",\"client_id\":\"budget\","), text);
    assert_non_null(strstr(text, "\"trace_id\":\"ab01000000000000"));
    assert_non_null(strstr(text, "\"hash\":\""));
    assert_null(strstr(text, "subject"));
    assert_null(strchr(text, '\033'));
    assert_int_equal(strchr(text, '\n') - text, strlen(text) - 1);
    free(text);
}

static void line_for_people_is_one_line_and_safe(void **state)
{
    char *text = printed(false);

    (void)state;
    assert_ptr_equal(strstr(text, "2026-11-24 01:48:41Z  info "), text);
    assert_non_null(strstr(text, "#1 client=budget detail=\"two words\xef\xbf\xbd\"\n"));
    assert_null(strchr(text, '\033'));
    assert_int_equal(strchr(text, '\n') - text, strlen(text) - 1);
    free(text);
}

static void expect_printed(bool as_json, struct span via, uint64_t peer_uid, const char *wanted)
{
    char *text = printed_via(as_json, via, peer_uid);

    if (!strstr(text, wanted))
        fail_msg("no %s in %s", wanted, text);
    free(text);
}

/* An operator is a uid; root's is 0, which is a value like any other. */
static void operator_is_named_by_his_uid(void **state)
{
    char *text = printed_via(false, SPAN_LITERAL("web"), 33);

    (void)state;
    assert_non_null(strstr(text, "via=web"));
    assert_null(strstr(text, "uid="));
    free(text);
    expect_printed(false, SPAN_LITERAL("admin"), 1000, " via=admin uid=1000 ");
    expect_printed(false, SPAN_LITERAL("admin"), 0, " via=admin uid=0 ");
    expect_printed(true, SPAN_LITERAL("admin"), 1000, "\"via\":\"admin\",\"peer_uid\":1000,");
    expect_printed(true, SPAN_LITERAL("admin"), 0, "\"via\":\"admin\",\"peer_uid\":0,");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_log_is_accepted),
        cmocka_unit_test(every_altered_bit_is_found),
        cmocka_unit_test(missing_repeated_and_swapped_records_are_found),
        cmocka_unit_test(forged_head_does_not_help),
        cmocka_unit_test(rows_that_are_too_short_cannot_be_read),
        cmocka_unit_test(json_has_the_fields_by_name),
        cmocka_unit_test(line_for_people_is_one_line_and_safe),
        cmocka_unit_test(operator_is_named_by_his_uid),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
