#include "vault/cli/connection.h"

#include "common/clock.h"
#include "common/rng.h"
#include "common/secret.h"
#include "proto/codec.h"

#include <errno.h>
#include <grp.h>
#include <nng/nng.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    DIAL_TIMEOUT_MS = 5000,
    CALL_TIMEOUT_MS = 15000,
    SLOW_TIMEOUT_MS = 60000, /* a password hash in a queue, a copy of the whole store */
    GRACE_MS = 1000,         /* the vault ends a late request itself, and its word is the better one */
};

struct connection {
    nng_stream *stream;
    nng_aio *aio;
    uint64_t calls;
    struct buf out;
    uint8_t *in;
    size_t in_len;
    size_t in_used; /* the frame that the last reply was read from */
};

enum { IN_SIZE = FRAME_HEADER + LIMIT_FRAME, OUT_SIZE = FRAME_HEADER + LIMIT_MESSAGE };

static void group_of(const struct stat *st, char *ret_name, size_t size)
{
    const struct group *group = getgrgid(st->st_gid);

    if (group)
        snprintf(ret_name, size, "%s", group->gr_name);
    else
        snprintf(ret_name, size, "%lu", (unsigned long)st->st_gid);
}

/* Look before dialling: the system's own reasons are clearer than those that come back through nng. */
static MUST_CHECK bool can_dial(const char *path, struct problem *ret_problem)
{
    char group[64];
    struct stat st;

    if (strlen(path) > SOCKET_PATH_MAX) {
        problem_set(ret_problem, "the path of a socket has at most %d bytes, this one has %zu: %s",
                    SOCKET_PATH_MAX, strlen(path), path);
        return false;
    }
    if (stat(path, &st) != 0) {
        if (errno == ENOENT)
            problem_set(ret_problem, "there is no socket %s: is the vault running? (--socket names another)",
                        path);
        else if (errno == EACCES)
            problem_set(ret_problem,
                        "permission denied on the way to %s: only root and the vault's admin group "
                        "may look into that folder",
                        path);
        else
            problem_set(ret_problem, "cannot look at %s: %s", path, strerror(errno));
        return false;
    }
    if (!S_ISSOCK(st.st_mode)) {
        problem_set(ret_problem, "%s is not a socket", path);
        return false;
    }
    if (access(path, W_OK) != 0) {
        group_of(&st, group, sizeof(group));
        problem_set(ret_problem, "permission denied for %s: it serves root and the members of the group %s",
                    path, group);
        return false;
    }
    return true;
}

static void dial(struct connection *c, const char *path, struct problem *problem)
{
    char url[SOCKET_PATH_MAX + sizeof("ipc://")];
    nng_stream_dialer *dialer = NULL;
    int rc;

    snprintf(url, sizeof(url), "ipc://%s", path);
    rc = nng_stream_dialer_alloc(&dialer, url);
    if (rc == 0) {
        nng_aio_set_timeout(c->aio, DIAL_TIMEOUT_MS);
        nng_stream_dialer_dial(dialer, c->aio);
        nng_aio_wait(c->aio);
        rc = nng_aio_result(c->aio);
    }
    if (rc == 0)
        c->stream = nng_aio_get_output(c->aio, 0);
    else if (rc == NNG_ECONNREFUSED)
        problem_set(problem, "nobody answers at %s: the vault is not running (the socket is left over)",
                    path);
    else
        problem_set(problem, "cannot connect to %s: %s", path, nng_strerror(rc));
    if (dialer)
        nng_stream_dialer_free(dialer);
}

enum exit_code connection_open(const char *socket_path, struct connection **ret_connection,
                               struct problem *ret_problem)
{
    struct connection *c = NULL;
    uint8_t *out = NULL;

    if (!can_dial(socket_path, ret_problem))
        return EXIT_CODE_UNREACHABLE;
    problem_set(ret_problem, "not enough memory");
    c = calloc(1, sizeof(*c));
    if (!c)
        goto failed;
    c->in = malloc(IN_SIZE);
    out = malloc(OUT_SIZE);
    c->out = buf_over(out, OUT_SIZE);
    if (!c->in || !out || nng_aio_alloc(&c->aio, NULL, NULL) != 0)
        goto failed;
    dial(c, socket_path, ret_problem);
    if (!c->stream)
        goto failed;
    *ret_connection = c;
    return EXIT_CODE_OK;
failed:
    connection_close(&c);
    return EXIT_CODE_UNREACHABLE;
}

void connection_close(struct connection **connection)
{
    struct connection *c = *connection;

    if (!c)
        return;
    if (c->stream) {
        nng_stream_close(c->stream);
        nng_stream_free(c->stream);
    }
    if (c->aio)
        nng_aio_free(c->aio);
    if (c->in)
        wipe(c->in, IN_SIZE); /* a client's new secret came through it */
    free(c->in);
    free(c->out.ptr);
    free(c);
    *connection = NULL;
}

