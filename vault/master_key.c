#include "vault/master_key.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool complain(char *problem, const char *what, const char *path, const char *why)
{
    snprintf(problem, MASTER_KEY_PROBLEM_MAX, "%s %s: %s", what, path, why);
    return false;
}

static int hex_value(uint8_t c)
{
    return isdigit(c) ? c - '0' : isxdigit(c) ? tolower(c) - 'a' + 10 : -1;
}

static bool from_text(struct span text, uint8_t ret_key[MASTER_KEY_LEN])
{
    if (text.len == MASTER_KEY_LEN) {
        memcpy(ret_key, text.ptr, MASTER_KEY_LEN);
        return true;
    }
    if (text.len == 2 * MASTER_KEY_LEN + 1 && text.ptr[text.len - 1] == '\n')
        text.len--;
    if (text.len != 2 * MASTER_KEY_LEN)
        return false;
    for (size_t i = 0; i < MASTER_KEY_LEN; i++) {
        int high = hex_value(text.ptr[2 * i]);
        int low = hex_value(text.ptr[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        ret_key[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

bool master_key_read(const char *path, struct secret *ret_key, char *problem)
{
    uint8_t text[2 * MASTER_KEY_LEN + 2];
    uint8_t key[MASTER_KEY_LEN];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    ssize_t n;
    bool ok = false;

    if (fd < 0)
        return complain(problem, "cannot open the master key", path, strerror(errno));
    n = read(fd, text, sizeof(text));
    if (n < 0 || fstat(fd, &st) != 0)
        complain(problem, "cannot read the master key", path, strerror(errno));
    else if (st.st_mode & (S_IRWXG | S_IRWXO))
        complain(problem, "the master key", path, "others can read it; chmod it to 0400");
    else if (!from_text(span_of(text, (size_t)n), key))
        complain(problem, "the master key", path, "it must be 64 hexadecimal digits or 32 bytes");
    else
        ok = secret_copy(ret_key, span_of(key, sizeof(key))) == OUTCOME_OK ||
             complain(problem, "the master key", path, "no locked memory for it");
    wipe(text, sizeof(text));
    wipe(key, sizeof(key));
    close(fd);
    return ok;
}
