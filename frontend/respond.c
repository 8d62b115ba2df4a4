#include "frontend/respond.h"

#include <stdlib.h>
#include <time.h>

#include "common/log.h"
#include "common/secret.h"
#include "frontend/connection.h"
#include "frontend/cookie.h"
#include "frontend/route.h"
#include "frontend/worker.h"

/* The responder's memory: the extra headers, the head as it is put together, room for it again, the body. */
#define HEADERS_ROOM (LIMIT_LOCATION + 4096)
#define HEAD_ROOM (HEADERS_ROOM + 2048)
#define BODY_ROOM PAGE_CAPACITY

#define RETRY_AFTER_S 1

const struct span respond_turned_away = SPAN_LITERAL("HTTP/1.1 503 Service Unavailable\r\n"
                                                     "Content-Type: application/json\r\n"
                                                     "Cache-Control: no-store\r\n"
                                                     "Retry-After: 1\r\n"
                                                     "Connection: close\r\n"
                                                     "Content-Length: 35\r\n"
                                                     "\r\n"
                                                     "{\"error\":\"temporarily_unavailable\"}");

bool responder_init(struct responder *responder)
{
    responder->memory = malloc(HEADERS_ROOM + HEAD_ROOM + HEAD_ROOM + BODY_ROOM);
    responder->date_s = 0;
    return responder->memory != NULL;
}

void responder_fini(struct responder *responder)
{
    free(responder->memory);
    responder->memory = NULL;
}

struct response *respond_begin(struct exchange *x, unsigned status, enum respond_cache cache)
{
    struct responder *responder = &x->worker->responder;
    uint8_t *body = responder->memory + HEADERS_ROOM + HEAD_ROOM + HEAD_ROOM;

    responder->response = (struct response){.exchange = x,
                                            .status = status,
                                            .cache = cache,
                                            .headers = buf_over(responder->memory, HEADERS_ROOM),
                                            .body = buf_over(body, BODY_ROOM)};
    return &responder->response;
}

/* ---- headers ------------------------------------------------------------------------------------------ */

static bool is_header_value(struct span value)
{
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] < ' ' || value.ptr[i] == 0x7f)
            return false;
    return true;
}

void respond_header(struct response *r, const char *name, struct span value)
{
    if (!is_header_value(value))
        r->headers.overflow = true;
    buf_put_text(&r->headers, name);
    buf_put_text(&r->headers, ": ");
    buf_put_span(&r->headers, value);
    buf_put_text(&r->headers, "\r\n");
}

void respond_header_u64(struct response *r, const char *name, uint64_t value)
{
    buf_put_text(&r->headers, name);
    buf_put_text(&r->headers, ": ");
    buf_put_u64(&r->headers, value);
    buf_put_text(&r->headers, "\r\n");
}

void respond_set_cookie(struct response *r, const char *name, struct secret_ref value, uint64_t max_age_s)
{
    if (!is_header_value(secret_ref_reveal(value)) || (value.len && memchr(value.ptr, ';', value.len)))
        r->headers.overflow = true;
    buf_put_text(&r->headers, "Set-Cookie: ");
    cookie_put(&r->headers, name, value, max_age_s, r->exchange->has_tls);
    buf_put_text(&r->headers, "\r\n");
}

void respond_end_cookie(struct response *r, const char *name)
{
    buf_put_text(&r->headers, "Set-Cookie: ");
    cookie_put_ended(&r->headers, name, r->exchange->has_tls);
    buf_put_text(&r->headers, "\r\n");
}

/* IMF-fixdate (RFC 9110 5.6.7). */
static struct span date_header(struct worker *worker)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct responder *responder = &worker->responder;
    uint64_t now_s = clock_now_s(&worker->clock);
    struct buf out = buf_over(responder->date, sizeof(responder->date));
    time_t time = (time_t)now_s;
    struct tm tm;

    if (now_s != responder->date_s) {
        responder->date_s = now_s;
        (void)gmtime_r(&time, &tm);
        buf_printf(&out, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday % 7], tm.tm_mday,
                   months[tm.tm_mon % 12], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
    }
    return span_of(responder->date, 29);
}

