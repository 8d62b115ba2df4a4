#include "common/config_check.h"

void config_check_path(struct config_file *file, char *const *member)
{
    if (*member && **member != '/')
        config_problem(file, member, "must be an absolute path, one that starts with /");
}

void config_check_socket(struct config_file *file, char *const *member)
{
    config_check_path(file, member);
    if (*member && strlen(*member) > CONFIG_SOCKET_PATH_MAX)
        config_problem(file, member, "has %zu bytes; a socket's path can have %d at the most",
                       strlen(*member), CONFIG_SOCKET_PATH_MAX);
}

void config_check_user(struct config_file *file, char *const *user, char *const *group)
{
    if (*group && !*user)
        config_problem(file, group, "needs 'user' too");
}
