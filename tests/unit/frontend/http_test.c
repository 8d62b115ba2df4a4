/*
 * Requests as they may be spoken, and as they must not be: each in one piece, and again byte by byte, since
 * where a packet ends must change nothing.
 */
#include "frontend/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/buf.h"

#define HOST "Host: h\r\n"
#define FORM "POST /t HTTP/1.1\r\n" HOST

static const struct http_limits limits = {.header_bytes = 256, .body_bytes = 64, .headers = 8};

struct fed {
    struct http_parser parser;
    enum http_result result;
    size_t request_len;
    uint8_t bytes[32768];
};

/* Give it `step` bytes at a time, as the connection does: behind what the parser says it has kept. */
static void feed(struct fed *fed, struct span wire, size_t step)
{
    size_t len = 0;

    http_parser_init(&fed->parser, &limits);
    fed->result = HTTP_MORE;
    for (size_t from = 0; from < wire.len && fed->result == HTTP_MORE; from += step) {
        size_t now = wire.len - from < step ? wire.len - from : step;

        assert_true(len + now <= sizeof(fed->bytes));
        memcpy(fed->bytes + len, wire.ptr + from, now);
        len += now;
        fed->result = http_parser_feed(&fed->parser, fed->bytes, &len, &fed->request_len);
    }
}

static void assert_span(struct span got, const char *wanted)
{
    if (!wanted) {
        assert_true(span_is_absent(got));
        return;
    }
    assert_int_equal(got.len, strlen(wanted));
    assert_memory_equal(got.ptr, wanted, got.len);
}

struct good {
    const char *wire;
    enum http_method method;
    const char *path, *query, *body;
    bool keep_alive;
};

static const struct good good[] = {
    {"GET /a HTTP/1.1\r\n" HOST "\r\n", HTTP_VERB_GET, "/a", NULL, "", true},
    {"GET /a?b=c HTTP/1.1\r\n" HOST "\r\n", HTTP_VERB_GET, "/a", "b=c", "", true},
    {"GET /a? HTTP/1.1\r\n" HOST "\r\n", HTTP_VERB_GET, "/a", "", "", true},
    {"GET http://h/a?b HTTP/1.1\r\n" HOST "\r\n", HTTP_VERB_GET, "/a", "b", "", true},
    {"GET https://h:1/a HTTP/1.1\r\n" HOST "\r\n", HTTP_VERB_GET, "/a", NULL, "", true},
    {"\r\nGET /a HTTP/1.1\r\n" HOST "\r\n", HTTP_VERB_GET, "/a", NULL, "", true},
    {"HEAD /a HTTP/1.1\r\n" HOST "\r\n", HTTP_VERB_HEAD, "/a", NULL, "", true},
    {"DELETE /a HTTP/1.1\r\n" HOST "\r\n", HTTP_VERB_OTHER, "/a", NULL, "", true},
    {"OPTIONS * HTTP/1.1\r\n" HOST "\r\n", HTTP_VERB_OTHER, "*", NULL, "", true},
    {"GET /a HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", HTTP_VERB_GET, "/a", NULL, "", false},
    {"GET /a HTTP/1.0\r\n\r\n", HTTP_VERB_GET, "/a", NULL, "", false},
    {"GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", HTTP_VERB_GET, "/a", NULL, "", false},
    {FORM "Content-Length: 5\r\n\r\nhello", HTTP_VERB_POST, "/t", NULL, "hello", true},
    {FORM "Content-Length: 0\r\n\r\n", HTTP_VERB_POST, "/t", NULL, "", true},
    {FORM "\r\n", HTTP_VERB_POST, "/t", NULL, "", true},
    {FORM "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n", HTTP_VERB_POST, "/t",
     NULL, "hello", true},
    {FORM "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: v\r\n\r\n", HTTP_VERB_POST, "/t", NULL,
     "hello", true},
    {FORM "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", HTTP_VERB_POST, "/t", NULL, "", true},
    {FORM "transfer-encoding: \tChunked \r\n\r\n0\r\n\r\n", HTTP_VERB_POST, "/t", NULL, "", true},
    {"GET http://[::1]:8443/a HTTP/1.1\r\n" HOST "\r\n", HTTP_VERB_GET, "/a", NULL, "", true},
};

