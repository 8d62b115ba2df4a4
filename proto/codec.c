#include "proto/codec.h"

#include <msgpack/pack.h>

/* msgpack's type bytes (the format's specification), those that we accept. */
enum {
    MP_FIXMAP = 0x80,
    MP_FIXARRAY = 0x90,
    MP_FIXSTR = 0xa0,
    MP_FALSE = 0xc2,
    MP_TRUE = 0xc3,
    MP_BIN8 = 0xc4,
    MP_BIN16 = 0xc5,
    MP_BIN32 = 0xc6,
    MP_UINT8 = 0xcc,
    MP_UINT16 = 0xcd,
    MP_UINT32 = 0xce,
    MP_UINT64 = 0xcf,
    MP_STR8 = 0xd9,
    MP_STR16 = 0xda,
    MP_STR32 = 0xdb,
    MP_ARRAY16 = 0xdc,
    MP_MAP16 = 0xde,
};

/* ---- writing ------------------------------------------------------------------------------------ */

static int write_to_buf(void *data, const char *bytes, size_t len)
{
    struct buf *out = data;

    buf_put(out, bytes, len);
    return out->overflow ? -1 : 0;
}

static struct msgpack_packer packer_over(struct buf *out)
{
    struct msgpack_packer packer;

    msgpack_packer_init(&packer, out, write_to_buf);
    return packer;
}

static void pack_text(struct msgpack_packer *packer, struct span text)
{
    msgpack_pack_str_with_body(packer, text.ptr, text.len);
}

static void pack_bytes(struct msgpack_packer *packer, struct span bytes)
{
    msgpack_pack_bin_with_body(packer, bytes.ptr, bytes.len);
}

static const void *member(const void *message, const struct field *field)
{
    return (const uint8_t *)message + field->offset;
}

static bool is_present(const struct field *field, const void *value)
{
    if (field->presence == FIELD_REQUIRED)
        return true;
    switch (field->kind) {
    case FIELD_U64: return *(const uint64_t *)value != 0;
    case FIELD_BOOL: return *(const bool *)value;
    case FIELD_TEXT:
    case FIELD_BYTES: return ((const struct span *)value)->ptr != NULL;
    case FIELD_SECRET: return ((const struct secret_ref *)value)->ptr != NULL;
    case FIELD_TEXT_LIST:
    case FIELD_BYTES_LIST: return ((const struct span_list *)value)->len != 0;
    }
    return false;
}

static bool list_is_within(const struct span_list *list, uint64_t max)
{
    if (list->len > LIMIT_LIST)
        return false;
    for (size_t i = 0; i < list->len; i++)
        if (list->items[i].len > max)
            return false;
    return true;
}

static bool is_within(const struct field *field, const void *value)
{
    switch (field->kind) {
    case FIELD_U64: return *(const uint64_t *)value <= field->max;
    case FIELD_BOOL: return true;
    case FIELD_TEXT:
    case FIELD_BYTES: return ((const struct span *)value)->len <= field->max;
    case FIELD_SECRET: return ((const struct secret_ref *)value)->len <= field->max;
    case FIELD_TEXT_LIST:
    case FIELD_BYTES_LIST: return list_is_within(value, field->max);
    }
    return false;
}

static void pack_value(struct msgpack_packer *packer, const struct field *field, const void *value)
{
    const struct span_list *list = value;

    switch (field->kind) {
    case FIELD_U64: msgpack_pack_uint64(packer, *(const uint64_t *)value); break;
    case FIELD_BOOL: *(const bool *)value ? msgpack_pack_true(packer) : msgpack_pack_false(packer); break;
    case FIELD_TEXT: pack_text(packer, *(const struct span *)value); break;
    case FIELD_BYTES: pack_bytes(packer, *(const struct span *)value); break;
    case FIELD_SECRET: pack_bytes(packer, secret_ref_reveal(*(const struct secret_ref *)value)); break;
    case FIELD_TEXT_LIST:
    case FIELD_BYTES_LIST:
        msgpack_pack_array(packer, list->len);
        for (size_t i = 0; i < list->len; i++)
            field->kind == FIELD_TEXT_LIST ? pack_text(packer, list->items[i]) : pack_bytes(packer, list->items[i]);
        break;
    }
}

