/*
 * What a worker keeps and what it does without memory. server.c is compiled into this test, so that its
 * allocations can be made to fail; connections are real ones.
 */
#include "frontend/server.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/log.h"
#include "frontend/worker.h"

static bool memory_is_short;

static void *calloc_or_not(size_t count, size_t size)
{
    return memory_is_short ? NULL : calloc(count, size);
}

#define calloc calloc_or_not
#include "frontend/server.c"
#undef calloc

static const struct frontend_config config = {
    .limits = {.header_bytes = 1024,
               .body_bytes = 1024,
               .headers = 8,
               .header_timeout_s = 10,
               .body_timeout_s = 10,
               .idle_timeout_s = 60},
};

struct world {
    struct worker worker;
    struct sockaddr_in address;
    int clients[4];
    size_t client_count;
};

static void set_up(struct world *world)
{
    socklen_t len = sizeof(world->address);
    struct server_socket socket_of_ours = {.serves = FRONTEND_SERVES_PUBLIC};

    *world = (struct world){.worker.config = &config,
                            .address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
    memory_is_short = false;
    socket_of_ours.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(socket_of_ours.fd, (struct sockaddr *)&world->address, len), 0);
    assert_int_equal(getsockname(socket_of_ours.fd, (struct sockaddr *)&world->address, &len), 0);
    assert_int_equal(uv_loop_init(&world->worker.loop), 0);
    assert_true(server_init(&world->worker.server, &world->worker, &socket_of_ours, 1, 100));
}

static void tear_down(struct world *world)
{
    server_close(&world->worker.server);
    (void)uv_run(&world->worker.loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&world->worker.loop), 0);
    server_fini(&world->worker.server);
    while (world->client_count > 0)
        (void)close(world->clients[--world->client_count]);
}

static void connect_client(struct world *world)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(connect(fd, (struct sockaddr *)&world->address, sizeof(world->address)), 0);
    world->clients[world->client_count++] = fd;
}

static void turn(struct world *world)
{
    for (int i = 0; i < 20; i++) {
        (void)uv_run(&world->worker.loop, UV_RUN_NOWAIT);
        (void)usleep(1000);
    }
}

static size_t spare_buffers(const struct server *server)
{
    size_t count = 0;

    for (void *each = server->spare_buffers; each; count++)
        memcpy(&each, each, sizeof(each));
    return count;
}

static void buffers_of_a_flood_go_back_to_the_system(void **state)
{
    enum { FLOOD = 3 * SERVER_SPARE_BUFFERS_MAX };
    uint8_t *taken[FLOOD];
    struct world world;
    struct server *server = &world.worker.server;

    (void)state;
    set_up(&world);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < FLOOD; i++)
            assert_non_null(taken[i] = server_take_buffer(server));
        assert_int_equal(spare_buffers(server), 0);
        for (size_t i = 0; i < FLOOD; i++)
            server_give_buffer(server, taken[i]);
        assert_int_equal(spare_buffers(server), SERVER_SPARE_BUFFERS_MAX);
    }
    tear_down(&world);
}

/* A client that is not accepted keeps libuv from looking at the listener again, for ever. */
static void listener_survives_a_want_of_memory(void **state)
{
    struct world world;
    struct server *server = &world.worker.server;

    (void)state;
    set_up(&world);
    memory_is_short = true;
    connect_client(&world);
    turn(&world);
    server_tick(server);
    turn(&world);
    assert_int_equal(server->open, 0);
    memory_is_short = false;
    server_tick(server);
    assert_int_equal(server->open, 1);
    connect_client(&world);
    connect_client(&world);
    turn(&world);
    assert_int_equal(server->open, 3);
    tear_down(&world);
}

static void listener_may_close_over_a_client_that_waits(void **state)
{
    struct world world;

    (void)state;
    set_up(&world);
    memory_is_short = true;
    connect_client(&world);
    turn(&world);
    server_drain(&world.worker.server);
    memory_is_short = false;
    server_tick(&world.worker.server);
    turn(&world);
    assert_int_equal(world.worker.server.open, 0);
    tear_down(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffers_of_a_flood_go_back_to_the_system),
        cmocka_unit_test(listener_survives_a_want_of_memory),
        cmocka_unit_test(listener_may_close_over_a_client_that_waits),
    };

    log_init("frontend", LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
