/*
 * What a client would rather have (Accept, RFC 9110 12.5.1): a list of media ranges, each with a quality from
 * 0 to 1. A header only chooses between answers that are right either way, so one that cannot be read is no
 * fault: the range at fault counts for nothing.
 */
#ifndef STRONGROOM_FRONTEND_ACCEPT_H
#define STRONGROOM_FRONTEND_ACCEPT_H

#include "common/span.h"

/*
 * True if the header names the media type `wanted` itself, not merely by a range that covers it, with a
 * quality above 0 and not below that of `usual`. Of the ranges that cover `usual` the most specific one
 * counts. Both are literals in lower case, without parameters; parameters of a range other than q are not
 * looked at.
 */
bool accept_prefers(struct span accept, const char *wanted, const char *usual);

#endif
