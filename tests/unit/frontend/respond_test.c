/*
 * Answers as they leave: what may be kept and by whom, where an error's page is, and where our own paths are.
 * respond.c is compiled into this test, so that what it hands to a connection lands here.
 */
#include "frontend/respond.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/log.h"
#include "frontend/connection.h"
#include "frontend/worker.h"

static char sent[PAGE_CAPACITY];
static bool answer_keeps_alive;

static void take_answer(struct connection *connection, struct span bytes, bool keep_alive)
{
    (void)connection;
    assert_true(bytes.len < sizeof(sent));
    memcpy(sent, bytes.ptr, bytes.len);
    sent[bytes.len] = '\0';
    answer_keeps_alive = keep_alive;
}

#define connection_answer take_answer
#include "frontend/respond.c"
#undef connection_answer

#define ETAG "\"0123456789abcdef0123456789abcdef\""

struct world {
    struct worker worker;
    struct frontend_config config;
    struct http_request request;
    struct exchange x;
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    log_init("test", LOG_ERROR);
    world->worker.config = &world->config;
    world->worker.clock = clock_fixed(UINT64_C(1800000000000));
    assert_true(responder_init(&world->worker.responder));
    world->request.method = HTTP_VERB_GET;
    world->request.keep_alive = true;
    world->x.worker = &world->worker;
    world->x.request = &world->request;
    world->x.serves = FRONTEND_SERVES_PUBLIC;
    sent[0] = '\0';
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    responder_fini(&world->worker.responder);
    free(world);
    return 0;
}

static void assert_has(const char *text)
{
    if (!strstr(sent, text))
        fail_msg("%s is not in %s", text, sent);
}

static void assert_lacks(const char *text)
{
    if (strstr(sent, text))
        fail_msg("%s is in %s", text, sent);
}

static void send_kept(struct world *world, const char *if_none_match)
{
    struct response *r;

    world->request.if_none_match = span_of_text(if_none_match);
    r = respond_kept_begin(&world->x, ETAG, 123);
    respond_header(r, "X-More", SPAN_LITERAL("m"));
    respond_kept_send(r, SPAN_LITERAL("{\"keys\":[]}"), "application/json");
}

static void what_may_be_kept_is_sent_once(void **state)
{
    struct world *world = *state;

    send_kept(world, NULL);
    assert_has("HTTP/1.1 200 OK\r\n");
    assert_has("\r\nContent-Type: application/json\r\n");
    assert_has("\r\nCache-Control: public, max-age=123\r\n");
    assert_has("\r\nETag: " ETAG "\r\n");
    assert_has("\r\nContent-Length: 11\r\n\r\n{\"keys\":[]}");
    send_kept(world, "\"other\"");
    assert_has("HTTP/1.1 200 OK\r\n");
    send_kept(world, "\"other\", W/" ETAG);
    assert_has("HTTP/1.1 304 Not Modified\r\n");
    assert_has("\r\nCache-Control: public, max-age=123\r\n");
    assert_has("\r\nETag: " ETAG "\r\n");
    assert_has("\r\nX-More: m\r\n");
    assert_lacks("Content-Length");
    assert_lacks("Content-Type");
    assert_lacks("keys");
    assert_string_equal(sent + strlen(sent) - 4, "\r\n\r\n");
    assert_true(answer_keeps_alive);
}

static void head_says_how_long_it_would_be(void **state)
{
    struct world *world = *state;

    world->request.method = HTTP_VERB_HEAD;
    send_kept(world, NULL);
    assert_has("HTTP/1.1 200 OK\r\n");
    assert_has("\r\nETag: " ETAG "\r\n");
    assert_has("\r\nContent-Length: 11\r\n\r\n");
    assert_lacks("keys");
    send_kept(world, "*");
    assert_has("HTTP/1.1 304 Not Modified\r\n");
}

static void answers_that_are_somebodys_are_kept_by_nobody(void **state)
{
    struct world *world = *state;

    world->request.if_none_match = SPAN_LITERAL("*");
    respond_json_send(respond_begin(&world->x, 200, RESPOND_NO_STORE));
    assert_has("HTTP/1.1 200 OK\r\n");
    assert_has("\r\nCache-Control: no-store\r\n");
    assert_lacks("ETag");
}

