#include "vault/claims.h"

#include "vault/scope.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Those whose value is no string (OpenID Connect Core 5.1). */
enum claim_type { CLAIM_TEXT, CLAIM_BOOL, CLAIM_NUMBER };

static const struct {
    const char *name;
    enum claim_type type;
} typed_claims[] = {
    {"email_verified", CLAIM_BOOL},
    {"phone_number_verified", CLAIM_BOOL},
    {"updated_at", CLAIM_NUMBER},
};

/* What the vault says of itself and its tokens: an operator's claim must not pass for one of these. */
static const char *const protocol_claims[] = {"iss",   "sub",     "aud", "exp", "iat", "nbf", "jti",
                                              "nonce", "at_hash", "acr", "amr", "azp", "sid", "auth_time"};

/* OpenID Connect Core 5.1.1; the first is the value of `address` itself. */
static const struct {
    const char *claim;
    const char *member;
} address_members[] = {
    {"address", "formatted"},
    {"address.street_address", "street_address"},
    {"address.locality", "locality"},
    {"address.region", "region"},
    {"address.postal_code", "postal_code"},
    {"address.country", "country"},
};

/* ---- names and values --------------------------------------------------------------------------------- */

struct span claim_name(struct span claim)
{
    const uint8_t *equals = claim.len ? memchr(claim.ptr, '=', claim.len) : NULL;

    return equals ? span_of(claim.ptr, (size_t)(equals - claim.ptr)) : claim;
}

static struct span claim_value(struct span claim)
{
    return span_from(claim, claim_name(claim).len + 1);
}

static enum claim_type type_of(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(typed_claims); i++)
        if (span_equal_text(name, typed_claims[i].name))
            return typed_claims[i].type;
    return CLAIM_TEXT;
}

static bool is_of_address(struct span name)
{
    return span_equal_text(name, "address") || span_starts_with(name, SPAN_LITERAL("address."));
}

static bool is_address_member(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(address_members); i++)
        if (span_equal_text(name, address_members[i].claim))
            return true;
    return false;
}

static bool is_protocol_claim(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(protocol_claims); i++)
        if (span_equal_text(name, protocol_claims[i]))
            return true;
    return false;
}

static bool is_name(struct span name)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.ptr[i];
        bool is_letter = c >= 'a' && c <= 'z';

        if (!is_letter && (i == 0 || !((c >= '0' && c <= '9') || c == '_' || c == '.')))
            return false;
    }
    return name.len > 0 && name.len <= LIMIT_WORD;
}

/* UTF-8 without the control characters of ASCII and of Latin-1 (U+0080 to U+009F). */
static bool is_plain_text(struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];

        if (c < ' ' || c == 0x7f || (c == 0xc2 && i + 1 < text.len && text.ptr[i + 1] < 0xa0))
            return false;
    }
    return span_is_utf8(text);
}

/* A number that JSON takes as it stands: digits, no zero before them; within what a record's times hold. */
static bool parse_number(struct span text, uint64_t *ret_number)
{
    uint64_t number = 0;

    if (text.len == 0 || text.len > 10 || (text.ptr[0] == '0' && text.len > 1))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        number = 10 * number + (text.ptr[i] - '0');
    }
    *ret_number = number;
    return number <= UINT32_MAX;
}

/* ---- judging ------------------------------------------------------------------------------------------ */

static const char *name_problem(struct span name)
{
    if (!is_name(name))
        return "a claim's name is 1 to 64 of a-z, 0-9, _ and dots, a letter first";
    if (is_protocol_claim(name))
        return "this claim is the protocol's own: iss, sub, aud, exp and their like cannot be set";
    if (is_of_address(name) && !is_address_member(name))
        return "of an address there are address (all of it as one text), address.street_address, "
               "address.locality, "
               "address.region, address.postal_code and address.country";
    return NULL;
}

static const char *value_problem(struct span name, struct span value)
{
    uint64_t number;

    if (value.len == 0)
        return "a claim needs a value; one that is not known is left out";
    if (!is_plain_text(value))
        return "a claim's value is UTF-8 without control characters";
    switch (type_of(name)) {
    case CLAIM_TEXT: return NULL;
    case CLAIM_BOOL:
        return span_equal_text(value, "true") || span_equal_text(value, "false")
                   ? NULL
                   : "email_verified and phone_number_verified are true or false";
    case CLAIM_NUMBER:
        return parse_number(value, &number) ? NULL : "updated_at is a time in seconds since 1970";
    }
    return NULL;
}

