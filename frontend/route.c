#include "frontend/route.h"

#include "frontend/endpoints.h"
#include "frontend/frontend_config.h"
#include "frontend/respond.h"
#include "frontend/worker.h"

#define WELL_KNOWN "/.well-known/"
#define PUBLIC FRONTEND_SERVES_PUBLIC
#define GATEWAY FRONTEND_SERVES_GATEWAY
#define EVERYWHERE (FRONTEND_SERVES_PUBLIC | FRONTEND_SERVES_GATEWAY | FRONTEND_SERVES_MANAGEMENT)

/* clang-format off */
static const struct route routes[] = {
/*   method           path                      body      errors   listeners   function */
#define ROW(verb, path, body, errors, serves, run) \
    {HTTP_VERB_##verb, path, ROUTE_BODY_##body, ROUTE_ERRORS_##errors, serves, run},
    ROW(POST, "/oauth2/v4/introspect", FORM,    JSON, PUBLIC,     ep_introspect)
    ROW(POST, "/oauth2/v4/token",      FORM,    JSON, PUBLIC,     ep_token)
    ROW(POST, "/oauth2/v4/revoke",     FORM,    JSON, PUBLIC,     ep_revoke)
    ROW(GET,  "/oauth2/v4/check",      IGNORED, JSON, GATEWAY,    ep_check)
    ROW(GET,  "/oauth2/v4/authorize",  IGNORED, PAGE, PUBLIC,     ep_authorize)
    ROW(POST, "/oauth2/v4/authorize",  FORM,    PAGE, PUBLIC,     ep_authorize)
    ROW(GET,  PAGE_PATH_LOGIN,         IGNORED, PAGE, PUBLIC,     ep_login_show)
    ROW(POST, PAGE_PATH_LOGIN,         FORM,    PAGE, PUBLIC,     ep_login_submit)
    ROW(GET,  PAGE_PATH_CONSENT,       IGNORED, PAGE, PUBLIC,     ep_consent_show)
    ROW(POST, PAGE_PATH_CONSENT,       FORM,    PAGE, PUBLIC,     ep_consent_submit)
    ROW(GET,  PAGE_PATH_END_SESSION,   IGNORED, PAGE, PUBLIC,     ep_end_session)
    ROW(POST, PAGE_PATH_END_SESSION,   FORM,    PAGE, PUBLIC,     ep_end_session)
    ROW(GET,  "/oauth2/v4/userinfo",   IGNORED, JSON, PUBLIC,     ep_userinfo)
    ROW(POST, "/oauth2/v4/userinfo",   IGNORED, JSON, PUBLIC,     ep_userinfo)
    ROW(GET,  "/oauth2/v4/jwks",       IGNORED, JSON, PUBLIC,     ep_jwks)
    ROW(GET,  WELL_KNOWN "openid-configuration",       IGNORED, JSON, PUBLIC, ep_discovery)
    ROW(GET,  WELL_KNOWN "oauth-authorization-server", IGNORED, JSON, PUBLIC, ep_discovery)
    ROW(GET,  PAGE_PATH_STYLE,         IGNORED, JSON, PUBLIC,     ep_style)
    ROW(GET,  PAGE_PATH_LOGO,          IGNORED, JSON, PUBLIC,     ep_logo)
    ROW(GET,  "/livez",                IGNORED, JSON, EVERYWHERE, ep_livez)
    ROW(GET,  "/readyz",               IGNORED, JSON, EVERYWHERE, ep_readyz)
#undef ROW
};
/* clang-format on */

#define ROUTE_COUNT (sizeof(routes) / sizeof(routes[0]))

const struct route *route_at(size_t index)
{
    return index < ROUTE_COUNT ? &routes[index] : NULL;
}

static const char *allow_of(bool gets, bool posts)
{
    return gets && posts ? "GET, HEAD, POST" : gets ? "GET, HEAD" : "POST";
}

/* True if `path` is `before` and `after` in one. */
static bool is_joined(struct span path, const char *before, const char *after)
{
    size_t len = strlen(before);

    return span_starts_with(path, span_of_text(before)) && span_equal_text(span_from(path, len), after);
}

static bool is_at(const struct route *route, struct span path, const char *base_path)
{
    if (route->serves != PUBLIC)
        return span_equal_text(path, route->path);
    if (is_joined(path, base_path, route->path))
        return true;
    return span_starts_with(span_of_text(route->path), SPAN_LITERAL(WELL_KNOWN)) &&
           is_joined(path, route->path, base_path);
}

enum route_found route_find(const struct http_request *request, const char *base_path, unsigned serves,
                            const struct route **ret_route, const char **ret_allow)
{
    enum http_method method = request->method == HTTP_VERB_HEAD ? HTTP_VERB_GET : request->method;
    bool gets = false, posts = false;

    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        const struct route *route = &routes[i];

        if (!(route->serves & serves) || !is_at(route, request->path, base_path))
            continue;
        if (route->method == method) {
            *ret_route = route;
            return ROUTE_FOUND;
        }
        gets |= route->method == HTTP_VERB_GET;
        posts |= route->method == HTTP_VERB_POST;
    }
    if (!gets && !posts)
        return ROUTE_NOT_FOUND;
    *ret_allow = allow_of(gets, posts);
    return ROUTE_METHOD_NOT_ALLOWED;
}

static void refuse_media_type(struct exchange *x)
{
    if (x->route->errors == ROUTE_ERRORS_PAGE)
        respond_http_error_page(x, 415);
    else
        respond_http_error(x, 415, "invalid_request", "The body must be application/x-www-form-urlencoded.");
}

void route_refuse(struct exchange *x, enum answer answer)
{
    if (x->route->errors == ROUTE_ERRORS_PAGE)
        respond_error_page(x, answer);
    else
        respond_error(x, answer);
}

void route_run(struct exchange *x)
{
    const char *base_path = frontend_config_base_path(x->worker->config);
    const char *allow;

    switch (route_find(x->request, base_path, x->serves, &x->route, &allow)) {
    case ROUTE_NOT_FOUND: respond_not_found(x); return;
    case ROUTE_METHOD_NOT_ALLOWED: respond_method_not_allowed(x, allow); return;
    case ROUTE_FOUND: break;
    }
    if (x->route->body == ROUTE_BODY_FORM && !form_is_media_type(x->request->content_type))
        refuse_media_type(x);
    else
        x->route->run(x);
}
