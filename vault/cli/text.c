#include "vault/cli/text.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

enum { LINE_WIDTH_LEAST = 20 }; /* however little room is left beside the indent */

#define REPLACEMENT "\xef\xbf\xbd"

/*
 * Take one character of UTF-8. What is malformed counts as one byte with the value 0xfffd, so that a loop
 * over anything ends.
 */
static size_t take_character(struct span text, uint32_t *ret_point)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t first = text.ptr[0];
    size_t len = first < 0x80 ? 1 : (first & 0xe0) == 0xc0 ? 2 : (first & 0xf0) == 0xe0 ? 3 : 4;
    uint32_t point = len == 1 ? first : first & (0x7fU >> len);

    *ret_point = 0xfffd;
    if (len > text.len || (first >= 0x80 && first < 0xc2) || first > 0xf4)
        return 1;
    for (size_t i = 1; i < len; i++) {
        if ((text.ptr[i] & 0xc0) != 0x80)
            return 1;
        point = point << 6 | (text.ptr[i] & 0x3f);
    }
    if (point < least[len] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
        return 1;
    *ret_point = point;
    return len;
}

/* What a terminal obeys, or what makes a text look like another one. */
static bool is_unsafe(uint32_t point)
{
    return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x061c || /* controls; Arabic mark */
           (point >= 0x200e && point <= 0x200f) ||
           (point >= 0x2028 && point <= 0x202e) || /* marks, separators */
           (point >= 0x2066 && point <= 0x2069) || point == 0xfeff ||
           point == 0xfffd; /* isolates; byte order */
}

void text_put_safe(struct buf *out, struct span text)
{
    uint32_t point;

    while (text.len > 0) {
        size_t len = take_character(text, &point);

        if (is_unsafe(point))
            buf_put_text(out, REPLACEMENT);
        else
            buf_put(out, text.ptr, len);
        text = span_from(text, len);
    }
}

void text_print_safe(FILE *out, struct span text)
{
    uint32_t point;

    while (text.len > 0) {
        size_t len = take_character(text, &point);

        if (is_unsafe(point))
            fputs(REPLACEMENT, out);
        else
            fwrite(text.ptr, 1, len, out);
        text = span_from(text, len);
    }
}

static size_t width_of(uint32_t point)
{
    int width = is_unsafe(point) ? 1 : wcwidth((wchar_t)point);

    return width < 0 ? 1 : (size_t)width;
}

size_t text_width(struct span text)
{
    size_t width = 0;
    uint32_t point;

    while (text.len > 0) {
        text = span_from(text, take_character(text, &point));
        width += width_of(point);
    }
    return width;
}

struct span text_cut(struct span text, size_t width)
{
    struct span rest = text;
    uint32_t point;

    while (rest.len > 0) {
        size_t len = take_character(rest, &point);

        if (width_of(point) > width)
            break;
        width -= width_of(point);
        rest = span_from(rest, len);
    }
    return span_of(text.ptr, text.len - rest.len);
}

void text_time(uint64_t unix_s, char ret_text[TEXT_TIME_SIZE])
{
    time_t when = (time_t)unix_s;
    struct tm utc;

    ret_text[0] = '\0';
    if (unix_s != 0 && gmtime_r(&when, &utc))
        strftime(ret_text, TEXT_TIME_SIZE, "%Y-%m-%d %H:%MZ", &utc);
}

void text_size(uint64_t bytes, char ret_text[TEXT_SIZE_SIZE])
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double size = (double)bytes;
    size_t unit = 0;

    while (size >= 1024 && unit + 1 < sizeof(units) / sizeof(units[0])) {
        size /= 1024;
        unit++;
    }
    snprintf(ret_text, TEXT_SIZE_SIZE, unit == 0 || size >= 100 ? "%.0f %s" : "%.1f %s", size, units[unit]);
}

void text_duration(uint64_t seconds, char ret_text[TEXT_DURATION_SIZE])
{
    static const struct {
        uint64_t seconds;
        const char *name;
    } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    struct buf out = buf_over(ret_text, TEXT_DURATION_SIZE - 1);
    unsigned shown = 0;

    for (size_t i = 0; i < 4 && shown < 2; i++) {
        uint64_t count = seconds / units[i].seconds;

        seconds %= units[i].seconds;
        /* A unit of none between two others ends it: "3 d", not "3 d 0 h". */
        if (count == 0 && shown > 0)
            break;
        if (count == 0 && units[i].seconds > 1)
            continue;
        buf_printf(&out, "%s%llu %s", shown ? " " : "", (unsigned long long)count, units[i].name);
        shown++;
    }
    ret_text[out.len] = '\0';
}

size_t terminal_width(FILE *stream)
{
    struct winsize size;

    if (!isatty(fileno(stream)))
        return 0;
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
        return size.ws_col;
    return 80;
}

size_t text_line_width(FILE *stream)
{
    size_t width = terminal_width(stream);

    return width > 0 && width < TEXT_LINE_WIDTH ? width : TEXT_LINE_WIDTH;
}

void text_print_wrapped(FILE *out, const char *text, size_t indent, size_t width)
{
    size_t room = width > indent + LINE_WIDTH_LEAST ? width - indent : LINE_WIDTH_LEAST;
    struct span rest = span_of_text(text);
    struct span word;
    size_t column = 0;

    while (span_next_word(&rest, ' ', &word)) {
        if (column > 0 && column + 1 + word.len > room) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = 0;
        }
        fprintf(out, "%s%.*s", column > 0 ? " " : "", SPAN_PRINTF(word));
        column += (column > 0) + word.len;
    }
    fputc('\n', out);
}

bool terminal_has_colours(FILE *stream)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    if (no_colour && no_colour[0])
        return false;
    return isatty(fileno(stream)) && term && strcmp(term, "dumb") != 0;
}
