/*
 * How a request ended. `enum outcome` is the vault's own, as fine as the audit needs; `enum answer` is
 * what leaves the vault, as coarse as the RFC wants. Both come from outcome.def.
 */
#ifndef STRONGROOM_COMMON_OUTCOME_H
#define STRONGROOM_COMMON_OUTCOME_H

#include "common/span.h"

enum severity { SEVERITY_INFO, SEVERITY_WARN, SEVERITY_ERROR, SEVERITY_ALERT };

enum answer {
#define ANSWER(name, error, http, description) ANSWER_##name,
#include "common/outcome.def"
    ANSWER_COUNT
};

enum outcome {
#define OUTCOME(name, answer, severity) OUTCOME_##name,
#include "common/outcome.def"
    OUTCOME_COUNT
};

enum answer outcome_answer(enum outcome outcome);
enum severity outcome_severity(enum outcome outcome);
const char *outcome_name(enum outcome outcome); /* lower case: "code_replayed" */
const char *severity_name(enum severity severity);

const char *answer_error(enum answer answer);       /* "invalid_grant"; NULL for OK */
const char *answer_description(enum answer answer); /* NULL for OK and for what only a page tells */
unsigned answer_http_status(enum answer answer);

/* For the rare outcome that is set aside on purpose; it marks the place for a reader. */
static inline void outcome_discard(enum outcome outcome)
{
    (void)outcome;
}

#endif
