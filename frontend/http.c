#include "frontend/http.h"

#include <strings.h>

/*
 * A chunked body may cost so many bytes on the wire for each byte of the limit, and a little more for a
 * small one: chunk headers, extensions and trailers are not free just because they are not body.
 */
#define CHUNK_OVERHEAD_FACTOR 8
#define CHUNK_OVERHEAD_EXTRA 16384

static bool refuse(struct http_parser *parser, unsigned status)
{
    parser->refusal = status;
    return false;
}

/* ---- the head, line by line, before llhttp sees it ------------------------------------------------ */

static bool is_token(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i];

        if (c <= ' ' || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c))
            return false;
    }
    return s.len > 0;
}

/* method SP target SP HTTP/1.0 or HTTP/1.1, and nothing else; llhttp takes several spaces and ICE/1.0. */
static bool check_request_line(struct http_parser *parser, struct span line)
{
    static const struct span version = SPAN_LITERAL(" HTTP/");
    const uint8_t *space = memchr(line.ptr, ' ', line.len);
    struct span target, last;

    if (!space || line.len < version.len + 3)
        return refuse(parser, 400);
    last = span_from(line, line.len - version.len - 3);
    if (space >= last.ptr || !is_token(span_of(line.ptr, (size_t)(space - line.ptr))) ||
        !span_starts_with(last, version) || last.ptr[7] != '.')
        return refuse(parser, 400);
    target = span_of(space + 1, (size_t)(last.ptr - space - 1));
    /* A fragment is never sent (RFC 9112 3.2.1); someone who sends one hopes that two parsers disagree. */
    if (target.len == 0 || memchr(target.ptr, ' ', target.len) || memchr(target.ptr, '#', target.len))
        return refuse(parser, 400);
    if (last.ptr[6] < '0' || last.ptr[6] > '9' || last.ptr[8] < '0' || last.ptr[8] > '9')
        return refuse(parser, 400);
    return last.ptr[6] == '1' && last.ptr[8] <= '1' ? true : refuse(parser, 505);
}

/* `line` is without its CR LF. */
static bool check_line(struct http_parser *parser, struct span line)
{
    if (memchr(line.ptr, '\r', line.len) || memchr(line.ptr, 0, line.len))
        return refuse(parser, 400);
    if (!parser->has_request_line) {
        parser->has_request_line = true;
        return check_request_line(parser, line);
    }
    if (line.ptr[0] == ' ' || line.ptr[0] == '\t' || line.ptr[0] == ':')
        return refuse(parser, 400);
    return true;
}

/*
 * Walk over the lines that have come in since the last call. True if nothing is wrong; the head's length is
 * set once its empty line has been seen.
 */
static bool scan_head(struct http_parser *parser, const uint8_t *bytes, size_t len)
{
    size_t bound = len < parser->limits->header_bytes ? len : parser->limits->header_bytes;

    while (parser->line_start < bound) {
        const uint8_t *line = bytes + parser->line_start;
        const uint8_t *end = memchr(line, '\n', bound - parser->line_start);
        size_t line_len;

        if (!end)
            break;
        line_len = (size_t)(end - line);
        if (line_len == 0 || end[-1] != '\r')
            return refuse(parser, 400);
        parser->line_start += line_len + 1;
        if (--line_len > 0) {
            if (!check_line(parser, span_of(line, line_len)))
                return false;
        } else if (parser->has_request_line) {
            parser->head_len = parser->line_start;
            return true;
        } else if (parser->head_start == 0) {
            parser->head_start = 2; /* One empty line before the request is tolerated (RFC 9112 2.2). */
        } else {
            return refuse(parser, 400);
        }
    }
    if (len >= parser->limits->header_bytes)
        return refuse(parser, parser->has_request_line ? 431 : 414);
    return true;
}

/* ---- llhttp's callbacks --------------------------------------------------------------------------- */

/* A value comes in one piece, since the head is given in one piece; the gathering is for the empty ones. */
static void extend(struct span *span, const char *at, size_t len)
{
    if (span->ptr && span->ptr + span->len == (const uint8_t *)at)
        span->len += len;
    else
        *span = span_of(at, len);
}

static int on_url(llhttp_t *llhttp, const char *at, size_t len)
{
    extend(&((struct http_parser *)llhttp->data)->target, at, len);
    return 0;
}

static int on_header_field(llhttp_t *llhttp, const char *at, size_t len)
{
    extend(&((struct http_parser *)llhttp->data)->name, at, len);
    return 0;
}

static int on_header_value(llhttp_t *llhttp, const char *at, size_t len)
{
    extend(&((struct http_parser *)llhttp->data)->value, at, len);
    return 0;
}