/* One send or receive of up to `len` bytes; returns how many, or 0 with the reason. */
static size_t transfer(struct connection *c, void (*way)(nng_stream *, nng_aio *), uint8_t *bytes, size_t len,
                       int timeout_ms, struct problem *problem)
{
    nng_iov iov = {bytes, len};
    int rc;

    nng_aio_set_timeout(c->aio, timeout_ms);
    rc = nng_aio_set_iov(c->aio, 1, &iov);
    if (rc == 0) {
        way(c->stream, c->aio);
        nng_aio_wait(c->aio);
        rc = nng_aio_result(c->aio);
    }
    if (rc == 0 && nng_aio_count(c->aio) > 0)
        return nng_aio_count(c->aio);
    if (rc == NNG_ETIMEDOUT)
        problem_set(problem, "the vault did not answer within %d s; what was asked for may still happen",
                    timeout_ms / 1000);
    else if (c->calls <= 1)
        problem_set(problem,
                    "the vault closed the connection without an answer: it serves root and its admin "
                    "group only, and its log says more");
    else
        problem_set(problem, "the connection to the vault ended; what was asked for may have happened");
    return 0;
}

static MUST_CHECK enum exit_code send_all(struct connection *c, struct problem *problem)
{
    for (size_t sent = 0; sent < c->out.len;) {
        size_t len = transfer(c, nng_stream_send, c->out.ptr + sent, c->out.len - sent, CALL_TIMEOUT_MS,
                              problem);

        if (len == 0)
            return EXIT_CODE_UNREACHABLE;
        sent += len;
    }
    return EXIT_CODE_OK;
}

/* Wait for the frame that answers this call; *ret_reply points into c->in. */
static MUST_CHECK enum exit_code receive(struct connection *c, int timeout_ms,
                                         struct reply_envelope *ret_reply, struct problem *problem)
{
    struct span payload;
    size_t len;

    memmove(c->in, c->in + c->in_used, c->in_len - c->in_used);
    c->in_len -= c->in_used;
    c->in_used = 0;
    for (;;) {
        switch (frame_next(span_of(c->in, c->in_len), &payload, &c->in_used)) {
        case FRAME_WHOLE:
            if (frame_take_reply(&payload, ret_reply) && ret_reply->call == c->calls && payload.len == 0)
                return EXIT_CODE_OK;
            /* fall through */
        case FRAME_BROKEN:
            problem_set(problem, "the vault's answer cannot be read: are both programs of the same version?");
            return EXIT_CODE_UNREACHABLE;
        case FRAME_PARTIAL: break;
        }
        c->in_used = 0;
        len = transfer(c, nng_stream_recv, c->in + c->in_len, IN_SIZE - c->in_len, timeout_ms, problem);
        if (len == 0)
            return EXIT_CODE_UNREACHABLE;
        c->in_len += len;
    }
}

static MUST_CHECK enum exit_code encode(struct connection *c, const struct message *message, int timeout_ms,
                                        const void *request, struct problem *problem)
{
    uint8_t ids[LIMIT_REQUEST_ID + LIMIT_TRACE_ID];
    struct rng rng = rng_system();
    struct request_envelope envelope = {
        .number = message->number,
        .call = ++c->calls,
        .request_id = span_of(ids, LIMIT_REQUEST_ID),
        .deadline_ms = clock_monotonic_ms() + (uint64_t)timeout_ms,
        .trace_id = span_of(ids + LIMIT_REQUEST_ID, LIMIT_TRACE_ID),
        .peer = SPAN_LITERAL(""),
    };
    size_t start;

    if (!rng_fill(&rng, ids, sizeof(ids))) {
        problem_set(problem, "the system has no random numbers");
        return EXIT_CODE_REFUSED;
    }
    c->out.len = 0;
    c->out.overflow = false;
    start = frame_begin(&c->out);
    if (!frame_put_request(&c->out, &envelope, &message->request, request)) {
        problem_set(problem, "a value is too long");
        return EXIT_CODE_USAGE;
    }
    frame_end(&c->out, start);
    return EXIT_CODE_OK;
}

enum exit_code connection_call(struct connection *c, enum message_number number, const void *request,
                               union any_reply *ret_reply, enum answer *ret_answer,
                               struct problem *ret_problem)
{
    const struct message *message = message_by_number(number);
    int timeout_ms = message->lane == LANE_SLOW ? SLOW_TIMEOUT_MS : CALL_TIMEOUT_MS;
    struct reply_envelope envelope;
    enum exit_code rc;

    rc = encode(c, message, timeout_ms, request, ret_problem);
    if (rc == EXIT_CODE_OK)
        rc = send_all(c, ret_problem);
    wipe(c->out.ptr, c->out.len);
    if (rc == EXIT_CODE_OK)
        rc = receive(c, timeout_ms + GRACE_MS, &envelope, ret_problem);
    if (rc != EXIT_CODE_OK)
        return rc;
    if (codec_decode(envelope.body, &message->reply, ret_reply)) {
        *ret_answer = (enum answer)envelope.answer;
        return EXIT_CODE_OK;
    }
    problem_set(ret_problem,
                "the vault's answer to %s cannot be read: are both programs of the same version?",
                message->name);
    memset(ret_reply, 0, sizeof(*ret_reply));
    *ret_answer = (enum answer)envelope.answer;
    /* A refusal may come without any field, the required ones included. */
    return envelope.answer != ANSWER_OK ? EXIT_CODE_OK : EXIT_CODE_UNREACHABLE;
}
