/*
 * Every message of the schema there and back at its bounds, and everything that the decoder must refuse. The
 * second half is about one small table whose fields have every kind, so that each byte can be said.
 */
#include "tests/unit/proto/filled.h"

#include <msgpack.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static uint8_t room[4 * LIMIT_FRAME];

/* ---- every message ------------------------------------------------------------------------------------ */

typedef void visit_table(const char *name, const struct field_table *table);

static void each_table(visit_table *visit)
{
    for (size_t i = 0; i < messages_len; i++) {
        visit(message_at(i)->name, &message_at(i)->request);
        visit(message_at(i)->name, &message_at(i)->reply);
    }
    visit("audit_record", &audit_record_fields);
}

static void expect_round_trip(const char *name, const struct field_table *table, enum filling filling,
                              bool required_only)
{
    void *sent = filled_new(table, filling, required_only);
    void *got = malloc(table->size);
    struct buf out = buf_over(room, sizeof(room));

    memset(got, 0xa5, table->size); /* the decoder must not lean on what was there */
    if (!codec_encode(&out, table, sent) || !codec_decode(buf_span(&out), table, got))
        fail_msg("%s does not come back (filling %d)", name, filling);
    for (size_t i = 0; i < table->len; i++)
        if (!filled_field_equal(&table->fields[i], sent, got))
            fail_msg("%s: field %s came back changed (filling %d)", name, table->fields[i].name, filling);
    free(sent);
    free(got);
}

static void round_trip(const char *name, const struct field_table *table)
{
    expect_round_trip(name, table, FILL_FULL, false);
    expect_round_trip(name, table, FILL_FULL, true);
    expect_round_trip(name, table, FILL_SMALL, false);
    expect_round_trip(name, table, FILL_EMPTY, true);
    /* Texts that are there but empty are not absent ones. */
    expect_round_trip(name, table, FILL_EMPTY, false);
}

static void every_message_comes_back(void **state)
{
    (void)state;
    each_table(round_trip);
}

static void fits(const char *name, const struct field_table *table)
{
    void *full = filled_new(table, FILL_FULL, false);
    struct buf out = buf_over(room, LIMIT_MESSAGE - 512); /* what stands around the fields */

    if (!codec_encode(&out, table, full))
        fail_msg("%s at its bounds does not fit into LIMIT_MESSAGE", name);
    free(full);
}

static void every_message_fits_the_limit_of_messages(void **state)
{
    (void)state;
    each_table(fits);
}

static void refuse_cut(const char *name, const struct field_table *table)
{
    void *sent = filled_new(table, FILL_SMALL, false);
    void *got = malloc(table->size);
    struct buf out = buf_over(room, sizeof(room));

    assert_true(codec_encode(&out, table, sent));
    for (size_t len = 0; len < out.len; len++) {
        uint8_t *exact = malloc(len ? len : 1); /* so that a read past the end is seen */

        memcpy(exact, room, len);
        if (codec_decode(span_of(exact, len), table, got))
            fail_msg("%s cut to %zu of %zu bytes was accepted", name, len, out.len);
        free(exact);
    }
    buf_put_u8(&out, 0xc0);
    if (codec_decode(buf_span(&out), table, got))
        fail_msg("%s with a byte behind it was accepted", name);
    free(sent);
    free(got);
}

static void cut_anywhere_or_followed_by_anything_is_refused(void **state)
{
    (void)state;
    each_table(refuse_cut);
}

/* One field more than its bound allows, on either side of the wire. */
static void refuse_too_much(const char *name, const struct field_table *table)
{
    for (size_t i = 0; i < table->len; i++) {
        struct field loose[LIMIT_FIELDS];
        struct field_table wide = {loose, table->len, table->size};
        struct buf out = buf_over(room, sizeof(room));
        const struct field *field = &table->fields[i];
        void *message = filled_new(table, FILL_SMALL, false);
        void *got = malloc(table->size);

        if (field->kind == FIELD_BOOL || (field->kind == FIELD_U64 && field->max == UINT64_MAX)) {
            free(message);
            free(got);
            continue;
        }
        memcpy(loose, table->fields, table->len * sizeof(loose[0]));
        loose[i].max++;
        filled_set(&loose[i], message, FILL_FULL);
        if (codec_encode(&out, table, message))
            fail_msg("%s: encoded %s over its bound", name, field->name);
        out = buf_over(room, sizeof(room));
        assert_true(codec_encode(&out, &wide, message));
        if (codec_decode(buf_span(&out), table, got))
            fail_msg("%s: decoded %s over its bound", name, field->name);
        assert_true(codec_decode(buf_span(&out), &wide, got));
        free(message);
        free(got);
    }
}