static struct span trim_end(struct span value)
{
    while (value.len && (value.ptr[value.len - 1] == ' ' || value.ptr[value.len - 1] == '\t'))
        value.len--;
    return value;
}

/* A header that may come once only: a second one could be what somebody else reads, so it is refused. */
static bool set_once(struct http_parser *parser, struct span *field, struct span value)
{
    if (!span_is_absent(*field))
        return refuse(parser, 400);
    *field = value;
    return true;
}

/* True if `wanted`, in small letters, is somewhere in the text, in any case. */
static bool mentions(struct span text, struct span wanted)
{
    for (; text.len >= wanted.len; text = span_from(text, 1))
        if (strncasecmp((const char *)text.ptr, (const char *)wanted.ptr, wanted.len) == 0)
            return true;
    return false;
}

/* Headers that we read, by their names in small letters. */
struct known_header {
    const char *name;
    size_t len;
    size_t offset; /* of its span in struct http_parser */
};

#define KNOWN_HEADER(name, member) {name, sizeof(name) - 1, offsetof(struct http_parser, member)}

static const struct known_header single_headers[] = {
    KNOWN_HEADER("host", host),
    KNOWN_HEADER("expect", expect),
    KNOWN_HEADER("cookie", request.cookie),
    KNOWN_HEADER("content-type", request.content_type),
    KNOWN_HEADER("authorization", request.authorization),
    KNOWN_HEADER("x-original-uri", request.original_uri),
    KNOWN_HEADER("x-original-method", request.original_method),
    KNOWN_HEADER("transfer-encoding", transfer_encoding),
};

