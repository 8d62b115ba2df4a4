#include "vault/notes.h"

#include "common/log.h"

#include <pthread.h>
#include <stdlib.h>

struct notes {
    pthread_mutex_t lock;
    struct note items[NOTES_MAX];
    size_t len;
    uint64_t lost; /* there was no room to tell them apart */
    uint64_t taken_at_ms;
};

struct notes *notes_new(void)
{
    struct notes *notes = calloc(1, sizeof(*notes));

    if (notes)
        pthread_mutex_init(&notes->lock, NULL);
    return notes;
}

void notes_free(struct notes **notes)
{
    if (!*notes)
        return;
    pthread_mutex_destroy(&(*notes)->lock);
    free(*notes);
    *notes = NULL;
}

static bool is_same_kind(const struct note *a, const struct note *b)
{
    return strcmp(a->event, b->event) == 0 && a->outcome == b->outcome && strcmp(a->via, b->via) == 0 &&
           a->uid == b->uid && strcmp(a->client_id, b->client_id) == 0;
}

void notes_add(struct notes *notes, const struct note *note)
{
    size_t i = 0;

    pthread_mutex_lock(&notes->lock);
    while (i < notes->len && !is_same_kind(&notes->items[i], note))
        i++;
    if (i < notes->len) {
        notes->items[i].count++;
    } else if (i < NOTES_MAX) {
        notes->items[i] = *note;
        notes->items[i].count = 1;
        notes->len++;
    } else {
        notes->lost++;
    }
    pthread_mutex_unlock(&notes->lock);
}

static void copy_text(char *to, size_t max, struct span text)
{
    if (text.len && text.len <= max)
        memcpy(to, text.ptr, text.len);
}

void notes_add_refusal(struct notes *notes, const struct op *op, enum outcome outcome)
{
    struct note note = {
        .event = op->message->name, .outcome = outcome, .via = op->caller->via, .uid = op->caller->uid};

    /* A client_id that nobody has is whatever a stranger made up: it would only make each note another kind. */
    if (outcome != OUTCOME_CLIENT_UNKNOWN)
        copy_text(note.client_id, LIMIT_CLIENT_ID, op->client_id);
    copy_text(note.address, LIMIT_PEER, op->envelope->peer);
    memcpy(note.trace_id, op->envelope->trace_id.ptr, sizeof(note.trace_id));
    notes_add(notes, &note);
}

size_t notes_take(struct notes *notes, bool now, struct note *ret_notes)
{
    uint64_t now_ms = clock_monotonic_ms();
    uint64_t lost = 0;
    size_t len = 0;

    pthread_mutex_lock(&notes->lock);
    if (now || now_ms - notes->taken_at_ms >= NOTES_EVERY_MS) {
        len = notes->len;
        lost = notes->lost;
        memcpy(ret_notes, notes->items, len * sizeof(ret_notes[0]));
        notes->len = 0;
        notes->lost = 0;
        notes->taken_at_ms = now_ms;
    }
    pthread_mutex_unlock(&notes->lock);
    if (lost)
        log_event(LOG_WARN, "refusals_not_told_apart", log_u64("count", lost));
    return len;
}

static bool has_trace(const struct note *note)
{
    static const uint8_t none[LIMIT_TRACE_ID];

    return memcmp(note->trace_id, none, sizeof(none)) != 0;
}

enum outcome notes_record(const struct note *notes, size_t len, struct store_txn *txn,
                          struct audit_head *head, uint64_t time_ms)
{
    enum outcome rc = OUTCOME_OK;

    for (size_t i = 0; rc == OUTCOME_OK && i < len; i++) {
        const struct note *note = &notes[i];
        struct audit_record record = {
            .time_ms = time_ms,
            .event = span_of_text(note->event),
            .outcome = span_of_text(outcome_name(note->outcome)),
            .severity = span_of_text(severity_name(outcome_severity(note->outcome))),
            .client_id = note->client_id[0] ? span_of_text(note->client_id) : SPAN_NONE,
            .via = span_of_text(note->via),
            .peer_uid = note->uid,
            .address_claimed = note->address[0] ? span_of_text(note->address) : SPAN_NONE,
            .trace_id = has_trace(note) ? span_of(note->trace_id, sizeof(note->trace_id)) : SPAN_NONE,
            .count = note->count,
        };

        rc = audit_append(txn, head, &record);
    }
    return rc;
}
