/*
 * Checks that a schema cannot say and that both daemons' files need. Each takes the address of a text member
 * of the settings, lets NULL pass, and notes a problem with its line.
 */
#ifndef STRONGROOM_COMMON_CONFIG_CHECK_H
#define STRONGROOM_COMMON_CONFIG_CHECK_H

#include "common/config.h"

/* The longest path that fits into a Unix socket's address with its NUL. */
#define CONFIG_SOCKET_PATH_MAX 107

/* Absolute: what a daemon opens must not depend on where it was started. */
void config_check_path(struct config_file *file, char *const *member);

/* An absolute path of a Unix socket. */
void config_check_socket(struct config_file *file, char *const *member);

/* `group` says nothing without `user`: a process that stays root keeps its groups. */
void config_check_user(struct config_file *file, char *const *user, char *const *group);

#endif
