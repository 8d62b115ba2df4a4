#include "vault/token.h"

#define TOKEN_FORMAT 1
#define HEADER_LEN 3 /* format, key number: in clear, bound by the seal */
#define PLAIN_LEN (TOKEN_SEALED_LEN - HEADER_LEN - SEAL_TAG_LEN)

static void put_be(uint8_t **at, uint64_t value, size_t len)
{
    for (size_t i = 0; i < len; i++)
        *(*at)++ = (uint8_t)(value >> (8 * (len - 1 - i)));
}

static uint64_t take_be(const uint8_t **at, size_t len)
{
    uint64_t value = 0;

    for (size_t i = 0; i < len; i++)
        value = value << 8 | *(*at)++;
    return value;
}

static void plain_write(const struct token *token, uint8_t plain[PLAIN_LEN])
{
    uint8_t *at = plain;

    memcpy(at, token->grant_id, GRANT_ID_LEN);
    at += GRANT_ID_LEN;
    put_be(&at, token->generation, 4);
    put_be(&at, token->issued_at_s, 5);
    put_be(&at, token->expires_at_s, 5);
    put_be(&at, token->scopes, 4);
    memcpy(at, token->salt, GRANT_SALT_LEN);
}

static void plain_read(const uint8_t plain[PLAIN_LEN], struct token *token)
{
    const uint8_t *at = plain;

    memcpy(token->grant_id, at, GRANT_ID_LEN);
    at += GRANT_ID_LEN;
    token->generation = (uint32_t)take_be(&at, 4);
    token->issued_at_s = take_be(&at, 5);
    token->expires_at_s = take_be(&at, 5);
    token->scopes = (uint32_t)take_be(&at, 4);
    memcpy(token->salt, at, GRANT_SALT_LEN);
}

_Static_assert(PLAIN_LEN == GRANT_ID_LEN + 4 + 5 + 5 + 4 + GRANT_SALT_LEN, "the plaintext fills its room");

/* The kind is bound too, so a code never opens as a token although it could be spelled like one. */
static struct span bound_header(const uint8_t header[HEADER_LEN], enum token_kind kind,
                                uint8_t room[HEADER_LEN + 1])
{
    memcpy(room, header, HEADER_LEN);
    room[HEADER_LEN] = (uint8_t)kind;
    return span_of(room, HEADER_LEN + 1);
}

enum outcome token_close(struct workbench *bench, const struct token *token, struct buf *out)
{
    uint16_t number = bench->mint_current;
    uint8_t sealed[TOKEN_SEALED_LEN] = {TOKEN_FORMAT, (uint8_t)(number >> 8), (uint8_t)number};
    uint8_t bound[HEADER_LEN + 1];
    uint8_t plain[PLAIN_LEN];
    struct seal *seal = workbench_mint(bench, number);
    bool ok;

    plain_write(token, plain);
    ok = seal && seal_close(seal, bound_header(sealed, token->kind, bound), span_of(plain, sizeof(plain)),
                            sealed + HEADER_LEN);
    wipe(plain, sizeof(plain));
    if (!ok)
        return OUTCOME_INTERNAL;
    token_text_put(out, token->kind, sealed);
    return buf_ok(out) ? OUTCOME_OK : OUTCOME_INTERNAL;
}

enum outcome token_open(struct workbench *bench, struct span text, struct token *ret_token)
{
    uint8_t sealed[TOKEN_SEALED_LEN];
    uint8_t bound[HEADER_LEN + 1];
    uint8_t plain[PLAIN_LEN];
    struct seal *seal;
    enum token_kind kind;

    if (!token_text_parse(text, &kind, sealed) || sealed[0] != TOKEN_FORMAT)
        return OUTCOME_TOKEN_FORGED;
    seal = workbench_mint(bench, (uint16_t)(sealed[1] << 8 | sealed[2]));
    if (!seal || !seal_open(seal, bound_header(sealed, kind, bound),
                            span_of(sealed + HEADER_LEN, sizeof(sealed) - HEADER_LEN), plain))
        return OUTCOME_TOKEN_FORGED;
    ret_token->kind = kind;
    plain_read(plain, ret_token);
    wipe(plain, sizeof(plain));
    return OUTCOME_OK;
}

struct span token_id(const struct token *token, uint8_t room[TOKEN_ID_MAX])
{
    struct buf out = buf_over(room, TOKEN_ID_MAX);

    buf_put_hex(&out, span_of(token->grant_id, GRANT_ID_LEN));
    buf_put_u8(&out, '.');
    buf_put_u64(&out, token->generation);
    return buf_span(&out);
}
