/*
 * One HTTP/1.x request out of a connection's buffer (RFC 9112), strictly.
 *
 * llhttp does the parsing, with no lenient flag set. Around it stand checks that llhttp leaves to its caller
 * or gets wrong: every line ends in CR LF, no line is folded, no name is empty, the request line has exactly
 * two spaces and ends in HTTP/1.0 or HTTP/1.1 (llhttp issue 877), exactly one Host, at most one
 * Transfer-Encoding, which is `chunked`, without a Content-Length and not on 1.0, no Upgrade and no CONNECT.
 * What two parsers could read in two ways is refused here, because a proxy in front of us may be the other
 * one.
 *
 * Nothing is copied: a request is spans into the buffer. A chunked body is compacted in place, so that it
 * is one span too.
 */
#ifndef STRONGROOM_FRONTEND_HTTP_H
#define STRONGROOM_FRONTEND_HTTP_H

#include <llhttp.h>

#include "common/span.h"

enum http_method { HTTP_VERB_OTHER, HTTP_VERB_GET, HTTP_VERB_HEAD, HTTP_VERB_POST };

struct http_limits {
    size_t header_bytes; /* request line and headers */
    size_t body_bytes;
    unsigned headers;
};

/*
 * Absent spans are headers that were not sent. All spans point into the buffer. A second header of the same
 * name is refused with 400, but for the lists among them (RFC 9110 5.3): of those the first one counts and
 * the others are not looked at. They only choose between answers that are right either way: what is missed
 * is a 304, a language or a media type, never a refusal.
 */
struct http_request {
    enum http_method method;
    bool is_http10;
    bool keep_alive;
    bool accepts_html; /* some Accept names text/html: a person is looking at a browser */
    struct span path;  /* as sent, without the query; nothing is decoded */
    struct span query; /* what follows the `?`; absent without one */
    struct span authorization;
    struct span content_type;
    struct span cookie;
    struct span accept; /* a list, like the next two */
    struct span accept_language;
    struct span if_none_match;
    struct span original_method; /* X-Original-Method and -URI: what a gateway asks about */
    struct span original_uri;
    struct span body;
};

enum http_phase { HTTP_PHASE_HEAD, HTTP_PHASE_BODY, HTTP_PHASE_DONE };

struct http_parser {
    struct http_request request;
    enum http_phase phase;
    const struct http_limits *limits;
    unsigned refusal;     /* the HTTP status, when http_parser_feed said REFUSED */
    bool continue_is_due; /* 100 Continue is wanted and has not been sent; the owner clears it */

    /* What follows is the parser's own. */
    llhttp_t llhttp;
    uint8_t *start;
    size_t line_start; /* of the first line that has not been looked at yet */
    bool has_request_line;
    size_t head_start; /* behind an empty line that preceded the request line */
    size_t head_len;
    size_t body_len; /* of a chunked body: what has been decoded */
    size_t wire_len; /* of a chunked body: what has been read */
    bool is_chunked;
    unsigned header_count;
    unsigned host_count;
    struct span target, name, value, host, expect, transfer_encoding;
};

enum http_result { HTTP_MORE, HTTP_WHOLE, HTTP_REFUSED };

/* Start on the next request of a connection. `limits` must outlive the parser. */
void http_parser_init(struct http_parser *parser, const struct http_limits *limits);

/*
 * Look at the `*len` bytes of the request at `start` that are there so far; call again with more. `start`
 * must not move between the calls for one request.
 *   MORE     wait. *len may have become smaller: new bytes belong behind the first *len.
 *   WHOLE    parser->request is valid as long as the bytes stay; *ret_request_len bytes belong to it.
 *   REFUSED  answer with parser->refusal and close: where the next request starts is not known.
 */
enum http_result http_parser_feed(struct http_parser *parser, uint8_t *start, size_t *len,
                                  size_t *ret_request_len);

/*
 * Has the client what carries this entity tag? `if_none_match` as it was sent: a list of tags, or `*` for
 * any (RFC 9110 13.1.2), compared weakly, so W/ makes no difference. What cannot be read has nothing, and
 * the client gets an answer that it may have already. `etag` is one of ours, with its quotes.
 */
bool http_has_etag(struct span if_none_match, const char *etag);

/* The words of a status line, "Not Found" for 404. */
const char *http_status_text(unsigned status);

#endif
