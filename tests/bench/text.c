#include "tests/bench/text.h"

#include "common/uri.h"

#include <strings.h>

static const uint8_t *find(struct span whole, const void *part, size_t part_len)
{
    return whole.len ? memmem(whole.ptr, whole.len, part, part_len) : NULL;
}

bool text_contains(struct span whole, const char *part)
{
    return find(whole, part, strlen(part)) != NULL;
}

struct span text_json_string(struct span json, const char *name)
{
    size_t name_len = strlen(name);
    const uint8_t *end = json.ptr + json.len;
    const uint8_t *at;

    for (struct span rest = json; (at = find(rest, name, name_len)) != NULL;
         rest = span_of(at, (size_t)(end - at))) {
        bool quoted = at > json.ptr && at[-1] == '"' && (size_t)(end - at) > name_len && at[name_len] == '"';
        const uint8_t *close;

        at += name_len;
        if (!quoted)
            continue;
        for (at++; at < end && (*at == ' ' || *at == ':'); at++)
            ;
        if (at == end || *at != '"')
            return SPAN_NONE;
        at++;
        close = memchr(at, '"', (size_t)(end - at));
        return close ? span_of(at, (size_t)(close - at)) : SPAN_NONE;
    }
    return SPAN_NONE;
}

struct span text_header_next(struct span *rest, const char *name)
{
    size_t name_len = strlen(name);

    while (rest->len) {
        const uint8_t *newline = memchr(rest->ptr, '\n', rest->len);
        size_t line_len = newline ? (size_t)(newline - rest->ptr) : rest->len;
        struct span line = span_of(rest->ptr, line_len);

        *rest = span_from(*rest, newline ? line_len + 1 : line_len);
        if (line.len <= name_len || line.ptr[name_len] != ':' ||
            strncasecmp((const char *)line.ptr, name, name_len) != 0)
            continue;
        line = span_from(line, name_len + 1);
        while (line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\t'))
            line = span_from(line, 1);
        while (line.len && (line.ptr[line.len - 1] == '\r' || line.ptr[line.len - 1] == ' '))
            line.len--;
        return line;
    }
    return SPAN_NONE;
}

struct span text_header(struct span head, const char *name)
{
    return text_header_next(&head, name);
}

/* What an escaping template writes; a numeric entity beyond ASCII does not occur in our values. */
static size_t put_entity(struct span text, struct buf *out)
{
    static const struct {
        const char *text;
        char means;
    } known[] = {{"&amp;", '&'},  {"&lt;", '<'},   {"&gt;", '>'},   {"&quot;", '"'},
                 {"&#39;", '\''}, {"&#x27;", '\''}, {"&#34;", '"'}, {"&#43;", '+'}};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (span_starts_with(text, span_of_text(known[i].text))) {
            buf_put_u8(out, (uint8_t)known[i].means);
            return strlen(known[i].text);
        }
    }
    buf_put_u8(out, text.ptr[0]);
    return 1;
}

/* The tag that `at` lies in, without its brackets. */
static struct span tag_around(struct span html, const uint8_t *at)
{
    const uint8_t *start = at;
    const uint8_t *end = html.ptr + html.len;

    while (start > html.ptr && *start != '<')
        start--;
    while (at < end && *at != '>')
        at++;
    return span_of(start, (size_t)(at - start));
}

bool text_put_input_value(struct span html, const char *name, struct buf *out)
{
    static const char opening[] = " value=\"";
    uint8_t wanted[64];
    struct buf attribute = buf_over(wanted, sizeof(wanted));
    const uint8_t *at;
    struct span value;

    buf_printf(&attribute, "name=\"%s\"", name);
    at = find(html, attribute.ptr, attribute.len);
    if (!at || !buf_ok(&attribute))
        return false;
    value = tag_around(html, at);
    at = find(value, opening, strlen(opening));
    if (!at)
        return false;
    value = span_from(value, (size_t)(at - value.ptr) + strlen(opening));
    while (value.len && value.ptr[0] != '"')
        value = span_from(value, put_entity(value, out));
    return value.len > 0;
}

void text_put_form_field(struct buf *body, const char *name, struct span value)
{
    if (body->len)
        buf_put_u8(body, '&');
    buf_put_text(body, name);
    buf_put_u8(body, '=');
    uri_put_escaped(body, value);
}

static void put_base64(struct buf *out, struct span bytes)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t left = bytes.len - i;
        uint32_t three = (uint32_t)bytes.ptr[i] << 16;

        if (left > 1)
            three |= (uint32_t)bytes.ptr[i + 1] << 8;
        if (left > 2)
            three |= bytes.ptr[i + 2];
        buf_put_u8(out, (uint8_t)digit[three >> 18]);
        buf_put_u8(out, (uint8_t)digit[three >> 12 & 63]);
        buf_put_u8(out, left > 1 ? (uint8_t)digit[three >> 6 & 63] : '=');
        buf_put_u8(out, left > 2 ? (uint8_t)digit[three & 63] : '=');
    }
}

void text_put_basic(struct buf *out, struct span id, struct span secret)
{
    uint8_t memory[1024];
    struct buf pair = buf_over(memory, sizeof(memory));

    uri_put_escaped(&pair, id);
    buf_put_u8(&pair, ':');
    uri_put_escaped(&pair, secret);
    buf_put_text(out, "Authorization: Basic ");
    put_base64(out, buf_span(&pair));
    buf_put_text(out, "\r\n");
    if (!buf_ok(&pair))
        out->overflow = true;
}

void text_put_post(struct buf *out, struct span host, const char *path, struct span credentials,
                   struct span body)
{
    buf_put_text(out, "POST ");
    buf_put_text(out, path);
    buf_put_text(out, " HTTP/1.1\r\nHost: ");
    buf_put_span(out, host);
    buf_put_text(out, "\r\n");
    buf_put_span(out, credentials);
    buf_put_text(out, "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ");
    buf_put_u64(out, body.len);
    buf_put_text(out, "\r\n\r\n");
    buf_put_span(out, body);
}
