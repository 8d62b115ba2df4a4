/* For unit tests: a file with a given text, and what a function writes to standard error. */
#ifndef STRONGROOM_TESTS_UNIT_COMMON_SCRATCH_H
#define STRONGROOM_TESTS_UNIT_COMMON_SCRATCH_H

#include "common/span.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SCRATCH_PATH_SIZE 64

/* Write a new file; the test removes it with unlink(). */
static inline void scratch_file(struct span text, char ret_path[SCRATCH_PATH_SIZE])
{
    static const char pattern[] = "/tmp/strongroom-unit.XXXXXX";
    int fd;

    memcpy(ret_path, pattern, sizeof(pattern));
    fd = mkstemp(ret_path);
    if (fd < 0 || (text.len && write(fd, text.ptr, text.len) != (ssize_t)text.len))
        abort();
    close(fd);
}

struct scratch_stderr {
    int kept;
    FILE *file;
};

static inline struct scratch_stderr scratch_stderr_begin(void)
{
    struct scratch_stderr capture = {dup(STDERR_FILENO), tmpfile()};

    fflush(stderr);
    if (capture.kept < 0 || !capture.file || dup2(fileno(capture.file), STDERR_FILENO) < 0)
        abort();
    return capture;
}

/* What was written since, with its NUL, cut to the room. */
static inline void scratch_stderr_end(struct scratch_stderr *capture, char *ret_text, size_t size)
{
    size_t len;

    fflush(stderr);
    dup2(capture->kept, STDERR_FILENO);
    close(capture->kept);
    rewind(capture->file);
    len = fread(ret_text, 1, size - 1, capture->file);
    ret_text[len] = '\0';
    fclose(capture->file);
}

#endif
