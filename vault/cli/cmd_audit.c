/* strongroom audit ...: what an investigator reads, and the proof that nobody has changed it. */
#include "vault/cli/admin.h"
#include "vault/cli/audit_row.h"
#include "vault/cli/text.h"

#include "common/json_write.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { DEFAULT_LINES = 20, POLL_MS = 300, PROGRESS_EVERY = 1024 };

/* ---- tail ---------------------------------------------------------------------------------------------- */

static volatile sig_atomic_t was_interrupted;

static void note_interrupt(int number)
{
    (void)number;
    was_interrupted = 1;
}

/* The first one ends --follow between two records; a second one, where the vault hangs, ends the program. */
static void catch_interrupts(void)
{
    struct sigaction action = {.sa_handler = note_interrupt, .sa_flags = (int)SA_RESETHAND};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static MUST_CHECK enum exit_code print_rows(const struct rep_audit_read *page, bool json)
{
    bool with_colours = terminal_has_colours(stdout);

    for (size_t i = 0; i < page->rows.len; i++) {
        struct audit_row row;

        if (!audit_row_read(page->rows.items[i], &row)) {
            say_error(
                "audit record %llu cannot be read; strongroom audit verify says where the damage starts",
                (unsigned long long)(page->first + i));
            return EXIT_CODE_REFUSED;
        }
        if (json)
            audit_row_print_json(stdout, &row);
        else
            audit_row_print(stdout, &row, with_colours);
    }
    /* A reader at the other end of a pipe waits for each of them. */
    fflush(stdout);
    return EXIT_CODE_OK;
}

/* All pages from the one that is asked for to the end of the log; *ret_next is the number of the next record. */
static MUST_CHECK enum exit_code print_from(struct admin *admin, struct req_audit_read request, bool json,
                                            uint64_t *ret_next)
{
    for (;;) {
        union any_reply reply;
        enum exit_code rc = admin_call(admin, MESSAGE_AUDIT_READ, &request, &reply);

        if (rc == EXIT_CODE_OK)
            rc = print_rows(&reply.audit_read, json);
        if (rc != EXIT_CODE_OK)
            return rc;
        request = (struct req_audit_read){.from = reply.audit_read.first + reply.audit_read.rows.len};
        *ret_next = request.from;
        if (request.from > reply.audit_read.size)
            return EXIT_CODE_OK;
        if (reply.audit_read.rows.len == 0) {
            say_error("audit record %llu is missing; strongroom audit verify says more",
                      (unsigned long long)request.from);
            return EXIT_CODE_REFUSED;
        }
    }
}

static void wait_a_moment(void)
{
    struct timespec moment = {0, POLL_MS * 1000000L};

    nanosleep(&moment, NULL);
}

static MUST_CHECK enum exit_code follow(struct admin *admin, bool json, uint64_t next)
{
    enum exit_code rc = EXIT_CODE_OK;

    while (rc == EXIT_CODE_OK && !was_interrupted && !ferror(stdout)) {
        wait_a_moment();
        if (!was_interrupted)
            rc = print_from(admin, (struct req_audit_read){.from = next}, json, &next);
    }
    return rc;
}

/* With no record asked for, where would the next one be? */
static MUST_CHECK enum exit_code find_end(struct admin *admin, uint64_t *ret_next)
{
    struct req_audit_read request = {.last = 1};
    union any_reply reply;
    enum exit_code rc = admin_call(admin, MESSAGE_AUDIT_READ, &request, &reply);

    if (rc == EXIT_CODE_OK)
        *ret_next = reply.audit_read.size + 1;
    return rc;
}

enum exit_code audit_tail(const struct arguments *args)
{
    bool has_number = arguments_text(args, "lines") != NULL;
    struct req_audit_read request = {.last = has_number ? arguments_number(args, "lines") : DEFAULT_LINES};
    struct admin admin = admin_of(args);
    uint64_t next = 1;
    enum exit_code rc;

    if (arguments_flag(args, "follow"))
        catch_interrupts();
    if (!args->json && isatty(STDOUT_FILENO))
        audit_row_print_titles(stdout);
    rc = request.last > 0 ? print_from(&admin, request, args->json, &next) : find_end(&admin, &next);
    if (rc == EXIT_CODE_OK && arguments_flag(args, "follow"))
        rc = follow(&admin, args->json, next);
    admin_fini(&admin);
    return rc;
}

/* ---- verify -------------------------------------------------------------------------------------------- */

static void show_progress(const struct audit_walk *walk, uint64_t size)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%llu of %llu records", (unsigned long long)walk->sequence,
                (unsigned long long)size);
}