bool codec_encode(struct buf *out, const struct field_table *table, const void *message)
{
    struct msgpack_packer packer = packer_over(out);
    size_t present = 0;

    for (size_t i = 0; i < table->len; i++) {
        const void *value = member(message, &table->fields[i]);

        if (!is_within(&table->fields[i], value))
            return false;
        present += is_present(&table->fields[i], value);
    }
    msgpack_pack_map(&packer, present);
    for (size_t i = 0; i < table->len; i++) {
        const void *value = member(message, &table->fields[i]);

        if (!is_present(&table->fields[i], value))
            continue;
        msgpack_pack_uint8(&packer, (uint8_t)i);
        pack_value(&packer, &table->fields[i], value);
    }
    return buf_ok(out);
}

/* ---- reading: every take_ moves the cursor on success and leaves it alone on failure ---------------- */

static bool take_big_endian(struct span *rest, size_t len, uint64_t *ret_value)
{
    uint64_t value = 0;

    if (rest->len < 1 + len)
        return false;
    for (size_t i = 1; i <= len; i++)
        value = value << 8 | rest->ptr[i];
    *rest = span_from(*rest, 1 + len);
    *ret_value = value;
    return true;
}

static bool take_wide_u64(struct span *rest, uint64_t *ret_value)
{
    /* A longer form than the value needs is refused: one value has one spelling. */
    static const uint64_t least[] = {0x80, 0x100, 0x10000, 0x100000000};
    uint8_t type = rest->len ? rest->ptr[0] : MP_FALSE;
    struct span trial = *rest;

    if (type < MP_UINT8 || type > MP_UINT64)
        return false;
    if (!take_big_endian(&trial, (size_t)1 << (type - MP_UINT8), ret_value) || *ret_value < least[type - MP_UINT8])
        return false;
    *rest = trial;
    return true;
}

/* Every field has one in front of it, its number, and that is small. */
static inline bool take_u64(struct span *rest, uint64_t *ret_value)
{
    if (rest->len == 0 || rest->ptr[0] >= 0x80)
        return take_wide_u64(rest, ret_value);
    *ret_value = *rest->ptr++;
    rest->len--;
    return true;
}

static bool take_bool(struct span *rest, bool *ret_value)
{
    if (rest->len == 0 || (rest->ptr[0] != MP_TRUE && rest->ptr[0] != MP_FALSE))
        return false;
    *ret_value = rest->ptr[0] == MP_TRUE;
    *rest = span_from(*rest, 1);
    return true;
}

/* The length of a string or binary whose wide forms start at `type8`, in the shortest form only. */
static bool take_wide_len(struct span *rest, uint8_t type8, uint64_t below_is_narrow, uint64_t *ret_len)
{
    uint8_t width = (uint8_t)(rest->ptr[0] - type8);

    if (!take_big_endian(rest, (size_t)1 << width, ret_len))
        return false;
    return *ret_len >= (width == 0 ? below_is_narrow : width == 1 ? 0x100 : 0x10000);
}

static bool take_body(struct span *rest, uint64_t len, struct span *ret_value)
{
    if (len > rest->len)
        return false;
    *ret_value = span_of(rest->ptr, (size_t)len);
    *rest = span_from(*rest, (size_t)len);
    return true;
}

static bool take_text(struct span *rest, struct span *ret_value)
{
    struct span trial = *rest;
    uint8_t type = rest->len ? rest->ptr[0] : MP_FALSE;
    uint64_t len;

    if ((type & 0xe0) == MP_FIXSTR) {
        len = type & 0x1f;
        trial = span_from(trial, 1);
    } else if (type < MP_STR8 || type > MP_STR32 || !take_wide_len(&trial, MP_STR8, 0x20, &len)) {
        return false;
    }
    if (!take_body(&trial, len, ret_value) || !span_is_utf8(*ret_value))
        return false;
    *rest = trial;
    return true;
}

static bool take_bytes(struct span *rest, struct span *ret_value)
{
    struct span trial = *rest;
    uint8_t type = rest->len ? rest->ptr[0] : MP_FALSE;
    uint64_t len;

    if (type < MP_BIN8 || type > MP_BIN32 || !take_wide_len(&trial, MP_BIN8, 0, &len))
        return false;
    if (!take_body(&trial, len, ret_value))
        return false;
    *rest = trial;
    return true;
}

