#include "frontend/deadline.h"

void deadline_queue_init(struct deadline_queue *queue, uint64_t duration_ms)
{
    link_init(&queue->armed);
    queue->duration_ms = duration_ms;
}

void deadline_arm(struct deadline_queue *queue, struct deadline *deadline, uint64_t now_ms)
{
    link_remove(&deadline->link);
    deadline->at_ms = now_ms + queue->duration_ms;
    link_append(&queue->armed, &deadline->link);
}

void deadline_disarm(struct deadline *deadline)
{
    link_remove(&deadline->link);
}

struct deadline *deadline_take_passed(struct deadline_queue *queue, uint64_t now_ms)
{
    struct link *first = link_first(&queue->armed);
    struct deadline *deadline;

    if (!first)
        return NULL;
    deadline = LINK_OWNER(first, struct deadline, link);
    if (deadline->at_ms > now_ms)
        return NULL;
    link_remove(first);
    return deadline;
}
