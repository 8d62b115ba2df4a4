/*
 * The discovery document against the configuration that it speaks of, member by member, and METADATA, which
 * brings it to the front ends together with the keys.
 */
#include "vault/discovery.h"

#include "tests/unit/vault/cell.h"
#include "vault/jws.h"

static char document[LIMIT_DISCOVERY + 1];

static const char *discovery_of(const struct vault_config *config)
{
    struct buf out = buf_over(document, sizeof(document) - 1);

    discovery_put(&out, config);
    assert_true(buf_ok(&out));
    document[out.len] = '\0';
    return document;
}

/* `member` is written as the document has it, with its name; it stands there once. */
static void assert_has(const struct vault_config *config, const char *member)
{
    const char *text = discovery_of(config);
    const char *found = strstr(text, member);

    if (!found || strstr(found + 1, member))
        fail_msg("%s is not there once: %s", member, text);
}

static void assert_lacks(const struct vault_config *config, const char *text)
{
    if (strstr(discovery_of(config), text))
        fail_msg("%s is there: %s", text, document);
}

static void members_that_never_change_are_there(void **state)
{
    static const char *const members[] = {
        "{\"issuer\":\"https://auth.bank.example\",",
        ",\"authorization_endpoint\":\"https://auth.bank.example/oauth2/v4/authorize\",",
        ",\"token_endpoint\":\"https://auth.bank.example/oauth2/v4/token\",",
        ",\"userinfo_endpoint\":\"https://auth.bank.example/oauth2/v4/userinfo\",",
        ",\"jwks_uri\":\"https://auth.bank.example/oauth2/v4/jwks\",",
        ",\"revocation_endpoint\":\"https://auth.bank.example/oauth2/v4/revoke\",",
        ",\"introspection_endpoint\":\"https://auth.bank.example/oauth2/v4/introspect\",",
        ",\"end_session_endpoint\":\"https://auth.bank.example/oauth2/v4/end_session\",",
        ",\"response_types_supported\":[\"code\"],",
        ",\"response_modes_supported\":[\"query\"],",
        ",\"grant_types_supported\":[\"authorization_code\",\"refresh_token\"],",
        ",\"subject_types_supported\":[\"public\",\"pairwise\"],",
        ",\"token_endpoint_auth_methods_supported\":[\"client_secret_basic\"],",
        ",\"revocation_endpoint_auth_methods_supported\":[\"client_secret_basic\"],",
        ",\"introspection_endpoint_auth_methods_supported\":[\"client_secret_basic\"],",
        ",\"code_challenge_methods_supported\":[\"S256\"],",
        ",\"prompt_values_supported\":[\"none\",\"login\",\"consent\",\"select_account\"],",
        ",\"display_values_supported\":[\"page\"],",
        ",\"claim_types_supported\":[\"normal\"],",
        ",\"ui_locales_supported\":[\"en\",\"fr\",\"es\"],",
        ",\"authorization_response_iss_parameter_supported\":true,",
        ",\"claims_parameter_supported\":false,",
        ",\"request_parameter_supported\":false,",
        ",\"request_uri_parameter_supported\":false,",
        ",\"require_request_uri_registration\":false,",
        ",\"require_pushed_authorization_requests\":false,",
        ",\"tls_client_certificate_bound_access_tokens\":false,",
        ",\"frontchannel_logout_supported\":false,",
        ",\"backchannel_logout_supported\":false}",
    };
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        assert_has(&c->vault.config, members[i]);
}

/* What would be a promise that nothing keeps, or a door that is not there. */
static void what_this_server_does_not_do_is_not_there(void **state)
{
    static const char *const words[] = {
        "implicit",
        "\"password\"",
        "client_credentials",
        "\"token\"",
        "code id_token",
        "fragment",
        "form_post",
        "plain",
        "client_secret_post",
        "private_key_jwt",
        "\"none\"]",
        "HS256",
        "registration_endpoint",
        "pushed_authorization_request_endpoint",
        "check_session_iframe",
        "encryption",
        "dpop",
        "mtls",
        "service_documentation",
        "op_policy_uri",
        "op_tos_uri",
        "request_object",
        "error_uri",
    };
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        assert_lacks(&c->vault.config, words[i]);
}

