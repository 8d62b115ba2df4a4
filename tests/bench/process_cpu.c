#include "tests/bench/process_cpu.h"

#include <stdio.h>
#include <unistd.h>

static MUST_CHECK bool ticks_of(int pid, uint64_t *ret_ticks)
{
    char path[64];
    char text[1024];
    unsigned long long user = 0;
    unsigned long long system = 0;
    const char *after_name;
    FILE *file;
    size_t len;

    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    file = fopen(path, "re");
    if (!file)
        return false;
    len = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[len] = '\0';
    /* The name stands in parentheses and may itself hold spaces and parentheses, so count from its end. */
    after_name = strrchr(text, ')');
    if (!after_name ||
        sscanf(after_name + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user, &system) != 2)
        return false;
    *ret_ticks = user + system;
    return true;
}

bool process_cpu_read(const struct process_cpu *watched, double *ret_seconds)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < watched->count; i++) {
        uint64_t ticks = 0;

        if (!ticks_of(watched->pids[i], &ticks))
            return false;
        sum += ticks;
    }
    *ret_seconds = (double)sum / (double)sysconf(_SC_CLK_TCK);
    return true;
}
