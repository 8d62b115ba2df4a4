#include "frontend/worker.h"

#include <stdlib.h>
#include <unistd.h>

#include "common/log.h"

#define TICK_MS 100
/* Descriptors that are no client's: listeners, the loop's, nng's, the log. */
#define DESCRIPTORS_OF_OURS 96

static size_t connection_bound(const struct worker_start *start)
{
    size_t wanted = start->config->limits.connections;
    size_t possible = start->open_files > 2 * DESCRIPTORS_OF_OURS ? start->open_files - DESCRIPTORS_OF_OURS
                                                                  : DESCRIPTORS_OF_OURS;

    return wanted < possible ? wanted : possible;
}

static void finish_draining(struct worker *worker)
{
    if (worker->server.open > 0 && uv_now(&worker->loop) < worker->drain_until_ms)
        return;
    log_event(LOG_INFO, "worker_drained", log_u64("pid", (uint64_t)getpid()),
              log_u64("left", worker->server.open));
    uv_stop(&worker->loop);
}

static void on_tick(uv_timer_t *timer)
{
    struct worker *worker = timer->data;

    lane_tick(worker->lane);
    server_tick(&worker->server);
    if (worker->drain_until_ms)
        finish_draining(worker);
}

static void on_stop(uv_signal_t *signal, int number)
{
    struct worker *worker = signal->data;

    (void)number;
    if (worker->drain_until_ms)
        return;
    worker->drain_until_ms = uv_now(&worker->loop) + worker->config->drain_timeout_s * 1000 + 1;
    server_drain(&worker->server);
}

static bool start_handles(struct worker *worker)
{
    worker->tick.data = worker->terminate.data = worker->interrupt.data = worker;
    return uv_timer_init(&worker->loop, &worker->tick) == 0 &&
           uv_timer_start(&worker->tick, on_tick, TICK_MS, TICK_MS) == 0 &&
           uv_signal_init(&worker->loop, &worker->terminate) == 0 &&
           uv_signal_start(&worker->terminate, on_stop, SIGTERM) == 0 &&
           uv_signal_init(&worker->loop, &worker->interrupt) == 0 &&
           uv_signal_start(&worker->interrupt, on_stop, SIGINT) == 0;
}

static bool start_worker(struct worker *worker, const struct worker_start *start)
{
    const struct lane_settings lane = {
        .socket_path = start->config->vault_socket,
        /* One more for the worker's own question, which waits there for as long as the vault is down. */
        .in_flight = (uint32_t)start->config->limits.in_flight + 1,
        .timeout_ms = start->config->limits.vault_timeout_s * 1000,
    };

    worker->config = start->config;
    worker->brand = start->brand;
    worker->clock = clock_real();
    random_pool_init(&worker->random, rng_system());
    if (uv_loop_init(&worker->loop) || !responder_init(&worker->responder) || !start_handles(worker)) {
        log_event(LOG_ERROR, "worker_not_started", log_cstr("reason", "no loop, no timer or no memory"));
        return false;
    }
    worker->lane = lane_new(&worker->loop, &lane);
    return worker->lane && metadata_start(&worker->metadata, worker) &&
           server_init(&worker->server, worker, start->sockets, start->socket_count, connection_bound(start));
}

/* Let go of everything in order, so that what a checker finds left over at the exit is a mistake. */
static void finish_worker(struct worker *worker)
{
    server_close(&worker->server);
    uv_close((uv_handle_t *)&worker->tick, NULL);
    uv_close((uv_handle_t *)&worker->terminate, NULL);
    uv_close((uv_handle_t *)&worker->interrupt, NULL);
    metadata_stop(&worker->metadata);
    lane_close(worker->lane);
    (void)uv_run(&worker->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&worker->loop);
    server_fini(&worker->server);
    responder_fini(&worker->responder);
    free(worker);
}

int worker_run(const struct worker_start *start)
{
    /* Large, and the process has only one: not on the stack. */
    struct worker *worker = calloc(1, sizeof(*worker));

    /* What a start that fails leaves behind ends with the process. */
    if (!worker || !start_worker(worker, start))
        _exit(1);
    log_event(LOG_INFO, "worker_ready", log_u64("pid", (uint64_t)getpid()),
              log_u64("connections", worker->server.bound));
    (void)uv_run(&worker->loop, UV_RUN_DEFAULT);
    finish_worker(worker);
    return 0;
}
