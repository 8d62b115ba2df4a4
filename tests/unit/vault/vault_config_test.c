#include "vault/vault_config.h"

#include "common/language.h"
#include "common/log.h"
#include "proto/limits.h"
#include "tests/unit/common/config_sample.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SAMPLE SOURCE_DIR "/deploy/vault.yaml"

/* The least that a vault needs, as lines that a case can leave out or replace. */
#define ISSUER "issuer: https://auth.bank.example\n"
#define STORE "store: {directory: /var/store}\n"
#define KEY "master_key_file: /etc/key\n"
#define ADMIN "admin: {socket: /run/admin.sock}\n"
#define FRONTENDS "frontends: [{name: web, socket: /run/web.sock}]\n"
#define LEAST ISSUER STORE KEY ADMIN FRONTENDS

/* Load a text; what was written to standard error goes to `ret_said`. */
static bool load(const char *text, struct vault_config *ret_config, char ret_said[4096])
{
    struct scratch_stderr capture;
    char path[SCRATCH_PATH_SIZE];
    bool ok;

    scratch_file(span_of_text(text), path);
    capture = scratch_stderr_begin();
    ok = vault_config_load(path, ret_config);
    scratch_stderr_end(&capture, ret_said, 4096);
    unlink(path);
    return ok;
}

static void the_least_has_the_documented_defaults(void **state)
{
    struct vault_config config;
    char said[4096];

    (void)state;
    if (!load(LEAST, &config, said))
        fail_msg("%s", said);
    assert_string_equal(said, "");
    assert_string_equal(config.audience, "https://auth.bank.example");
    assert_string_equal(config.api_prefix, "/fdx/v6");
    assert_true(config.store.size_max == (uint64_t)64 << 30);
    assert_null(config.backup_directory);
    assert_null(config.admin.group);
    assert_null(config.frontends[0].user);
    assert_null(config.user);
    assert_int_equal(config.lifetimes.code_s, 60);
    assert_int_equal(config.lifetimes.access_token_s, 15 * 60);
    assert_int_equal(config.lifetimes.refresh_token_s, 30 * 86400);
    assert_int_equal(config.lifetimes.session_s, 8 * 3600);
    assert_int_equal(config.lifetimes.session_idle_s, 30 * 60);
    assert_int_equal(config.lifetimes.handle_s, 15 * 60);
    assert_int_equal(config.lifetimes.consent_s, 365 * 86400);
    assert_int_equal(config.passwords.memory, 19 << 20);
    assert_int_equal(config.passwords.iterations, 2);
    assert_int_equal(config.passwords.workers, 1);
    assert_int_equal(config.passwords.queue, 64);
    assert_int_equal(config.limits.connections_per_frontend, 64);
    assert_int_equal(config.limits.commit_queue, 4096);
    assert_int_equal(config.limits.requests_per_commit, 1024);
    assert_int_equal(config.log.level, LOG_INFO);
    vault_config_free(&config);
}

/* The scopes of the reference, and what each opens (SPEC 2). */
static void the_default_scopes_are_the_references(void **state)
{
    static const struct {
        const char *name;
        const char *paths[2];
    } scopes[] = {
        {"openid", {NULL}},
        {"customers", {"/customers/current"}},
        {"accounts", {"/accounts", "/accounts/{accountId}"}},
        {"transactions", {"/accounts/{accountId}/transactions"}},
        {"statements",
         {"/accounts/{accountId}/statements", "/accounts/{accountId}/statements/{statementId}"}},
    };
    struct vault_config config;
    char said[4096];

    (void)state;
    assert_true(load(LEAST, &config, said));
    assert_int_equal(config.scope_count, 5);
    for (size_t i = 0; i < 5; i++) {
        size_t count = 0;

        assert_string_equal(config.scopes[i].name, scopes[i].name);
        assert_non_null(config.scopes[i].title);
        assert_non_null(config.scopes[i].description);
        while (count < 2 && scopes[i].paths[count]) {
            assert_string_equal(config.scopes[i].paths[count], scopes[i].paths[count]);
            count++;
        }
        assert_int_equal(config.scopes[i].path_count, count);
    }
    vault_config_free(&config);
}

/* Or a customer reads half of the consent page in English. */
static void the_default_scopes_have_words_in_every_language(void **state)
{
    struct vault_config config;
    char said[4096];

    (void)state;
    assert_true(load(LEAST, &config, said));
    for (size_t i = 0; i < config.scope_count; i++) {
        const struct vault_config_scope *scope = &config.scopes[i];

        assert_int_equal(scope->translation_count, LANGUAGE_COUNT - 1);
        for (size_t k = 0; k < scope->translation_count; k++) {
            const struct vault_config_words *words = &scope->translations[k];

            assert_string_equal(words->language, language_tag((enum language)(k + 1)));
            assert_string_not_equal(words->title, scope->title);
            assert_string_not_equal(words->description, scope->description);
            assert_in_range(strlen(words->title), 1, LIMIT_NAME);
            assert_in_range(strlen(words->description), 1, LIMIT_DESCRIPTION);
        }
    }
    vault_config_free(&config);
}

