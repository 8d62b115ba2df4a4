#include "tests/bench/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_MAX (256u * 1024) /* a page with everything in it fits */
#define REQUEST_MAX (16u * 1024)
#define PATIENCE_NS UINT64_C(10000000000) /* for an answer that does not come */

struct link {
    struct conn conn;
    int fd;
    bool waiting; /* for an answer */
    size_t sent;
    uint64_t sent_at_ns;
    size_t received;
    uint8_t *in;    /* ANSWER_MAX */
    uint8_t *draft; /* REQUEST_MAX */
};

struct engine {
    struct addrinfo *address;
    int epoll;
    unsigned count;
    struct link *links;
    /* Of the run that is going on. */
    const struct flow *flow;
    struct tally *tally;
    unsigned outstanding;
    bool over;
    uint64_t end_ns;
    uint64_t last_answer_ns;
};

void engine_die(const char *format, ...)
{
    va_list args;

    fputs("sr_bench_load: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(2);
}

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static double own_cpu_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double watched_cpu_seconds(const struct tally *tally)
{
    double seconds = 0;

    if (tally->watched && !process_cpu_read(tally->watched, &seconds))
        engine_die("a process whose CPU time is to be measured has ended");
    return seconds;
}

/* What goes into the report must not break its JSON, nor may a whole page. */
static void note_error(struct engine *e, const char *what, const struct answer *answer)
{
    struct tally *tally = e->tally;
    struct span shown = answer && answer->status >= 400 ? answer->body : SPAN_NONE;

    if (tally->errors++ > 0)
        return;
    if (shown.len > 120)
        shown.len = 120;
    snprintf(tally->first_error, sizeof(tally->first_error), "%s: %s, status %d %.*s", e->flow->name, what,
             answer ? answer->status : 0, SPAN_PRINTF(shown));
    for (char *c = tally->first_error; *c; c++) {
        if (*c < ' ' || *c > '~' || *c == '"' || *c == '\\')
            *c = '\'';
    }
}

/* Connecting blocks: it happens before a run, or after an error that the run reports anyway. */
static void link_open(struct engine *e, struct link *l)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = l};
    int on = 1;

    l->fd = socket(e->address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (l->fd < 0 || connect(l->fd, e->address->ai_addr, e->address->ai_addrlen) != 0)
        engine_die("cannot connect: %s", strerror(errno));
    (void)setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (fcntl(l->fd, F_SETFL, O_NONBLOCK) != 0 || epoll_ctl(e->epoll, EPOLL_CTL_ADD, l->fd, &event) != 0)
        engine_die("cannot watch a connection: %s", strerror(errno));
    l->received = 0;
}

static void link_reopen(struct engine *e, struct link *l)
{
    close(l->fd);
    link_open(e, l);
}

static void link_wait_for(struct engine *e, struct link *l, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = l};

    if (epoll_ctl(e->epoll, EPOLL_CTL_MOD, l->fd, &event) != 0)
        engine_die("epoll_ctl: %s", strerror(errno));
}

static void link_lost(struct engine *e, struct link *l, const char *why)
{
    l->waiting = false;
    e->outstanding--;
    (void)e->flow->judge(e->flow->self, &l->conn, NULL);
    note_error(e, why, NULL);
    link_reopen(e, l);
}

static void link_send(struct engine *e, struct link *l)
{
    while (l->sent < l->conn.request.len) {
        ssize_t len = send(l->fd, l->conn.request.ptr + l->sent, l->conn.request.len - l->sent, MSG_NOSIGNAL);

        if (len < 0 && errno == EINTR)
            continue;
        if (len < 0 && errno == EAGAIN) {
            link_wait_for(e, l, EPOLLIN | EPOLLOUT);
            return;
        }
        if (len < 0) {
            link_lost(e, l, "the connection broke while sending");
            return;
        }
        l->sent += (size_t)len;
    }
}

