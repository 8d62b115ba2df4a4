#include "frontend/in_flight.h"

#include <stdlib.h>

#define NONE UINT32_MAX

bool in_flight_init(struct in_flight *table, uint32_t capacity)
{
    table->slots = calloc(capacity, sizeof(table->slots[0]));
    if (!table->slots)
        return false;
    table->capacity = capacity;
    table->used = 0;
    table->first_free = 0;
    for (uint32_t i = 0; i < capacity; i++)
        table->slots[i] = (struct in_flight_slot){NULL, 1, i + 1 < capacity ? i + 1 : NONE};
    return true;
}

void in_flight_fini(struct in_flight *table)
{
    free(table->slots);
    table->slots = NULL;
}

static struct in_flight_slot *slot_of(const struct in_flight *table, uint64_t id)
{
    uint32_t index = (uint32_t)id;
    struct in_flight_slot *slot = index < table->capacity ? &table->slots[index] : NULL;

    return slot && slot->call && slot->generation == id >> 32 ? slot : NULL;
}

uint64_t in_flight_add(struct in_flight *table, struct call *call)
{
    uint32_t index = table->first_free;

    if (index == NONE)
        return 0;
    table->first_free = table->slots[index].next_free;
    table->slots[index].call = call;
    table->used++;
    return (uint64_t)table->slots[index].generation << 32 | index;
}

struct call *in_flight_find(const struct in_flight *table, uint64_t id)
{
    struct in_flight_slot *slot = slot_of(table, id);

    return slot ? slot->call : NULL;
}

void in_flight_remove(struct in_flight *table, uint64_t id)
{
    struct in_flight_slot *slot = slot_of(table, id);

    if (!slot)
        return;
    slot->call = NULL;
    /* Zero would make an id that means "none". */
    if (++slot->generation == 0)
        slot->generation = 1;
    slot->next_free = table->first_free;
    table->first_free = (uint32_t)id;
    table->used--;
}
