#include "vault/discovery.h"

#include "common/json_write.h"
#include "common/language.h"
#include "proto/limits.h"
#include "vault/jws.h"

#define MAX_AGE_S 300
/* From here on no more claims are listed, which need not be exhaustive: the rest of the document must fit. */
#define CLAIMS_END (LIMIT_DISCOVERY / 2)

/* ---- members that are the same for every bank ---- */

/* Behind the issuer; the front end's table of routes has the same paths. */
static const struct {
    const char *member;
    const char *path;
} endpoints[] = {
    {"authorization_endpoint", "/oauth2/v4/authorize"}, {"token_endpoint", "/oauth2/v4/token"},
    {"userinfo_endpoint", "/oauth2/v4/userinfo"},       {"jwks_uri", "/oauth2/v4/jwks"},
    {"revocation_endpoint", "/oauth2/v4/revoke"},       {"introspection_endpoint", "/oauth2/v4/introspect"},
    {"end_session_endpoint", "/oauth2/v4/end_session"},
};

#define WORDS_MAX 5

static const struct {
    const char *member;
    const char *words[WORDS_MAX];
} lists[] = {
    {"response_types_supported", {"code"}},
    {"response_modes_supported", {"query"}},
    {"grant_types_supported", {"authorization_code", "refresh_token"}},
    {"subject_types_supported", {"public", "pairwise"}},
    {"token_endpoint_auth_methods_supported", {"client_secret_basic"}},
    {"revocation_endpoint_auth_methods_supported", {"client_secret_basic"}},
    {"introspection_endpoint_auth_methods_supported", {"client_secret_basic"}},
    {"code_challenge_methods_supported", {"S256"}},
    {"prompt_values_supported", {"none", "login", "consent", "select_account"}},
    {"display_values_supported", {"page"}},
    {"claim_types_supported", {"normal"}},
};

static const struct {
    const char *member;
    bool value;
} facts[] = {
    {"authorization_response_iss_parameter_supported", true}, /* RFC 9207 3 */
    {"claims_parameter_supported", false},
    {"request_parameter_supported", false},
    {"request_uri_parameter_supported", false}, /* true where it is left out */
    {"require_request_uri_registration", false},
    {"require_pushed_authorization_requests", false},
    {"tls_client_certificate_bound_access_tokens", false},
    {"frontchannel_logout_supported", false},
    {"backchannel_logout_supported", false},
};

/* Of the ID token (vault/id_token.h), whatever the bank's scopes open at UserInfo. */
static const char *const own_claims[] = {"iss",   "sub",     "aud", "exp", "iat", "auth_time",
                                         "nonce", "at_hash", "acr", "amr", "sid"};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void put_endpoints(struct json_writer *json, const char *issuer)
{
    uint8_t room[2 * LIMIT_URI];

    for (size_t i = 0; i < COUNT_OF(endpoints); i++) {
        struct buf url = buf_over(room, sizeof(room));

        buf_put_text(&url, issuer);
        buf_put_text(&url, endpoints[i].path);
        json_text(json, endpoints[i].member, buf_span(&url));
    }
}

static void put_lists(struct json_writer *json)
{
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        json_array_open(json, lists[i].member);
        for (size_t k = 0; k < WORDS_MAX; k++)
            json_text(json, NULL, span_of_text(lists[i].words[k]));
        json_array_close(json);
    }
}

/* ---- members that the configuration decides ---- */

static void put_scopes(struct json_writer *json, const struct vault_config *config)
{
    json_array_open(json, "scopes_supported");
    for (size_t i = 0; i < config->scope_count; i++)
        json_text(json, NULL, span_of_text(config->scopes[i].name));
    json_array_close(json);
}

static void put_algorithms(struct json_writer *json, const char *member, unsigned algorithms)
{
    json_array_open(json, member);
    for (int alg = JWS_ES256; alg < JWS_ALG_COUNT; alg++)
        if (algorithms & 1u << alg)
            json_text(json, NULL, span_of_text(jws_alg_name((enum jws_alg)alg)));
    json_array_close(json);
}

/* The member of a UserInfo answer that a scope's claim is: the parts of an address are all within one. */
static struct span member_of(const char *claim)
{
    static const struct span address = SPAN_LITERAL("address");
    struct span name = span_of_text(claim);

    return span_starts_with(name, SPAN_LITERAL("address.")) ? address : name;
}

static bool is_own_claim(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(own_claims); i++)
        if (span_equal_text(name, own_claims[i]))
            return true;
    return false;
}

/* False for one that is listed already, or that no customer can have. */
static bool is_news(const struct vault_config *config, size_t scope, size_t claim)
{
    struct span name = member_of(config->scopes[scope].claims[claim]);

    for (size_t i = 0; i <= scope; i++) {
        size_t count = i < scope ? config->scopes[i].claim_count : claim;

        for (size_t k = 0; k < count; k++)
            if (span_equal(member_of(config->scopes[i].claims[k]), name))
                return false;
    }
    return name.len <= LIMIT_WORD && !is_own_claim(name);
}

static void put_claims(struct json_writer *json, const struct vault_config *config)
{
    json_array_open(json, "claims_supported");
    for (size_t i = 0; i < COUNT_OF(own_claims); i++)
        json_text(json, NULL, span_of_text(own_claims[i]));
    for (size_t i = 0; i < config->scope_count; i++)
        for (size_t k = 0; k < config->scopes[i].claim_count; k++)
            if (json->out->len < CLAIMS_END && is_news(config, i, k))
                json_text(json, NULL, member_of(config->scopes[i].claims[k]));
    json_array_close(json);
}

static void put_languages(struct json_writer *json)
{
    json_array_open(json, "ui_locales_supported");
    for (int language = 0; language < LANGUAGE_COUNT; language++)
        json_text(json, NULL, span_of_text(language_tag((enum language)language)));
    json_array_close(json);
}

/* ---- public ---- */

void discovery_put(struct buf *out, const struct vault_config *config)
{
    struct json_writer json = json_begin(out);

    json_object_open(&json, NULL);
    json_text(&json, "issuer", span_of_text(config->issuer));
    put_endpoints(&json, config->issuer);
    put_scopes(&json, config);
    put_lists(&json);
    put_algorithms(&json, "id_token_signing_alg_values_supported", config->signing_algorithms);
    put_algorithms(&json, "introspection_signing_alg_values_supported", config->signing_algorithms);
    json_array_open(&json, "acr_values_supported");
    json_text(&json, NULL, span_of_text(config->acr));
    json_array_close(&json);
    put_claims(&json, config);
    put_languages(&json);
    for (size_t i = 0; i < COUNT_OF(facts); i++)
        json_bool(&json, facts[i].member, facts[i].value);
    json_text(&json, "service_documentation", span_of_text(config->service_documentation));
    json_text(&json, "op_policy_uri", span_of_text(config->policy_uri));
    json_text(&json, "op_tos_uri", span_of_text(config->tos_uri));
    json_object_close(&json);
}

uint64_t discovery_max_age_s(const struct vault_config *config)
{
    uint64_t half_s = config->keys.announce_s / 2;

    return half_s > MAX_AGE_S ? MAX_AGE_S : half_s > 0 ? half_s : 1;
}