static void link_ask(struct engine *e, struct link *l, uint64_t at_ns)
{
    l->conn.draft = buf_over(l->draft, REQUEST_MAX);
    if (e->over || e->tally->errors || !e->flow->ask(e->flow->self, &l->conn))
        return;
    if (!buf_ok(&l->conn.draft))
        engine_die("%s: a request does not fit into %u bytes", e->flow->name, REQUEST_MAX);
    l->waiting = true;
    e->outstanding++;
    l->sent = 0;
    l->received = 0;
    l->sent_at_ns = at_ns;
    e->tally->request_bytes = l->conn.request.len;
    link_send(e, l);
}

/*
 * Find a complete answer at the start of `in`. Returns its length; 0 if more has to come; -1 if it is
 * nothing that can be framed. Content-Length only: Strongroom knows the length of all that it says.
 */
static ssize_t answer_parse(struct span in, struct answer *ret_answer)
{
    const uint8_t *end = memmem(in.ptr, in.len, "\r\n\r\n", 4);
    struct span head;
    struct span length_text;
    size_t length = 0;

    if (!end)
        return in.len < ANSWER_MAX ? 0 : -1;
    head = span_of(in.ptr, (size_t)(end - in.ptr) + 2);
    if (head.len < 14 || memcmp(head.ptr, "HTTP/1.1 ", 9) != 0)
        return -1;
    length_text = text_header(head, "Content-Length");
    if (length_text.len < 1 || length_text.len > 6)
        return -1;
    for (size_t i = 0; i < length_text.len; i++) {
        if (length_text.ptr[i] < '0' || length_text.ptr[i] > '9')
            return -1;
        length = length * 10 + (size_t)(length_text.ptr[i] - '0');
    }
    if (in.len < head.len + 2 + length)
        return head.len + 2 + length <= ANSWER_MAX ? 0 : -1;
    ret_answer->status = (head.ptr[9] - '0') * 100 + (head.ptr[10] - '0') * 10 + (head.ptr[11] - '0');
    ret_answer->head = head;
    ret_answer->body = span_of(head.ptr + head.len + 2, length);
    return (ssize_t)(head.len + 2 + length);
}

static void link_answered(struct engine *e, struct link *l, const struct answer *answer)
{
    uint64_t at_ns = now_ns();
    const char *wrong = e->flow->judge(e->flow->self, &l->conn, answer);

    l->waiting = false;
    e->outstanding--;
    if (wrong) {
        note_error(e, wrong, answer);
    } else if (!e->over && at_ns < e->end_ns) {
        e->tally->requests++;
        e->tally->answer_bytes = answer->head.len + 2 + answer->body.len;
        e->last_answer_ns = at_ns;
        histogram_record(&e->tally->latency, at_ns - l->sent_at_ns);
    }
    if (span_equal_text(text_header(answer->head, "Connection"), "close"))
        link_reopen(e, l);
    link_ask(e, l, at_ns);
}

static void link_receive(struct engine *e, struct link *l)
{
    struct answer answer;
    ssize_t len = recv(l->fd, l->in + l->received, ANSWER_MAX - l->received, 0);

    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (len <= 0 || !l->waiting) {
        if (l->waiting)
            link_lost(e, l, "the connection was closed without an answer");
        else
            link_reopen(e, l);
        return;
    }
    l->received += (size_t)len;
    len = answer_parse(span_of(l->in, l->received), &answer);
    if (len == 0)
        return;
    if (len < 0 || (size_t)len != l->received)
        link_lost(e, l, "what came back is no single HTTP/1.1 answer with a Content-Length");
    else
        link_answered(e, l, &answer);
}

static void link_event(struct engine *e, struct link *l, uint32_t events)
{
    if (events & EPOLLOUT && l->waiting) {
        link_wait_for(e, l, EPOLLIN);
        link_send(e, l);
    }
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        link_receive(e, l);
}

/* Turn the loop once; afterwards the time may be over. */
static void engine_turn(struct engine *e)
{
    struct epoll_event events[256];
    int count = epoll_wait(e->epoll, events, 256, 20);

    for (int i = 0; i < count; i++)
        link_event(e, events[i].data.ptr, events[i].events);
}