static void configuration_decides_the_rest(void **state)
{
    struct cell *c = *state;
    struct vault_config config = c->vault.config;
    char *email[] = {"email", "email_verified", "sub"};
    char *profile[] = {"name", "email", "address.locality", "address", "updated_at"};
    char *odd[] = {"a\"b"};
    struct vault_config_scope scopes[] = {{.name = "openid"},
                                          {.name = "email", .claims = email, .claim_count = 3},
                                          {.name = "profile", .claims = profile, .claim_count = 5},
                                          {.name = "x", .claims = odd, .claim_count = 1}};

    assert_has(
        &config,
        "\"scopes_supported\":[\"openid\",\"customers\",\"accounts\",\"transactions\",\"statements\"],");
    assert_has(&config, "\"acr_values_supported\":[\"urn:strongroom:acr:password\"],");
    assert_has(&config, "\"id_token_signing_alg_values_supported\":[\"ES256\",\"PS256\",\"RS256\"],");
    assert_has(&config, "\"introspection_signing_alg_values_supported\":[\"ES256\",\"PS256\",\"RS256\"],");
    assert_has(&config,
               "\"claims_supported\":[\"iss\",\"sub\",\"aud\",\"exp\",\"iat\",\"auth_time\",\"nonce\","
               "\"at_hash\",\"acr\",\"amr\",\"sid\"],");
    config.issuer = "https://bank.example/tenant";
    config.scopes = scopes;
    config.scope_count = 4;
    config.acr = "urn:bank:loa:2";
    config.signing_algorithms = 1u << JWS_ES256 | 1u << JWS_RS256;
    config.service_documentation = "https://developer.bank.example/";
    config.policy_uri = "https://developer.bank.example/policy";
    config.tos_uri = "https://developer.bank.example/terms";
    assert_has(&config, "\"scopes_supported\":[\"openid\",\"email\",\"profile\",\"x\"],");
    assert_has(&config, "\"acr_values_supported\":[\"urn:bank:loa:2\"],");
    assert_has(&config, "\"id_token_signing_alg_values_supported\":[\"ES256\",\"RS256\"],");
    assert_has(&config, "\"introspection_signing_alg_values_supported\":[\"ES256\",\"RS256\"],");
    assert_has(&config,
               "\"sid\",\"email\",\"email_verified\",\"name\",\"address\",\"updated_at\",\"a\\\"b\"],");
    assert_has(&config, "\"service_documentation\":\"https://developer.bank.example/\"");
    assert_has(&config, "\"op_policy_uri\":\"https://developer.bank.example/policy\"");
    assert_has(&config, "\"op_tos_uri\":\"https://developer.bank.example/terms\"");
    assert_has(&config, "\"issuer\":\"https://bank.example/tenant\"");
    assert_has(&config, "\"jwks_uri\":\"https://bank.example/tenant/oauth2/v4/jwks\"");
}

/* As many claims as a configuration may have, as long as it may write them: the document still fits. */
static void claims_without_end_leave_room_for_the_rest(void **state)
{
    enum { EACH = 32 };
    static char names[VAULT_SCOPES_MAX][EACH][600];
    static char *claims[VAULT_SCOPES_MAX][EACH];
    struct vault_config_scope scopes[VAULT_SCOPES_MAX];
    struct cell *c = *state;
    struct vault_config config = c->vault.config;

    for (size_t i = 0; i < VAULT_SCOPES_MAX; i++) {
        for (size_t k = 0; k < EACH; k++) {
            memset(names[i][k], '\n', k == 0 ? 599 : 64); /* as JSON, the longest of bytes */
            snprintf(names[i][k], 16, "%zu.%zu", i, k);
            names[i][k][strlen(names[i][k])] = '\n';
            claims[i][k] = names[i][k];
        }
        scopes[i] = (struct vault_config_scope){.name = "a", .claims = claims[i], .claim_count = EACH};
    }
    config.scopes = scopes;
    config.scope_count = VAULT_SCOPES_MAX;
    assert_has(&config, "\"backchannel_logout_supported\":false}");
    assert_true(strlen(document) > LIMIT_DISCOVERY / 2);
}

static void nobody_keeps_the_keys_past_the_announcement_of_one(void **state)
{
    static const struct {
        uint64_t announce_s, max_age_s;
    } rows[] = {{86400, 300}, {600, 300}, {599, 299}, {60, 30}, {3, 1}, {2, 1}, {1, 1}, {0, 1}};
    struct vault_config config = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        config.keys.announce_s = rows[i].announce_s;
        assert_int_equal(discovery_max_age_s(&config), rows[i].max_age_s);
    }
}

