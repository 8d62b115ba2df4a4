/*
 * A closed loop over HTTP/1.1: N keep-alive connections to one server, each with exactly one request
 * outstanding, driven by one thread and epoll. What is asked and which answer is right is a flow's
 * business (tests/bench/flow_*.h); the engine sends, receives, takes the time and counts.
 *
 *     engine_run(engine, &flow, 64, seconds, &tally);
 *
 * Each answer is judged. One that is wrong, late or missing is counted as an error and described; it is
 * never counted as a request.
 */
#ifndef STRONGROOM_TESTS_BENCH_ENGINE_H
#define STRONGROOM_TESTS_BENCH_ENGINE_H

#include "tests/bench/histogram.h"
#include "tests/bench/process_cpu.h"
#include "tests/bench/text.h"

#define ENGINE_CONNECTIONS_MAX 1024

/* A complete answer; the spans are valid during the call that gets it. */
struct answer {
    int status;
    struct span head;
    struct span body;
};

/*
 * One connection as a flow sees it. `request` is what will be sent: either somebody else's memory that
 * stays until the answer is there, or buf_span(&draft) after writing into `draft`.
 */
struct conn {
    unsigned number; /* 0 .. connections - 1 */
    struct span request;
    struct buf draft;
};

struct flow {
    const char *name;
    void *self;
    /* Set conn->request and return true; false if this connection has nothing more to ask. */
    bool (*ask)(void *self, struct conn *conn);
    /*
     * NULL if the answer is right, else what is wrong with it. `answer` is NULL if the connection was lost
     * before it came; whatever the flow keeps for the connection has to start afresh then.
     */
    const char *(*judge)(void *self, struct conn *conn, const struct answer *answer);
};

/* Filled by engine_run; the caller sets `watched` (or NULL) and zeroes the rest. */
struct tally {
    const struct process_cpu *watched;
    uint64_t requests;
    uint64_t errors;
    uint64_t answer_bytes;  /* of the last right answer, head and body */
    uint64_t request_bytes; /* of the last request */
    double seconds;         /* from the first request to the end, or to the last answer if they ran out */
    double own_cpu_seconds; /* of this process: close to `seconds` means that the generator is the limit */
    double watched_cpu_seconds;
    char first_error[256]; /* printable ASCII without quotes */
    struct histogram latency;
};

struct engine;

/* Connect `connections` times to `host` ("name:port"). Ends the process with a message if that fails. */
struct engine *engine_new(struct span host, unsigned connections);
void engine_free(struct engine **engine);

/*
 * Run a flow on the first `connections` connections until `seconds` are over or no connection asks any
 * more. Answers that come after the end are judged but not counted; the call returns when none is
 * outstanding. Nothing more is asked after an error: one wrong answer is enough to spoil a measurement, and
 * wrong passwords must not be repeated.
 */
void engine_run(struct engine *engine, const struct flow *flow, unsigned connections, double seconds,
                struct tally *tally);

/* Print a message and end the process with status 2: for what keeps a measurement from starting. */
void engine_die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
