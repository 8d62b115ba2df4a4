#include "tests/bench/flow_browser.h"

#include <stdlib.h>

#include "common/uri.h"

#define COOKIES_MAX 4
#define STEPS_MAX 8

struct cookie {
    uint8_t name[64];
    uint8_t value[1024];
    size_t name_len;
    size_t value_len;
};

struct browser {
    struct cookie cookies[COOKIES_MAX];
    size_t cookie_count;
    bool visiting;      /* on the way from authorize to a code */
    unsigned steps;     /* so that a server that sends us in a circle is an error */
    bool post;          /* the next request is a form */
    uint8_t path[4096];
    size_t path_len;
    uint8_t body[4096];
    size_t body_len;
};

struct browsers {
    const struct cell *cell;
    struct browser *browsers;
    unsigned count;
    struct code *codes;
    size_t capacity;
    size_t have;
    size_t wanted;
    size_t visits; /* begun and not failed */
    uint8_t authorize[2048];
    size_t authorize_len;
};

/* Every visit asks for the same thing; the state's value does not matter to the server. */
static void write_authorize_path(struct browsers *b)
{
    struct buf path = buf_over(b->authorize, sizeof(b->authorize));

    buf_put_text(&path, "/oauth2/v4/authorize?response_type=code&client_id=");
    uri_put_escaped(&path, b->cell->client_id);
    buf_put_text(&path, "&redirect_uri=");
    uri_put_escaped(&path, b->cell->redirect_uri);
    buf_put_text(&path, "&scope=openid%20accounts%20transactions&state=bench&nonce=bench"
                        "&code_challenge=" BENCH_CODE_CHALLENGE "&code_challenge_method=S256");
    if (!buf_ok(&path))
        engine_die("the client's id and redirect URI are too long");
    b->authorize_len = path.len;
}

struct browsers *browsers_new(const struct cell *cell, unsigned connections, struct code *codes,
                              size_t capacity)
{
    struct browsers *b = calloc(1, sizeof(*b));

    if (!b || !codes || capacity == 0)
        engine_die("out of memory");
    b->browsers = calloc(connections, sizeof(*b->browsers));
    if (!b->browsers)
        engine_die("out of memory");
    b->cell = cell;
    b->count = connections;
    b->codes = codes;
    b->capacity = capacity;
    write_authorize_path(b);
    return b;
}

void browsers_free(struct browsers **browsers)
{
    if (*browsers)
        free((*browsers)->browsers);
    free(*browsers);
    *browsers = NULL;
}

static void keep_cookie(struct browser *browser, struct span line)
{
    const uint8_t *equals = memchr(line.ptr, '=', line.len);
    const uint8_t *end = memchr(line.ptr, ';', line.len);
    struct span name;
    struct span value;
    struct cookie *at = browser->cookies;

    if (!end)
        end = line.ptr + line.len;
    if (!equals || equals > end)
        return;
    name = span_of(line.ptr, (size_t)(equals - line.ptr));
    value = span_of(equals + 1, (size_t)(end - equals - 1));
    while (at < browser->cookies + browser->cookie_count &&
           !span_equal(span_of(at->name, at->name_len), name))
        at++;
    if (at == browser->cookies + COOKIES_MAX || name.len > sizeof(at->name) || value.len > sizeof(at->value))
        engine_die("more or longer cookies than a bank's login should need");
    if (at == browser->cookies + browser->cookie_count)
        browser->cookie_count++;
    memcpy(at->name, name.ptr, name.len);
    memcpy(at->value, value.ptr, value.len);
    at->name_len = name.len;
    at->value_len = value.len;
}

static void put_cookies(struct buf *out, const struct browser *browser)
{
    bool first = true;

    for (size_t i = 0; i < browser->cookie_count; i++) {
        const struct cookie *c = &browser->cookies[i];

        if (c->value_len == 0)
            continue; /* taken back by the server */
        buf_put_text(out, first ? "Cookie: " : "; ");
        buf_put(out, c->name, c->name_len);
        buf_put_u8(out, '=');
        buf_put(out, c->value, c->value_len);
        first = false;
    }
    if (!first)
        buf_put_text(out, "\r\n");
}

static void go_to(struct browser *browser, struct span path)
{
    if (path.len > sizeof(browser->path))
        engine_die("a redirect is longer than %zu bytes", sizeof(browser->path));
    memcpy(browser->path, path.ptr, path.len);
    browser->path_len = path.len;
    browser->post = false;
}

static bool browser_ask(void *self, struct conn *conn)
{
    struct browsers *b = self;
    struct browser *browser = &b->browsers[conn->number];
    struct buf *out = &conn->draft;

    if (!browser->visiting) {
        if (b->visits >= b->wanted)
            return false;
        b->visits++;
        browser->visiting = true;
        browser->steps = 0;
        go_to(browser, span_of(b->authorize, b->authorize_len));
    }
    buf_put_text(out, browser->post ? "POST " : "GET ");
    buf_put(out, browser->path, browser->path_len);
    buf_put_text(out, " HTTP/1.1\r\nHost: ");
    buf_put_span(out, b->cell->host);
    buf_put_text(out, "\r\nAccept: text/html\r\n");
    put_cookies(out, browser);
    if (browser->post) {
        /* A browser says where a form came from; a server may insist on it. */
        buf_put_text(out, "Origin: http://");
        buf_put_span(out, b->cell->host);
        buf_put_text(out, "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ");
        buf_put_u64(out, browser->body_len);
        buf_put_text(out, "\r\n");
    }
    buf_put_text(out, "\r\n");
    if (browser->post)
        buf_put(out, browser->body, browser->body_len);
    conn->request = buf_span(out);
    return true;
}

