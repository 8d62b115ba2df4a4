#include "common/json_write.h"

static void put_control(struct buf *out, uint8_t c)
{
    if (c == '\n') {
        buf_put_text(out, "\\n");
        return;
    }
    buf_put_text(out, "\\u00");
    buf_put_hex(out, span_of(&c, 1));
}

/* Runs of bytes that need nothing are copied at once. */
static void put_escaped(struct buf *out, struct span text)
{
    size_t plain_from = 0;
    size_t i = 0;

    buf_put_u8(out, '"');
    while (i < text.len) {
        uint8_t c = text.ptr[i];
        size_t len = c < 0x80 ? 1 : span_utf8_len(span_from(text, i));

        if (len > 1 || (len == 1 && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)) {
            i += len;
            continue;
        }
        buf_put(out, text.ptr + plain_from, i - plain_from);
        plain_from = ++i;
        if (len == 0) {
            buf_put_text(out, "\\ufffd");
        } else if (c == '"' || c == '\\') {
            buf_put_u8(out, '\\');
            buf_put_u8(out, c);
        } else {
            put_control(out, c);
        }
    }
    buf_put(out, text.ptr + plain_from, text.len - plain_from);
    buf_put_u8(out, '"');
}

static void put_name(struct json_writer *json, const char *name)
{
    if (json->needs_comma)
        buf_put_u8(json->out, ',');
    json->needs_comma = true;
    if (!name)
        return;
    buf_put_u8(json->out, '"');
    buf_put_text(json->out, name);
    buf_put_text(json->out, "\":");
}

void json_object_open(struct json_writer *json, const char *name)
{
    put_name(json, name);
    buf_put_u8(json->out, '{');
    json->needs_comma = false;
}

void json_object_close(struct json_writer *json)
{
    buf_put_u8(json->out, '}');
    json->needs_comma = true;
}

void json_array_open(struct json_writer *json, const char *name)
{
    put_name(json, name);
    buf_put_u8(json->out, '[');
    json->needs_comma = false;
}

void json_array_close(struct json_writer *json)
{
    buf_put_u8(json->out, ']');
    json->needs_comma = true;
}

void json_text(struct json_writer *json, const char *name, struct span text)
{
    if (span_is_absent(text))
        return;
    put_name(json, name);
    put_escaped(json->out, text);
}

void json_u64(struct json_writer *json, const char *name, uint64_t value)
{
    put_name(json, name);
    buf_put_u64(json->out, value);
}

void json_bool(struct json_writer *json, const char *name, bool value)
{
    put_name(json, name);
    buf_put_text(json->out, value ? "true" : "false");
}

void json_hex(struct json_writer *json, const char *name, struct span bytes)
{
    if (span_is_absent(bytes))
        return;
    put_name(json, name);
    buf_put_u8(json->out, '"');
    buf_put_hex(json->out, bytes);
    buf_put_u8(json->out, '"');
}