/* The number of entries of a map (`narrow` MP_FIXMAP) or array (MP_FIXARRAY), in the shortest form only. */
static bool take_count(struct span *rest, uint8_t narrow, uint8_t wide, uint64_t *ret_count)
{
    uint8_t type = rest->len ? rest->ptr[0] : MP_FALSE;
    struct span trial = *rest;

    if ((type & 0xf0) == narrow) {
        *ret_count = type & 0x0f;
        *rest = span_from(*rest, 1);
        return true;
    }
    if (type != wide || !take_big_endian(&trial, 2, ret_count) || *ret_count < 0x10)
        return false;
    *rest = trial;
    return true;
}

static bool take_list(struct span *rest, const struct field *field, struct span_list *list)
{
    uint64_t count;

    if (!take_count(rest, MP_FIXARRAY, MP_ARRAY16, &count) || count > LIMIT_LIST)
        return false;
    for (list->len = 0; list->len < count; list->len++) {
        struct span *item = &list->items[list->len];

        if (field->kind == FIELD_TEXT_LIST ? !take_text(rest, item) : !take_bytes(rest, item))
            return false;
        if (item->len > field->max)
            return false;
    }
    return true;
}

static bool take_value(struct span *rest, const struct field *field, void *value)
{
    struct span bytes;

    switch (field->kind) {
    case FIELD_U64: return take_u64(rest, value) && *(uint64_t *)value <= field->max;
    case FIELD_BOOL: return take_bool(rest, value);
    case FIELD_TEXT: return take_text(rest, value) && ((struct span *)value)->len <= field->max;
    case FIELD_BYTES: return take_bytes(rest, value) && ((struct span *)value)->len <= field->max;
    case FIELD_SECRET:
        if (!take_bytes(rest, &bytes) || bytes.len > field->max)
            return false;
        *(struct secret_ref *)value = secret_ref_of(bytes);
        return true;
    case FIELD_TEXT_LIST:
    case FIELD_BYTES_LIST: return take_list(rest, field, value);
    }
    return false;
}

/* Zero what says "absent"; the items of a list stay as they are, its length says none is valid. */
static void clear_field(const struct field *field, void *value)
{
    switch (field->kind) {
    case FIELD_U64: *(uint64_t *)value = 0; break;
    case FIELD_BOOL: *(bool *)value = false; break;
    case FIELD_TEXT:
    case FIELD_BYTES: *(struct span *)value = SPAN_NONE; break;
    case FIELD_SECRET: *(struct secret_ref *)value = (struct secret_ref){NULL, 0}; break;
    case FIELD_TEXT_LIST:
    case FIELD_BYTES_LIST: ((struct span_list *)value)->len = 0; break;
    }
}

bool codec_decode(struct span bytes, const struct field_table *table, void *ret_message)
{
    uint64_t seen = 0;
    uint64_t count;
    uint64_t key;

    for (size_t i = 0; i < table->len; i++)
        clear_field(&table->fields[i], (uint8_t *)ret_message + table->fields[i].offset);
    if (!take_count(&bytes, MP_FIXMAP, MP_MAP16, &count) || count > table->len)
        return false;
    while (count--) {
        if (!take_u64(&bytes, &key) || key >= table->len || (seen & (UINT64_C(1) << key)))
            return false;
        seen |= UINT64_C(1) << key;
        if (!take_value(&bytes, &table->fields[key], (uint8_t *)ret_message + table->fields[key].offset))
            return false;
    }
    for (size_t i = 0; i < table->len; i++)
        if (table->fields[i].presence == FIELD_REQUIRED && !(seen & (UINT64_C(1) << i)))
            return false;
    return bytes.len == 0;
}

/* ---- frames ------------------------------------------------------------------------------------- */

size_t frame_begin(struct buf *out)
{
    size_t start = out->len;

    if (buf_reserve(out, FRAME_HEADER))
        buf_put_u8(out, PROTO_VERSION);
    return start;
}