static void one_past_each_bound_is_refused(void **state)
{
    (void)state;
    each_table(refuse_too_much);
}

static void refuse_missing(const char *name, const struct field_table *table)
{
    void *got = malloc(table->size);

    for (size_t i = 0; i < table->len; i++) {
        struct field loose[LIMIT_FIELDS];
        struct field_table wide = {loose, table->len, table->size};
        struct buf out = buf_over(room, sizeof(room));
        void *message;

        if (table->fields[i].presence != FIELD_REQUIRED)
            continue;
        memcpy(loose, table->fields, table->len * sizeof(loose[0]));
        loose[i].presence = FIELD_OPTIONAL;
        message = filled_new(table, FILL_SMALL, false);
        memset((uint8_t *)message + loose[i].offset, 0,
               loose[i].kind == FIELD_BOOL ? sizeof(bool) : loose[i].kind == FIELD_U64 ? 8 : sizeof(struct span));
        if (loose[i].kind == FIELD_TEXT_LIST || loose[i].kind == FIELD_BYTES_LIST)
            ((struct span_list *)((uint8_t *)message + loose[i].offset))->len = 0;
        assert_true(codec_encode(&out, &wide, message));
        if (codec_decode(buf_span(&out), table, got))
            fail_msg("%s without %s was accepted", name, table->fields[i].name);
        free(message);
    }
    free(got);
}

static void every_required_field_is_required(void **state)
{
    (void)state;
    each_table(refuse_missing);
}

static void messages_are_found_by_their_numbers(void **state)
{
    size_t found = 0;

    (void)state;
    for (uint64_t number = 0; number <= 2 * MESSAGE_NUMBER_MAX; number++) {
        const struct message *message = message_by_number(number);

        if (message)
            assert_int_equal(message->number, number);
        found += message != NULL;
    }
    assert_int_equal(found, messages_len);
    assert_null(message_by_number(UINT64_MAX));
    assert_null(message_at(messages_len));
}

/* ---- one table, byte by byte --------------------------------------------------------------------------- */

#define REQ_SAMPLE(F) \
    F(U64, number, UINT64_MAX, OPTIONAL) \
    F(BOOL, flag, 1, OPTIONAL) \
    F(TEXT, text, 70000, OPTIONAL) \
    F(BYTES, bytes, 70000, OPTIONAL) \
    F(SECRET, secret, 8, OPTIONAL) \
    F(TEXT_LIST, texts, 40, OPTIONAL) \
    F(BYTES_LIST, blobs, 40, OPTIONAL)
struct sample {
    REQ_SAMPLE(MESSAGE_MEMBER) char end_[1];
};
FIELD_TABLE(sample_table, sample, REQ_SAMPLE)

struct wire {
    const char *what;
    const char *bytes;
    size_t len;
};
#define WIRE(what, bytes) {what, bytes, sizeof(bytes) - 1}

static bool decodes(const char *bytes, size_t len, struct sample *ret_sample)
{
    struct field_table table = sample_table();
    uint8_t *exact = malloc(len ? len : 1);
    bool ok;

    memcpy(exact, bytes, len);
    ok = codec_decode(span_of(exact, len), &table, ret_sample);
    free(exact);
    return ok;
}

static void what_is_right_is_accepted(void **state)
{
    static const struct wire rows[] = {
        WIRE("nothing at all", "\x80"),
        WIRE("keys in another order", "\x82\x01\xc3\x00\x07"),
        WIRE("false where nothing would do", "\x81\x01\xc2"),
        WIRE("zero where nothing would do", "\x81\x00\x00"),
        WIRE("127 in one byte", "\x81\x00\x7f"),
        WIRE("128 in two", "\x81\x00\xcc\x80"),
        WIRE("255 in two", "\x81\x00\xcc\xff"),
        WIRE("256 in three", "\x81\x00\xcd\x01\x00"),
        WIRE("65535 in three", "\x81\x00\xcd\xff\xff"),
        WIRE("65536 in five", "\x81\x00\xce\x00\x01\x00\x00"),
        WIRE("2^32-1 in five", "\x81\x00\xce\xff\xff\xff\xff"),
        WIRE("2^32 in nine", "\x81\x00\xcf\x00\x00\x00\x01\x00\x00\x00\x00"),
        WIRE("2^64-1 in nine", "\x81\x00\xcf\xff\xff\xff\xff\xff\xff\xff\xff"),
        WIRE("an empty text", "\x81\x02\xa0"),
        WIRE("a text of 31 bytes", "\x81\x02\xbf" "0123456789012345678901234567890"),
        WIRE("a text of 32 bytes", "\x81\x02\xd9\x20" "01234567890123456789012345678901"),
        WIRE("two, three and four bytes a character", "\x81\x02\xa9\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"),
        WIRE("an empty binary", "\x81\x03\xc4\x00"),
        WIRE("a binary with a NUL", "\x81\x03\xc4\x01\x00"),
        WIRE("a list of two", "\x81\x05\x92\xa1" "a" "\xa0"),
        WIRE("an empty list", "\x81\x06\x90"),
    };
    struct sample sample;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (!decodes(rows[i].bytes, rows[i].len, &sample))
            fail_msg("refused: %s", rows[i].what);
}