static void clear_progress(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

/* `problem` is NULL if the chain is whole; else it is damaged at the record after the walk's. */
static void print_verdict_json(const struct audit_walk *walk, const char *problem)
{
    uint8_t room[1024];
    struct buf text = buf_over(room, sizeof(room));
    struct json_writer json = json_begin(&text);

    json_object_open(&json, NULL);
    json_bool(&json, "whole", problem == NULL);
    json_u64(&json, "records", walk->sequence);
    json_hex(&json, "head", span_of(walk->head, sizeof(walk->head)));
    if (problem)
        json_u64(&json, "damaged_at", walk->sequence + 1);
    json_text(&json, "problem", span_of_text(problem));
    json_object_close(&json);
    printf("%.*s\n", SPAN_PRINTF(buf_span(&text)));
}

static void print_verdict(const struct audit_walk *walk, const char *problem)
{
    unsigned long long records = (unsigned long long)walk->sequence;
    uint8_t room[2 * AUDIT_CHAIN_HEAD];
    struct buf head = buf_over(room, sizeof(room));

    buf_put_hex(&head, span_of(walk->head, sizeof(walk->head)));
    if (problem)
        say_error("the audit log is damaged at record %llu: %s; the %llu before it are whole", records + 1,
                  problem, records);
    else
        printf("%llu records, the chain is whole, head %.*s\n", records, SPAN_PRINTF(buf_span(&head)));
}

/* Check one page; *ret_problem is NULL if all of it is right. */
static void check_page(struct audit_walk *walk, const struct rep_audit_read *page, const char **ret_problem)
{
    *ret_problem = NULL;
    if (page->first != walk->sequence + 1)
        *ret_problem = "it is missing";
    for (size_t i = 0; i < page->rows.len && !*ret_problem; i++) {
        *ret_problem = audit_walk_step(walk, page->rows.items[i]);
        if (walk->sequence % PROGRESS_EVERY == 0)
            show_progress(walk, page->size);
    }
    if (page->rows.len == 0 && walk->sequence < page->size)
        *ret_problem = "it is missing";
}

enum exit_code audit_verify(const struct arguments *args)
{
    struct admin admin = admin_of(args);
    struct audit_walk walk = {0};
    const char *problem = NULL;
    uint64_t end = 0; /* what was there at the start: a busy vault writes on while we read */
    enum exit_code rc;

    do {
        struct req_audit_read request = {.from = walk.sequence + 1};
        union any_reply reply;

        rc = admin_call(&admin, MESSAGE_AUDIT_READ, &request, &reply);
        if (rc != EXIT_CODE_OK)
            break;
        if (walk.sequence == 0)
            end = reply.audit_read.size;
        check_page(&walk, &reply.audit_read, &problem);
    } while (!problem && walk.sequence < end);
    clear_progress();
    if (rc == EXIT_CODE_OK && args->json)
        print_verdict_json(&walk, problem);
    else if (rc == EXIT_CODE_OK)
        print_verdict(&walk, problem);
    admin_fini(&admin);
    return rc == EXIT_CODE_OK && problem ? EXIT_CODE_REFUSED : rc;
}
