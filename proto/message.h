/*
 * The messages of schema.def as C: one `struct req_<name>` and `struct rep_<name>` each, and a table that
 * describes them to the codec, the dispatcher and the tests.
 *
 * Fields of text and bytes are references into the frame they were decoded from, or into whatever the
 * sender encodes from; nobody frees them.
 */
#ifndef STRONGROOM_PROTO_MESSAGE_H
#define STRONGROOM_PROTO_MESSAGE_H

#include "common/span.h"
#include "proto/limits.h"
#include "proto/schema.def"

/*
 * Secret bytes inside a frame: a type of its own so that they do not slip into a log or a comparison that
 * tells time. secret_ref_reveal() is the one way to them, and the word to search for in a review.
 */
struct secret_ref {
    const uint8_t *ptr;
    size_t len;
};

static inline struct span secret_ref_reveal(struct secret_ref s)
{
    return span_of(s.ptr, s.len);
}

static inline struct secret_ref secret_ref_of(struct span s)
{
    return (struct secret_ref){s.ptr, s.len};
}

struct span_list {
    struct span items[LIMIT_LIST];
    size_t len;
};

enum field_kind {
    FIELD_U64,
    FIELD_BOOL,
    FIELD_TEXT,  /* UTF-8 without NUL */
    FIELD_BYTES,
    FIELD_SECRET, /* bytes that are never printed */
    FIELD_TEXT_LIST,
    FIELD_BYTES_LIST,
};

enum field_presence { FIELD_OPTIONAL, FIELD_REQUIRED };

#define FIELD_TYPE_U64 uint64_t
#define FIELD_TYPE_BOOL bool
#define FIELD_TYPE_TEXT struct span
#define FIELD_TYPE_BYTES struct span
#define FIELD_TYPE_SECRET struct secret_ref
#define FIELD_TYPE_TEXT_LIST struct span_list
#define FIELD_TYPE_BYTES_LIST struct span_list

/* A struct needs a member even where a message has no field. */
#define MESSAGE_MEMBER(kind, name, max, presence) FIELD_TYPE_##kind name;
#define MESSAGE_STRUCTS(number, NAME, name, lane, socket, proof, what) \
    struct req_##name {                                                \
        REQ_##NAME(MESSAGE_MEMBER) char end_[1];                       \
    };                                                                 \
    struct rep_##name {                                                \
        REP_##NAME(MESSAGE_MEMBER) char end_[1];                       \
    };
SCHEMA_MESSAGES(MESSAGE_STRUCTS)

struct audit_record {
    RECORD_AUDIT(MESSAGE_MEMBER) char end_[1];
};

#define MESSAGE_NUMBER(number, NAME, name, lane, socket, proof, what) MESSAGE_##NAME = number,
enum message_number { SCHEMA_MESSAGES(MESSAGE_NUMBER) MESSAGE_NUMBER_MAX = 93 };

#define MESSAGE_REQUEST_MEMBER(number, NAME, name, lane, socket, proof, what) struct req_##name name;
union any_request {
    SCHEMA_MESSAGES(MESSAGE_REQUEST_MEMBER)
};
#define MESSAGE_REPLY_MEMBER(number, NAME, name, lane, socket, proof, what) struct rep_##name name;
union any_reply {
    SCHEMA_MESSAGES(MESSAGE_REPLY_MEMBER)
};

enum message_lane { LANE_READ, LANE_COMMIT, LANE_SLOW };
enum message_socket { SOCKET_FRONTEND = 1, SOCKET_ADMIN = 2, SOCKET_ANY = 3 };
enum message_proof {
    PROOF_NOTHING,
    PROOF_CLIENT,
    PROOF_RESOURCE_SERVER,
    PROOF_HANDLE,
    PROOF_SESSION,
    PROOF_LOGGED_IN,
    PROOF_ADMIN_UID
};

/* AUTHORIZE.problem: what was wrong with the form before any parameter was looked at. */
enum authorize_problem {
    AUTHORIZE_FORM_OK,
    AUTHORIZE_FORM_REPEATED,  /* a parameter that we know came twice, but neither of the next two */
    AUTHORIZE_FORM_MALFORMED, /* percent-encoding, UTF-8, NUL or length of some parameter */
    AUTHORIZE_FORM_UNUSABLE,  /* client_id or redirect_uri repeated or malformed: never a redirect */
};

/* AUTHORIZE.next: where the browser goes. */
enum authorize_next {
    AUTHORIZE_LOGIN = 1,
    AUTHORIZE_CONSENT,
    AUTHORIZE_REDIRECT,
    AUTHORIZE_REMEMBERED, /* no page: go on with CONSENT_REMEMBERED and the handle */
};

/* LOGOUT_PAGE.next: what becomes of the browser's session. */
enum logout_next {
    LOGOUT_ASK = 1, /* show the page that asks, with the anti-forgery value */
    LOGOUT_END,     /* go on with LOGOUT: the ID token shows that this session is meant */
    LOGOUT_NOTHING, /* nobody is signed in */
};

struct field {
    const char *name;
    enum field_kind kind;
    enum field_presence presence;
    uint16_t offset;
    uint64_t max;
};

struct field_table {
    const struct field *fields;
    uint16_t len;
    uint16_t size; /* of the struct */
};

struct message {
    uint16_t number;
    const char *name;
    enum message_lane lane;
    enum message_socket socket;
    enum message_proof proof;
    const char *what;
    struct field_table request;
    struct field_table reply;
};

/* The row of a message, NULL if there is none with that number. */
const struct message *message_by_number(uint64_t number);

/* The rows in the order of the schema, 0 to messages_len - 1. */
const struct message *message_at(size_t index);
extern const size_t messages_len;

extern struct field_table audit_record_fields;

/* NULL if the table has no such field. */
const struct field *field_by_name(const struct field_table *table, const char *name);

/*
 * Define a function that returns the table of a struct whose members come from a field list. A field list
 * does not know the struct it belongs to, and offsetof must; so each table stands in a function of its own,
 * where `owner` names that struct. The last row keeps an array from being empty; no length counts it.
 */
#define FIELD_TABLE_ROW(kind_, name_, max_, presence_) \
    {#name_, FIELD_##kind_, FIELD_##presence_, (uint16_t)offsetof(owner, name_), max_},
#define FIELD_TABLE(function, struct_name, LIST)                                                             \
    static struct field_table function(void)                                                                 \
    {                                                                                                        \
        typedef struct struct_name owner;                                                                    \
        static const struct field table_rows[] = {LIST(FIELD_TABLE_ROW){NULL, FIELD_U64, FIELD_OPTIONAL, 0, 0}}; \
        const size_t len = sizeof(table_rows) / sizeof(table_rows[0]) - 1;                                   \
                                                                                                             \
        _Static_assert(sizeof(table_rows) / sizeof(table_rows[0]) <= LIMIT_FIELDS + 1, "too many fields");   \
        return (struct field_table){table_rows, (uint16_t)len, (uint16_t)sizeof(owner)};                     \
    }

#endif
