/*
 * The pages that a customer sees, and the two files that they need: HTML5 without any script, one style
 * sheet, one logo. What they say is page_text_<language>.def, how they are built is page_html.def, how they
 * look is page_style.def; what keeps a hostile name from becoming HTML is page_template.h.
 *
 * A page is written into a buffer of the caller; PAGE_CAPACITY bytes hold any page whose parts are within
 * proto/limits.h. Spans in a model are borrowed for the call and are UTF-8; an absent one is an empty one.
 * Which header fields go out with them is the caller's: PAGE_CSP and its companions below are the policy
 * that the pages are made for.
 *
 * A model's language may be LANGUAGE_NONE, as language_find() says of a tag that is none of ours: then it is
 * the first language of common/language.def.
 *
 * The forms:
 *   POST /oauth2/v4/login        request, csrf, username, password
 *   POST /oauth2/v4/consent      request, csrf, decision=approve|deny
 *   POST /oauth2/v4/end_session  csrf, confirm=yes|no, and of id_token_hint, client_id,
 *                                post_logout_redirect_uri, state and ui_locales those that are there
 */
#ifndef STRONGROOM_FRONTEND_PAGE_H
#define STRONGROOM_FRONTEND_PAGE_H

#include "common/buf.h"
#include "common/language.h"
#include "common/outcome.h"
#include "proto/message.h"

#define PAGE_PATH_LOGIN "/oauth2/v4/login"
#define PAGE_PATH_CONSENT "/oauth2/v4/consent"
#define PAGE_PATH_END_SESSION "/oauth2/v4/end_session"
#define PAGE_PATH_STYLE "/oauth2/v4/style.css"
#define PAGE_PATH_LOGO "/oauth2/v4/logo"

#define PAGE_MEDIA_TYPE "text/html; charset=utf-8"
#define PAGE_CAPACITY (256 * 1024)

/*
 * Everything but `form-action`, which the caller appends: `'self'`, and the source that the browser leaves for
 * behind the form, since browsers apply the directive to every redirect that follows. Behind the login form there
 * is one where a remembered consent leads to the client with no page in between.
 */
#define PAGE_CSP                                                                                     \
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; " \
    "form-action "

/* With the style sheet and the logo: an SVG that somebody opens by its address runs nothing. */
#define PAGE_ASSET_CSP "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"

#define PAGE_NAME_MAX 128
#define PAGE_BASE_PATH_MAX 256
#define PAGE_LOGO_MAX (256 * 1024)
#define PAGE_STYLE_CAPACITY (20 * 1024)
#define PAGE_MARK_CAPACITY 768
#define PAGE_ETAG_CAPACITY 36

/* A file that the pages refer to. Its bytes never change while the process lives. */
struct page_asset {
    struct span bytes;
    const char *media_type;
    const char *etag; /* with its quotes */
};

/* What the configuration says. Everything is borrowed and outlives the brand made from it. */
struct page_brand_settings {
    const char *name;        /* the bank's, 1 to PAGE_NAME_MAX bytes */
    const char *colour;      /* "#rrggbb"; NULL: a dark blue */
    const char *support_url; /* https:, http:, mailto: or tel:; NULL: no link */
    struct span logo;        /* the bytes of an SVG or PNG file; absent: a mark with the bank's initial */
    const char *base_path;   /* what stands before every path of ours, as in "/bank"; NULL: nothing */
};

/* Made once at start, read by every page. Fields are page_brand_init's; read them through the functions. */
struct page_brand {
    const char *name;
    const char *support_url;
    const char *base_path; /* never NULL */
    struct span initial;
    bool has_logo;
    struct page_asset style;
    struct page_asset logo;
    uint8_t style_bytes[PAGE_STYLE_CAPACITY];
    uint8_t mark_bytes[PAGE_MARK_CAPACITY];
    char style_etag[PAGE_ETAG_CAPACITY];
    char logo_etag[PAGE_ETAG_CAPACITY];
};

/*
 * Judge the settings, check every template of every language (page_problem()), and make the style sheet. The
 * brand does not move in memory afterwards (its assets point into it). On false `*ret_problem` says what
 * was expected of which setting, as in "colour: expected ...", and the process is not to start.
 */
MUST_CHECK bool page_brand_init(struct page_brand *brand, const struct page_brand_settings *settings,
                                const char **ret_problem);

/* What is wrong with a template, in any language: every page is checked against its model. NULL: nothing. */
const char *page_problem(const struct page_brand *brand);

/* The colours in it are the brand's, moved as far as WCAG 2.2 1.4.3 (contrast of 4.5) needs. */
const struct page_asset *page_style(const struct page_brand *brand);
const struct page_asset *page_logo(const struct page_brand *brand);

/* The tag of the language that a page of that model is in. */
const char *page_language_tag(enum language language);

enum page_message_kind {
    PAGE_MESSAGE_NOTICE, /* nothing went wrong: "Please sign in first." */
    PAGE_MESSAGE_ERROR,  /* it did not work, but not for what was typed: too many attempts, we are busy */
    PAGE_MESSAGE_INPUT,  /* what was typed is wrong; the fields are marked */
};

/* From rep_login_page. After an attempt `login_hint` is the user name that was typed. */
struct page_login_model {
    enum language language;
    struct span client_name;
    struct span handle;
    struct span csrf;
    struct span login_hint;
    enum answer message; /* what came of an attempt, OK: there was none */
    enum page_message_kind message_kind;
};

/* False if it did not fit: answer with an error of ours. */
MUST_CHECK bool page_login(struct buf *out, const struct page_brand *brand,
                           const struct page_login_model *model);

/* From rep_consent_page; titles and descriptions belong together by their place. */
struct page_consent_model {
    enum language language;
    struct span client_name;
    struct span customer_name;
    const struct span_list *scope_titles;
    const struct span_list *scope_descriptions;
    uint64_t ends_at_s;      /* Unix time, shown as a day in UTC; 0: until it is ended */
    struct span returns_to;  /* redirect_source: where the browser goes next; absent: not shown */
    struct span handle;
    struct span csrf;
};

/* False if it did not fit or the two lists differ in length. */
MUST_CHECK bool page_consent(struct buf *out, const struct page_brand *brand,
                             const struct page_consent_model *model);

/* From rep_logout_page: does the customer want to sign out? */
struct page_logout_model {
    enum language language;
    struct span client_name; /* who asks; absent: nobody that we know */
    struct span customer_name;
    struct span csrf;
    /* What the client said, for the form to carry back; what is absent stays so. */
    struct span id_token_hint;
    struct span client_id;
    struct span post_logout_redirect_uri;
    struct span state;
    struct span ui_locales; /* so that what comes next is in the same language */
};

MUST_CHECK bool page_logout(struct buf *out, const struct page_brand *brand,
                            const struct page_logout_model *model);

/* What came of it, where the browser does not go back to a client by itself. */
struct page_signed_out_model {
    enum language language;
    bool is_still_signed_in; /* the customer chose to stay */
    struct span client_name; /* names the link; absent: "the app" */
    struct span return_url;  /* a link back to the client if it is https: or http:; absent: none */
};

MUST_CHECK bool page_signed_out(struct buf *out, const struct page_brand *brand,
                                const struct page_signed_out_model *model);

/*
 * answer: why, where there are words for that; OK, or one without words of its own: what suits the status.
 * reference: the trace id in hexadecimal, for the bank's support; absent: not shown.
 */
struct page_error_model {
    enum language language;
    unsigned http_status;
    enum answer answer;
    struct span reference;
};

MUST_CHECK bool page_error(struct buf *out, const struct page_brand *brand,
                           const struct page_error_model *model);

#endif
