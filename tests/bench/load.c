/*
 * sr_bench_load: the load generator of tests/bench. One thread, plain HTTP/1.1 with keep-alive, a fixed
 * number of connections with one request outstanding on each. It reads the cell's credentials from
 * standard input (tests/bench/cell.h), makes the grants that it needs in the way customers do, warms up,
 * measures, and prints one line of JSON.
 *
 * Exit status: 0 if every answer was right, 1 if one was wrong, 2 if there was nothing to measure.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/cell.h"
#include "tests/bench/engine.h"
#include "tests/bench/flow_browser.h"
#include "tests/bench/flow_token.h"

#define CODES_MAX 200000
#define GRANTS_MAX 100000
#define SETUP_SECONDS 60.0

enum mode { MODE_INTROSPECT, MODE_REFRESH, MODE_CODE, MODE_RESPOND };

static const char *const mode_names[] = {"introspect", "refresh", "code", "respond"};

struct options {
    enum mode mode;
    unsigned connections;
    double seconds;
    double warmup_seconds;
    double consent_seconds; /* code: how long codes are collected beforehand */
    size_t grants;          /* introspect: tokens in the pool; refresh: chains over all connections */
    size_t token_bytes;     /* respond: as long as the product's access tokens */
    struct process_cpu watched;
};

struct result {
    struct tally tally;
    size_t grants;
    size_t token_bytes;
    uint64_t id_tokens;
};

static const char help[] =
    "usage: sr_bench_load MODE [options] < cell\n"
    "\n"
    "MODE is introspect, refresh, code, or respond (introspection against sr_bench_responder).\n"
    "\n"
    "  -c, --connections N    keep-alive connections, one request outstanding on each (64)\n"
    "  -s, --seconds S        measured time (2)\n"
    "  -w, --warmup S         the same unmeasured before (0.3; not in mode code)\n"
    "  -g, --grants N         grants to spread the requests over (256)\n"
    "      --consent-seconds S  mode code: collect codes for that long at most (4)\n"
    "      --token-bytes N    mode respond: length of the made-up access tokens (128)\n"
    "      --watch PID        add up the CPU time of this process while measuring; repeatable\n"
    "  -h, --help             this text\n"
    "\n"
    "Standard input: lines `name value` for base_url, client_id, client_secret, redirect_uri,\n"
    "resource_id, resource_secret, username and password. Standard output: one line of JSON.\n";

static double number(const char *text, double least, double most)
{
    char *end = NULL;
    double value = strtod(text, &end);

    if (end == text || *end || !(value >= least && value <= most))
        engine_die("'%s' is not a number from %g to %g", text, least, most);
    return value;
}

static void take_option(struct options *o, int option, const char *value)
{
    switch (option) {
    case 'c':
        o->connections = (unsigned)number(value, 1, ENGINE_CONNECTIONS_MAX);
        break;
    case 's':
        o->seconds = number(value, 0.05, 600);
        break;
    case 'w':
        o->warmup_seconds = number(value, 0, 60);
        break;
    case 'g':
        o->grants = (size_t)number(value, 1, GRANTS_MAX);
        break;
    case 'C':
        o->consent_seconds = number(value, 0.05, 40); /* a code lives for a minute */
        break;
    case 'T':
        o->token_bytes = (size_t)number(value, 1, TOKEN_MAX);
        break;
    case 'W':
        if (o->watched.count == PROCESS_CPU_MAX)
            engine_die("too many processes to watch");
        o->watched.pids[o->watched.count++] = (int)number(value, 1, 1e9);
        break;
    case 'h':
        fputs(help, stdout);
        exit(0);
    default:
        fputs(help, stderr);
        exit(2);
    }
}

