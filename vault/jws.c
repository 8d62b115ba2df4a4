#include "vault/jws.h"

#include <string.h>

static const char *const names[JWS_ALG_COUNT] = {"none", "ES256", "PS256", "RS256"};

const char *jws_alg_name(enum jws_alg alg)
{
    return names[alg];
}

enum jws_alg jws_alg_by_name(struct span name)
{
    for (int alg = JWS_ES256; alg < JWS_ALG_COUNT; alg++)
        if (span_equal_text(name, names[alg]))
            return (enum jws_alg)alg;
    return JWS_NONE;
}
