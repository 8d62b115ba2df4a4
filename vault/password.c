#include "vault/password.h"

#include <argon2.h>

enum outcome password_hash(const struct keyring *keys, struct span password, struct span salt,
                           struct password_cost cost, uint8_t ret_hash[PASSWORD_HASH_LEN])
{
    struct span pepper = secret_reveal(&keys->pepper);
    argon2_context context = {
        .out = ret_hash,
        .outlen = PASSWORD_HASH_LEN,
        .pwd = (uint8_t *)password.ptr, /* neither is cleared: no ARGON2_FLAG_CLEAR_ flag is set */
        .pwdlen = (uint32_t)password.len,
        .salt = (uint8_t *)salt.ptr,
        .saltlen = (uint32_t)salt.len,
        .secret = (uint8_t *)pepper.ptr,
        .secretlen = (uint32_t)pepper.len,
        .t_cost = (uint32_t)cost.iterations,
        .m_cost = (uint32_t)cost.memory_kib,
        .lanes = 1,
        .threads = 1,
        .version = ARGON2_VERSION_13,
        .flags = ARGON2_DEFAULT_FLAGS,
    };
    int rc = argon2id_ctx(&context);

    if (rc == ARGON2_OK)
        return OUTCOME_OK;
    return rc == ARGON2_MEMORY_ALLOCATION_ERROR ? OUTCOME_NO_MEMORY : OUTCOME_INTERNAL;
}
