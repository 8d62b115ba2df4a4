/*
 * A worker: one process, one loop, one stream to the vault. It holds no secret of ours but what passes
 * through, and no state that another worker would miss.
 */
#ifndef STRONGROOM_FRONTEND_WORKER_H
#define STRONGROOM_FRONTEND_WORKER_H

#include <uv.h>

#include "common/clock.h"
#include "frontend/lane.h"
#include "frontend/metadata.h"
#include "frontend/page.h"
#include "frontend/random_pool.h"
#include "frontend/respond.h"
#include "frontend/server.h"

struct worker {
    uv_loop_t loop;
    const struct frontend_config *config;
    const struct page_brand *brand;
    struct lane *lane;
    struct server server;
    struct metadata metadata;
    struct random_pool random;
    struct responder responder;
    struct clock clock;

    uv_timer_t tick;
    uv_signal_t terminate;
    uv_signal_t interrupt;
    uint64_t drain_until_ms; /* 0: not draining */
};

/* What the master prepared before it forked. All of it outlives the worker. */
struct worker_start {
    const struct frontend_config *config;
    const struct page_brand *brand;
    const struct server_socket *sockets;
    size_t socket_count;
    size_t open_files; /* that the system lets a process have */
};

/* Run until SIGTERM or SIGINT and the end of draining; returns the process's exit code. */
int worker_run(const struct worker_start *start);

#endif