static void errors_of_oauth_name_their_page_where_there_is_one(void **state)
{
    struct world *world = *state;

    respond_error(&world->x, ANSWER_INVALID_GRANT);
    assert_has("{\"error\":\"invalid_grant\",\"error_description\":");
    assert_lacks("error_uri");
    world->worker.metadata.error_uri_base = SPAN_LITERAL("https://bank.example/errors/");
    respond_error(&world->x, ANSWER_INVALID_GRANT);
    assert_has("{\"error\":\"invalid_grant\",\"error_description\":\"");
    assert_has("\",\"error_uri\":\"https://bank.example/errors/invalid_grant\"}");
    respond_error(&world->x, ANSWER_INVALID_CLIENT);
    assert_has("\"error_uri\":\"https://bank.example/errors/invalid_client\"}");
    assert_has("\r\nWWW-Authenticate: Basic ");
    respond_http_error(&world->x, 415, "invalid_request", "No.");
    assert_has(
        "\"error_description\":\"No.\",\"error_uri\":\"https://bank.example/errors/invalid_request\"}");
}

/* Not OAuth's, and so without a page: that there is nothing here, or that this is no HTTP. */
static void errors_of_http_name_none(void **state)
{
    struct world *world = *state;

    world->worker.metadata.error_uri_base = SPAN_LITERAL("https://bank.example/errors/");
    respond_not_found(&world->x);
    assert_has("\"not_found\"");
    assert_lacks("error_uri");
    respond_method_not_allowed(&world->x, "POST");
    assert_has("\"method_not_allowed\"");
    assert_lacks("error_uri");
    respond_refusal(&world->x, 431);
    assert_has("HTTP/1.1 431 ");
    assert_lacks("error_uri");
}

static void our_own_paths_are_below_the_base_path(void **state)
{
    struct world *world = *state;

    respond_redirect_send(respond_redirect_begin(&world->x), SPAN_LITERAL("/oauth2/v4/login?request=x"));
    assert_has("\r\nLocation: /oauth2/v4/login?request=x\r\n");
    world->config.base_path = "/tenant";
    respond_redirect_send(respond_redirect_begin(&world->x), SPAN_LITERAL("/oauth2/v4/login?request=x"));
    assert_has("HTTP/1.1 303 See Other\r\n");
    assert_has("\r\nLocation: /tenant/oauth2/v4/login?request=x\r\n");
    respond_redirect_send(respond_redirect_begin(&world->x), SPAN_LITERAL("https://app.example/cb?code=x"));
    assert_has("\r\nLocation: https://app.example/cb?code=x\r\n");
    respond_redirect_send(respond_redirect_begin(&world->x), SPAN_LITERAL("com.example.app:/cb?code=x"));
    assert_has("\r\nLocation: com.example.app:/cb?code=x\r\n");
}

static void location_is_whole_or_not_there(void **state)
{
    static uint8_t longest[LIMIT_LOCATION + FRONTEND_BASE_PATH_MAX + 1];
    struct world *world = *state;

    memset(longest, 'x', sizeof(longest));
    respond_redirect_send(respond_redirect_begin(&world->x), span_of(longest, LIMIT_LOCATION));
    assert_has("HTTP/1.1 303 See Other\r\n");
    respond_redirect_send(respond_redirect_begin(&world->x), span_of(longest, sizeof(longest)));
    assert_has("HTTP/1.1 500 ");
    assert_lacks("Location");
    respond_redirect_send(respond_redirect_begin(&world->x), SPAN_LITERAL("/a\r\nSet-Cookie: b"));
    assert_has("HTTP/1.1 500 ");
    assert_lacks("Set-Cookie");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_may_be_kept_is_sent_once),
        TEST(head_says_how_long_it_would_be),
        TEST(answers_that_are_somebodys_are_kept_by_nobody),
        TEST(errors_of_oauth_name_their_page_where_there_is_one),
        TEST(errors_of_http_name_none),
        TEST(our_own_paths_are_below_the_base_path),
        TEST(location_is_whole_or_not_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
