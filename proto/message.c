#include "proto/message.h"

#define MESSAGE_TABLES(number_, NAME, name_, lane_, socket_, proof_, what_) \
    FIELD_TABLE(request_fields_##name_, req_##name_, REQ_##NAME)            \
    FIELD_TABLE(reply_fields_##name_, rep_##name_, REP_##NAME)
SCHEMA_MESSAGES(MESSAGE_TABLES)
FIELD_TABLE(audit_fields, audit_record, RECORD_AUDIT)

#define COUNT_ONE(number, NAME, name, lane, socket, proof, what) +1
enum { MESSAGES_LEN = 0 SCHEMA_MESSAGES(COUNT_ONE) };

static struct message rows[MESSAGES_LEN];
static const struct message *by_number[MESSAGE_NUMBER_MAX + 1];

struct field_table audit_record_fields;
const size_t messages_len = MESSAGES_LEN;

#define MESSAGE_ROW(number_, NAME, name_, lane_, socket_, proof_, what_)                                        \
    {number_, #name_, LANE_##lane_, SOCKET_##socket_, PROOF_##proof_, what_, request_fields_##name_(), \
     reply_fields_##name_()},

/*
 * Before main(), so that no thread ever sees the table half made, and before the constructors of those who
 * read it: an order among them is only kept where it is asked for.
 */
__attribute__((constructor(101))) static void make_tables(void)
{
    const struct message made[] = {SCHEMA_MESSAGES(MESSAGE_ROW)};

    for (size_t i = 0; i < MESSAGES_LEN; i++) {
        rows[i] = made[i];
        by_number[made[i].number] = &rows[i];
    }
    audit_record_fields = audit_fields();
}

const struct message *message_at(size_t index)
{
    return index < MESSAGES_LEN ? &rows[index] : NULL;
}

const struct message *message_by_number(uint64_t number)
{
    return number <= MESSAGE_NUMBER_MAX ? by_number[number] : NULL;
}

const struct field *field_by_name(const struct field_table *table, const char *name)
{
    for (size_t i = 0; i < table->len; i++)
        if (strcmp(table->fields[i].name, name) == 0)
            return &table->fields[i];
    return NULL;
}
