#include "vault/cli/dev_users.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* May anybody pass through every directory above the cell's own? */
static bool can_be_reached(const struct dev_cell *cell)
{
    char path[DEV_PATH_MAX];
    char *slash;

    snprintf(path, sizeof(path), "%s", cell->dir);
    while ((slash = strrchr(path, '/')) && slash != path) {
        struct stat st;

        *slash = '\0';
        if (stat(path, &st) != 0 || !(st.st_mode & S_IXOTH))
            return false;
    }
    return true;
}

bool dev_users_apart(const struct dev_cell *cell)
{
    return geteuid() == 0 && getpwnam(DEV_VAULT_USER) && getpwnam(DEV_FRONTEND_USER) && can_be_reached(cell);
}

enum exit_code dev_users_hand_over(const struct dev_cell *cell)
{
    static const struct {
        const char *name;
        mode_t mode;
        bool is_vaults;
    } places[] = {
        {"", 0711, false},
        {"run", 0711, true},
        {"store", 0700, true},
        {"backup", 0700, true},
    };
    const struct passwd *vault = getpwnam(DEV_VAULT_USER);
    char path[DEV_PATH_MAX];

    for (size_t i = 0; vault && i < sizeof(places) / sizeof(places[0]); i++) {
        dev_path(cell, places[i].name, path);
        if ((places[i].is_vaults && chown(path, vault->pw_uid, vault->pw_gid) != 0) ||
            chmod(path, places[i].mode) != 0) {
            say_error("cannot hand over %s: %s", path, strerror(errno));
            return EXIT_CODE_REFUSED;
        }
    }
    return EXIT_CODE_OK;
}
