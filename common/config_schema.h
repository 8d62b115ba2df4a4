/*
 * What can be done with a schema alone, without a file, beside what common/config.h offers. Used by
 * common/config.c only.
 */
#ifndef STRONGROOM_COMMON_CONFIG_SCHEMA_H
#define STRONGROOM_COMMON_CONFIG_SCHEMA_H

#include "common/config.h"

/* The key that was probably meant by an unknown name, or NULL. */
const char *config_nearest_key(const struct config_schema *schema, struct span name);

#endif