static void what_is_said_is_taken(void **state)
{
    struct vault_config config;
    char said[4096];

    (void)state;
    if (!load(LEAST "audience: fdx\napi_prefix: ''\nuser: v\ngroup: g\nlifetimes: {code: 2s}\n"
                    "passwords: {memory: 64MiB, iterations: 1}\nlog: {level: debug}\n"
                    "scopes: [{name: openid, title: T}, {name: pay, title: P, paths: ['/a/{b}/c', /]}]\n",
              &config, said))
        fail_msg("%s", said);
    assert_string_equal(config.audience, "fdx");
    assert_string_equal(config.api_prefix, "");
    assert_int_equal(config.lifetimes.code_s, 2);
    assert_int_equal(config.lifetimes.access_token_s, 900);
    assert_int_equal(config.log.level, LOG_DEBUG);
    assert_int_equal(config.scope_count, 2);
    assert_string_equal(config.scopes[1].paths[0], "/a/{b}/c");
    assert_null(config.scopes[0].description);
    vault_config_free(&config);
    assert_null(config.issuer);
}

#define FIFTY "/123456789/123456789/123456789/123456789/123456789"
#define LONG_SOCKET FIFTY FIFTY "/123456"
#define SCOPES "scopes: [{name: openid, title: T}, "