static void good_requests_are_understood(void **state)
{
    struct fed fed;

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        for (size_t step = 1; step < 400; step = step * 2 + 1) {
            const struct http_request *request = &fed.parser.request;

            print_message("%zu at %zu\n", i, step);
            feed(&fed, span_of_text(good[i].wire), step);
            assert_int_equal(fed.result, HTTP_WHOLE);
            assert_int_equal(request->method, good[i].method);
            assert_span(request->path, good[i].path);
            assert_span(request->query, good[i].query);
            assert_span(request->body, good[i].body);
            assert_int_equal(request->keep_alive, good[i].keep_alive);
        }
    }
}

static const struct {
    const char *wire;
    unsigned status;
} bad[] = {
    {"GET /a HTTP/1.1\r\n\r\n", 400}, /* no Host */
    {"GET /a HTTP/1.1\r\n" HOST HOST "\r\n", 400},
    {"GET /a HTTP/1.0\r\n" HOST HOST "\r\n", 400},
    {"GET /a HTTP/1.1\r\nHost:\r\n\r\n", 400},
    {"GET /a HTTP/1.1\r\nHost:\r\n" HOST "\r\n", 400},
    {"GET /a HTTP/1.1\r\nHost:\r\nHost: \r\n" HOST "\r\n", 400},
    {"GET /a HTTP/1.0\r\nHost:\r\n\r\n", 400},
    {"GET /a HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
    {"GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"GET /a HTTP/1.1\nHost: h\r\n\r\n", 400}, /* llhttp issue 877 */
    {"GET /a HTTP/1.1\r\nHost: h\n\r\n", 400},
    {"GET /a HTTP/1.1\r\nHost: h\r\n\n", 400},
    {"\n", 400},
    {"\r\n\r\n", 400},
    {"GET /a HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n", 400}, /* obs-fold */
    {"GET /a HTTP/1.1\r\n" HOST "X: a\r\n\tb\r\n\r\n", 400},
    {"GET /a HTTP/1.1\r\n Host: h\r\n\r\n", 400},
    {"GET /a HTTP/1.1\r\n" HOST ": a\r\n\r\n", 400},
    {"GET /a HTTP/1.1\r\n" HOST "X : a\r\n\r\n", 400},
    {"GET /a HTTP/1.1\r\n" HOST "X\r\n\r\n", 400},
    {"GET /a HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n", 400},
    {"GET  /a HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET /a  HTTP/1.1\r\n" HOST "\r\n", 400},
    {" GET /a HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET /a b HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET /a\r\n\r\n", 400}, /* HTTP/0.9 */
    {"GET HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET /a HTTP/1.1 \r\n" HOST "\r\n", 400},
    {"GET /a http/1.1\r\n" HOST "\r\n", 400},
    {"GET /a HTTP/1.10\r\n" HOST "\r\n", 400},
    {"GET /a HTTP/11\r\n" HOST "\r\n", 400},
    {"GET /a ICE/1.0\r\n" HOST "\r\n", 400},
    {"GET /a HTTP/1.2\r\n" HOST "\r\n", 505},
    {"GET /a HTTP/0.9\r\n" HOST "\r\n", 505},
    {"GET /a HTTP/2.0\r\n" HOST "\r\n", 505},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"GET /a#b HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET /\xc3\xa9 HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET http://h HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET http:///a HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET https:///a HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET http://h?x/a HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET http://?x/a HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET http://u@h/a HTTP/1.1\r\n" HOST "\r\n", 400},
    {"FOO /a HTTP/1.1\r\n" HOST "\r\n", 501},
    {"get /a HTTP/1.1\r\n" HOST "\r\n", 501},
    {"G@T /a HTTP/1.1\r\n" HOST "\r\n", 400},
    {"CONNECT h:1 HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET /a HTTP/1.1\r\n" HOST "Connection: upgrade\r\nUpgrade: h2c\r\n\r\n", 400},
    {"GET /a HTTP/1.1\r\n" HOST "Authorization: a\r\nAuthorization: a\r\n\r\n", 400},
    {"GET /a HTTP/1.1\r\n" HOST "Authorization:\r\nAuthorization: a\r\n\r\n", 400},
    {"GET /a HTTP/1.1\r\n" HOST "Cookie: a\r\ncookie: b\r\n\r\n", 400},
    {FORM "Content-Type: a\r\nContent-Type: b\r\n\r\n", 400},
    {FORM "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400},
    {FORM "Content-Length: 1, 1\r\n\r\nx", 400},
    {FORM "Content-Length: +1\r\n\r\nx", 400},
    {FORM "Content-Length: -1\r\n\r\nx", 400},
    {FORM "Content-Length: 0x1\r\n\r\nx", 400},
    {FORM "Content-Length: 18446744073709551617\r\n\r\nx", 400},
    {FORM "Content-Length:\r\nContent-Length: 1\r\n\r\nx", 400},
    {FORM "Content-Length: 65\r\n\r\n", 413},
    {FORM "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {FORM "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400},
    {FORM "Transfer-Encoding: gzip\r\n\r\n", 400},
    {FORM "Transfer-Encoding: chunked, gzip\r\n\r\n", 400},
    {FORM "Transfer-Encoding:\r\n\r\n", 400},
    {FORM "Transfer-Encoding: \t\r\nContent-Length: 1\r\n\r\nx", 400},
    {FORM "Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {FORM "Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400},
    {FORM "Content-Length: 3\r\nTransfer-Encoding:\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {FORM "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {FORM "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {FORM "Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n\r\n0\r\n\r\n", 400},
    {FORM "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400},
    {FORM "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n", 400},
    {FORM "Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n", 400},
    {FORM "Transfer-Encoding: chunked,\r\n\r\n0\r\n\r\n", 400},
    {FORM "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400},
    {"POST /t HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {FORM "Transfer-Encoding: chunked\r\n\r\nx\r\n", 400},
    {FORM "Transfer-Encoding: chunked\r\n\r\n3\nhel\n0\n\n", 400},
    {FORM "Transfer-Encoding: chunked\r\n\r\n2\r\nhel\r\n0\r\n\r\n", 400},
    {FORM "Transfer-Encoding: chunked\r\n\r\n41\r\n", 413},
    {FORM "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400},
    {FORM "Expect: a-miracle\r\nContent-Length: 1\r\n\r\nx", 417},
    {"\x16\x03\x01\x02\x01\x01\xfc\x03\x03 nonsense\r\n\r\n", 400}, /* TLS */
};

static void bad_requests_are_refused(void **state)
{
    struct fed fed;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        for (size_t step = 1; step < 400; step = step * 2 + 1) {
            print_message("%zu at %zu\n", i, step);
            feed(&fed, span_of_text(bad[i].wire), step);
            assert_int_equal(fed.result, HTTP_REFUSED);
            assert_int_equal(fed.parser.refusal, bad[i].status);
        }
    }
}

static void nul_is_refused_everywhere(void **state)
{
    static const char wire[] = "GET /a HTTP/1.1\r\nHost: h\r\nX: y\r\n\r\n";
    char spoilt[sizeof(wire)];
    struct fed fed;

    (void)state;
    for (size_t i = 0; i < sizeof(wire) - 1; i++) {
        if (wire[i] == '\r' || wire[i] == '\n')
            continue;
        memcpy(spoilt, wire, sizeof(wire));
        spoilt[i] = '\0';
        feed(&fed, span_of(spoilt, sizeof(wire) - 1), sizeof(wire));
        assert_int_equal(fed.result, HTTP_REFUSED);
        assert_int_equal(fed.parser.refusal, 400);
    }
}

/* A request line and headers of exactly so many bytes. */
static struct span sized(uint8_t *room, size_t len, const char *before, const char *after)
{
    size_t before_len = strlen(before), after_len = strlen(after);

    memcpy(room, before, before_len);
    memset(room + before_len, 'x', len - before_len - after_len);
    memcpy(room + len - after_len, after, after_len);
    return span_of(room, len);
}

static void limits_hold_to_the_byte(void **state)
{
    uint8_t room[4096];
    struct fed fed;

    (void)state;
    feed(&fed, sized(room, 256, "GET /", " HTTP/1.1\r\n" HOST "\r\n"), 4096);
    assert_int_equal(fed.result, HTTP_WHOLE);
    feed(&fed, sized(room, 257, "GET /", " HTTP/1.1\r\n" HOST "\r\n"), 4096);
    assert_int_equal(fed.parser.refusal, 431);
    feed(&fed, sized(room, 300, "GET /", " HTTP/1.1\r\n" HOST "\r\n"), 4096);
    assert_int_equal(fed.parser.refusal, 414);
    feed(&fed, sized(room, 3000, "GET /", " HTTP/1.1\r\n" HOST "\r\n"), 1);
    assert_int_equal(fed.parser.refusal, 414);
    feed(&fed, sized(room, 300, "GET / HTTP/1.1\r\n" HOST "X: ", "\r\n\r\n"), 1);
    assert_int_equal(fed.parser.refusal, 431);
    feed(&fed,
         SPAN_LITERAL("GET / HTTP/1.1\r\n" HOST "A:1\r\nB:1\r\nC:1\r\nD:1\r\nE:1\r\nF:1\r\nG:1\r\n\r\n"), 7);
    assert_int_equal(fed.result, HTTP_WHOLE);
    feed(&fed,
         SPAN_LITERAL("GET / HTTP/1.1\r\n" HOST
                      "A:1\r\nB:1\r\nC:1\r\nD:1\r\nE:1\r\nF:1\r\nG:1\r\nH:1\r\n\r\n"),
         7);
    assert_int_equal(fed.parser.refusal, 431);
}

/* One byte of body in each chunk costs six on the wire; without end it is ended. */
static void chunks_without_end_are_ended(void **state)
{
    struct fed fed;
    size_t len, given = 0;

    (void)state;
    feed(&fed, SPAN_LITERAL(FORM "Transfer-Encoding: chunked\r\n\r\n1;"), 4096);
    assert_int_equal(fed.result, HTTP_MORE);
    len = fed.parser.head_len;
    while (fed.result == HTTP_MORE && given < 1000000) {
        memset(fed.bytes + len, 'x', 1000);
        len += 1000;
        given += 1000;
        fed.result = http_parser_feed(&fed.parser, fed.bytes, &len, &fed.request_len);
    }
    assert_int_equal(fed.result, HTTP_REFUSED);
    assert_int_equal(fed.parser.refusal, 413);
    assert_true(given < 64 * 16 + 20000);
}

/* The bound of 64 * 8 + 16384 holds for a body in one piece as well, and what follows it does not count. */
static void chunk_overhead_is_bounded_in_one_piece_too(void **state)
{
    static const char head[] = FORM "Transfer-Encoding: chunked\r\n\r\n1;";
    static const char end[] = "\r\na\r\n0\r\n\r\n";
    size_t bound = 64 * 8 + 16384;
    size_t longest = bound - 2 - (sizeof(end) - 1); /* of an extension */
    char wire[32768];
    struct fed fed;

    (void)state;
    for (size_t extra = 0; extra <= 1; extra++) {
        size_t len = sizeof(head) - 1;

        memcpy(wire, head, len);
        memset(wire + len, 'x', longest + extra);
        len += longest + extra;
        memcpy(wire + len, end, sizeof(end) - 1);
        len += sizeof(end) - 1;
        memset(wire + len, 'x', 5000);
        feed(&fed, span_of(wire, len + 5000), sizeof(wire));
        assert_int_equal(fed.result, extra ? HTTP_REFUSED : HTTP_WHOLE);
        assert_int_equal(fed.parser.refusal, extra ? 413 : 0);
        assert_true(extra || fed.request_len == len);
    }
}

static void trailers_change_nothing_and_are_counted(void **state)
{
    struct fed fed;

    (void)state;
    feed(&fed,
         SPAN_LITERAL(FORM
                      "Transfer-Encoding: chunked\r\n\r\n0\r\nAuthorization: Basic eA==\r\nHost: i\r\n\r\n"),
         9);
    assert_int_equal(fed.result, HTTP_WHOLE);
    assert_true(span_is_absent(fed.parser.request.authorization));
    feed(&fed,
         SPAN_LITERAL(
             FORM
             "Transfer-Encoding: chunked\r\n\r\n0\r\nA:1\r\nB:1\r\nC:1\r\nD:1\r\nE:1\r\nF:1\r\nG:1\r\n\r\n"),
         9);
    assert_int_equal(fed.parser.refusal, 431);
}

static void request_ends_where_the_next_begins(void **state)
{
    static const struct {
        const char *first;
    } rows[] = {{"GET /a HTTP/1.1\r\n" HOST "\r\n"},
                {FORM "Content-Length: 3\r\n\r\nabc"},
                {FORM "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"}};
    uint8_t wire[512];
    struct fed fed;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t first_len = strlen(rows[i].first);

        memcpy(wire, rows[i].first, first_len);
        memcpy(wire + first_len, "GET /b HTTP/1.1\r\n", 17);
        feed(&fed, span_of(wire, first_len + 17), sizeof(wire));
        assert_int_equal(fed.result, HTTP_WHOLE);
        assert_int_equal(fed.request_len, first_len);
        assert_memory_equal(fed.bytes + first_len, "GET /b", 6);
    }
}

static void headers_are_lifted_and_trimmed(void **state)
{
    struct fed fed;

    (void)state;
    feed(&fed,
         SPAN_LITERAL("GET /a HTTP/1.1\r\nhost: h\r\nAUTHORIZATION:\t Basic eA== \t\r\nCookie: a=b\r\n"
                      "X-Original-Method: GET\r\nX-Original-URI: /x?y\r\nX-Other: z\r\n\r\n"),
         3);
    assert_int_equal(fed.result, HTTP_WHOLE);
    assert_span(fed.parser.request.authorization, "Basic eA==");
    assert_span(fed.parser.request.cookie, "a=b");
    assert_span(fed.parser.request.original_method, "GET");
    assert_span(fed.parser.request.original_uri, "/x?y");
    assert_span(fed.parser.request.content_type, NULL);
}

static void browser_is_known_by_its_accept_header(void **state)
{
    static const struct {
        const char *headers;
        bool accepts_html;
    } rows[] = {{"", false},
                {"Accept: */*\r\n", false},
                {"Accept: application/json\r\n", false},
                {"Accept:\r\n", false},
                {"Accept: text/htm\r\n", false},
                {"X-Accept: text/html\r\n", false},
                {"Accept: text/html\r\n", true},
                {"accept: application/xml;q=0.9,Text/HTML;q=0.8\r\n", true},
                {"Accept: a/b\r\nAccept: text/html\r\n", true},
                {"Accept: text/html\r\nAccept: a/b\r\n", true}};
    uint8_t wire[256];
    struct fed fed;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf request = buf_over(wire, sizeof(wire));

        buf_put_text(&request, "GET /a HTTP/1.1\r\n" HOST);
        buf_put_text(&request, rows[i].headers);
        buf_put_text(&request, "\r\n");
        feed(&fed, buf_span(&request), 5);
        assert_int_equal(fed.result, HTTP_WHOLE);
        assert_int_equal(fed.parser.request.accepts_html, rows[i].accepts_html);
    }
}

/* Two of a list are legal (RFC 9110 5.3): the first one counts, an empty one too, and none is refused. */
static void lists_may_come_twice_and_the_first_counts(void **state)
{
    struct fed fed;

    (void)state;
    feed(&fed,
         SPAN_LITERAL("GET /a HTTP/1.1\r\n" HOST "Accept: a/b\r\nIf-None-Match: \"x\"\r\n"
                      "accept-language: fr\r\nACCEPT: c/d\r\nif-none-match: *\r\n\r\n"),
         3);
    assert_int_equal(fed.result, HTTP_WHOLE);
    assert_span(fed.parser.request.accept, "a/b");
    assert_span(fed.parser.request.accept_language, "fr");
    assert_span(fed.parser.request.if_none_match, "\"x\"");
    feed(&fed,
         SPAN_LITERAL("GET /a HTTP/1.1\r\n" HOST "Accept-Language:\r\nAccept-Language: fr\r\n\r\n"), 4096);
    assert_int_equal(fed.result, HTTP_WHOLE);
    assert_span(fed.parser.request.accept_language, "");
    assert_span(fed.parser.request.accept, NULL);
    assert_span(fed.parser.request.if_none_match, NULL);
}

#define TAG "\"5d41402abc4b2a76\""

static void known_entity_tags_are_found_in_their_list(void **state)
{
    static const struct {
        const char *if_none_match;
        bool has_it;
    } rows[] = {
        {TAG, true},
        {"W/" TAG, true},
        {" \t" TAG " ", true},
        {"*", true},
        {" * ", true},
        {"\"a\", " TAG, true},
        {"\"a\"," TAG ",\"b\"", true},
        {"\"\", W/\"a\" , W/" TAG "\t", true},
        {",, ," TAG, true},
        {TAG ", nonsense", true},
        {"\"a,b\"," TAG, true},
        {"\"\xe9\"," TAG, true},
        {NULL, false},
        {"", false},
        {" ", false},
        {",", false},
        {"\"\"", false},
        {"W/", false},
        {"\"5d41402abc4b2a76", false},
        {"5d41402abc4b2a76", false},
        {"\"5d41402abc4b2a7\"", false},
        {"\"5d41402abc4b2a766\"", false},
        {"\"5D41402ABC4B2A76\"", false},
        {"w/" TAG, false},
        {"W/ " TAG, false},
        {"**", false},
        {"*, " TAG, false},
        {"\"a\", *", false},
        {"\"a\" " TAG, false},
        {"\"a\";" TAG, false},
        {"nonsense, " TAG, false},
        {"\"a b\", " TAG, false},
        {"\"a\"b\", " TAG, false},
        {"\"a, " TAG, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        print_message("%s\n", rows[i].if_none_match ? rows[i].if_none_match : "none");
        assert_int_equal(http_has_etag(span_of_text(rows[i].if_none_match), TAG), rows[i].has_it);
    }
}

static void continue_is_due_once_the_head_is_there(void **state)
{
    struct fed fed;

    (void)state;
    feed(&fed, SPAN_LITERAL(FORM "Expect: 100-Continue\r\nContent-Length: 3\r\n\r\n"), 4096);
    assert_int_equal(fed.result, HTTP_MORE);
    assert_true(fed.parser.continue_is_due);
    feed(&fed, SPAN_LITERAL("POST /t HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"), 4096);
    assert_false(fed.parser.continue_is_due);
    feed(&fed, SPAN_LITERAL(FORM "Expect: 100-continue\r\nContent-Length: 65\r\n\r\n"), 4096);
    assert_int_equal(fed.parser.refusal, 413);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_requests_are_understood),
        cmocka_unit_test(bad_requests_are_refused),
        cmocka_unit_test(nul_is_refused_everywhere),
        cmocka_unit_test(limits_hold_to_the_byte),
        cmocka_unit_test(chunks_without_end_are_ended),
        cmocka_unit_test(chunk_overhead_is_bounded_in_one_piece_too),
        cmocka_unit_test(trailers_change_nothing_and_are_counted),
        cmocka_unit_test(request_ends_where_the_next_begins),
        cmocka_unit_test(headers_are_lifted_and_trimmed),
        cmocka_unit_test(browser_is_known_by_its_accept_header),
        cmocka_unit_test(lists_may_come_twice_and_the_first_counts),
        cmocka_unit_test(known_entity_tags_are_found_in_their_list),
        cmocka_unit_test(continue_is_due_once_the_head_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