static void what_is_wrong_is_refused(void **state)
{
    static const struct wire rows[] = {
        WIRE("no byte", ""),
        WIRE("no map: nil", "\xc0"),
        WIRE("no map: an array", "\x90"),
        WIRE("no map: a number", "\x00"),
        WIRE("two maps", "\x80\x80"),
        WIRE("the map in 16-bit form for one entry", "\xde\x00\x01\x00\x07"),
        WIRE("the map in 32-bit form", "\xdf\x00\x00\x00\x01\x00\x07"),
        WIRE("the map claims more entries than there are fields", "\x88\x00\x07"),
        WIRE("the map claims 65535 entries", "\xde\xff\xff\x00\x07"),
        WIRE("the map claims 2^32-1 entries", "\xdf\xff\xff\xff\xff\x00\x07"),
        WIRE("fewer entries than claimed", "\x82\x00\x07"),
        WIRE("more entries than claimed", "\x81\x00\x07\x01\xc3"),
        WIRE("an unknown key", "\x81\x07\x07"),
        WIRE("a key far away", "\x81\xcf\xff\xff\xff\xff\xff\xff\xff\xff\x07"),
        WIRE("key 64, which is key 0 to a shift", "\x81\x40\x07"),
        WIRE("a key twice", "\x82\x00\x07\x00\x07"),
        WIRE("a key twice, another between", "\x83\x00\x07\x01\xc3\x00\x08"),
        WIRE("a negative key", "\x81\xff\x07"),
        WIRE("a text as the key", "\x81\xa1\x00\x07"),
        WIRE("a key in a longer form", "\x81\xcc\x00\x07"),
        WIRE("nil as the key", "\x81\xc0\x07"),
        WIRE("number: nil", "\x81\x00\xc0"),
        WIRE("number: true", "\x81\x00\xc3"),
        WIRE("number: -1", "\x81\x00\xff"),
        WIRE("number: signed 8 bits", "\x81\x00\xd0\x07"),
        WIRE("number: signed 64 bits", "\x81\x00\xd3\x00\x00\x00\x00\x00\x00\x00\x07"),
        WIRE("number: a float", "\x81\x00\xca\x3f\x80\x00\x00"),
        WIRE("number: a text", "\x81\x00\xa1" "7"),
        WIRE("number: a list", "\x81\x00\x91\x07"),
        WIRE("number: a map", "\x81\x00\x80"),
        WIRE("number: 127 in two bytes", "\x81\x00\xcc\x7f"),
        WIRE("number: 255 in three bytes", "\x81\x00\xcd\x00\xff"),
        WIRE("number: 65535 in five bytes", "\x81\x00\xce\x00\x00\xff\xff"),
        WIRE("number: 2^32-1 in nine bytes", "\x81\x00\xcf\x00\x00\x00\x00\xff\xff\xff\xff"),
        WIRE("flag: nil", "\x81\x01\xc0"),
        WIRE("flag: the number 1", "\x81\x01\x01"),
        WIRE("flag: the unused type", "\x81\x01\xc1"),
        WIRE("text: nil", "\x81\x02\xc0"),
        WIRE("text: a binary", "\x81\x02\xc4\x01" "a"),
        WIRE("text: an extension", "\x81\x02\xd4\x01" "a"),
        WIRE("text: a list", "\x81\x02\x91\xa1" "a"),
        WIRE("text: a map in a map", "\x81\x02\x81\x02\xa0"),
        WIRE("text: 31 bytes in the 8-bit form", "\x81\x02\xd9\x1f" "0123456789012345678901234567890"),
        WIRE("text: 3 bytes in the 16-bit form", "\x81\x02\xda\x00\x03" "abc"),
        WIRE("text: 3 bytes in the 32-bit form", "\x81\x02\xdb\x00\x00\x00\x03" "abc"),
        WIRE("text: claims 2^32-1 bytes", "\x81\x02\xdb\xff\xff\xff\xff" "abc"),
        WIRE("text: claims 2^31 bytes", "\x81\x02\xdb\x80\x00\x00\x00" "abc"),
        WIRE("text: claims 65535 bytes", "\x81\x02\xda\xff\xff" "abc"),
        WIRE("text: claims one byte too many", "\x81\x02\xa4" "abc"),
        WIRE("text: NUL", "\x81\x02\xa1\x00"),
        WIRE("text: NUL inside", "\x81\x02\xa3" "a\x00" "b"),
        WIRE("text: a lone continuation byte", "\x81\x02\xa1\x80"),
        WIRE("text: a character cut off", "\x81\x02\xa2\xe2\x82"),
        WIRE("text: NUL in two bytes", "\x81\x02\xa2\xc0\x80"),
        WIRE("text: / in two bytes", "\x81\x02\xa2\xc0\xaf"),
        WIRE("text: / in three bytes", "\x81\x02\xa3\xe0\x80\xaf"),
        WIRE("text: a surrogate", "\x81\x02\xa3\xed\xa0\x80"),
        WIRE("text: past U+10FFFF", "\x81\x02\xa4\xf4\x90\x80\x80"),
        WIRE("text: 0xff", "\x81\x02\xa1\xff"),
        WIRE("bytes: nil", "\x81\x03\xc0"),
        WIRE("bytes: a text", "\x81\x03\xa1" "a"),
        WIRE("bytes: 3 in the 16-bit form", "\x81\x03\xc5\x00\x03" "abc"),
        WIRE("bytes: 3 in the 32-bit form", "\x81\x03\xc6\x00\x00\x00\x03" "abc"),
        WIRE("bytes: claims 2^32-1", "\x81\x03\xc6\xff\xff\xff\xff" "abc"),
        WIRE("bytes: an extension", "\x81\x03\xc7\x01\x01" "a"),
        WIRE("bytes: the length itself cut off", "\x81\x03\xc6\x00\x00"),
        WIRE("secret: a text", "\x81\x04\xa1" "a"),
        WIRE("secret: nil", "\x81\x04\xc0"),
        WIRE("secret: one byte too long", "\x81\x04\xc4\x09" "123456789"),
        WIRE("texts: a text", "\x81\x05\xa1" "a"),
        WIRE("texts: nil", "\x81\x05\xc0"),
        WIRE("texts: a map", "\x81\x05\x81\x00\xa0"),
        WIRE("texts: a binary in it", "\x81\x05\x91\xc4\x01" "a"),
        WIRE("texts: a list in it", "\x81\x05\x91\x91\xa1" "a"),
        WIRE("texts: invalid UTF-8 in it", "\x81\x05\x91\xa1\xff"),
        WIRE("texts: the 16-bit form for two", "\x81\x05\xdc\x00\x02\xa0\xa0"),
        WIRE("texts: the 32-bit form", "\x81\x05\xdd\x00\x00\x00\x01\xa0"),
        WIRE("texts: claims 65535", "\x81\x05\xdc\xff\xff\xa0"),
        WIRE("texts: claims 2^32-1", "\x81\x05\xdd\xff\xff\xff\xff\xa0"),
        WIRE("texts: fewer than claimed", "\x81\x05\x92\xa0"),
        WIRE("blobs: a text in it", "\x81\x06\x91\xa1" "a"),
        WIRE("blobs: 33 of them", "\x81\x06\xdc\x00\x21"
             "\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00"
             "\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00"
             "\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00\xc4\x00"),
    };
    struct sample sample;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (decodes(rows[i].bytes, rows[i].len, &sample))
            fail_msg("accepted: %s", rows[i].what);
}