static void put_cache_rule(struct buf *head, const struct response *r)
{
    switch (r->cache) {
    case RESPOND_NO_STORE: buf_put_span(head, SPAN_LITERAL("Cache-Control: no-store\r\n")); break;
    case RESPOND_NO_STORE_NO_CACHE:
        buf_put_span(head, SPAN_LITERAL("Cache-Control: no-store\r\nPragma: no-cache\r\n"));
        break;
    case RESPOND_PUBLIC:
        buf_put_span(head, SPAN_LITERAL("Cache-Control: public, max-age="));
        buf_put_u64(head, r->max_age_s);
        buf_put_span(head, SPAN_LITERAL("\r\n"));
        break;
    }
}

static void put_status_line(struct buf *head, unsigned status)
{
    buf_put_span(head, SPAN_LITERAL("HTTP/1.1 "));
    buf_put_u64(head, status);
    buf_put_u8(head, ' ');
    buf_put_text(head, http_status_text(status));
    buf_put_span(head, SPAN_LITERAL("\r\nDate: "));
}

static void put_head(struct buf *head, const struct response *r, const char *media_type, bool keep_alive)
{
    put_status_line(head, r->status);
    buf_put_span(head, date_header(r->exchange->worker));
    buf_put_span(head, SPAN_LITERAL("\r\n"));
    if (media_type) {
        buf_put_span(head, SPAN_LITERAL("Content-Type: "));
        buf_put_text(head, media_type);
        buf_put_span(head, SPAN_LITERAL("\r\nX-Content-Type-Options: nosniff\r\n"));
    }
    put_cache_rule(head, r);
    if (r->exchange->has_tls)
        buf_put_span(head, SPAN_LITERAL("Strict-Transport-Security: max-age=31536000\r\n"));
    buf_put_span(head, buf_span(&r->headers));
    if (!keep_alive)
        buf_put_span(head, SPAN_LITERAL("Connection: close\r\n"));
    if (r->status != 304) {
        buf_put_span(head, SPAN_LITERAL("Content-Length: "));
        buf_put_u64(head, r->body.len);
        buf_put_span(head, SPAN_LITERAL("\r\n"));
    }
    buf_put_span(head, SPAN_LITERAL("\r\n"));
}

/* ---- sending ------------------------------------------------------------------------------------------- */

static bool may_keep_alive(const struct exchange *x)
{
    return x->request->keep_alive && !x->worker->server.is_draining;
}

/* One line for what was refused, with nothing in it that the client wrote; the rest is for who asks. */
static void log_answer(const struct response *r)
{
    const struct exchange *x = r->exchange;
    const char *path = x->route ? x->route->path : NULL;

    if (r->status >= 500 && r->status != 501 && r->status != 505) /* those two are the client's doing */
        log_limited(LOG_WARN, 20, "failed", log_u64("status", r->status), log_cstr("path", path),
                    log_text("address", x->call.peer), log_hex("trace_id", exchange_trace_id(x)));
    else if (r->status >= 400)
        log_limited(LOG_INFO, 20, "refused", log_u64("status", r->status), log_cstr("path", path),
                    log_text("address", x->call.peer), log_hex("trace_id", exchange_trace_id(x)));
    else if (log_wants(LOG_DEBUG))
        log_event(LOG_DEBUG, "answered", log_u64("status", r->status), log_cstr("path", path),
                  log_hex("trace_id", exchange_trace_id(x)));
}

/* The head goes right in front of the body, so that one write takes both. */
static bool send_whole(struct response *r, const char *media_type, bool keep_alive)
{
    uint8_t *memory = r->exchange->worker->responder.memory;
    struct buf head = buf_over(memory + HEADERS_ROOM, HEAD_ROOM);
    size_t headers_len = r->headers.len;
    size_t body_len = r->body.len;
    uint8_t *start;

    put_head(&head, r, media_type, keep_alive);
    if (!buf_ok(&head) || !buf_ok(&r->headers) || !buf_ok(&r->body))
        return false;
    start = r->body.ptr - head.len;
    memcpy(start, head.ptr, head.len);
    if (r->exchange->request->method == HTTP_VERB_HEAD)
        body_len = 0;
    log_answer(r);
    connection_answer(r->exchange->connection, span_of(start, head.len + body_len), keep_alive);
    /* Tokens and cookies have been here. (The next requests may have been answered by now; `r` is theirs.) */
    wipe(start, head.len + body_len);
    wipe(memory, headers_len);
    wipe(head.ptr, head.len);
    return true;
}