/* Take the code out of the redirect URI and end the visit. */
static const char *arrive(struct browsers *b, struct browser *browser, struct span location)
{
    static const char name[] = "code=";
    const uint8_t *at = memmem(location.ptr, location.len, name, strlen(name));
    struct code *code = &b->codes[b->have];
    size_t len = 0;

    if (!at)
        return "the client was sent back without a code";
    at += strlen(name);
    while (at + len < location.ptr + location.len && at[len] != '&')
        len++;
    if (len == 0 || len > sizeof(code->text))
        return "a code is empty or longer than expected";
    memcpy(code->text, at, len);
    code->len = (uint16_t)len;
    b->have++;
    browser->visiting = false;
    return NULL;
}

static const char *follow(struct browsers *b, struct browser *browser, struct span location)
{
    static const char scheme[] = "http://";

    if (span_starts_with(location, b->cell->redirect_uri))
        return arrive(b, browser, location);
    if (span_starts_with(location, SPAN_LITERAL("http://"))) {
        const uint8_t *slash =
            memchr(location.ptr + strlen(scheme), '/', location.len - strlen(scheme));

        if (!slash)
            return "a redirect to another place";
        location = span_of(slash, (size_t)(location.ptr + location.len - slash));
    }
    if (!span_starts_with(location, SPAN_LITERAL("/")) || ++browser->steps > STEPS_MAX)
        return "a redirect to another place, or too many of them";
    go_to(browser, location);
    return NULL;
}

static bool put_hidden_field(struct buf *body, const char *name, struct span page)
{
    uint8_t memory[2048];
    struct buf value = buf_over(memory, sizeof(memory));

    if (!text_put_input_value(page, name, &value) || !buf_ok(&value))
        return false;
    text_put_form_field(body, name, buf_span(&value));
    return true;
}

/* Answer the login or the consent page with the form that is on it. */
static const char *fill_in(struct browsers *b, struct browser *browser, struct span page)
{
    bool login = text_contains(page, "name=\"password\"");
    struct buf body = buf_over(browser->body, sizeof(browser->body));

    if ((!login && !text_contains(page, "name=\"decision\"")) || ++browser->steps > STEPS_MAX)
        return "a page that is neither login nor consent, or the same again and again";
    go_to(browser, login ? SPAN_LITERAL("/oauth2/v4/login") : SPAN_LITERAL("/oauth2/v4/consent"));
    browser->post = true;
    if (!put_hidden_field(&body, "request", page) || !put_hidden_field(&body, "csrf", page))
        return "a form without its hidden fields";
    if (login) {
        text_put_form_field(&body, "username", b->cell->username);
        text_put_form_field(&body, "password", b->cell->password);
    } else {
        text_put_form_field(&body, "decision", SPAN_LITERAL("approve"));
    }
    if (!buf_ok(&body))
        engine_die("a form is longer than %zu bytes", sizeof(browser->body));
    browser->body_len = body.len;
    return NULL;
}

static const char *browser_judge(void *self, struct conn *conn, const struct answer *answer)
{
    struct browsers *b = self;
    struct browser *browser = &b->browsers[conn->number];
    const char *wrong = "neither a page nor a redirect";

    if (answer) {
        struct span rest = answer->head;
        struct span cookie;

        while ((cookie = text_header_next(&rest, "Set-Cookie")).ptr != NULL)
            keep_cookie(browser, cookie);
        if (answer->status == 303 || answer->status == 302)
            wrong = follow(b, browser, text_header(answer->head, "Location"));
        else if (answer->status == 200)
            wrong = fill_in(b, browser, answer->body);
    }
    if (wrong) {
        browser->visiting = false;
        b->visits--;
    }
    return wrong;
}

size_t browsers_fetch_codes(struct browsers *b, struct engine *engine, unsigned connections, size_t wanted,
                            double seconds, struct tally *tally)
{
    const struct flow flow = {"consent", b, browser_ask, browser_judge};

    b->have = 0;
    b->visits = 0;
    b->wanted = wanted < b->capacity ? wanted : b->capacity;
    for (unsigned i = 0; i < b->count; i++)
        b->browsers[i].visiting = false;
    engine_run(engine, &flow, connections, seconds, tally);
    return b->have;
}

void browsers_log_in(struct browsers *b, struct engine *engine, struct tally *tally)
{
    (void)browsers_fetch_codes(b, engine, 1, 1, 30, tally);
    for (unsigned i = 1; i < b->count; i++)
        b->browsers[i] = b->browsers[0];
}
