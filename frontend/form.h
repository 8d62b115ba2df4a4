/*
 * Query strings and form bodies (application/x-www-form-urlencoded, RFC 6749 appendix B) into parameters,
 * decoded in place: a value is a span into the text, which is spoilt as a whole.
 *
 * Which parameters are known is a table of the endpoint's. Others are ignored (RFC 6749 3.1), except that
 * broken encoding in any of them makes the form malformed. A value that is empty is as good as absent, but
 * its name still counts as having been there: a parameter with two values is refused whatever they are.
 */
#ifndef STRONGROOM_FRONTEND_FORM_H
#define STRONGROOM_FRONTEND_FORM_H

#include "common/span.h"

#define FORM_FIELDS_MAX 20

struct form_field {
    const char *name;
    size_t max; /* bytes after decoding, 0: the endpoint looks itself; a longer value counts as malformed */
};

enum form_state { FORM_ABSENT, FORM_PRESENT, FORM_REPEATED, FORM_MALFORMED };

struct form_value {
    struct span text; /* absent unless PRESENT and not empty */
    enum form_state state;
};

struct form {
    struct form_value values[FORM_FIELDS_MAX]; /* in the order of the table */
    /* A known parameter came twice. */
    bool has_repeated;
    /* Some parameter, known or not, has broken encoding, or a known one is too long. */
    bool is_malformed;
};

/* `fields` has at most FORM_FIELDS_MAX rows. Absent text gives an empty form. */
void form_parse(struct form *ret_form, struct span text, const struct form_field *fields, size_t field_count);

static inline bool form_is_sound(const struct form *form)
{
    return !form->has_repeated && !form->is_malformed;
}

/* True for application/x-www-form-urlencoded, with no parameter but charset=utf-8. */
bool form_is_media_type(struct span content_type);

#endif