static void depth_is_refused_without_recursion(void **state)
{
    struct sample sample;
    uint8_t *deep = malloc(LIMIT_MESSAGE);

    (void)state;
    memset(deep, 0x91, LIMIT_MESSAGE); /* lists of lists of lists ... */
    memcpy(deep, "\x81\x05", 2);
    assert_false(decodes((const char *)deep, LIMIT_MESSAGE, &sample));
    memset(deep, 0x81, LIMIT_MESSAGE);
    assert_false(decodes((const char *)deep, LIMIT_MESSAGE, &sample));
    free(deep);
}

/* ---- against msgpack-c's own reader --------------------------------------------------------------------- */

static bool same_text(msgpack_object o, struct span s)
{
    return o.type == MSGPACK_OBJECT_STR && span_equal(span_of(o.via.str.ptr, o.via.str.size), s);
}

static bool same_bytes(msgpack_object o, struct span s)
{
    return o.type == MSGPACK_OBJECT_BIN && span_equal(span_of(o.via.bin.ptr, o.via.bin.size), s);
}

static bool same_list(msgpack_object o, const struct span_list *list, bool is_text)
{
    bool same = o.type == MSGPACK_OBJECT_ARRAY && o.via.array.size == list->len;

    for (size_t i = 0; same && i < list->len; i++)
        same = is_text ? same_text(o.via.array.ptr[i], list->items[i]) : same_bytes(o.via.array.ptr[i], list->items[i]);
    return same;
}

