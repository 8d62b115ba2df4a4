#include "frontend/frontend_config.h"

#include "common/log.h"
#include "tests/unit/common/config_sample.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SAMPLE SOURCE_DIR "/deploy/frontend.yaml"

#define SOCKET "vault_socket: /run/web.sock\n"
#define LISTENERS "listeners: [{address: 127.0.0.1, port: 8080}]\n"
#define LEAST SOCKET LISTENERS
#define TLS "tls: {certificate_file: /c, key_file: /k}"

/* Load a text; what was written to standard error goes to `ret_said`. */
static bool load(const char *text, struct frontend_config *ret_config, char ret_said[4096])
{
    struct scratch_stderr capture;
    char path[SCRATCH_PATH_SIZE];
    bool ok;

    scratch_file(span_of_text(text), path);
    capture = scratch_stderr_begin();
    ok = frontend_config_load(path, ret_config);
    scratch_stderr_end(&capture, ret_said, 4096);
    unlink(path);
    return ok;
}

static void the_least_has_the_documented_defaults(void **state)
{
    struct frontend_config config;
    char said[4096];

    (void)state;
    if (!load(LEAST, &config, said))
        fail_msg("%s", said);
    assert_int_equal(config.listener_count, 1);
    assert_int_equal(config.listeners[0].port, 8080);
    assert_int_equal(config.listeners[0].serves, FRONTEND_SERVES_PUBLIC);
    assert_false(config.listeners[0].has_tls);
    assert_null(config.user);
    assert_null(config.base_path);
    assert_string_equal(frontend_config_base_path(&config), "");
    assert_non_null(config.brand.name);
    assert_null(config.brand.logo_file);
    assert_int_equal(strlen(config.brand.colour), 7);
    assert_null(config.brand.support_url);
    assert_int_equal(config.limits.header_bytes, 16384);
    assert_int_equal(config.limits.body_bytes, 65536);
    assert_int_equal(config.limits.headers, 100);
    assert_int_equal(config.limits.header_timeout_s, 10);
    assert_int_equal(config.limits.body_timeout_s, 10);
    assert_int_equal(config.limits.idle_timeout_s, 60);
    assert_int_equal(config.limits.connections, 10000);
    assert_int_equal(config.limits.in_flight, 1024);
    assert_int_equal(config.limits.vault_timeout_s, 5);
    assert_int_equal(config.drain_timeout_s, 30);
    assert_int_equal(config.log.level, LOG_INFO);
    frontend_config_free(&config);
    assert_null(config.listeners);
}

/* Each is accepted as the only listener. */
static void listeners_that_may_be(void **state)
{
    static const char *const listeners[] = {
        "{address: 127.0.0.1, port: 1}",
        "{address: 127.1.2.3, port: 65535}",
        "{address: '::1', port: 8080, serves: [gateway, management]}",
        "{address: 0.0.0.0, port: 443, " TLS "}",
        "{address: '::', port: 443, serves: [public, gateway, management], " TLS "}",
        "{address: '2001:db8::1', port: 443, " TLS "}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(listeners) / sizeof(listeners[0]); i++) {
        char text[512] = SOCKET "listeners: [";
        struct frontend_config config;
        char said[4096];

        strncat(text, listeners[i], 256);
        strncat(text, "]\n", 3);
        if (!load(text, &config, said))
            fail_msg("%s", said);
        frontend_config_free(&config);
    }
}

static void what_is_said_is_taken(void **state)
{
    struct frontend_config config;
    char said[4096];

    (void)state;
    if (!load(SOCKET "workers: 64\nuser: u\ngroup: g\nlisteners:\n"
                     "- {address: 10.0.0.1, port: 443, tls: {certificate_file: /c, key_file: /k, "
                     "minimum_version: 1.3}}\n- {address: 127.0.0.1, port: 443, "
                     "serves: [gateway, management]}\n"
                     "brand: {name: \"K\xc3\xb6nig & S\xc3\xb6hne\", colour: '#aBc123', logo_file: /l.svg, "
                     "support_url: 'mailto:help@bank.example'}\nlimits: {body_timeout: 2s}\n"
                     "drain_timeout: 1m\nbase_path: /banks/tenant-1\n",
              &config, said))
        fail_msg("%s", said);
    assert_int_equal(config.workers, 64);
    assert_true(config.listeners[0].has_tls);
    assert_int_equal(config.listeners[0].tls.minimum_version, FRONTEND_TLS_1_3);
    assert_int_equal(config.listeners[1].serves, FRONTEND_SERVES_GATEWAY | FRONTEND_SERVES_MANAGEMENT);
    assert_string_equal(config.brand.name, "K\xc3\xb6nig & S\xc3\xb6hne");
    assert_string_equal(config.brand.colour, "#aBc123");
    assert_int_equal(config.limits.body_timeout_s, 2);
    assert_int_equal(config.drain_timeout_s, 60);
    assert_string_equal(frontend_config_base_path(&config), "/banks/tenant-1");
    frontend_config_free(&config);
}