static const struct {
    const char *text;
    const char *problem; /* a part of what is said */
} refusals[] = {
    {STORE KEY ADMIN FRONTENDS, "1:1: key 'issuer': is missing"},
    {ISSUER KEY ADMIN FRONTENDS, "1:1: key 'store.directory': is missing"},
    {ISSUER STORE ADMIN FRONTENDS, "1:1: key 'master_key_file': is missing"},
    {ISSUER STORE KEY FRONTENDS, "1:1: key 'admin.socket': is missing"},
    {ISSUER STORE KEY ADMIN, "1:1: key 'frontends': is missing"},
    {ISSUER STORE KEY ADMIN "frontends: []\n",
     "5:12: key 'frontends': a list is not a list of 1 to 16 mappings"},
    {ISSUER STORE KEY ADMIN "frontends: [{socket: /a}]\n", "5:13: key 'frontends[0].name': is missing"},
    {ISSUER STORE KEY ADMIN "frontends: [{name: A b, socket: /a}]\n",
     "5:20: key 'frontends[0].name': may have a to z, 0 to 9, - and _ only"},
    {ISSUER STORE KEY ADMIN "frontends:\n- {name: a, socket: /a}\n- {name: a, socket: /b}\n",
     "7:10: key 'frontends[1].name': is the name of frontends[0] too"},
    {ISSUER STORE KEY ADMIN "frontends:\n- {name: a, socket: /a}\n- {name: b, socket: /a}\n",
     "7:21: key 'frontends[1].socket': is the socket of frontends[0] too"},
    {ISSUER STORE KEY ADMIN "frontends: [{name: web, socket: /run/admin.sock}]\n",
     "5:33: key 'frontends[0].socket': is the socket of 'admin' too"},
    {ISSUER STORE KEY ADMIN "frontends: [{name: web, socket: web.sock}]\n",
     "5:33: key 'frontends[0].socket': must be an absolute path"},
    {ISSUER STORE KEY ADMIN "frontends: [{name: web, socket: " LONG_SOCKET "7}]\n",
     "5:33: key 'frontends[0].socket': has 108 bytes; a socket's path can have 107 at the most"},
    {"issuer: http://auth.bank.example\n" STORE KEY ADMIN FRONTENDS,
     "1:9: key 'issuer': must be an https address"},
    {"issuer: https://auth.bank.example/\n" STORE KEY ADMIN FRONTENDS,
     "1:9: key 'issuer': must not end in /"},
    {"issuer: https://auth.bank.example?a=b\n" STORE KEY ADMIN FRONTENDS,
     "1:9: key 'issuer': must be an https address"},
    {"issuer: auth.bank.example\n" STORE KEY ADMIN FRONTENDS, "1:9: key 'issuer': must be an https address"},
    {ISSUER "store: {directory: store}\n" KEY ADMIN FRONTENDS,
     "2:20: key 'store.directory': must be an absolute path"},
    {ISSUER STORE "master_key_file: key\n" ADMIN FRONTENDS,
     "3:18: key 'master_key_file': must be an absolute"},
    {LEAST "backup_directory: ../b\n", "6:19: key 'backup_directory': must be an absolute path"},
    {LEAST "audience: J\xc3\xb6rg\n", "6:11: key 'audience': must be printable ASCII"},
    {LEAST "api_prefix: fdx\n", "6:13: key 'api_prefix': must start with /"},
    {LEAST "api_prefix: /fdx/\n", "6:13: key 'api_prefix': must not end in /"},
    {LEAST "api_prefix: /fdx/{v}\n", "6:13: key 'api_prefix': must be a plain path, without { or }"},
    {LEAST "group: g\n", "6:8: key 'group': needs 'user' too"},
    {LEAST "lifetimes: {code: 11m}\n", "6:19: key 'lifetimes.code': 11m is not a duration from 1s to 10m"},
    {LEAST "lifetimes: {code: 0s}\n", "6:19: key 'lifetimes.code': 0s is not a duration from 1s to 10m"},
    {LEAST "lifetimes: {session: 1h, session_idle: 61m}\n",
     "6:40: key 'lifetimes.session_idle': must not be longer than 'session'"},
    {LEAST "lifetimes: {session: 1m}\n",
     "6:12: key 'lifetimes.session_idle': must not be longer than 'session'"},
    {LEAST "passwords: {memory: 1MiB}\n",
     "6:21: key 'passwords.memory': 1MiB is not a size from 7MiB to 1GiB"},
    {LEAST "passwords: {iterations: 1}\n",
     "6:25: key 'passwords.iterations': is too few for so little memory"},
    {LEAST "limits: {commit_queue: 10, requests_per_commit: 11}\n",
     "6:49: key 'limits.requests_per_commit': must not be more than 'commit_queue'"},
    {LEAST "log: {level: verbose}\n",
     "6:14: key 'log.level': verbose is not one of error, warn, info, debug"},
    {LEAST "error_uri_base: http://bank.example/\n", "6:17: key 'error_uri_base': must be an https address"},
    {LEAST "error_uri_base: https://\n", "6:17: key 'error_uri_base': must be an https address"},
    {LEAST "error_uri_base: 'https://bank.example/a b/'\n", "6:17: key 'error_uri_base': must be an https"},
    {LEAST "error_uri_base: 'https://bank.example/\"'\n", "6:17: key 'error_uri_base': must be an https"},
    {LEAST "policy_uri: 'https://bank.example/\\'\n", "6:13: key 'policy_uri': must be an https address"},
    {LEAST "tos_uri: javascript:alert(1)\n", "6:10: key 'tos_uri': must be an https address"},
    {LEAST "service_documentation: https://b\xc3\xa4nk.example\n",
     "6:24: key 'service_documentation': must be an https address"},
    {LEAST "logs: {level: info}\n", "6:1: key 'logs': is unknown; did you mean 'log'?"},
    {LEAST "scopes: []\n", "6:9: key 'scopes': a list is not a list of 1 to 32 mappings"},
    {LEAST "scopes: [{name: a, title: T}]\n", "6:9: key 'scopes': must have a scope 'openid'"},
    {LEAST "scopes: [{name: openid, title: T, paths: [/a]}]\n",
     "6:42: key 'scopes[0].paths': must not be there for openid"},
    {LEAST SCOPES "{name: openid, title: T}]\n", "6:43: key 'scopes[1].name': is the name of scopes[0] too"},
    {LEAST SCOPES "{name: a}]\n", "6:36: key 'scopes[1].title': is missing"},
    {LEAST SCOPES "{name: a b, title: T}]\n", "6:43: key 'scopes[1].name': may have visible ASCII"},
    {LEAST SCOPES "{name: 'a\"', title: T}]\n", "6:43: key 'scopes[1].name': may have visible ASCII"},
    {LEAST SCOPES "{name: a, title: T, paths: [a]}]\n", "6:64: key 'scopes[1].paths[0]': must start with /"},
    {LEAST SCOPES "{name: a, title: T, paths: [/a, /a/]}]\n",
     "6:68: key 'scopes[1].paths[1]': must not end in /"},
    {LEAST SCOPES "{name: a, title: T, paths: [/a//b]}]\n", "must not have empty parts, . or .."},
    {LEAST SCOPES "{name: a, title: T, paths: [/a/../b]}]\n", "must not have empty parts, . or .."},
    {LEAST SCOPES "{name: a, title: T, paths: [/a/..]}]\n", "must not have empty parts, . or .."},
    {LEAST SCOPES "{name: a, title: T, paths: [/a?b]}]\n", "must be a plain path"},
    {LEAST SCOPES "{name: a, title: T, paths: [/a*]}]\n", "must be a plain path"},
    {LEAST SCOPES "{name: a, title: T, paths: ['/a{b}']}]\n", "has to be one whole part of the path"},
    {LEAST SCOPES "{name: a, title: T, paths: ['/{b}c']}]\n", "has to be one whole part of the path"},
    {LEAST SCOPES "{name: a, title: T, paths: ['/{}']}]\n", "has to be one whole part of the path"},
    {LEAST SCOPES "{name: a, title: T, paths: ['/{a']}]\n", "has to be one whole part of the path"},
    {LEAST SCOPES "{name: a, title: T, paths: ['/a}']}]\n", "has to be one whole part of the path"},
    {LEAST SCOPES "{name: a, title: T, paths: ['/{a/b}']}]\n", "has to be one whole part of the path"},
};

