/*
 * What the load generator has to know of the cell that it drives. It comes on standard input, one
 * `name value` a line, because the argument list of a process is everybody's to read.
 */
#ifndef STRONGROOM_TESTS_BENCH_CELL_H
#define STRONGROOM_TESTS_BENCH_CELL_H

#include "common/buf.h"

/* Text without escapes; absent where no line said so. Lives as long as the process. */
struct cell {
    struct span host; /* of base_url: "127.0.0.1:8443" */
    struct span client_id;
    struct span client_secret;
    struct span redirect_uri;
    struct span resource_id;
    struct span resource_secret;
    struct span username;
    struct span password;
    /* Made of the above: whole `Authorization: Basic` header lines. */
    struct span client_basic;
    struct span resource_basic;
};

/* Ends the process with a message if a line is unknown or one is missing. */
void cell_read(struct cell *ret_cell);

#endif
