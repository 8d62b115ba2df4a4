#include "proto/introspection.h"

static void put_active(struct json_writer *json, const struct rep_introspect *reply)
{
    json_text(json, "scope", reply->scope);
    json_text(json, "client_id", reply->client_id);
    json_text(json, "username", reply->username);
    json_text(json, "token_type", SPAN_LITERAL("Bearer"));
    json_u64(json, "exp", reply->exp);
    json_u64(json, "iat", reply->iat);
    json_u64(json, "nbf", reply->iat);
    json_text(json, "sub", reply->sub);
    json_text(json, "aud", reply->aud);
    json_text(json, "iss", reply->iss);
    json_text(json, "jti", reply->jti);
    json_text(json, "grant_id", reply->grant_id);
    json_text(json, "acr", reply->acr);
    json_u64(json, "auth_time", reply->auth_time);
}

void introspection_put(struct json_writer *json, const char *name, const struct rep_introspect *reply)
{
    json_object_open(json, name);
    json_bool(json, "active", reply->active);
    if (reply->active)
        put_active(json, reply);
    json_object_close(json);
}
