#include "frontend/route.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "frontend/endpoints.h"
#include "frontend/frontend_config.h"

#define PUBLIC FRONTEND_SERVES_PUBLIC
#define GATEWAY FRONTEND_SERVES_GATEWAY
#define MANAGEMENT FRONTEND_SERVES_MANAGEMENT

static enum route_found find(enum http_method method, const char *path, unsigned serves,
                             const struct route **ret_route, const char **ret_allow)
{
    struct http_request request = {.method = method, .path = span_of_text(path)};

    return route_find(&request, "", serves, ret_route, ret_allow);
}

static enum route_found find_below(const char *base_path, const char *path, unsigned serves,
                                   const struct route **ret_route)
{
    struct http_request request = {.method = HTTP_VERB_GET, .path = span_of_text(path)};
    const char *allow;

    return route_find(&request, base_path, serves, ret_route, &allow);
}

static void every_row_is_found_by_its_own_name_on_its_own_listeners(void **state)
{
    const struct route *route, *found;
    const char *allow;

    (void)state;
    for (size_t i = 0; (route = route_at(i)); i++) {
        print_message("%s\n", route->path);
        assert_non_null(route->run);
        for (unsigned serves = PUBLIC; serves <= MANAGEMENT; serves <<= 1) {
            enum route_found result = find(route->method, route->path, serves, &found, &allow);

            assert_int_equal(result, route->serves & serves ? ROUTE_FOUND : ROUTE_NOT_FOUND);
            assert_true(result != ROUTE_FOUND || found == route);
        }
    }
}

static void no_two_rows_are_alike(void **state)
{
    const struct route *a, *b;

    (void)state;
    for (size_t i = 0; (a = route_at(i)); i++)
        for (size_t j = 0; j < i && (b = route_at(j)); j++)
            assert_false(a->method == b->method && strcmp(a->path, b->path) == 0);
}

static void forms_are_posted_and_pages_are_for_browsers(void **state)
{
    const struct route *route;

    (void)state;
    /* A POST to UserInfo mostly has its token in the header, and any body or none. */
    for (size_t i = 0; (route = route_at(i)); i++)
        assert_int_equal(route->body == ROUTE_BODY_FORM,
                         route->method == HTTP_VERB_POST && route->run != ep_userinfo);
}

static void the_gateways_question_is_asked_on_its_listeners_only(void **state)
{
    const struct route *route;
    const char *allow;

    (void)state;
    assert_int_equal(find(HTTP_VERB_GET, "/oauth2/v4/check", GATEWAY, &route, &allow), ROUTE_FOUND);
    assert_true(route->run == ep_check);
    assert_int_equal(find(HTTP_VERB_GET, "/oauth2/v4/check", PUBLIC | MANAGEMENT, &route, &allow),
                     ROUTE_NOT_FOUND);
    assert_int_equal(find(HTTP_VERB_POST, "/oauth2/v4/check", PUBLIC | MANAGEMENT, &route, &allow),
                     ROUTE_NOT_FOUND);
    assert_int_equal(find(HTTP_VERB_POST, "/oauth2/v4/token", GATEWAY | MANAGEMENT, &route, &allow),
                     ROUTE_NOT_FOUND);
    assert_int_equal(find(HTTP_VERB_GET, "/livez", 0, &route, &allow), ROUTE_NOT_FOUND);
}

static void other_methods_are_told_what_is_allowed(void **state)
{
    static const struct {
        enum http_method method;
        const char *path, *allow;
    } rows[] = {
        {HTTP_VERB_GET, "/oauth2/v4/token", "POST"},
        {HTTP_VERB_HEAD, "/oauth2/v4/token", "POST"},
        {HTTP_VERB_GET, "/oauth2/v4/introspect", "POST"},
        {HTTP_VERB_OTHER, "/oauth2/v4/revoke", "POST"},
        {HTTP_VERB_OTHER, "/oauth2/v4/authorize", "GET, HEAD, POST"},
        {HTTP_VERB_POST, "/livez", "GET, HEAD"},
        {HTTP_VERB_OTHER, "/oauth2/v4/login", "GET, HEAD, POST"},
    };
    const struct route *route;
    const char *allow;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(find(rows[i].method, rows[i].path, PUBLIC, &route, &allow),
                         ROUTE_METHOD_NOT_ALLOWED);
        assert_string_equal(allow, rows[i].allow);
    }
}

static void head_follows_get(void **state)
{
    const struct route *get, *head;
    const char *allow;

    (void)state;
    assert_int_equal(find(HTTP_VERB_GET, "/readyz", PUBLIC, &get, &allow), ROUTE_FOUND);
    assert_int_equal(find(HTTP_VERB_HEAD, "/readyz", PUBLIC, &head, &allow), ROUTE_FOUND);
    assert_true(get == head);
}