static void send_response(struct response *r, const char *media_type)
{
    struct exchange *x = r->exchange;

    if (send_whole(r, media_type, may_keep_alive(x)))
        return;
    log_event(LOG_ERROR, "answer_not_sendable", log_u64("status", r->status),
              log_cstr("path", x->route ? x->route->path : NULL), log_hex("trace_id", exchange_trace_id(x)));
    r = respond_begin(x, 500, RESPOND_NO_STORE);
    if (!send_whole(r, NULL, false))
        connection_close(x->connection);
}

void respond_json_send(struct response *r)
{
    send_response(r, "application/json");
}

void respond_empty_send(struct response *r)
{
    send_response(r, NULL);
}

void respond_text_send(struct response *r, const char *media_type)
{
    send_response(r, media_type);
}

enum language respond_language(const struct exchange *x)
{
    enum language language = language_of_header(x->request->accept_language);

    return language == LANGUAGE_NONE ? LANGUAGE_en : language;
}

struct response *respond_kept_begin(struct exchange *x, const char *etag, uint64_t max_age_s)
{
    bool is_there = http_has_etag(x->request->if_none_match, etag);
    struct response *r = respond_begin(x, is_there ? 304 : 200, RESPOND_PUBLIC);

    r->max_age_s = max_age_s;
    respond_header(r, "ETag", span_of_text(etag));
    return r;
}

void respond_kept_send(struct response *r, struct span bytes, const char *media_type)
{
    if (r->status == 304) {
        respond_empty_send(r);
        return;
    }
    buf_put_span(&r->body, bytes);
    respond_text_send(r, media_type);
}

void respond_page_send(struct response *r, enum language language, struct span form_target)
{
    static const struct span policy = SPAN_LITERAL("Content-Security-Policy: " PAGE_CSP "'self'");

    for (size_t i = 0; i < form_target.len; i++)
        if (form_target.ptr[i] <= ' ' || form_target.ptr[i] >= 0x7f || strchr(";,'\"", form_target.ptr[i]))
            r->headers.overflow = true;
    buf_put_span(&r->headers, policy);
    if (form_target.len) {
        buf_put_u8(&r->headers, ' ');
        buf_put_span(&r->headers, form_target);
    }
    buf_put_span(&r->headers, SPAN_LITERAL("\r\nReferrer-Policy: no-referrer\r\n"
                                           "X-Frame-Options: DENY\r\n"
                                           "Vary: Accept-Language, Cookie\r\n"));
    respond_header(r, "Content-Language", span_of_text(page_language_tag(language)));
    send_response(r, PAGE_MEDIA_TYPE);
}

/* ---- errors -------------------------------------------------------------------------------------------- */

/* `error_uri` absent: without one. */
static void put_error(struct response *r, const char *error, const char *description, struct span error_uri)
{
    struct json_writer json = json_begin(&r->body);

    json_object_open(&json, NULL);
    json_text(&json, "error", span_of_text(error));
    json_text(&json, "error_description", span_of_text(description));
    json_text(&json, "error_uri", error_uri);
    json_object_close(&json);
}

/* An error of OAuth. Each has a page (deploy/errors); where the bank publishes them, the vault has said. */
static void put_oauth_error(struct response *r, const char *error, const char *description)
{
    struct span base = r->exchange->worker->metadata.error_uri_base;
    uint8_t room[LIMIT_URI + 64];
    struct buf uri = buf_over(room, sizeof(room));

    buf_put_span(&uri, base);
    buf_put_text(&uri, error);
    put_error(r, error, description, span_is_absent(base) || !buf_ok(&uri) ? SPAN_NONE : buf_span(&uri));
}

void respond_error(struct exchange *x, enum answer answer)
{
    struct response *r = respond_begin(x, answer_http_status(answer), RESPOND_NO_STORE_NO_CACHE);

    if (r->status == 401)
        respond_header(r, "WWW-Authenticate", SPAN_LITERAL("Basic realm=\"strongroom\", charset=\"UTF-8\""));
    if (r->status == 503 || r->status == 429)
        respond_header_u64(r, "Retry-After", RETRY_AFTER_S);
    put_oauth_error(r, answer_error(answer), answer_description(answer));
    respond_json_send(r);
}