static const struct {
    const char *text;
    const char *problem; /* a part of what is said */
} refusals[] = {
    {LISTENERS, "1:1: key 'vault_socket': is missing"},
    {SOCKET, "1:1: key 'listeners': is missing"},
    {"vault_socket: web.sock\n" LISTENERS, "1:15: key 'vault_socket': must be an absolute path"},
    {SOCKET "listeners: []\n", "2:12: key 'listeners': a list is not a list of 1 to 16 mappings"},
    {SOCKET "listeners: [{port: 1}]\n", "2:13: key 'listeners[0].address': is missing"},
    {SOCKET "listeners: [{address: 127.0.0.1}]\n", "2:13: key 'listeners[0].port': is missing"},
    {SOCKET "listeners: [{address: 127.0.0.1, port: 99999}]\n",
     "2:40: key 'listeners[0].port': 99999 is not a whole number from 1 to 65535"},
    {SOCKET "listeners: [{address: 127.0.0.1, port: 0}]\n",
     "key 'listeners[0].port': 0 is not a whole number"},
    {SOCKET "listeners: [{address: localhost, port: 1}]\n",
     "2:23: key 'listeners[0].address': must be an IPv4 or IPv6 address"},
    {SOCKET "listeners: [{address: '[::1]', port: 1}]\n",
     "2:23: key 'listeners[0].address': must be an IPv4"},
    {SOCKET "listeners: [{address: 127.1, port: 1}]\n", "2:23: key 'listeners[0].address': must be an IPv4"},
    {SOCKET "listeners: [{address: '127.0.0.1:80', port: 1}]\n",
     "key 'listeners[0].address': must be an IPv4"},
    {SOCKET "listeners: [{address: 0.0.0.0, port: 1}]\n",
     "2:13: key 'listeners[0].tls': is needed, because 0.0.0.0 is not a loopback address"},
    {SOCKET "listeners: [{address: 128.0.0.1, port: 1}]\n", "key 'listeners[0].tls': is needed"},
    {SOCKET "listeners: [{address: '::', port: 1}]\n", "key 'listeners[0].tls': is needed"},
    {SOCKET "listeners: [{address: '::ffff:127.0.0.1', port: 1}]\n", "key 'listeners[0].tls': is needed"},
    {SOCKET "listeners:\n- {address: 127.0.0.1, port: 8080}\n- {address: 127.0.0.1, port: 8080}\n",
     "4:30: key 'listeners[1].port': is taken by listeners[0] on the same address"},
    {SOCKET "listeners: [{address: 127.0.0.1, port: 1, serves: [private]}]\n",
     "2:52: key 'listeners[0].serves[0]': private is not one of public, gateway, management"},
    {SOCKET "listeners: [{address: 127.0.0.1, port: 1, serves: public}]\n",
     "2:51: key 'listeners[0].serves': public is not a list such as [a, b]"},
    {SOCKET "listeners: [{address: 127.0.0.1, port: 1, tls: true}]\n",
     "2:48: key 'listeners[0].tls': true is not a mapping"},
    {SOCKET "listeners: [{address: 127.0.0.1, port: 1, tls: {key_file: /k}}]\n",
     "2:48: key 'listeners[0].tls.certificate_file': is missing"},
    {SOCKET "listeners: [{address: 127.0.0.1, port: 1, tls: {certificate_file: c, key_file: /k}}]\n",
     "2:67: key 'listeners[0].tls.certificate_file': must be an absolute path"},
    {SOCKET "listeners: [{address: 127.0.0.1, port: 1, tls: {certificate_file: /c, key_file: /k, "
            "minimum_version: 1.1}}]\n",
     "key 'listeners[0].tls.minimum_version': 1.1 is not one of 1.2, 1.3"},
    {LEAST "workers: 0\n", "3:10: key 'workers': 0 is not a whole number from 1 to 64"},
    {LEAST "workers: 65\n", "3:10: key 'workers': 65 is not a whole number from 1 to 64"},
    {LEAST "workers: two\n", "3:10: key 'workers': two is not a whole number from 1 to 64"},
    {LEAST "group: g\n", "3:8: key 'group': needs 'user' too"},
    {LEAST "brand: {colour: red}\n", "3:17: key 'brand.colour': red is not a text of 7 bytes"},
    {LEAST "brand: {colour: '#12345g'}\n", "3:17: key 'brand.colour': must be # and six hexadecimal digits"},
    {LEAST "brand: {colour: '1234567'}\n", "3:17: key 'brand.colour': must be # and six hexadecimal digits"},
    {LEAST "brand:\n  colour: #123456\n",
     "4:10: key 'brand.colour': has no value; expected a text of 7 bytes"},
    {LEAST "brand: {logo_file: logo.svg}\n", "3:20: key 'brand.logo_file': must be an absolute path"},
    {LEAST "brand: {logo_file: /logo.gif}\n", "3:20: key 'brand.logo_file': must be a .svg or .png file"},
    {LEAST "brand: {support_url: 'http://bank.example'}\n",
     "3:22: key 'brand.support_url': must be an https"},
    {LEAST "brand: {support_url: 'javascript:alert(1)'}\n",
     "3:22: key 'brand.support_url': must be an https"},
    {LEAST "brand: {support_url: 'https://b a'}\n", "3:22: key 'brand.support_url': must be an https"},
    {LEAST "brand: {support_url: 'mailto:'}\n", "3:22: key 'brand.support_url': must be an https"},
    {LEAST "limits: {body_bytes: 65KiB}\n",
     "3:22: key 'limits.body_bytes': 65KiB is not a size from 1KiB to 64KiB"},
    {LEAST "limits: {header_bytes: 16384}\n", "3:24: key 'limits.header_bytes': 16384 is not a size"},
    {LEAST "limits: {vault_timeout: 61s}\n",
     "key 'limits.vault_timeout': 61s is not a duration from 1s to 1m"},
    {LEAST "limits: {conections: 5}\n",
     "3:10: key 'limits.conections': is unknown; did you mean 'connections'?"},
    {LEAST "base_path: tenant\n", "3:12: key 'base_path': must start with / and not end in /"},
    {LEAST "base_path: /tenant/\n", "3:12: key 'base_path': must start with / and not end in /"},
    {LEAST "base_path: /\n", "3:12: key 'base_path': / is not a text of 2 to 256 bytes"},
    {LEAST "base_path: //tenant\n", "3:12: key 'base_path': must not have empty parts"},
    {LEAST "base_path: /a/../b\n", "3:12: key 'base_path': must not have empty parts or parts that begin"},
    {LEAST "base_path: /.well-known\n", "3:12: key 'base_path': must not have empty parts"},
    {LEAST "base_path: /a?b\n", "3:12: key 'base_path': may have letters, digits, -, ., _, ~ and / only"},
    {LEAST "base_path: /a%20b\n", "3:12: key 'base_path': may have letters"},
    {LEAST "base_path: '/a\"b'\n", "3:12: key 'base_path': may have letters"},
    {LEAST "base_path: /caf\xc3\xa9\n", "3:12: key 'base_path': may have letters"},
    {LEAST "drain_timeout: 30\n", "3:16: key 'drain_timeout': 30 is not a duration from 1s to 1h"},
    {LEAST "issuer: https://auth.bank.example\n", "3:1: key 'issuer': is unknown"},
};