static void only_the_very_path_will_do(void **state)
{
    static const char *const paths[] = {"",
                                        "/",
                                        "*",
                                        "/oauth2/v4/token/",
                                        "/oauth2/v4/Token",
                                        "//oauth2/v4/token",
                                        "/oauth2/v4/%74oken",
                                        "/oauth2/v4/../v4/token",
                                        "/oauth2/v4/toke",
                                        "/oauth2/v4/tokens",
                                        "/livez/",
                                        "livez",
                                        "/metrics"};
    const struct route *route;
    const char *allow;

    (void)state;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        for (int method = HTTP_VERB_OTHER; method <= HTTP_VERB_POST; method++)
            assert_int_equal(find((enum http_method)method, paths[i], PUBLIC, &route, &allow),
                             ROUTE_NOT_FOUND);
}

static void issuer_with_a_path_has_its_endpoints_below_it(void **state)
{
    static const struct {
        const char *path;
        void (*run)(struct exchange *x);
    } rows[] = {
        {"/a/tenant/oauth2/v4/jwks", ep_jwks},
        {"/a/tenant/oauth2/v4/authorize", ep_authorize},
        {"/a/tenant/oauth2/v4/login", ep_login_show},
        {"/a/tenant/oauth2/v4/style.css", ep_style},
        {"/a/tenant/.well-known/openid-configuration", ep_discovery},
        {"/a/tenant/.well-known/oauth-authorization-server", ep_discovery},
        {"/.well-known/openid-configuration/a/tenant", ep_discovery},
        {"/.well-known/oauth-authorization-server/a/tenant", ep_discovery},
        {"/livez", ep_livez},
        {"/readyz", ep_readyz},
        {"/oauth2/v4/jwks", NULL},
        {"/.well-known/openid-configuration", NULL},
        {"/.well-known/oauth-authorization-server", NULL},
        {"/.well-known/openid-configuration/", NULL},
        {"/.well-known/openid-configuration/a", NULL},
        {"/.well-known/openid-configuration/a/tenant/", NULL},
        {"/.well-known/openid-configuration/b/tenant", NULL},
        {"/.well-known/a/tenant/openid-configuration", NULL},
        {"/oauth2/v4/jwks/a/tenant", NULL},
        {"/a/tenant", NULL},
        {"/a/tenant/", NULL},
        {"/a/tenant/livez", NULL},
        {"/a/tenant/a/tenant/oauth2/v4/jwks", NULL},
        {"/a/tenantoauth2/v4/jwks", NULL},
        {"/A/tenant/oauth2/v4/jwks", NULL},
        {"/a/tenant/oauth2/v4/check", NULL},
    };
    const struct route *route;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum route_found found = find_below("/a/tenant", rows[i].path, PUBLIC, &route);

        print_message("%s\n", rows[i].path);
        assert_int_equal(found, rows[i].run ? ROUTE_FOUND : ROUTE_NOT_FOUND);
        assert_true(!rows[i].run || route->run == rows[i].run);
    }
    assert_int_equal(find_below("/a/tenant", "/oauth2/v4/check", GATEWAY, &route), ROUTE_FOUND);
    assert_int_equal(find_below("/a/tenant", "/a/tenant/oauth2/v4/check", GATEWAY, &route), ROUTE_NOT_FOUND);
}

/* Without a path there is one place for each document. */
static void issuer_without_a_path_has_no_inserted_documents(void **state)
{
    const struct route *route;

    (void)state;
    assert_int_equal(find_below("", "/.well-known/openid-configuration", PUBLIC, &route), ROUTE_FOUND);
    assert_int_equal(find_below("", "/.well-known/oauth-authorization-server", PUBLIC, &route), ROUTE_FOUND);
    assert_int_equal(find_below("", "/.well-known/openid-configuration/a", PUBLIC, &route), ROUTE_NOT_FOUND);
    assert_int_equal(find_below("", "/.well-known/openid-configuration", GATEWAY, &route), ROUTE_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_found_by_its_own_name_on_its_own_listeners),
        cmocka_unit_test(no_two_rows_are_alike),
        cmocka_unit_test(forms_are_posted_and_pages_are_for_browsers),
        cmocka_unit_test(the_gateways_question_is_asked_on_its_listeners_only),
        cmocka_unit_test(other_methods_are_told_what_is_allowed),
        cmocka_unit_test(head_follows_get),
        cmocka_unit_test(only_the_very_path_will_do),
        cmocka_unit_test(issuer_with_a_path_has_its_endpoints_below_it),
        cmocka_unit_test(issuer_without_a_path_has_no_inserted_documents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
