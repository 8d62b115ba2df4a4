/*
 * Which of our languages a person gets (common/language.def): what the client asked for (ui_locales, OpenID
 * Connect Core 3.1.2.1), else what the browser says (Accept-Language, RFC 9110 12.5.4), else the first.
 */
#ifndef STRONGROOM_COMMON_LANGUAGE_H
#define STRONGROOM_COMMON_LANGUAGE_H

#include "common/span.h"

enum language {
    LANGUAGE_NONE = -1,
#define LANGUAGE(tag, name) LANGUAGE_##tag,
#include "common/language.def"
#undef LANGUAGE
    LANGUAGE_COUNT,
};

/* The tag, and the language's name for itself. */
const char *language_tag(enum language language);
const char *language_name(enum language language);

/* The language of a tag, which may have a region or a script ("fr-CA"); NONE if we do not speak it. */
enum language language_find(struct span tag);

/* The first of a list of tags, separated by spaces, that we speak; NONE if there is none. */
enum language language_of_locales(struct span ui_locales);

/*
 * The one with the highest quality value that we speak, the earlier of equal ones; what has q=0 never. A "*"
 * stands for all that are not named. What cannot be read is passed over. NONE if there is none.
 */
enum language language_of_header(struct span accept_language);

#endif
