#include "vault/cli/audit_row.h"

#include "common/json_write.h"
#include "proto/codec.h"
#include "vault/cli/text.h"

#include <time.h>

/* Each byte of a text may become six in JSON; a record has little else. */
enum { JSON_SIZE = 6 * LIMIT_AUDIT_RECORD + 2048 };

enum { EVENT_WIDTH = 20, OUTCOME_WIDTH = 20 };

bool audit_row_read(struct span row, struct audit_row *ret_row)
{
    if (row.len <= AUDIT_CHAIN_HEAD)
        return false;
    ret_row->head = span_of(row.ptr, AUDIT_CHAIN_HEAD);
    ret_row->bytes = span_from(row, AUDIT_CHAIN_HEAD);
    return codec_decode(ret_row->bytes, &audit_record_fields, &ret_row->record);
}

const char *audit_walk_step(struct audit_walk *walk, struct span row)
{
    uint8_t head[AUDIT_CHAIN_HEAD];
    struct audit_row read;

    if (!audit_row_read(row, &read))
        return "it cannot be read";
    if (read.record.sequence != walk->sequence + 1)
        return "it carries the number of another record";
    memcpy(head, walk->head, sizeof(head));
    audit_chain_extend(head, read.bytes);
    if (!span_equal(read.head, span_of(head, sizeof(head))))
        return "it does not fit the chain, so it or the head stored with it was altered";
    memcpy(walk->head, head, sizeof(head));
    walk->sequence++;
    return NULL;
}

/* ---- for people ------------------------------------------------------------------------------------------ */

static void print_padded(FILE *out, struct span text, size_t width)
{
    text_print_safe(out, text);
    for (size_t used = text_width(text); used < width; used++)
        fputc(' ', out);
    fputs("  ", out);
}

static void print_named(FILE *out, const char *name, struct span text)
{
    if (text.len == 0)
        return;
    fprintf(out, " %s=", name);
    /* With a space in it one could not see where it ends. */
    fputs(memchr(text.ptr, ' ', text.len) ? "\"" : "", out);
    text_print_safe(out, text);
    fputs(memchr(text.ptr, ' ', text.len) ? "\"" : "", out);
}

/* UTC with seconds: it has no hour that comes twice, and other machines' logs agree with it. */
static void print_time(FILE *out, uint64_t time_ms)
{
    time_t when = (time_t)(time_ms / 1000);
    char text[32] = "?";
    struct tm utc;

    if (gmtime_r(&when, &utc))
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%SZ", &utc);
    fprintf(out, "%s  ", text);
}

static const char *colour_of(struct span severity)
{
    if (span_equal_text(severity, "alert") || span_equal_text(severity, "error"))
        return "\033[1;31m";
    return span_equal_text(severity, "warn") ? "\033[33m" : "";
}

void audit_row_print_titles(FILE *out)
{
    fprintf(out, "%-20s  %-5s  %-*s  %-*s  DETAILS\n", "TIME", "LEVEL", EVENT_WIDTH, "EVENT", OUTCOME_WIDTH,
            "OUTCOME");
}

void audit_row_print(FILE *out, const struct audit_row *row, bool with_colours)
{
    const struct audit_record *record = &row->record;
    const char *colour = with_colours ? colour_of(record->severity) : "";

    print_time(out, record->time_ms);
    fputs(colour, out);
    print_padded(out, record->severity, 5);
    fputs(colour[0] ? "\033[0m" : "", out);
    print_padded(out, record->event, EVENT_WIDTH);
    print_padded(out, record->outcome, OUTCOME_WIDTH);
    fprintf(out, "#%llu", (unsigned long long)record->sequence);
    if (record->count > 1)
        fprintf(out, " times=%llu", (unsigned long long)record->count);
    print_named(out, "client", record->client_id);
    print_named(out, "subject", record->subject);
    print_named(out, "grant", record->grant_id);
    print_named(out, "via", record->via);
    /* Who of the bank's people it was. A front end's uid is as configured and says nothing new. */
    if (span_equal_text(record->via, "admin"))
        fprintf(out, " uid=%llu", (unsigned long long)record->peer_uid);
    print_named(out, "address", record->address_claimed);
    print_named(out, "detail", record->detail);
    fputc('\n', out);
}

/* ---- for scripts ----------------------------------------------------------------------------------------- */

/* What is absent is left out, so that a script can tell "no client" from one whose name is empty. */
static void put_field(struct json_writer *json, const struct field *field, const void *record)
{
    const uint8_t *place = (const uint8_t *)record + field->offset;
    uint64_t number;
    struct span text;

    switch (field->kind) {
    case FIELD_U64:
        memcpy(&number, place, sizeof(number));
        if (number != 0 || field->presence == FIELD_REQUIRED)
            json_u64(json, field->name, number);
        break;
    case FIELD_TEXT:
    case FIELD_BYTES:
        memcpy(&text, place, sizeof(text));
        if (span_is_absent(text))
            break;
        if (field->kind == FIELD_TEXT)
            json_text(json, field->name, text);
        else
            json_hex(json, field->name, text);
        break;
    default: break; /* the record has no other kinds, and a secret must never be one of them */
    }
}

void audit_row_print_json(FILE *out, const struct audit_row *row)
{
    uint8_t room[JSON_SIZE];
    struct buf text = buf_over(room, sizeof(room));
    struct json_writer json = json_begin(&text);

    json_object_open(&json, NULL);
    for (size_t i = 0; i < audit_record_fields.len; i++)
        put_field(&json, &audit_record_fields.fields[i], &row->record);
    json_hex(&json, "hash", row->head);
    json_object_close(&json);
    fprintf(out, "%.*s\n", SPAN_PRINTF(buf_span(&text)));
}
