/*
 * The calls that wait for the vault, each under an id that is used once: a slot's number and its generation.
 * A reply for a call that has ended finds nothing, whoever has the slot by then.
 */
#ifndef STRONGROOM_FRONTEND_IN_FLIGHT_H
#define STRONGROOM_FRONTEND_IN_FLIGHT_H

#include "common/span.h"

struct call;

struct in_flight_slot {
    struct call *call; /* NULL: free */
    uint32_t generation;
    uint32_t next_free;
};

struct in_flight {
    struct in_flight_slot *slots;
    uint32_t capacity;
    uint32_t used;
    uint32_t first_free;
};

/* capacity: 1 to 2^24. False for want of memory. */
MUST_CHECK bool in_flight_init(struct in_flight *table, uint32_t capacity);
void in_flight_fini(struct in_flight *table);

/* An id that is not zero, or 0 if the table is full. */
uint64_t in_flight_add(struct in_flight *table, struct call *call);

/* NULL if there is no call by that id now. */
struct call *in_flight_find(const struct in_flight *table, uint64_t id);

/* An id that nobody has is ignored. */
void in_flight_remove(struct in_flight *table, uint64_t id);

/* For walking over all: the call in slot `index` below capacity, NULL if it is free. */
static inline struct call *in_flight_at(const struct in_flight *table, uint32_t index)
{
    return table->slots[index].call;
}

#endif