void respond_http_error(struct exchange *x, unsigned status, const char *error, const char *description)
{
    struct response *r = respond_begin(x, status, RESPOND_NO_STORE_NO_CACHE);

    put_oauth_error(r, error, description);
    respond_json_send(r);
}

/* Send what respond_begin() began as an error page. OK: the words that suit the status. */
static void send_error_page(struct response *r, enum answer answer)
{
    struct exchange *x = r->exchange;
    uint8_t hex[2 * LIMIT_TRACE_ID];
    struct buf reference = buf_over(hex, sizeof(hex));
    struct page_error_model model = {
        .language = respond_language(x), .http_status = r->status, .answer = answer};

    buf_put_hex(&reference, exchange_trace_id(x));
    model.reference = buf_span(&reference);
    if (r->status == 503 || r->status == 429)
        respond_header_u64(r, "Retry-After", RETRY_AFTER_S);
    if (!page_error(&r->body, x->worker->brand, &model))
        r->body.overflow = true;
    respond_page_send(r, model.language, SPAN_NONE);
}

/* Pages are for public listeners only: on the others nothing serves what a page is made of. */
static bool wants_page(const struct exchange *x)
{
    return x->request->accepts_html && x->request->method == HTTP_VERB_GET &&
           (x->serves & FRONTEND_SERVES_PUBLIC);
}

static void send_http_error(struct response *r, const char *error, const char *description)
{
    if (wants_page(r->exchange)) {
        send_error_page(r, ANSWER_OK);
        return;
    }
    put_error(r, error, description, SPAN_NONE);
    respond_json_send(r);
}

void respond_not_found(struct exchange *x)
{
    send_http_error(respond_begin(x, 404, RESPOND_NO_STORE), "not_found", "There is nothing at this path.");
}

void respond_method_not_allowed(struct exchange *x, const char *allow)
{
    struct response *r = respond_begin(x, 405, RESPOND_NO_STORE);

    respond_header(r, "Allow", span_of_text(allow));
    send_http_error(r, "method_not_allowed",
                    "This path does not know that method; Allow names those that it knows.");
}

void respond_error_page(struct exchange *x, enum answer answer)
{
    send_error_page(respond_begin(x, answer_http_status(answer), RESPOND_NO_STORE), answer);
}

void respond_http_error_page(struct exchange *x, unsigned status)
{
    send_error_page(respond_begin(x, status, RESPOND_NO_STORE), ANSWER_OK);
}

/* ---- redirects and refusals ---------------------------------------------------------------------------- */

struct response *respond_redirect_begin(struct exchange *x)
{
    return respond_begin(x, 303, RESPOND_NO_STORE);
}

void respond_redirect_send(struct response *r, struct span location)
{
    uint8_t room[LIMIT_LOCATION + FRONTEND_BASE_PATH_MAX];
    struct buf whole = buf_over(room, sizeof(room));

    if (span_starts_with(location, SPAN_LITERAL("/")))
        buf_put_text(&whole, frontend_config_base_path(r->exchange->worker->config));
    buf_put_span(&whole, location);
    if (!buf_ok(&whole))
        r->headers.overflow = true;
    respond_header(r, "Location", buf_span(&whole));
    respond_header(r, "Referrer-Policy", SPAN_LITERAL("no-referrer"));
    respond_empty_send(r);
}

static const char *refusal_description(unsigned status)
{
    switch (status) {
    case 408: return "The request did not arrive in time.";
    case 413: return "The body is too long.";
    case 414: return "The request line is too long.";
    case 417: return "The only expectation that is met is 100-continue.";
    case 431: return "The headers are too many or too long.";
    case 501: return "This method is not known.";
    case 505: return "Only HTTP/1.1 and HTTP/1.0 are spoken here.";
    default: return "This is not well-formed HTTP.";
    }
}

void respond_refusal(struct exchange *x, unsigned status)
{
    struct response *r = respond_begin(x, status, RESPOND_NO_STORE);

    put_error(r, "invalid_request", refusal_description(status), SPAN_NONE);
    if (!send_whole(r, "application/json", false))
        connection_close(x->connection);
}
