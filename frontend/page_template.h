/*
 * HTML templates that cannot be made to say more than they were written to say. There is no way to put a
 * value into a page unescaped, so there is none to forget.
 *
 *     {{name}}              the value, HTML-escaped, in text or inside a double-quoted attribute value
 *     {{>name}}             another part, in the same place
 *     {{#name}}..{{/name}}  once for each row of a list; its columns are slots in there
 *     {{?name}}..{{/name}}  if the flag is set
 *     {{^name}}..{{/name}}  if it is not
 *
 * Parts and models are the program's own. A model has an entry for everything that its part names, set or
 * not, so that template_check() at start can tell a slip from an empty value. Sections of one name do not
 * nest, nor do lists. Nothing is allocated.
 */
#ifndef STRONGROOM_FRONTEND_PAGE_TEMPLATE_H
#define STRONGROOM_FRONTEND_PAGE_TEMPLATE_H

#include "common/buf.h"

#define TEMPLATE_DEPTH_MAX 8

struct template_part {
    const char *name;
    const char *html;
};

enum template_kind {
    TEMPLATE_TEXT,
    TEMPLATE_URL,  /* may be an href; one that template_url_is_safe() refuses is left out */
    TEMPLATE_PATH, /* may be or begin an href, as a path of ours; so does template_path_is_safe() */
    TEMPLATE_FLAG,
    TEMPLATE_LIST,
    TEMPLATE_COLUMN,
};

struct template_value {
    const char *name;
    enum template_kind kind;
    struct span text;         /* TEXT, URL, PATH */
    bool flag;                /* FLAG */
    size_t rows;              /* LIST */
    const struct span *items; /* COLUMN: as many as its list has rows */
    const char *list;         /* COLUMN: the list that it belongs to */
};

struct template_model {
    const struct template_value *values;
    size_t values_len;
    const struct template_part *parts;
    size_t parts_len;
};

/* False if it did not fit, or names what is not there: then what is in `out` is not to be sent. */
MUST_CHECK bool template_render(struct buf *out, const char *part, const struct template_model *model);

/*
 * Walk a part with every section of it, taken or not: all names known and of the right kind, sections closed,
 * no slot where escaping would not hold (a tag, an unquoted or event attribute, a script, style or comment),
 * no value but a URL or a path, at its beginning, in an attribute that holds one. On false `why`, if it is
 * not NULL, says what is wrong with which part.
 */
MUST_CHECK bool template_check(const char *part, const struct template_model *model, struct buf *why);

/* https:, http:, mailto: or tel: and then printable ASCII without space, so never javascript: or data:. */
bool template_url_is_safe(struct span url);

/*
 * Nothing, or a path on this host: it begins with one slash and has only unreserved characters, slashes and,
 * as in "/login?request=a%2Fb", what a query needs.
 */
bool template_path_is_safe(struct span path);

/* As slots are: & < > " ' become references, and control characters U+FFFD. */
void template_escape(struct buf *out, struct span text);

#endif