static void what_cannot_work_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        struct vault_config config;
        char said[4096];

        if (load(refusals[i].text, &config, said))
            fail_msg("case %zu was accepted; want: %s", i, refusals[i].problem);
        if (!strstr(said, refusals[i].problem))
            fail_msg("case %zu\nsaid: %swant: %s", i, said, refusals[i].problem);
        if (strchr(said, '\n')[1] != '\0')
            fail_msg("case %zu says more than it should: %s", i, said);
    }
}

static void the_longest_socket_path_is_fine(void **state)
{
    struct vault_config config;
    char said[4096];

    (void)state;
    assert_true(load(ISSUER STORE KEY ADMIN "frontends: [{name: web, socket: " LONG_SOCKET "}]\n", &config,
                     said));
    vault_config_free(&config);
}

static void the_sample_is_a_configuration(void **state)
{
    struct vault_config sample;
    struct vault_config defaults;
    char said[4096];

    (void)state;
    assert_true(vault_config_load(SAMPLE, &sample));
    assert_true(load(LEAST, &defaults, said));
    /* What the sample shows as numbers and words of the product are the defaults. */
    assert_memory_equal(&sample.lifetimes, &defaults.lifetimes, sizeof(sample.lifetimes));
    assert_memory_equal(&sample.passwords, &defaults.passwords, sizeof(sample.passwords));
    assert_memory_equal(&sample.limits, &defaults.limits, sizeof(sample.limits));
    assert_int_equal(sample.store.size_max, defaults.store.size_max);
    assert_string_equal(sample.api_prefix, defaults.api_prefix);
    assert_int_equal(sample.scope_count, defaults.scope_count);
    for (size_t i = 0; i < sample.scope_count; i++) {
        assert_string_equal(sample.scopes[i].name, defaults.scopes[i].name);
        assert_string_equal(sample.scopes[i].title, defaults.scopes[i].title);
        assert_string_equal(sample.scopes[i].description, defaults.scopes[i].description);
        assert_int_equal(sample.scopes[i].path_count, defaults.scopes[i].path_count);
        for (size_t k = 0; k < sample.scopes[i].path_count; k++)
            assert_string_equal(sample.scopes[i].paths[k], defaults.scopes[i].paths[k]);
        assert_int_equal(sample.scopes[i].translation_count, defaults.scopes[i].translation_count);
        for (size_t k = 0; k < sample.scopes[i].translation_count; k++) {
            const struct vault_config_words *shown = &sample.scopes[i].translations[k];
            const struct vault_config_words *words = &defaults.scopes[i].translations[k];

            assert_string_equal(shown->language, words->language);
            assert_string_equal(shown->title, words->title);
            assert_string_equal(shown->description, words->description);
        }
    }
    vault_config_free(&sample);
    vault_config_free(&defaults);
}

static void the_sample_documents_every_key(void **state)
{
    struct config_sample sample = {NULL, ""};
    struct vault_config config;
    char path[SCRATCH_PATH_SIZE];
    struct config_file *file;

    (void)state;
    config_sample_uncomment(SAMPLE, path);
    assert_true(vault_config_load(path, &config));
    vault_config_free(&config);
    file = config_read(path, vault_config_schema(), &config);
    sample.file = file;
    config_each(vault_config_schema(), config_sample_visit, &sample);
    assert_string_equal(sample.missing, "");
    assert_true(config_finish(&file, stderr));
    vault_config_free(&config);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_has_the_documented_defaults),
        cmocka_unit_test(the_default_scopes_are_the_references),
        cmocka_unit_test(the_default_scopes_have_words_in_every_language),
        cmocka_unit_test(what_is_said_is_taken),
        cmocka_unit_test(what_cannot_work_is_refused),
        cmocka_unit_test(the_longest_socket_path_is_fine),
        cmocka_unit_test(the_sample_is_a_configuration),
        cmocka_unit_test(the_sample_documents_every_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
