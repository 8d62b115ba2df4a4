#include "common/outcome.h"

#include <ctype.h>

static const struct {
    enum answer answer;
    enum severity severity;
    const char *name;
} outcomes[] = {
#define OUTCOME(name, answer, severity) {ANSWER_##answer, SEVERITY_##severity, #name},
#include "common/outcome.def"
};

static const struct {
    const char *error;
    unsigned http_status;
    const char *description;
} answers[] = {
#define ANSWER(name, error, http, description) {error, http, description},
#include "common/outcome.def"
};

/* The names in lower case, made once before main() so that reading them needs no lock. */
static char lower_names[OUTCOME_COUNT][32];

__attribute__((constructor)) static void make_lower_names(void)
{
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        for (size_t k = 0; outcomes[i].name[k] && k + 1 < sizeof(lower_names[i]); k++)
            lower_names[i][k] = (char)tolower((unsigned char)outcomes[i].name[k]);
}

enum answer outcome_answer(enum outcome outcome)
{
    return (unsigned)outcome < OUTCOME_COUNT ? outcomes[outcome].answer : ANSWER_SERVER_ERROR;
}

enum severity outcome_severity(enum outcome outcome)
{
    return (unsigned)outcome < OUTCOME_COUNT ? outcomes[outcome].severity : SEVERITY_ERROR;
}

const char *outcome_name(enum outcome outcome)
{
    return (unsigned)outcome < OUTCOME_COUNT ? lower_names[outcome] : "unknown";
}

const char *severity_name(enum severity severity)
{
    static const char *const names[] = {"info", "warn", "error", "alert"};

    return (unsigned)severity <= SEVERITY_ALERT ? names[severity] : "unknown";
}

const char *answer_error(enum answer answer)
{
    return (unsigned)answer < ANSWER_COUNT ? answers[answer].error : "server_error";
}

const char *answer_description(enum answer answer)
{
    return (unsigned)answer < ANSWER_COUNT ? answers[answer].description : NULL;
}

unsigned answer_http_status(enum answer answer)
{
    return (unsigned)answer < ANSWER_COUNT ? answers[answer].http_status : 500;
}