bool claim_is_valid(struct span claim, const char **ret_problem)
{
    struct span name = claim_name(claim);

    if (claim.len > LIMIT_CLAIM)
        *ret_problem = "a claim has at most 512 bytes, its name and the = among them";
    else if (name.len == claim.len)
        *ret_problem = "a claim is written name=value";
    else
        *ret_problem = name_problem(name);
    if (!*ret_problem)
        *ret_problem = value_problem(name, claim_value(claim));
    return *ret_problem == NULL;
}

/* ---- writing ------------------------------------------------------------------------------------------ */

/* What a token opens, and whose claims. */
struct claim_writer {
    struct json_writer *json;
    const struct vault_config *config;
    struct span scope;
    uint32_t scope_bits;
    const struct user_record *user;
};

static bool names_claim(const struct vault_config_scope *scope, struct span name)
{
    for (size_t i = 0; i < scope->claim_count; i++)
        if (span_equal_text(name, scope->claims[i]))
            return true;
    return false;
}

static bool is_opened(const struct claim_writer *w, struct span name)
{
    for (size_t i = 0; i < w->config->scope_count; i++)
        if (names_claim(&w->config->scopes[i], name) &&
            scope_has(w->scope, w->scope_bits, span_of_text(w->config->scopes[i].name)))
            return true;
    return false;
}

/* The record's claim of that name, the first if there are several; absent if none is fit to be told. */
static struct span find_claim(const struct user_record *user, struct span name)
{
    const char *problem;

    for (size_t i = 0; i < user->claims.len; i++)
        if (span_equal(claim_name(user->claims.items[i]), name) &&
            claim_is_valid(user->claims.items[i], &problem))
            return user->claims.items[i];
    return SPAN_NONE;
}

static void put_value(struct json_writer *json, const char *name, enum claim_type type, struct span value)
{
    uint64_t number;

    switch (type) {
    case CLAIM_TEXT: json_text(json, name, value); break;
    case CLAIM_BOOL: json_bool(json, name, span_equal_text(value, "true")); break;
    case CLAIM_NUMBER:
        if (parse_number(value, &number))
            json_u64(json, name, number);
        break;
    }
}

static void put_flat_claims(const struct claim_writer *w)
{
    char name[LIMIT_WORD + 1];

    for (size_t i = 0; i < w->user->claims.len; i++) {
        struct span claim = w->user->claims.items[i];
        struct span found = find_claim(w->user, claim_name(claim));

        /* Another one of that name stands before it, or it is not fit. */
        if (found.ptr != claim.ptr || span_is_absent(found) || is_of_address(claim_name(claim)) ||
            !is_opened(w, claim_name(claim)))
            continue;
        memcpy(name, claim.ptr, claim_name(claim).len);
        name[claim_name(claim).len] = '\0';
        put_value(w->json, name, type_of(claim_name(claim)), claim_value(claim));
    }
}

static void put_address(const struct claim_writer *w)
{
    bool is_whole = is_opened(w, SPAN_LITERAL("address"));
    bool has_begun = false;

    for (size_t i = 0; i < COUNT_OF(address_members); i++) {
        struct span name = span_of_text(address_members[i].claim);
        struct span claim = find_claim(w->user, name);

        if (span_is_absent(claim) || !(is_whole || is_opened(w, name)))
            continue;
        if (!has_begun)
            json_object_open(w->json, "address");
        has_begun = true;
        json_text(w->json, address_members[i].member, claim_value(claim));
    }
    if (has_begun)
        json_object_close(w->json);
}

/* Is this for the record itself to say: opened, and no claim says it? */
static bool is_from_record(const struct claim_writer *w, const char *name)
{
    return is_opened(w, span_of_text(name)) && span_is_absent(find_claim(w->user, span_of_text(name)));
}

void claims_put(struct json_writer *json, const struct vault_config *config, struct span scope,
                uint32_t scope_bits, const struct user_record *user)
{
    const struct claim_writer w = {json, config, scope, scope_bits, user};

    if (is_from_record(&w, "name"))
        json_text(json, "name", user->name);
    if (is_from_record(&w, "preferred_username"))
        json_text(json, "preferred_username", user->username);
    put_flat_claims(&w);
    put_address(&w);
    if (is_from_record(&w, "updated_at"))
        json_u64(json, "updated_at", user->claims_at_s ? user->claims_at_s : user->created_at_s);
}