static void put_big_endian_32(uint8_t *to, size_t value)
{
    to[0] = (uint8_t)(value >> 24);
    to[1] = (uint8_t)(value >> 16);
    to[2] = (uint8_t)(value >> 8);
    to[3] = (uint8_t)value;
}

void frame_end(struct buf *out, size_t start)
{
    put_big_endian_32(out->ptr + start, out->len - start - FRAME_HEADER);
}

/* The body as a binary of the 32-bit form, since its length is known only when it is written. */
static bool put_body(struct buf *out, const struct field_table *table, const void *message)
{
    size_t at = out->len;

    if (!buf_reserve(out, 5) || !codec_encode(out, table, message))
        return false;
    out->ptr[at] = MP_BIN32;
    put_big_endian_32(out->ptr + at + 1, out->len - at - 5);
    return true;
}

bool frame_put_request(struct buf *out, const struct request_envelope *envelope, const struct field_table *table,
                       const void *message)
{
    struct buf before = *out;
    struct msgpack_packer packer = packer_over(out);

    msgpack_pack_array(&packer, 7);
    msgpack_pack_uint64(&packer, envelope->number);
    msgpack_pack_uint64(&packer, envelope->call);
    pack_bytes(&packer, envelope->request_id);
    msgpack_pack_uint64(&packer, envelope->deadline_ms);
    pack_bytes(&packer, envelope->trace_id);
    pack_text(&packer, envelope->peer);
    if (put_body(out, table, message) && buf_ok(out))
        return true;
    *out = before;
    return false;
}

bool frame_put_reply(struct buf *out, uint64_t call, uint64_t answer, const struct field_table *table,
                     const void *message)
{
    struct buf before = *out;
    struct msgpack_packer packer = packer_over(out);

    msgpack_pack_array(&packer, 3);
    msgpack_pack_uint64(&packer, call);
    msgpack_pack_uint64(&packer, answer);
    if (put_body(out, table, message) && buf_ok(out))
        return true;
    *out = before;
    return false;
}

enum frame_state frame_next(struct span bytes, struct span *ret_payload, size_t *ret_len)
{
    size_t len;

    if (bytes.len < FRAME_HEADER)
        return FRAME_PARTIAL;
    len = (size_t)bytes.ptr[0] << 24 | (size_t)bytes.ptr[1] << 16 | (size_t)bytes.ptr[2] << 8 | bytes.ptr[3];
    if (len < 2 || len > LIMIT_FRAME)
        return FRAME_BROKEN;
    if (bytes.len > FRAME_HEADER && bytes.ptr[FRAME_HEADER] != PROTO_VERSION)
        return FRAME_BROKEN;
    if (bytes.len < FRAME_HEADER + len)
        return FRAME_PARTIAL;
    *ret_payload = span_of(bytes.ptr + FRAME_HEADER + 1, len - 1);
    *ret_len = FRAME_HEADER + len;
    return FRAME_WHOLE;
}

static bool take_frame_body(struct span *rest, struct span *ret_body)
{
    uint64_t len;

    if (rest->len == 0 || rest->ptr[0] != MP_BIN32 || !take_big_endian(rest, 4, &len) || len > LIMIT_MESSAGE)
        return false;
    return take_body(rest, len, ret_body);
}

bool frame_take_request(struct span *rest, struct request_envelope *e)
{
    uint64_t count;

    return take_count(rest, MP_FIXARRAY, MP_ARRAY16, &count) && count == 7 && take_u64(rest, &e->number) &&
           take_u64(rest, &e->call) && take_bytes(rest, &e->request_id) && e->request_id.len == LIMIT_REQUEST_ID &&
           take_u64(rest, &e->deadline_ms) && take_bytes(rest, &e->trace_id) &&
           e->trace_id.len == LIMIT_TRACE_ID && take_text(rest, &e->peer) && e->peer.len <= LIMIT_PEER &&
           take_frame_body(rest, &e->body);
}

bool frame_take_reply(struct span *rest, struct reply_envelope *e)
{
    uint64_t count;

    return take_count(rest, MP_FIXARRAY, MP_ARRAY16, &count) && count == 3 && take_u64(rest, &e->call) &&
           take_u64(rest, &e->answer) && e->answer < 256 && take_frame_body(rest, &e->body);
}
