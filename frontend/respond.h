/*
 * Answers: JSON, redirects, pages, and the headers that go with each. An answer is put together in memory
 * that the worker keeps, head and body in one piece, and goes out by one write.
 *
 *     struct response *r = respond_begin(x, 200, RESPOND_NO_STORE);
 *     struct json_writer json = json_begin(&r->body);
 *     ...
 *     respond_json_send(r);
 *
 * A worker has one response at a time: between begin and send nothing else may be answered.
 */
#ifndef STRONGROOM_FRONTEND_RESPOND_H
#define STRONGROOM_FRONTEND_RESPOND_H

#include "common/json_write.h"
#include "common/outcome.h"
#include "frontend/exchange.h"
#include "frontend/page.h"

enum respond_cache {
    RESPOND_NO_STORE,
    RESPOND_NO_STORE_NO_CACHE, /* and Pragma: no-cache, as RFC 6749 5.1 wants it */
    RESPOND_PUBLIC, /* for max_age_s; respond_kept_begin() */
};

struct response {
    struct exchange *exchange;
    unsigned status;
    enum respond_cache cache;
    uint64_t max_age_s; /* for RESPOND_PUBLIC */
    struct buf headers; /* the extra ones, each with its CR LF */
    struct buf body;
};

/* The worker's memory for answers. */
struct responder {
    uint8_t *memory;
    uint64_t date_s;
    char date[32]; /* of the Date header, made anew once a second */
    struct response response;
};

MUST_CHECK bool responder_init(struct responder *responder);
void responder_fini(struct responder *responder);

struct response *respond_begin(struct exchange *x, unsigned status, enum respond_cache cache);

/* A value with a control character spoils the response: the client gets a 500 instead of a split header. */
void respond_header(struct response *response, const char *name, struct span value);
void respond_header_u64(struct response *response, const char *name, uint64_t value);
void respond_set_cookie(struct response *response, const char *name, struct secret_ref value,
                        uint64_t max_age_s);
/* The browser forgets it. */
void respond_end_cookie(struct response *response, const char *name);

/* Send. If anything did not fit or was not fit, a 500 goes out instead. */
void respond_json_send(struct response *response);
void respond_empty_send(struct response *response);
void respond_text_send(struct response *response, const char *media_type);

/*
 * What is the same for everybody and may be kept by anyone for `max_age_s`: 200, or 304 without it for a
 * client that says it has it (RFC 9110 13.1.2, 15.4.5). `etag` comes with its quotes and names these very
 * bytes.
 */
struct response *respond_kept_begin(struct exchange *x, const char *etag, uint64_t max_age_s);
void respond_kept_send(struct response *response, struct span bytes, const char *media_type);

/*
 * A page: with the headers of SPEC 2. The language is that of the page's model; `form_target` is one more
 * source for form-action; absent: only ourselves.
 */
void respond_page_send(struct response *response, enum language language, struct span form_target);

/* The language of a page that the vault says nothing of: what the browser asks for, else our first. */
enum language respond_language(const struct exchange *x);

/*
 * {"error", "error_description"} as the tables of common/outcome.def say, with the challenge that a 401
 * needs, and with "error_uri", the page about that error, where the vault has told of one (RFC 6749 5.2).
 */
void respond_error(struct exchange *x, enum answer answer);

/* The same shape for what HTTP itself refuses. `error` and `description` are literals of ours. */
void respond_http_error(struct exchange *x, unsigned status, const char *error, const char *description);

/* No such path, 404, or not by that method, 405: in JSON, or a page for a browser that somebody sits at. */
void respond_not_found(struct exchange *x);
void respond_method_not_allowed(struct exchange *x, const char *allow);

/* An error page in the browser's language, with the words for the answer or the status and the trace id. */
void respond_error_page(struct exchange *x, enum answer answer);
void respond_http_error_page(struct exchange *x, unsigned status);

/*
 * 303 (RFC 9700 4.12). The location was composed by the vault, or is a path of ours: what begins with /
 * gets the base path of this front end in front. (A client's redirect URI never does: it is absolute, RFC
 * 6749 3.1.2.)
 */
struct response *respond_redirect_begin(struct exchange *x);
void respond_redirect_send(struct response *response, struct span location);

/* What could not be read as a request: answered in JSON, and the connection ends. */
void respond_refusal(struct exchange *x, unsigned status);

/* A whole answer for a connection beyond the bound, which has no exchange. */
extern const struct span respond_turned_away;

#endif