static void what_cannot_work_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        struct frontend_config config;
        char said[4096];

        if (load(refusals[i].text, &config, said))
            fail_msg("case %zu was accepted; want: %s", i, refusals[i].problem);
        if (!strstr(said, refusals[i].problem))
            fail_msg("case %zu\nsaid: %swant: %s", i, said, refusals[i].problem);
        if (strchr(said, '\n')[1] != '\0')
            fail_msg("case %zu says more than it should: %s", i, said);
    }
}

static void the_sample_is_a_configuration(void **state)
{
    struct frontend_config sample;
    struct frontend_config defaults;
    char said[4096];

    (void)state;
    assert_true(frontend_config_load(SAMPLE, &sample));
    assert_true(load(LEAST, &defaults, said));
    assert_memory_equal(&sample.limits, &defaults.limits, sizeof(sample.limits));
    assert_int_equal(sample.workers, defaults.workers);
    assert_int_equal(sample.drain_timeout_s, defaults.drain_timeout_s);
    assert_string_equal(sample.brand.colour, defaults.brand.colour);
    assert_int_equal(sample.log.level, defaults.log.level);
    frontend_config_free(&sample);
    frontend_config_free(&defaults);
}

static void the_sample_documents_every_key(void **state)
{
    struct config_sample sample = {NULL, ""};
    struct frontend_config config;
    char path[SCRATCH_PATH_SIZE];
    struct config_file *file;

    (void)state;
    config_sample_uncomment(SAMPLE, path);
    assert_true(frontend_config_load(path, &config));
    frontend_config_free(&config);
    file = config_read(path, frontend_config_schema(), &config);
    sample.file = file;
    config_each(frontend_config_schema(), config_sample_visit, &sample);
    assert_string_equal(sample.missing, "");
    assert_true(config_finish(&file, stderr));
    frontend_config_free(&config);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_has_the_documented_defaults),
        cmocka_unit_test(listeners_that_may_be),
        cmocka_unit_test(what_is_said_is_taken),
        cmocka_unit_test(what_cannot_work_is_refused),
        cmocka_unit_test(the_sample_is_a_configuration),
        cmocka_unit_test(the_sample_documents_every_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
