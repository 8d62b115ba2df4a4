/*
 * sr_bench_responder: what the machine gives when nothing is decided. libuv accepts, llhttp parses each
 * request whole (target, header fields, body), and one fixed answer of the size of an introspection goes
 * back. No allocation and no copy per request: it is the yardstick, so it must not be slow by neglect.
 *
 * usage: sr_bench_responder [--port N] [--answer-bytes N]
 * Prints `port N` when it listens on 127.0.0.1, and runs until SIGTERM or SIGINT.
 */
#include <getopt.h>
#include <llhttp.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#define READ_MAX 65536
#define ANSWER_MAX 65536
#define PENDING_MAX 1024 /* answers to one read's requests, when they are pipelined */

struct connection {
    uv_tcp_t tcp;
    llhttp_t parser;
    size_t seen; /* bytes of the request's parts, so that the callbacks have something to do */
    unsigned answers_due;
    unsigned writes;
};

static char answer[ANSWER_MAX];
static size_t answer_len;
/* One read is handled before the next begins, so all connections share the buffer. */
static char read_buffer[READ_MAX];
static llhttp_settings_t settings;

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void close_connection(struct connection *c)
{
    if (!uv_is_closing((uv_handle_t *)&c->tcp))
        uv_close((uv_handle_t *)&c->tcp, on_closed);
}

static int on_part(llhttp_t *parser, const char *at, size_t len)
{
    struct connection *c = parser->data;

    (void)at;
    c->seen += len;
    return 0;
}

static int on_message(llhttp_t *parser)
{
    struct connection *c = parser->data;

    c->seen = 0;
    if (++c->answers_due > PENDING_MAX)
        return HPE_USER;
    return 0;
}

static void on_written(uv_write_t *write, int status)
{
    struct connection *c = write->data;

    free(write);
    if (status < 0)
        close_connection(c);
}

/* The rare case: the socket does not take the answer at once. `answer` never changes, so it is borrowed. */
static void queue_answer(struct connection *c, size_t already)
{
    uv_buf_t rest = uv_buf_init(answer + already, (unsigned)(answer_len - already));
    uv_write_t *write = malloc(sizeof(*write));

    if (!write) {
        close_connection(c);
        return;
    }
    write->data = c;
    if (uv_write(write, (uv_stream_t *)&c->tcp, &rest, 1, on_written) != 0) {
        free(write);
        close_connection(c);
    }
}

static void send_answer(struct connection *c)
{
    uv_buf_t whole = uv_buf_init(answer, (unsigned)answer_len);
    int written = uv_try_write((uv_stream_t *)&c->tcp, &whole, 1);

    if (written == UV_EAGAIN)
        written = 0;
    if (written < 0)
        close_connection(c);
    else if ((size_t)written < answer_len)
        queue_answer(c, (size_t)written);
}

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer)
{
    (void)handle;
    (void)suggested;
    *ret_buffer = uv_buf_init(read_buffer, sizeof(read_buffer));
}

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buffer)
{
    struct connection *c = stream->data;

    if (len == 0)
        return;
    if (len < 0 || llhttp_execute(&c->parser, buffer->base, (size_t)len) != HPE_OK) {
        close_connection(c);
        return;
    }
    for (; c->answers_due > 0 && !uv_is_closing((uv_handle_t *)stream); c->answers_due--)
        send_answer(c);
}

static void on_connection(uv_stream_t *server, int status)
{
    struct connection *c = status == 0 ? calloc(1, sizeof(*c)) : NULL;

    if (!c)
        return;
    uv_tcp_init(server->loop, &c->tcp);
    c->tcp.data = c;
    if (uv_accept(server, (uv_stream_t *)&c->tcp) != 0) {
        close_connection(c);
        return;
    }
    uv_tcp_nodelay(&c->tcp, 1);
    llhttp_init(&c->parser, HTTP_REQUEST, &settings);
    c->parser.data = c;
    uv_read_start((uv_stream_t *)&c->tcp, on_allocate, on_read);
}

static void on_signal(uv_signal_t *signal, int number)
{
    (void)number;
    uv_stop(signal->loop);
}

/* An active introspection with a filler in it, `total` bytes with its head. */
static void write_answer(size_t total)
{
    static const char start[] =
        "{\"active\":true,\"scope\":\"openid accounts transactions\",\"client_id\":\"bench\",\"pad\":\"";
    static const char end[] = "\"}";
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                               "Cache-Control: no-store\r\nContent-Length: %zu\r\n\r\n";
    size_t fixed = strlen(start) + strlen(end);
    size_t pad = 0;
    size_t head_len;

    if (total > ANSWER_MAX - 256)
        total = ANSWER_MAX - 256;
    for (;; pad++) {
        head_len = (size_t)snprintf(answer, sizeof(answer), head, fixed + pad);
        if (head_len + fixed + pad >= total)
            break;
    }
    memcpy(answer + head_len, start, strlen(start));
    memset(answer + head_len + strlen(start), '.', pad);
    memcpy(answer + head_len + strlen(start) + pad, end, strlen(end));
    answer_len = head_len + fixed + pad;
}

static int listen_on(uv_loop_t *loop, uv_tcp_t *server, int port)
{
    struct sockaddr_in address;
    int len = sizeof(address);
    int rc;

    uv_tcp_init(loop, server);
    rc = uv_ip4_addr("127.0.0.1", port, &address);
    if (rc == 0)
        rc = uv_tcp_bind(server, (const struct sockaddr *)&address, 0);
    if (rc == 0)
        rc = uv_listen((uv_stream_t *)server, 1024, on_connection);
    if (rc == 0)
        rc = uv_tcp_getsockname(server, (struct sockaddr *)&address, &len);
    if (rc != 0) {
        fprintf(stderr, "sr_bench_responder: cannot listen: %s\n", uv_strerror(rc));
        return 1;
    }
    printf("port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    return 0;
}

int main(int argc, char **argv)
{
    static const struct option known[] = {{"port", required_argument, NULL, 'p'},
                                          {"answer-bytes", required_argument, NULL, 'a'},
                                          {NULL, 0, NULL, 0}};
    uv_loop_t *loop = uv_default_loop();
    uv_signal_t signals[2];
    uv_tcp_t server;
    size_t answer_bytes = 600;
    int port = 0;
    int option;

    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == 'p') {
            port = atoi(optarg);
        } else if (option == 'a') {
            answer_bytes = (size_t)strtoul(optarg, NULL, 10);
        } else {
            fputs("usage: sr_bench_responder [--port N] [--answer-bytes N]\n", stderr);
            return 2;
        }
    }
    write_answer(answer_bytes);
    llhttp_settings_init(&settings);
    settings.on_url = on_part;
    settings.on_header_field = on_part;
    settings.on_header_value = on_part;
    settings.on_body = on_part;
    settings.on_message_complete = on_message;
    if (listen_on(loop, &server, port) != 0)
        return 1;
    for (int i = 0; i < 2; i++) {
        uv_signal_init(loop, &signals[i]);
        uv_signal_start(&signals[i], on_signal, i == 0 ? SIGTERM : SIGINT);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    return 0;
}