static const struct known_header list_headers[] = {
    KNOWN_HEADER("accept", request.accept),
    KNOWN_HEADER("accept-language", request.accept_language),
    KNOWN_HEADER("if-none-match", request.if_none_match),
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The header's span, or NULL if it is not in the table. */
static struct span *find_header(struct http_parser *parser, const struct known_header *table, size_t count,
                                struct span name)
{
    for (size_t i = 0; i < count; i++)
        if (table[i].len == name.len && strncasecmp(table[i].name, (const char *)name.ptr, name.len) == 0)
            return (struct span *)((uint8_t *)parser + table[i].offset);
    return NULL;
}

static bool take_header(struct http_parser *parser, struct span name, struct span value)
{
    struct span *single = find_header(parser, single_headers, COUNT(single_headers), name);
    struct span *list = find_header(parser, list_headers, COUNT(list_headers), name);

    if (single)
        return set_once(parser, single, value);
    if (!list)
        return true;
    if (list == &parser->request.accept)
        parser->request.accepts_html |= mentions(value, SPAN_LITERAL("text/html"));
    if (span_is_absent(*list))
        *list = value;
    return true;
}

static int on_header_value_complete(llhttp_t *llhttp)
{
    struct http_parser *parser = llhttp->data;
    struct span name = parser->name;
    struct span value = trim_end(parser->value);

    if (span_is_absent(value))
        value = span_from(name, name.len); /* Empty, but it has been there: another one is a second one. */
    parser->name = parser->value = SPAN_NONE;
    if (++parser->header_count > parser->limits->headers) {
        (void)refuse(parser, 431);
        return -1;
    }
    /* Trailers are counted and forgotten (RFC 9110 6.5.1). */
    if (parser->phase == HTTP_PHASE_BODY)
        return 0;
    return take_header(parser, name, value) ? 0 : -1;
}

static int on_headers_complete(llhttp_t *llhttp)
{
    (void)llhttp;
    return HPE_PAUSED;
}

/* The decoded bytes move down to where the body has got to; they never move up. */
static int on_body(llhttp_t *llhttp, const char *at, size_t len)
{
    struct http_parser *parser = llhttp->data;

    if (len > parser->limits->body_bytes - parser->body_len) {
        (void)refuse(parser, 413);
        return -1;
    }
    memmove(parser->start + parser->head_len + parser->body_len, at, len);
    parser->body_len += len;
    return 0;
}

static int on_chunk_header(llhttp_t *llhttp)
{
    struct http_parser *parser = llhttp->data;

    if (llhttp->content_length <= parser->limits->body_bytes - parser->body_len)
        return 0;
    (void)refuse(parser, 413);
    return -1;
}

static int on_message_complete(llhttp_t *llhttp)
{
    ((struct http_parser *)llhttp->data)->phase = HTTP_PHASE_DONE;
    return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_url = on_url,
    .on_header_field = on_header_field,
    .on_header_value = on_header_value,
    .on_header_value_complete = on_header_value_complete,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_chunk_header = on_chunk_header,
    .on_message_complete = on_message_complete,
};

/* ---- what llhttp leaves to its caller --------------------------------------------------------------- */

static bool is_host(struct span host)
{
    for (size_t i = 0; i < host.len; i++)
        if (host.ptr[i] <= ' ' || host.ptr[i] >= 0x7f || strchr("/?#@\\,\"<>{}|^`", host.ptr[i]))
            return false;
    return host.len > 0;
}

/*
 * "/path?query", or the same behind "http://host" (RFC 9112 3.2.2). That host counts for no more than the
 * Host header does, and has to look like one: "http://h?x/token" is the path "/" for somebody else.
 */
static bool split_target(struct http_parser *parser)
{
    struct span target = parser->target;
    const uint8_t *mark;

    if (target.len && target.ptr[0] != '/') {
        size_t scheme = span_starts_with(target, SPAN_LITERAL("http://"))    ? 7
                        : span_starts_with(target, SPAN_LITERAL("https://")) ? 8
                                                                             : 0;
        struct span rest = span_from(target, scheme);
        const uint8_t *slash = scheme ? memchr(rest.ptr, '/', rest.len) : NULL;

        if (scheme && (!slash || !is_host(span_of(rest.ptr, (size_t)(slash - rest.ptr)))))
            return refuse(parser, 400);
        if (scheme)
            target = span_from(rest, (size_t)(slash - rest.ptr));
    }
    mark = memchr(target.ptr, '?', target.len);
    parser->request.path = span_of(target.ptr, mark ? (size_t)(mark - target.ptr) : target.len);
    parser->request.query = mark ? span_from(target, parser->request.path.len + 1) : SPAN_NONE;
    return true;
}

/*
 * One header that says `chunked` and nothing else. An empty one, a list or a second one is read differently
 * by different parsers, llhttp among them, and then one of them believes a Content-Length beside it.
 */
static bool check_transfer_encoding(struct http_parser *parser)
{
    struct span coding = parser->transfer_encoding;

    if (span_is_absent(coding))
        return !(parser->llhttp.flags & F_TRANSFER_ENCODING) || refuse(parser, 400);
    if (parser->llhttp.http_minor == 0 || !(parser->llhttp.flags & F_CHUNKED) ||
        (parser->llhttp.flags & F_CONTENT_LENGTH) || coding.len != 7 ||
        strncasecmp((const char *)coding.ptr, "chunked", 7) != 0)
        return refuse(parser, 400);
    return true;
}

static bool check_headers(struct http_parser *parser)
{
    const llhttp_t *llhttp = &parser->llhttp;
    bool is_http10 = llhttp->http_minor == 0;

    if (llhttp->http_major != 1 || llhttp->http_minor > 1)
        return refuse(parser, 505);
    if (llhttp->upgrade || llhttp->method == HTTP_CONNECT)
        return refuse(parser, 400);
    if (span_is_absent(parser->host) ? !is_http10 : !is_host(parser->host))
        return refuse(parser, 400);
    if (!check_transfer_encoding(parser))
        return false;
    if (!span_is_absent(parser->expect) && !is_http10) {
        if (parser->expect.len != 12 ||
            strncasecmp((const char *)parser->expect.ptr, "100-continue", 12) != 0)
            return refuse(parser, 417);
        parser->continue_is_due = true;
    }
    if (!(llhttp->flags & F_CHUNKED) && llhttp->content_length > parser->limits->body_bytes)
        return refuse(parser, 413);
    return true;
}

static enum http_method method_of(const llhttp_t *llhttp)
{
    switch (llhttp->method) {
    case HTTP_GET: return HTTP_VERB_GET;
    case HTTP_HEAD: return HTTP_VERB_HEAD;
    case HTTP_POST: return HTTP_VERB_POST;
    default: return HTTP_VERB_OTHER;
    }
}

static unsigned status_of_error(llhttp_errno_t error)
{
    return error == HPE_INVALID_METHOD ? 501 : 400;
}

static bool parse_head(struct http_parser *parser)
{
    llhttp_errno_t error = llhttp_execute(&parser->llhttp, (const char *)parser->start + parser->head_start,
                                          parser->head_len - parser->head_start);

    if (error != HPE_PAUSED)
        return refuse(parser, parser->refusal ? parser->refusal : status_of_error(error));
    if (llhttp_get_error_pos(&parser->llhttp) != (const char *)parser->start + parser->head_len)
        return refuse(parser, 400); /* llhttp and we do not agree where the head ends. */
    if (!check_headers(parser) || !split_target(parser))
        return false;
    parser->request.method = method_of(&parser->llhttp);
    parser->request.is_http10 = parser->llhttp.http_minor == 0;
    parser->request.keep_alive = !parser->request.is_http10 && llhttp_should_keep_alive(&parser->llhttp);
    parser->is_chunked = (parser->llhttp.flags & F_CHUNKED) != 0;
    parser->phase = HTTP_PHASE_BODY;
    if (parser->is_chunked)
        llhttp_resume(&parser->llhttp);
    return true;
}

/* `surplus` bytes of what has been read belong to what follows the request. */
static bool is_overhead_bearable(const struct http_parser *parser, size_t surplus)
{
    return parser->wire_len - surplus <=
           parser->limits->body_bytes * CHUNK_OVERHEAD_FACTOR + CHUNK_OVERHEAD_EXTRA;
}

static enum http_result refuse_overhead(struct http_parser *parser)
{
    (void)refuse(parser, 413);
    return HTTP_REFUSED;
}

static enum http_result feed_chunked(struct http_parser *parser, size_t *len, size_t *ret_request_len)
{
    size_t decoded = parser->head_len + parser->body_len;
    llhttp_errno_t error;

    if (*len == decoded)
        return HTTP_MORE;
    parser->wire_len += *len - decoded;
    error = llhttp_execute(&parser->llhttp, (const char *)parser->start + decoded, *len - decoded);
    if (parser->phase == HTTP_PHASE_DONE && error == HPE_PAUSED) {
        *ret_request_len = (size_t)((const uint8_t *)llhttp_get_error_pos(&parser->llhttp) - parser->start);
        if (!is_overhead_bearable(parser, *len - *ret_request_len))
            return refuse_overhead(parser);
        parser->request.body = span_of(parser->start + parser->head_len, parser->body_len);
        return HTTP_WHOLE;
    }
    if (error != HPE_OK) {
        (void)refuse(parser, parser->refusal ? parser->refusal : 400);
        return HTTP_REFUSED;
    }
    if (!is_overhead_bearable(parser, 0))
        return refuse_overhead(parser);
    *len = parser->head_len + parser->body_len;
    return HTTP_MORE;
}

static enum http_result feed_body(struct http_parser *parser, size_t *len, size_t *ret_request_len)
{
    size_t body_len = (size_t)parser->llhttp.content_length;

    if (parser->is_chunked)
        return feed_chunked(parser, len, ret_request_len);
    if (*len - parser->head_len < body_len)
        return HTTP_MORE;
    parser->phase = HTTP_PHASE_DONE;
    parser->request.body = span_of(parser->start + parser->head_len, body_len);
    *ret_request_len = parser->head_len + body_len;
    return HTTP_WHOLE;
}

/* ---- public ------------------------------------------------------------------------------------------ */

void http_parser_init(struct http_parser *parser, const struct http_limits *limits)
{
    memset(parser, 0, sizeof(*parser));
    parser->limits = limits;
    llhttp_init(&parser->llhttp, HTTP_REQUEST, &settings);
    parser->llhttp.data = parser;
}

enum http_result http_parser_feed(struct http_parser *parser, uint8_t *start, size_t *len,
                                  size_t *ret_request_len)
{
    parser->start = start;
    if (parser->phase == HTTP_PHASE_HEAD) {
        if (!scan_head(parser, start, *len))
            return HTTP_REFUSED;
        if (parser->head_len == 0)
            return HTTP_MORE;
        if (!parse_head(parser))
            return HTTP_REFUSED;
    }
    return feed_body(parser, len, ret_request_len);
}

static struct span skip_blanks(struct span text)
{
    while (text.len && (text.ptr[0] == ' ' || text.ptr[0] == '\t'))
        text = span_from(text, 1);
    return text;
}

/* Take `"..."` or `W/"..."` from the start of *rest: the tag with its quotes, which may hold a comma. */
static bool take_etag(struct span *rest, struct span *ret_etag)
{
    struct span tag = span_from(*rest, span_starts_with(*rest, SPAN_LITERAL("W/")) ? 2 : 0);
    size_t len = 1;

    if (tag.len == 0 || tag.ptr[0] != '"')
        return false;
    while (len < tag.len && tag.ptr[len] > ' ' && tag.ptr[len] != 0x7f && tag.ptr[len] != '"')
        len++;
    if (len == tag.len || tag.ptr[len] != '"')
        return false;
    *ret_etag = span_of(tag.ptr, len + 1);
    *rest = skip_blanks(span_from(tag, len + 1));
    return true;
}

bool http_has_etag(struct span if_none_match, const char *etag)
{
    struct span rest = skip_blanks(if_none_match);
    struct span tag;

    if (span_equal_text(trim_end(rest), "*"))
        return true;
    for (;;) {
        while (rest.len && rest.ptr[0] == ',') /* Empty elements are nothing (RFC 9110 5.6.1.2). */
            rest = skip_blanks(span_from(rest, 1));
        if (!take_etag(&rest, &tag) || (rest.len && rest.ptr[0] != ','))
            return false;
        if (span_equal_text(tag, etag))
            return true;
    }
}

const char *http_status_text(unsigned status)
{
    switch (status) {
    case 200: return "OK";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Internal Server Error";
    }
}