/* ---- METADATA ---- */

static void take_version(struct cell *c, struct kept *ret_version)
{
    assert_int_equal(cell_call(c, MESSAGE_METADATA), OUTCOME_OK);
    assert_false(span_is_absent(c->reply.metadata.discovery));
    kept_take(ret_version, c->reply.metadata.version);
}

static void front_end_gets_all_of_it_once(void **state)
{
    struct cell *c = *state;
    const struct rep_metadata *reply = &c->reply.metadata;
    struct kept version;

    take_version(c, &version);
    assert_int_equal(version.len, 32);
    assert_true(span_equal_text(reply->discovery, discovery_of(&c->vault.config)));
    assert_true(span_starts_with(reply->jwks, SPAN_LITERAL("{\"keys\":[{")));
    assert_int_equal(reply->max_age_s, 300);
    assert_true(span_is_absent(reply->error_uri_base));
    c->request.metadata.known = kept_span(&version);
    assert_int_equal(cell_call(c, MESSAGE_METADATA), OUTCOME_OK);
    assert_true(span_equal(reply->version, kept_span(&version)));
    assert_true(span_is_absent(reply->discovery) && span_is_absent(reply->jwks));
    assert_true(span_is_absent(reply->error_uri_base) && reply->max_age_s == 0);
}

static void another_version_is_not_known(void **state)
{
    static const char *const others[] = {"", "1", "00000000000000000000000000000000",
                                         "0000000000000000000000000000000"};
    struct cell *c = *state;
    struct kept version;

    take_version(c, &version);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        c->request.metadata.known = span_of_text(others[i]);
        assert_int_equal(cell_call(c, MESSAGE_METADATA), OUTCOME_OK);
        assert_false(span_is_absent(c->reply.metadata.jwks));
    }
    c->request.metadata.known = span_of(version.bytes, version.len - 1);
    assert_int_equal(cell_call(c, MESSAGE_METADATA), OUTCOME_OK);
    assert_false(span_is_absent(c->reply.metadata.jwks));
}

/* Whatever of it changes, a front end that knows the old one is told. */
static void version_covers_everything_that_is_told(void **state)
{
    struct cell *c = *state;
    struct vault_config *config = &c->vault.config, before = c->vault.config;
    struct kept first, then;

    take_version(c, &first);
    config->acr = "urn:other";
    take_version(c, &then);
    assert_false(kept_equal(&first, &then));
    *config = before;
    config->error_uri_base = "https://developer.bank.example/errors/";
    take_version(c, &then);
    assert_false(kept_equal(&first, &then));
    assert_true(span_equal_text(c->reply.metadata.error_uri_base, "https://developer.bank.example/errors/"));
    *config = before;
    config->keys.announce_s = 100;
    take_version(c, &then);
    assert_false(kept_equal(&first, &then));
    assert_int_equal(c->reply.metadata.max_age_s, 50);
    *config = before;
    take_version(c, &then);
    assert_true(kept_equal(&first, &then));
}

static void version_follows_the_keys(void **state)
{
    struct cell *a = *state;
    struct kept first, other;
    void *another = NULL;

    take_version(a, &first);
    cell_setup_empty(&another);
    take_version(another, &other);
    assert_false(kept_equal(&first, &other));
    cell_teardown(&another);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(members_that_never_change_are_there, cell_setup_empty, cell_teardown),
        cmocka_unit_test_setup_teardown(what_this_server_does_not_do_is_not_there, cell_setup_empty,
                                        cell_teardown),
        cmocka_unit_test_setup_teardown(configuration_decides_the_rest, cell_setup_empty, cell_teardown),
        cmocka_unit_test_setup_teardown(claims_without_end_leave_room_for_the_rest, cell_setup_empty,
                                        cell_teardown),
        cmocka_unit_test(nobody_keeps_the_keys_past_the_announcement_of_one),
        cmocka_unit_test_setup_teardown(front_end_gets_all_of_it_once, cell_setup_empty, cell_teardown),
        cmocka_unit_test_setup_teardown(another_version_is_not_known, cell_setup_empty, cell_teardown),
        cmocka_unit_test_setup_teardown(version_covers_everything_that_is_told, cell_setup_empty,
                                        cell_teardown),
        cmocka_unit_test_setup_teardown(version_follows_the_keys, cell_setup_empty, cell_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
