/*
 * The operator's log: one line an event to standard error, in logfmt, written by one write(2), so lines of
 * several threads and processes never mix. It says how the service is; what was decided is the audit's.
 *
 *     log_event(LOG_WARN, "commit_failed", log_cstr("reason", "no space"), log_u64("requests", 17));
 *     2026-11-24T00:30:00.123Z level=warn component=vault event=commit_failed reason="no space" requests=17
 *
 * Event and key names are literals of ours. Text that came from outside goes through log_text(): it is
 * quoted, escaped and cut to LOG_TEXT_MAX bytes. A line that had no room for all says truncated=true. Secrets have no log_ function (I11).
 * Thread-safe, allocates nothing, never blocks on anything but the write itself, keeps errno.
 */
#ifndef STRONGROOM_COMMON_LOG_H
#define STRONGROOM_COMMON_LOG_H

#include "common/span.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Bytes of a text; what is cut ends in "...". Bytes of a line; a field that does not fit is left out. */
#define LOG_TEXT_MAX 200
#define LOG_LINE_MAX 2048

enum log_kind { LOG_KIND_END, LOG_KIND_TEXT, LOG_KIND_CSTR, LOG_KIND_U64, LOG_KIND_BOOL, LOG_KIND_HEX };

struct log_field {
    enum log_kind kind;
    const char *key;
    struct span text;
    uint64_t number;
};

/* `component` is "vault", "frontend" or "master" and has to live as long as the process. */
void log_init(const char *component, enum log_level level);

/* error, warn, info or debug; false for any other word. */
MUST_CHECK bool log_level_parse(struct span word, enum log_level *ret_level);

/* True if an event of this level would be written: for what is costly to find out. */
bool log_wants(enum log_level level);

#define log_event(level, event, ...)                                                                        \
    log_write((level), (event), (const struct log_field[]){__VA_ARGS__ __VA_OPT__(,) {LOG_KIND_END}})

/*
 * For events that a stranger can cause as often as he likes: at most `per_second` lines a second from this
 * place in the code. The next line that is let through says suppressed=N.
 */
#define log_limited(level, per_second, event, ...)                                                          \
    do {                                                                                                    \
        static struct log_limit log_site_limit;                                                             \
        log_write_limited(&log_site_limit, (per_second), (level), (event),                                  \
                          (const struct log_field[]){__VA_ARGS__ __VA_OPT__(,) {LOG_KIND_END}});             \
    } while (0)

/* A text from outside. Absent: key="" is not written at all. */
static inline struct log_field log_text(const char *key, struct span text)
{
    return (struct log_field){LOG_KIND_TEXT, key, text, 0};
}

/* A text of ours: a path, an outcome's name, strerror(). Quoted only where it needs it. NULL is left out. */
static inline struct log_field log_cstr(const char *key, const char *text)
{
    return (struct log_field){LOG_KIND_CSTR, key, span_of_text(text), 0};
}

static inline struct log_field log_u64(const char *key, uint64_t number)
{
    return (struct log_field){LOG_KIND_U64, key, SPAN_NONE, number};
}

static inline struct log_field log_bool(const char *key, bool value)
{
    return (struct log_field){LOG_KIND_BOOL, key, SPAN_NONE, value};
}

/* Bytes in hexadecimal: a trace id, a grant id. Never a key. Absent or empty is left out. */
static inline struct log_field log_hex(const char *key, struct span bytes)
{
    return (struct log_field){LOG_KIND_HEX, key, bytes, 0};
}

/* What the macros call. */
struct log_limit {
    uint64_t second;     /* the second of the monotonic clock that is being counted */
    uint64_t written;    /* in that second */
    uint64_t suppressed; /* since the last line that was let through */
    int lock;
};

void log_write(enum log_level level, const char *event, const struct log_field *fields);
void log_write_limited(struct log_limit *limit, uint64_t per_second, enum log_level level, const char *event,
                       const struct log_field *fields);

#endif