static struct options options_read(int argc, char **argv)
{
    static const struct option known[] = {
        {"connections", required_argument, NULL, 'c'},
        {"seconds", required_argument, NULL, 's'},
        {"warmup", required_argument, NULL, 'w'},
        {"grants", required_argument, NULL, 'g'},
        {"consent-seconds", required_argument, NULL, 'C'},
        {"token-bytes", required_argument, NULL, 'T'},
        {"watch", required_argument, NULL, 'W'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct options o = {.connections = 64, .seconds = 2, .warmup_seconds = 0.3, .consent_seconds = 4,
                        .grants = 256, .token_bytes = 128};
    int option;

    while ((option = getopt_long(argc, argv, "c:s:w:g:h", known, NULL)) != -1)
        take_option(&o, option, optarg);
    if (optind + 1 != argc) {
        fputs(help, stderr);
        exit(2);
    }
    for (o.mode = MODE_INTROSPECT; strcmp(mode_names[o.mode], argv[optind]) != 0; o.mode++) {
        if (o.mode == MODE_RESPOND)
            engine_die("unknown mode '%s', see --help", argv[optind]);
    }
    return o;
}

/* A set-up step that went wrong ends it all: what came after it would measure something else. */
static void require_clean(const struct tally *tally, const char *step)
{
    if (tally->errors == 0)
        return;
    fprintf(stderr, "sr_bench_load: %s: %llu errors; the first: %s\n", step,
            (unsigned long long)tally->errors, tally->first_error);
    exit(1);
}

static size_t collect_codes(const struct cell *cell, const struct options *o, struct engine *engine,
                            size_t wanted, double seconds, struct code *codes)
{
    struct browsers *browsers = browsers_new(cell, o->connections, codes, wanted);
    struct tally tally = {0};
    size_t count;

    browsers_log_in(browsers, engine, &tally);
    require_clean(&tally, "log in");
    count = browsers_fetch_codes(browsers, engine, o->connections, wanted, seconds, &tally);
    require_clean(&tally, "consent");
    browsers_free(&browsers);
    if (count == 0)
        engine_die("no code came within the time for set-up");
    return count;
}

/* `count` fresh grants, made through login, consent and code exchange. */
static struct grant *make_grants(const struct cell *cell, const struct options *o, struct engine *engine,
                                 size_t count)
{
    struct code *codes = calloc(count, sizeof(*codes));
    struct grant *grants = calloc(count, sizeof(*grants));
    struct exchange exchange = {.cell = cell, .codes = codes, .grants = grants, .grants_max = count};
    struct flow flow = exchange_flow(&exchange);
    struct tally tally = {0};

    if (!codes || !grants)
        engine_die("out of memory");
    exchange.code_count = collect_codes(cell, o, engine, count, SETUP_SECONDS, codes);
    engine_run(engine, &flow, o->connections, SETUP_SECONDS, &tally);
    require_clean(&tally, "exchange codes");
    if (exchange.grant_count != count)
        engine_die("only %zu of %zu grants were made in the time for set-up", exchange.grant_count, count);
    free(codes);
    return grants;
}

static void measure(const struct options *o, struct engine *engine, const struct flow *flow,
                    struct result *result)
{
    struct tally warmup = {0};

    if (o->warmup_seconds > 0) {
        engine_run(engine, flow, o->connections, o->warmup_seconds, &warmup);
        require_clean(&warmup, "warm up");
    }
    result->tally.watched = &o->watched;
    engine_run(engine, flow, o->connections, o->seconds, &result->tally);
}

static void run_introspect(const struct cell *cell, const struct options *o, struct engine *engine,
                           struct result *result)
{
    struct grant *grants;
    struct introspect *introspect;
    struct flow flow;

    if (o->mode == MODE_RESPOND) {
        grants = calloc(o->grants, sizeof(*grants));
        for (size_t i = 0; grants && i < o->grants; i++) {
            grants[i].access.len = (uint16_t)o->token_bytes;
            memset(grants[i].access.text, 'a' + (int)(i % 26), o->token_bytes);
        }
    } else {
        grants = make_grants(cell, o, engine, o->grants);
    }
    if (!grants)
        engine_die("out of memory");
    introspect = introspect_new(cell, grants, o->grants);
    flow = introspect_flow(introspect);
    result->grants = o->grants;
    result->token_bytes = grants[0].access.len;
    measure(o, engine, &flow, result);
    introspect_free(&introspect);
    free(grants);
}

static void run_refresh(const struct cell *cell, const struct options *o, struct engine *engine,
                        struct result *result)
{
    /* A connection without a grant of its own would stand idle. */
    size_t count = o->grants > o->connections ? o->grants : o->connections;
    struct refresh refresh = {.cell = cell, .grant_count = count, .connections = o->connections};
    struct flow flow = refresh_flow(&refresh);

    refresh.grants = make_grants(cell, o, engine, count);
    result->grants = count;
    result->token_bytes = refresh.grants[0].refresh.len;
    measure(o, engine, &flow, result);
    free(refresh.grants);
}

static void run_code(const struct cell *cell, const struct options *o, struct engine *engine,
                     struct result *result)
{
    struct code *codes = calloc(CODES_MAX, sizeof(*codes));
    struct exchange exchange = {.cell = cell, .codes = codes};
    struct flow flow = exchange_flow(&exchange);

    if (!codes)
        engine_die("out of memory");
    exchange.code_count = collect_codes(cell, o, engine, CODES_MAX, o->consent_seconds, codes);
    result->grants = exchange.code_count;
    result->token_bytes = codes[0].len;
    result->tally.watched = &o->watched;
    engine_run(engine, &flow, o->connections, o->seconds, &result->tally);
    result->id_tokens = exchange.id_tokens;
    free(codes);
}

static void print_result(const struct options *o, const struct result *r)
{
    const struct tally *t = &r->tally;

    printf("{\"mode\":\"%s\",\"connections\":%u,\"requests\":%llu,\"seconds\":%.6f,\"rps\":%.1f,",
           mode_names[o->mode], o->connections, (unsigned long long)t->requests, t->seconds,
           t->seconds > 0 ? (double)t->requests / t->seconds : 0.0);
    printf("\"p50_us\":%.2f,\"p99_us\":%.2f,\"max_us\":%.2f,",
           (double)histogram_percentile(&t->latency, 0.50) / 1e3,
           (double)histogram_percentile(&t->latency, 0.99) / 1e3, (double)t->latency.longest_ns / 1e3);
    printf("\"own_cpu_seconds\":%.4f,\"watched_cpu_seconds\":%.4f,", t->own_cpu_seconds,
           t->watched_cpu_seconds);
    printf("\"request_bytes\":%llu,\"answer_bytes\":%llu,", (unsigned long long)t->request_bytes,
           (unsigned long long)t->answer_bytes);
    printf("\"grants\":%zu,\"token_bytes\":%zu,\"id_tokens\":%llu,\"errors\":%llu,\"first_error\":\"%s\"}\n",
           r->grants, r->token_bytes, (unsigned long long)r->id_tokens, (unsigned long long)t->errors,
           t->first_error);
}

int main(int argc, char **argv)
{
    static struct result result;
    static struct cell cell;
    struct options options = options_read(argc, argv);
    struct engine *engine;

    cell_read(&cell);
    engine = engine_new(cell.host, options.connections);
    switch (options.mode) {
    case MODE_INTROSPECT:
    case MODE_RESPOND:
        run_introspect(&cell, &options, engine, &result);
        break;
    case MODE_REFRESH:
        run_refresh(&cell, &options, engine, &result);
        break;
    case MODE_CODE:
        run_code(&cell, &options, engine, &result);
        break;
    }
    engine_free(&engine);
    print_result(&options, &result);
    return result.tally.errors || result.tally.requests == 0 ? 1 : 0;
}
