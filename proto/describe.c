#include "proto/describe.h"

#include "proto/message.h"

#include <inttypes.h>

static const char *const lanes[] = {"read", "commit", "slow"};
static const char *const sockets[] = {"", "front end", "admin", "both"};
static const char *const proofs[] = {"-", "client", "resource server", "handle", "session", "logged in", "admin uid"};
static const char *const kinds[] = {"number", "flag", "text", "bytes", "secret", "texts", "bytes list"};

static const char intro[] =
    "# The protocol between the processes\n"
    "\n"
    "Written by `strongroom-vault --describe-protocol` from `proto/schema.def`; do not edit.\n"
    "\n"
    "A frame on the stream is a 4-byte big-endian length (at most %d) and that many bytes: the protocol version\n"
    "(%d), then at most %d requests or replies. A request is a msgpack array of number, call id, request id\n"
    "(16 bytes, the same when a request is repeated), deadline (milliseconds on the system's monotonic clock),\n"
    "trace id (16 bytes), the client's address as the front end sees it, and the fields; a reply is an array of\n"
    "call id, answer (`common/outcome.def`) and the fields. Fields are a map from a field's place in the lists\n"
    "below to its value. Decoding is strict: what is unknown, repeated, missing, of another kind, out of bounds or\n"
    "left over ends the connection.\n"
    "\n"
    "## What may be asked, from where, and on what proof\n"
    "\n"
    "| no. | message | lane | socket | proof | what it decides |\n"
    "| --- | --- | --- | --- | --- | --- |\n";

static void describe_fields(FILE *out, const char *what, const struct field_table *table)
{
    fprintf(out, "| %s | ", what);
    if (table->len == 0)
        fputs("nothing", out);
    for (size_t i = 0; i < table->len; i++) {
        const struct field *field = &table->fields[i];

        fprintf(out, "%s%zu `%s` (%s", i ? ", " : "", i, field->name, kinds[field->kind]);
        if (field->kind != FIELD_BOOL && field->max < UINT32_MAX)
            fprintf(out, ", at most %" PRIu64, field->max);
        fprintf(out, "%s)", field->presence == FIELD_REQUIRED ? "" : ", optional");
    }
    fputs(" |\n", out);
}

void proto_describe(FILE *out)
{
    fprintf(out, intro, LIMIT_FRAME, PROTO_VERSION, LIMIT_REQUESTS_PER_FRAME);
    for (size_t i = 0; i < messages_len; i++) {
        const struct message *m = message_at(i);

        fprintf(out, "| %u | %s | %s | %s | %s | %s |\n", m->number, m->name, lanes[m->lane], sockets[m->socket],
                proofs[m->proof], m->what);
    }
    fputs("\n## Fields\n\nLengths are in bytes; of lists, in bytes of each element.\n", out);
    for (size_t i = 0; i < messages_len; i++) {
        const struct message *m = message_at(i);

        fprintf(out, "\n### %u %s\n\n| | fields |\n| --- | --- |\n", m->number, m->name);
        describe_fields(out, "request", &m->request);
        describe_fields(out, "reply", &m->reply);
    }
}
