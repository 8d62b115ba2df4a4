/*
 * What an introspection says, as the JSON object of RFC 7662 2.2. It is written in two places: by the front
 * end as the answer itself, and by the vault inside an answer that it signs (RFC 9701). Written once, the two
 * cannot come to differ.
 */
#ifndef STRONGROOM_PROTO_INTROSPECTION_H
#define STRONGROOM_PROTO_INTROSPECTION_H

#include "common/json_write.h"
#include "proto/message.h"

/* `name` as json_object_open() has it. A token that is not active is exactly {"active":false}. */
void introspection_put(struct json_writer *json, const char *name, const struct rep_introspect *reply);

#endif