static bool same_value(msgpack_object key, msgpack_object o, const struct sample *s)
{
    switch (key.via.u64) {
    case 0: return o.type == MSGPACK_OBJECT_POSITIVE_INTEGER && o.via.u64 == s->number;
    case 1: return o.type == MSGPACK_OBJECT_BOOLEAN && o.via.boolean == s->flag;
    case 2: return same_text(o, s->text);
    case 3: return same_bytes(o, s->bytes);
    case 4: return same_bytes(o, secret_ref_reveal(s->secret));
    case 5: return same_list(o, &s->texts, true);
    case 6: return same_list(o, &s->blobs, false);
    default: return false;
    }
}

/* What we accept msgpack-c reads as the very same thing. It accepts more than we do; that is the point. */
static bool agrees(const char *bytes, size_t len)
{
    struct sample sample;
    struct field_table table = sample_table();
    msgpack_unpacked object;
    size_t used = 0;
    bool same;

    if (!codec_decode(span_of(bytes, len), &table, &sample))
        return true;
    msgpack_unpacked_init(&object);
    same = msgpack_unpack_next(&object, bytes, len, &used) == MSGPACK_UNPACK_SUCCESS && used == len &&
           object.data.type == MSGPACK_OBJECT_MAP;
    for (uint32_t i = 0; same && i < object.data.via.map.size; i++)
        same = object.data.via.map.ptr[i].key.type == MSGPACK_OBJECT_POSITIVE_INTEGER &&
               same_value(object.data.via.map.ptr[i].key, object.data.via.map.ptr[i].val, &sample);
    msgpack_unpacked_destroy(&object);
    return same;
}

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static void what_we_accept_msgpack_reads_alike(void **state)
{
    static const char seed[] = "\x87\x00\xcd\x01\x00\x01\xc3\x02\xa3\xe2\x82\xac\x03\xc4\x02\x00\xff\x04\xc4\x01s"
                               "\x05\x92\xa1" "a" "\xa2\xc3\xa9\x06\x91\xc4\x01\x7f";
    static const uint8_t types[] = {0x80, 0x90, 0xa0, 0xc0, 0xc2, 0xc4, 0xcc, 0xcd, 0xd9, 0xdc, 0xde, 0xff};
    uint32_t random = 2463534242;
    char mutant[sizeof(seed)];
    size_t accepted = 0;

    (void)state;
    assert_true(agrees(seed, sizeof(seed) - 1));
    for (int i = 0; i < 200000; i++) {
        size_t len = sizeof(seed) - 1 - (next_random(&random) % 8 ? 0 : next_random(&random) % sizeof(seed));
        struct sample sample;
        struct field_table table = sample_table();

        memcpy(mutant, seed, sizeof(seed));
        for (uint32_t k = next_random(&random) % 3; k < 3; k++)
            mutant[next_random(&random) % (sizeof(seed) - 1)] =
                next_random(&random) % 2 ? (char)next_random(&random)
                                         : (char)types[next_random(&random) % sizeof(types)];
        if (!agrees(mutant, len))
            fail_msg("mutant %d reads differently", i);
        accepted += codec_decode(span_of(mutant, len), &table, &sample);
    }
    assert_true(accepted > 1000); /* or the comparison says little */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_comes_back),
        cmocka_unit_test(every_message_fits_the_limit_of_messages),
        cmocka_unit_test(cut_anywhere_or_followed_by_anything_is_refused),
        cmocka_unit_test(one_past_each_bound_is_refused),
        cmocka_unit_test(every_required_field_is_required),
        cmocka_unit_test(messages_are_found_by_their_numbers),
        cmocka_unit_test(what_is_right_is_accepted),
        cmocka_unit_test(what_is_wrong_is_refused),
        cmocka_unit_test(depth_is_refused_without_recursion),
        cmocka_unit_test(what_we_accept_msgpack_reads_alike),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