static void engine_give_up(struct engine *e)
{
    for (unsigned i = 0; i < e->count; i++) {
        struct link *l = &e->links[i];

        if (!l->waiting)
            continue;
        l->waiting = false;
        e->outstanding--;
        (void)e->flow->judge(e->flow->self, &l->conn, NULL);
        note_error(e, "no answer within ten seconds", NULL);
        link_reopen(e, l);
    }
}

void engine_run(struct engine *e, const struct flow *flow, unsigned connections, double seconds,
                struct tally *tally)
{
    double cpu_before = watched_cpu_seconds(tally);
    double own_before = own_cpu_seconds();
    uint64_t start_ns = now_ns();
    uint64_t stopped_ns = 0;

    e->flow = flow;
    e->tally = tally;
    e->over = false;
    e->end_ns = start_ns + (uint64_t)(seconds * 1e9);
    e->last_answer_ns = start_ns;
    for (unsigned i = 0; i < connections && i < e->count; i++)
        link_ask(e, &e->links[i], now_ns());
    while (!e->over || e->outstanding) {
        uint64_t at_ns = now_ns();

        if (!e->over && (at_ns >= e->end_ns || e->outstanding == 0)) {
            e->over = true;
            stopped_ns = at_ns >= e->end_ns ? at_ns : e->last_answer_ns;
            tally->watched_cpu_seconds = watched_cpu_seconds(tally) - cpu_before;
            tally->own_cpu_seconds = own_cpu_seconds() - own_before;
        }
        if (at_ns > e->end_ns + PATIENCE_NS)
            engine_give_up(e);
        if (e->outstanding)
            engine_turn(e);
    }
    /* Requests are counted up to end_ns; a turn that ends a little later must not lengthen the time. */
    if (stopped_ns > e->end_ns)
        stopped_ns = e->end_ns;
    tally->seconds = (double)(stopped_ns - start_ns) / 1e9;
}

static struct addrinfo *address_of(struct span host)
{
    /* A cell that says "localhost" listens on IPv4's loopback address. */
    struct addrinfo hints = {
        .ai_family = AF_INET, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char text[256];
    char *port;

    if (host.len >= sizeof(text))
        engine_die("the server's name is too long");
    memcpy(text, host.ptr, host.len);
    text[host.len] = '\0';
    port = strrchr(text, ':');
    if (!port)
        engine_die("the server needs a port: %s", text);
    *port++ = '\0';
    if (getaddrinfo(text, port, &hints, &found) != 0)
        engine_die("cannot resolve %s", text);
    return found;
}

struct engine *engine_new(struct span host, unsigned connections)
{
    struct engine *e = calloc(1, sizeof(*e));

    if (!e || connections == 0 || connections > ENGINE_CONNECTIONS_MAX)
        engine_die("connections: 1 to %d", ENGINE_CONNECTIONS_MAX);
    e->address = address_of(host);
    e->epoll = epoll_create1(EPOLL_CLOEXEC);
    e->count = connections;
    e->links = calloc(connections, sizeof(*e->links));
    if (e->epoll < 0 || !e->links)
        engine_die("out of memory or descriptors");
    for (unsigned i = 0; i < connections; i++) {
        struct link *l = &e->links[i];

        l->conn.number = i;
        l->in = malloc(ANSWER_MAX);
        l->draft = malloc(REQUEST_MAX);
        if (!l->in || !l->draft)
            engine_die("out of memory");
        link_open(e, l);
    }
    return e;
}

void engine_free(struct engine **engine)
{
    struct engine *e = *engine;

    if (!e)
        return;
    for (unsigned i = 0; i < e->count; i++) {
        close(e->links[i].fd);
        free(e->links[i].in);
        free(e->links[i].draft);
    }
    close(e->epoll);
    freeaddrinfo(e->address);
    free(e->links);
    free(e);
    *engine = NULL;
}
