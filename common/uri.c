#include "common/uri.h"

#include <arpa/inet.h>

static int hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool uri_form_decode_in_place(uint8_t *text, size_t len, size_t *ret_len)
{
    size_t to = 0;

    for (size_t i = 0; i < len; i++) {
        uint8_t c = text[i];

        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            int high = len - i > 2 ? hex_value(text[i + 1]) : -1;
            int low = len - i > 2 ? hex_value(text[i + 2]) : -1;

            if (high < 0 || low < 0)
                return false;
            c = (uint8_t)(high << 4 | low);
            i += 2;
        }
        text[to++] = c;
    }
    if (!span_is_utf8(span_of(text, to)))
        return false;
    *ret_len = to;
    return true;
}

static bool is_alpha(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_unreserved(uint8_t c)
{
    return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

void uri_put_escaped(struct buf *out, struct span text)
{
    static const char digit[] = "0123456789ABCDEF";

    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];

        if (is_unreserved(c)) {
            buf_put_u8(out, c);
            continue;
        }
        buf_put_u8(out, '%');
        buf_put_u8(out, (uint8_t)digit[c >> 4]);
        buf_put_u8(out, (uint8_t)digit[c & 15]);
    }
}

/* The length of the scheme (RFC 3986 3.1), 0 if the text does not start with one. */
static size_t scheme_len(struct span uri)
{
    size_t i = 0;

    if (uri.len == 0 || !is_alpha(uri.ptr[0]))
        return 0;
    while (i < uri.len && (is_alpha(uri.ptr[i]) || is_digit(uri.ptr[i]) || memchr("+-.", uri.ptr[i], 3)))
        i++;
    return i < uri.len && uri.ptr[i] == ':' ? i : 0;
}

/* What stands between "scheme://" and the next of / ? # or the end; absent if there is no "//". */
static struct span authority_of(struct span uri)
{
    struct span rest = span_from(uri, scheme_len(uri) + 1);
    size_t len = 2;

    if (!span_starts_with(rest, SPAN_LITERAL("//")))
        return SPAN_NONE;
    while (len < rest.len && rest.ptr[len] != '/' && rest.ptr[len] != '?' && rest.ptr[len] != '#')
        len++;
    return span_of(rest.ptr + 2, len - 2);
}

/* The host without its port; an IPv6 literal keeps its brackets. */
static struct span host_of(struct span authority)
{
    size_t len = 0;

    if (authority.len && authority.ptr[0] == '[') {
        while (len < authority.len && authority.ptr[len] != ']')
            len++;
        return span_of(authority.ptr, len < authority.len ? len + 1 : authority.len);
    }
    while (len < authority.len && authority.ptr[len] != ':')
        len++;
    return span_of(authority.ptr, len);
}

static bool is_port_or_nothing(struct span text)
{
    unsigned port = 0;

    if (text.len == 0)
        return true;
    if (text.ptr[0] != ':' || text.len > 6)
        return false;
    for (size_t i = 1; i < text.len; i++) {
        if (!is_digit(text.ptr[i]))
            return false;
        port = port * 10 + (unsigned)(text.ptr[i] - '0');
    }
    return port > 0 && port <= 65535;
}

/*
 * A host name or an IP literal and nothing that RFC 3986 allows beyond: uri_csp_source() goes into a header
 * in which ; and , have a meaning.
 */
static bool is_host(struct span host)
{
    char literal[INET6_ADDRSTRLEN];
    struct in6_addr any;
    bool bracketed = host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';

    if (bracketed && host.len - 2 < sizeof(literal)) {
        memcpy(literal, host.ptr + 1, host.len - 2);
        literal[host.len - 2] = '\0';
        return inet_pton(AF_INET6, literal, &any) == 1;
    }
    for (size_t i = 0; i < host.len; i++)
        if (!is_unreserved(host.ptr[i]) || host.ptr[i] == '~')
            return false;
    return host.len > 0 && host.ptr[0] != '.';
}

static bool has_broken_escape(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '%' &&
            (text.len - i < 3 || hex_value(text.ptr[i + 1]) < 0 || hex_value(text.ptr[i + 2]) < 0))
            return true;
    return false;
}

