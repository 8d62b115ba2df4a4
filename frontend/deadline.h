/*
 * Deadlines without a timer each. All deadlines of one queue last equally long, so the order in which they
 * are armed is the order in which they pass: arming and disarming move a link, and a coarse tick looks at
 * the oldest one only.
 */
#ifndef STRONGROOM_FRONTEND_DEADLINE_H
#define STRONGROOM_FRONTEND_DEADLINE_H

#include "frontend/link.h"

struct deadline {
    struct link link;
    uint64_t at_ms;
};

struct deadline_queue {
    struct link armed;
    uint64_t duration_ms;
};

void deadline_queue_init(struct deadline_queue *queue, uint64_t duration_ms);

/* From now on: the queue's duration. Takes the deadline off whatever queue it was on. */
void deadline_arm(struct deadline_queue *queue, struct deadline *deadline, uint64_t now_ms);

/* Fine if it is not armed. */
void deadline_disarm(struct deadline *deadline);

static inline bool deadline_is_armed(const struct deadline *deadline)
{
    return link_is_listed(&deadline->link);
}

/* Take the oldest deadline that has passed off the queue; NULL if none has. */
struct deadline *deadline_take_passed(struct deadline_queue *queue, uint64_t now_ms);

#endif
