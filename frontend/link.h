/*
 * An intrusive list: the links live in the things that are listed, so that putting something on a list or
 * taking it off never allocates and takes the same few instructions however long the list is.
 *
 * A `struct link` is the list's head if it was made by link_init(), and a member otherwise. A member that
 * is all zero is on no list.
 */
#ifndef STRONGROOM_FRONTEND_LINK_H
#define STRONGROOM_FRONTEND_LINK_H

#include "common/span.h"

struct link {
    struct link *prev;
    struct link *next;
};

/* From a link to the thing that holds it. */
#define LINK_OWNER(link_, type, member) ((type *)((uint8_t *)(link_)-offsetof(type, member)))

static inline void link_init(struct link *head)
{
    head->prev = head->next = head;
}

static inline bool link_is_empty(const struct link *head)
{
    return head->next == head;
}

static inline bool link_is_listed(const struct link *member)
{
    return member->next != NULL;
}

static inline void link_append(struct link *head, struct link *member)
{
    member->prev = head->prev;
    member->next = head;
    head->prev->next = member;
    head->prev = member;
}

/* Fine for a member that is on no list. */
static inline void link_remove(struct link *member)
{
    if (!member->next)
        return;
    member->prev->next = member->next;
    member->next->prev = member->prev;
    member->prev = member->next = NULL;
}

/* The oldest member, NULL if there is none. */
static inline struct link *link_first(const struct link *head)
{
    return head->next == head ? NULL : head->next;
}

#endif