static bool is_loopback_literal(struct span host)
{
    return span_equal_text(host, "127.0.0.1") || span_equal_text(host, "[::1]");
}

static bool is_loopback(struct span host)
{
    return is_loopback_literal(host) || span_equal_text(host, "localhost");
}

static bool has_byte(struct span s, uint8_t byte)
{
    return s.len && memchr(s.ptr, byte, s.len) != NULL;
}

const char *uri_redirect_problem(struct span uri)
{
    size_t scheme = scheme_len(uri);
    struct span name = span_of(uri.ptr, scheme);
    struct span authority = authority_of(uri);
    struct span host = host_of(authority);

    for (size_t i = 0; i < uri.len; i++)
        if (uri.ptr[i] <= 0x20 || uri.ptr[i] > 0x7e || strchr("\"<>\\^`{|}", uri.ptr[i]))
            return "it holds a character that a URI cannot have; escape it as %XX (RFC 3986 2)";
    if (has_broken_escape(uri))
        return "it has a % without two hexadecimal digits behind it (RFC 3986 2.1)";
    if (scheme == 0)
        return "it is not absolute; it must start with a scheme such as https:// (RFC 6749 3.1.2)";
    if (has_byte(uri, '#'))
        return "it has a fragment (#...), which a redirect URI must not have (RFC 6749 3.1.2)";
    if (span_equal_text(name, "https") || span_equal_text(name, "http")) {
        if (!is_host(host) || !is_port_or_nothing(span_from(authority, host.len)))
            return "it needs a plain host name, no user information and a real port (https://host/path)";
        if (span_equal_text(name, "http") && !is_loopback(host))
            return "http is allowed on 127.0.0.1, [::1] and localhost only; use https (RFC 9700 2.6)";
        return NULL;
    }
    if (!has_byte(name, '.'))
        return "use https, or a private-use scheme with a dot in it such as com.example.app (RFC 8252 7.1)";
    return NULL;
}

struct span uri_csp_source(struct span uri)
{
    size_t scheme = scheme_len(uri);
    struct span name = span_of(uri.ptr, scheme);
    struct span authority = authority_of(uri);

    if ((span_equal_text(name, "https") || span_equal_text(name, "http")) && authority.len)
        return span_of(uri.ptr, (size_t)(authority.ptr - uri.ptr) + authority.len);
    return span_of(uri.ptr, scheme + 1);
}

bool uri_redirect_equal(struct span registered, struct span presented)
{
    struct span a, b, host_a, host_b;

    if (span_equal(registered, presented))
        return true;
    if (!span_starts_with(registered, SPAN_LITERAL("http://")) ||
        !span_starts_with(presented, SPAN_LITERAL("http://")))
        return false;
    a = authority_of(registered);
    b = authority_of(presented);
    host_a = host_of(a);
    host_b = host_of(b);
    if (!is_loopback_literal(host_a) || !span_equal(host_a, host_b))
        return false;
    if (!is_port_or_nothing(span_from(b, host_b.len)))
        return false;
    return span_equal(span_of(a.ptr + a.len, registered.len - (size_t)(a.ptr + a.len - registered.ptr)),
                      span_of(b.ptr + b.len, presented.len - (size_t)(b.ptr + b.len - presented.ptr)));
}

struct span uri_host(struct span uri)
{
    struct span name = span_of(uri.ptr, scheme_len(uri));

    if (!span_equal_text(name, "https") && !span_equal_text(name, "http"))
        return SPAN_NONE;
    return host_of(authority_of(uri));
}

bool uri_is_host(struct span text)
{
    return is_host(text);
}

bool uri_is_loopback_host(struct span host)
{
    return is_loopback(host);
}

bool uri_is_issuer(struct span uri)
{
    struct span name = span_of(uri.ptr, scheme_len(uri));
    struct span authority = authority_of(uri);

    if (uri_redirect_problem(uri) || has_byte(uri, '?') || authority.len == 0)
        return false;
    /* Of http the check above lets loopback hosts through only. */
    return span_equal_text(name, "https") || span_equal_text(name, "http");
}
