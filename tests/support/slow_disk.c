/*
 * A disk with moods, for LD_PRELOAD: every sync takes SLOW_DISK_MS milliseconds, and fails with EIO while the
 * file that SLOW_DISK_BROKEN names is there. Stories show with it that an answer waits for the disk.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static int is_broken(void)
{
    const char *path = getenv("SLOW_DISK_BROKEN");

    return path && access(path, F_OK) == 0;
}

/* 0 to go on, -1 with errno if the disk is broken just now. */
static int delay(void)
{
    const char *text = getenv("SLOW_DISK_MS");
    long ms = text ? atol(text) : 0;
    struct timespec pause = {ms / 1000, ms % 1000 * 1000000};

    nanosleep(&pause, NULL);
    if (!is_broken())
        return 0;
    errno = EIO;
    return -1;
}

int fdatasync(int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");

    return delay() == 0 ? real(fd) : -1;
}

int fsync(int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");

    return delay() == 0 ? real(fd) : -1;
}

int msync(void *address, size_t length, int flags)
{
    int (*real)(void *, size_t, int) = (int (*)(void *, size_t, int))dlsym(RTLD_NEXT, "msync");

    return delay() == 0 ? real(address, length, flags) : -1;
}
