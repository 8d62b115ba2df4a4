#include "common/log.h"

#include "common/buf.h"
#include "common/clock.h"

#include <errno.h>
#include <unistd.h>

/* What is kept free at the end of a line for the words that say that something was left out. */
#define TAIL " truncated=true\n"

static const char *const level_names[] = {"error", "warn", "info", "debug"};

static const char *log_component = "strongroom";
static enum log_level log_level = LOG_INFO;

void log_init(const char *component, enum log_level level)
{
    log_component = component;
    log_level = level;
}

bool log_level_parse(struct span word, enum log_level *ret_level)
{
    for (size_t i = 0; i < sizeof(level_names) / sizeof(level_names[0]); i++) {
        if (span_equal_text(word, level_names[i])) {
            *ret_level = (enum log_level)i;
            return true;
        }
    }
    return false;
}

bool log_wants(enum log_level level)
{
    return level <= log_level;
}

/* What could change how a terminal shows the rest of the line: C1 controls, line and direction marks. */
static bool is_invisible(struct span sequence)
{
    const uint8_t *s = sequence.ptr;

    if (sequence.len == 2)
        return s[0] == 0xc2 && s[1] < 0xa0;
    if (sequence.len == 3 && s[0] == 0xe2)
        return (s[1] == 0x80 && s[2] >= 0x8b && s[2] <= 0xaf) || (s[1] == 0x81 && s[2] >= 0xa0);
    return sequence.len == 3 && s[0] == 0xef && s[1] == 0xbb && s[2] == 0xbf;
}

static void put_byte_escaped(struct buf *line, uint8_t byte)
{
    buf_put_text(line, "\\x");
    buf_put_hex(line, span_of(&byte, 1));
}

static void put_quoted(struct buf *line, struct span text)
{
    bool cut = text.len > LOG_TEXT_MAX;
    struct span rest = cut ? span_of(text.ptr, LOG_TEXT_MAX) : text;

    buf_put_u8(line, '"');
    while (rest.len) {
        size_t len = span_utf8_len(rest);
        struct span sequence = span_of(rest.ptr, len ? len : 1);
        uint8_t c = rest.ptr[0];

        if (len == 1 && (c == '"' || c == '\\')) {
            buf_put_u8(line, '\\');
            buf_put_u8(line, c);
        } else if (len == 0 || (len == 1 && (c < 0x20 || c == 0x7f)) || is_invisible(sequence)) {
            for (size_t i = 0; i < sequence.len; i++)
                put_byte_escaped(line, sequence.ptr[i]);
        } else {
            buf_put_span(line, sequence);
        }
        rest = span_from(rest, sequence.len);
    }
    buf_put_text(line, cut ? "...\"" : "\"");
}

static bool is_plain_word(struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              memchr("_-./:@+,", c, 8)))
            return false;
    }
    return text.len > 0 && text.len <= LOG_TEXT_MAX;
}

static void put_value(struct buf *line, const struct log_field *field)
{
    switch (field->kind) {
    case LOG_KIND_TEXT:
        put_quoted(line, field->text);
        break;
    case LOG_KIND_CSTR:
        if (is_plain_word(field->text))
            buf_put_span(line, field->text);
        else
            put_quoted(line, field->text);
        break;
    case LOG_KIND_U64:
        buf_put_u64(line, field->number);
        break;
    case LOG_KIND_BOOL:
        buf_put_text(line, field->number ? "true" : "false");
        break;
    case LOG_KIND_HEX:
        buf_put_hex(line, field->text);
        break;
    case LOG_KIND_END:
        break;
    }
}

static bool is_left_out(const struct log_field *field)
{
    if (field->kind == LOG_KIND_HEX)
        return span_is_empty(field->text);
    return (field->kind == LOG_KIND_TEXT || field->kind == LOG_KIND_CSTR) && span_is_absent(field->text);
}

/* False if there was no room: the line is then as it was before. */
static bool put_field(struct buf *line, const struct log_field *field)
{
    struct buf before = *line;

    if (is_left_out(field))
        return true;
    buf_put_u8(line, ' ');
    buf_put_text(line, field->key);
    buf_put_u8(line, '=');
    put_value(line, field);
    if (buf_ok(line))
        return true;
    *line = before;
    return false;
}

static void write_line(const struct buf *line)
{
    ssize_t written;

    do
        written = write(STDERR_FILENO, line->ptr, line->len);
    while (written < 0 && errno == EINTR);
    /* A log that cannot be written has nowhere to say so. */
}

static void write_event(enum log_level level, const char *event, const struct log_field *fields,
                        uint64_t suppressed)
{
    char time_text[CLOCK_TEXT_SIZE];
    char room[LOG_LINE_MAX];
    struct buf line = buf_over(room, sizeof(room) - (sizeof(TAIL) - 1));
    struct clock clock = clock_real();
    struct log_field more = log_u64("suppressed", suppressed);
    int kept_errno = errno;
    bool all = true;

    clock_put_text(clock_now_ms(&clock), time_text);
    buf_put_text(&line, time_text);
    buf_put_text(&line, " level=");
    buf_put_text(&line, level_names[level]);
    buf_put_text(&line, " component=");
    buf_put_text(&line, log_component);
    buf_put_text(&line, " event=");
    buf_put_text(&line, event);
    if (suppressed)
        all = put_field(&line, &more);
    for (; fields->kind != LOG_KIND_END; fields++)
        all = put_field(&line, fields) && all;
    line.cap = sizeof(room);
    buf_put_text(&line, all ? "\n" : TAIL);
    write_line(&line);
    errno = kept_errno;
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
    if (log_wants(level))
        write_event(level, event, fields, 0);
}

/* A few instructions long, so that spinning is cheaper than a mutex in every place that logs. */
static void lock_limit(struct log_limit *limit)
{
    while (__atomic_exchange_n(&limit->lock, 1, __ATOMIC_ACQUIRE))
        ;
}

static void unlock_limit(struct log_limit *limit)
{
    __atomic_store_n(&limit->lock, 0, __ATOMIC_RELEASE);
}

void log_write_limited(struct log_limit *limit, uint64_t per_second, enum log_level level, const char *event,
                       const struct log_field *fields)
{
    uint64_t second = clock_monotonic_ms() / 1000;
    uint64_t suppressed = 0;
    bool pass;

    if (!log_wants(level))
        return;
    lock_limit(limit);
    if (limit->second != second) {
        limit->second = second;
        limit->written = 0;
    }
    pass = limit->written < per_second;
    if (pass) {
        limit->written++;
        suppressed = limit->suppressed;
        limit->suppressed = 0;
    } else {
        limit->suppressed++;
    }
    unlock_limit(limit);
    if (pass)
        write_event(level, event, fields, suppressed);
}
