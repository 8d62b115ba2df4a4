#include "frontend/page.h"

#include "frontend/page_colour.h"
#include "frontend/page_style.h"
#include "frontend/page_template.h"

#include <openssl/evp.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define VALUES_MAX 32
#define ETAG_HASH_LEN 16
#define DEFAULT_COLOUR "#12456b"

/* ---- what page_text.def and page_html.def declare ---- */

static const struct template_part parts[] = {
#define TEXT(name, ...) {#name, #__VA_ARGS__},
#include "frontend/page_text.def"
#define PART(name, ...) {#name, #__VA_ARGS__},
#include "frontend/page_html.def"
};

static const char *const months[] = {
#define MONTH(name) #name,
#include "frontend/page_text.def"
};

static const struct error_words {
    unsigned http_status;
    const char *title;
    const char *text;
} error_words[] = {
#define ERROR(status, title, text) {status, title, text},
#include "frontend/page_text.def"
};

/* ---- models ---- */

struct values {
    struct template_value at[VALUES_MAX];
    size_t len;
};

static void add(struct values *values, struct template_value value)
{
    if (values->len < VALUES_MAX)
        values->at[values->len++] = value;
}

static void add_text(struct values *values, const char *name, struct span text)
{
    add(values, (struct template_value){.name = name, .kind = TEMPLATE_TEXT, .text = text});
}

static void add_flag(struct values *values, const char *name, bool flag)
{
    add(values, (struct template_value){.name = name, .kind = TEMPLATE_FLAG, .flag = flag});
}

static void add_brand(struct values *values, const struct page_brand *brand)
{
    add_text(values, "bank", span_of_text(brand->name));
    add_text(values, "initial", brand->initial);
    add_flag(values, "has_logo", brand->has_logo);
    add_flag(values, "has_support", brand->support_url != NULL);
    add(values, (struct template_value){
                    .name = "support_url", .kind = TEMPLATE_URL, .text = span_of_text(brand->support_url)});
}

static struct template_model model_of(const struct values *values)
{
    return (struct template_model){values->at, values->len, parts, COUNT_OF(parts)};
}

static void add_login(struct values *values, const struct page_login_model *model)
{
    bool has_message = model->message != ANSWER_OK;
    bool input = has_message && model->message_kind == PAGE_MESSAGE_INPUT;
    bool error = has_message && model->message_kind == PAGE_MESSAGE_ERROR;

    add_text(values, "client", model->client_name);
    add_text(values, "handle", model->handle);
    add_text(values, "csrf", model->csrf);
    add_text(values, "login_hint", model->login_hint);
    add_text(values, "message", span_of_text(answer_description(model->message)));
    add_flag(values, "is_notice", has_message && !input && !error);
    add_flag(values, "is_error", input || error);
    add_flag(values, "is_input", input);
}

/* A day of the Gregorian calendar as words and as HTML's <time> wants it. */
struct day {
    const char *month;
    char day[3];
    char year[12];
    char iso[20];
};

/*
 * Days are counted in eras of 400 years that begin on the first of March, so that the leap day is a year's
 * last (proleptic Gregorian calendar, UTC).
 */
static struct day day_of(uint64_t at_s)
{
    uint64_t days = at_s / 86400 + 719468; /* from 0000-03-01 to 1970-01-01 */
    uint64_t of_era = days % 146097;
    uint64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    uint64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint64_t march_month = (5 * of_year + 2) / 153;
    unsigned day = (unsigned)(of_year - (153 * march_month + 2) / 5 + 1);
    unsigned month = (unsigned)(march_month < 10 ? march_month + 3 : march_month - 9);
    unsigned year = (unsigned)(year_of_era + days / 146097 * 400 + (month <= 2));
    struct day told = {.month = months[month - 1]};
    struct buf day_text = buf_over(told.day, sizeof(told.day) - 1);
    struct buf year_text = buf_over(told.year, sizeof(told.year) - 1);
    struct buf iso_text = buf_over(told.iso, sizeof(told.iso) - 1);

    buf_put_u64(&day_text, day);
    buf_put_u64(&year_text, year);
    buf_printf(&iso_text, "%04u-%02u-%02u", year, month, day);
    return told;
}

/* A source such as "https://app.example" without its scheme; absent where it is no place a person knows. */
static struct span host_of(struct span source)
{
    struct span https = SPAN_LITERAL("https://");

    return span_starts_with(source, https) ? span_from(source, https.len) : SPAN_NONE;
}

static void add_consent(struct values *values, const struct page_consent_model *model,
                        const struct day *until)
{
    struct span host = host_of(model->returns_to);

    add_text(values, "client", model->client_name);
    add_text(values, "customer", model->customer_name);
    add_text(values, "handle", model->handle);
    add_text(values, "csrf", model->csrf);
    add(values, (struct template_value){
                    .name = "scopes", .kind = TEMPLATE_LIST, .rows = model->scope_titles->len});
    add(values, (struct template_value){.name = "scope_title",
                                        .kind = TEMPLATE_COLUMN,
                                        .list = "scopes",
                                        .items = model->scope_titles->items});
    add(values, (struct template_value){.name = "scope_description",
                                        .kind = TEMPLATE_COLUMN,
                                        .list = "scopes",
                                        .items = model->scope_descriptions->items});
    add_flag(values, "has_end", model->ends_at_s != 0);
    add_text(values, "date", span_of_text(until->iso));
    add_text(values, "day", span_of_text(until->day));
    add_text(values, "month", span_of_text(until->month));
    add_text(values, "year", span_of_text(until->year));
    add_flag(values, "has_return", !span_is_empty(host));
    add_text(values, "returns_to", host);
}

/* A hidden field that is there only if it has a value. */
static void add_field(struct values *values, const char *flag, const char *name, struct span text)
{
    add_flag(values, flag, !span_is_empty(text));
    add_text(values, name, text);
}

static void add_logout(struct values *values, const struct page_logout_model *model)
{
    add_field(values, "has_client", "client", model->client_name);
    add_text(values, "customer", model->customer_name);
    add_text(values, "csrf", model->csrf);
    add_field(values, "has_hint", "id_token_hint", model->id_token_hint);
    add_field(values, "has_client_id", "client_id", model->client_id);
    add_field(values, "has_uri", "post_logout_redirect_uri", model->post_logout_redirect_uri);
    add_field(values, "has_state", "state", model->state);
}

static void add_signed_out(struct values *values, const struct page_signed_out_model *model)
{
    bool has_return = span_starts_with(model->return_url, SPAN_LITERAL("https://")) ||
                      span_starts_with(model->return_url, SPAN_LITERAL("http://"));

    add_flag(values, "stays", model->is_still_signed_in);
    add_field(values, "has_client", "client", model->client_name);
    add_flag(values, "has_return", has_return);
    add(values,
        (struct template_value){.name = "return_url", .kind = TEMPLATE_URL, .text = model->return_url});
}

static void add_error(struct values *values, const struct page_error_model *model)
{
    const struct error_words *words = error_words;

    while (words->http_status != 0 && words->http_status != model->http_status)
        words++;
    add_text(values, "title", span_of_text(words->title));
    add_text(values, "text",
             span_of_text(model->answer == ANSWER_OK ? words->text : answer_description(model->answer)));
    add_flag(values, "has_reference", !span_is_empty(model->reference));
    add_text(values, "reference", model->reference);
}

/* ---- the brand ---- */

/* Every page against the model that it will get: a slip in a template is found here, not by a customer. */
static const char *check_templates(const struct page_brand *brand)
{
    static char why_text[256];
    static const struct span_list no_scopes;
    const struct page_consent_model consent = {.scope_titles = &no_scopes, .scope_descriptions = &no_scopes};
    const struct day until = day_of(0);
    struct buf why = buf_over(why_text, sizeof(why_text) - 1);
    struct values values[5] = {0};
    const char *const pages[] = {"page_login", "page_consent", "page_error", "page_logout", "page_signed_out"};

    add_login(&values[0], &(struct page_login_model){0});
    add_consent(&values[1], &consent, &until);
    add_error(&values[2], &(struct page_error_model){0});
    add_logout(&values[3], &(struct page_logout_model){0});
    add_signed_out(&values[4], &(struct page_signed_out_model){0});
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        struct template_model model;

        add_brand(&values[i], brand);
        model = model_of(&values[i]);
        if (!template_check(pages[i], &model, &why))
            return why_text;
    }
    return NULL;
}

static MUST_CHECK bool etag_make(struct span bytes, char ret_etag[PAGE_ETAG_CAPACITY])
{
    uint8_t hash[EVP_MAX_MD_SIZE];
    struct buf etag = buf_over(ret_etag, PAGE_ETAG_CAPACITY - 1);

    if (EVP_Digest(bytes.ptr, bytes.len, hash, NULL, EVP_sha256(), NULL) != 1)
        return false;
    buf_put_u8(&etag, '"');
    buf_put_hex(&etag, span_of(hash, ETAG_HASH_LEN));
    buf_put_u8(&etag, '"');
    ret_etag[etag.len] = '\0';
    return buf_ok(&etag);
}

/* NULL if it is neither. */
static const char *logo_media_type(struct span logo)
{
    static const uint8_t png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    if (span_starts_with(logo, span_of(png, sizeof(png))))
        return "image/png";
    if (span_is_utf8(logo) && memmem(logo.ptr, logo.len, "<svg", 4))
        return "image/svg+xml";
    return NULL;
}

/* The first character of well-formed UTF-8; a small Latin letter has its capital. */
static struct span initial_of(const char *name)
{
    static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t len = 1;

    while (((uint8_t)name[len] & 0xc0) == 0x80)
        len++;
    return *name >= 'a' && *name <= 'z' ? span_of(&capitals[*name - 'a'], 1) : span_of(name, len);
}

static const char *check_settings(const struct page_brand_settings *settings, struct colour *ret_colour)
{
    struct span name = span_of_text(settings->name);

    if (span_is_empty(name) || name.len > PAGE_NAME_MAX || !span_is_utf8(name))
        return "name: expected the bank's name, 1 to 128 bytes of UTF-8";
    if (!colour_parse(settings->colour ? settings->colour : DEFAULT_COLOUR, ret_colour))
        return "colour: expected a colour such as \"#12456b\"";
    if (settings->support_url && !template_url_is_safe(span_of_text(settings->support_url)))
        return "support_url: expected an address that begins with https://, http://, mailto: or tel:";
    if (span_is_absent(settings->logo))
        return NULL;
    if (settings->logo.len > PAGE_LOGO_MAX || !logo_media_type(settings->logo))
        return "logo_file: expected an SVG or PNG file of at most 256 KiB";
    return NULL;
}

bool page_brand_init(struct page_brand *brand, const struct page_brand_settings *settings,
                     const char **ret_problem)
{
    struct colour colour;
    struct buf style = buf_over(brand->style_bytes, sizeof(brand->style_bytes));
    struct buf mark = buf_over(brand->mark_bytes, sizeof(brand->mark_bytes));

    *ret_problem = check_settings(settings, &colour);
    if (*ret_problem)
        return false;
    brand->name = settings->name;
    brand->support_url = settings->support_url;
    brand->base_path = settings->base_path ? settings->base_path : "";
    brand->initial = initial_of(settings->name);
    brand->has_logo = !span_is_absent(settings->logo);
    *ret_problem = check_templates(brand);
    if (*ret_problem)
        return false;
    page_style_put(&style, colour);
    page_mark_put(&mark, colour, brand->initial);
    brand->style = (struct page_asset){buf_span(&style), "text/css; charset=utf-8", brand->style_etag};
    brand->logo = brand->has_logo
                      ? (struct page_asset){settings->logo, logo_media_type(settings->logo), brand->logo_etag}
                      : (struct page_asset){buf_span(&mark), "image/svg+xml", brand->logo_etag};
    if (!buf_ok(&style) || !buf_ok(&mark) || !etag_make(brand->style.bytes, brand->style_etag) ||
        !etag_make(brand->logo.bytes, brand->logo_etag)) {
        *ret_problem = "the style sheet could not be made";
        return false;
    }
    return true;
}

const struct page_asset *page_style(const struct page_brand *brand)
{
    return &brand->style;
}

const struct page_asset *page_logo(const struct page_brand *brand)
{
    return &brand->logo;
}

/* ---- the pages ---- */

const char *page_language_tag(enum language language)
{
    (void)language;
    return language_tag(LANGUAGE_en); /* the only one that has words yet */
}

static MUST_CHECK bool page_put(struct buf *out, const struct page_brand *brand, const char *part,
                                struct values *values)
{
    struct template_model model;

    add_brand(values, brand);
    model = model_of(values);
    return template_render(out, part, &model);
}

bool page_login(struct buf *out, const struct page_brand *brand, const struct page_login_model *model)
{
    struct values values = {0};

    add_login(&values, model);
    return page_put(out, brand, "page_login", &values);
}

bool page_consent(struct buf *out, const struct page_brand *brand, const struct page_consent_model *model)
{
    const struct day until = day_of(model->ends_at_s);
    struct values values = {0};

    if (model->scope_titles->len != model->scope_descriptions->len)
        return false;
    add_consent(&values, model, &until);
    return page_put(out, brand, "page_consent", &values);
}

bool page_error(struct buf *out, const struct page_brand *brand, const struct page_error_model *model)
{
    struct values values = {0};

    add_error(&values, model);
    return page_put(out, brand, "page_error", &values);
}

bool page_logout(struct buf *out, const struct page_brand *brand, const struct page_logout_model *model)
{
    struct values values = {0};

    add_logout(&values, model);
    return page_put(out, brand, "page_logout", &values);
}

bool page_signed_out(struct buf *out, const struct page_brand *brand,
                     const struct page_signed_out_model *model)
{
    struct values values = {0};

    add_signed_out(&values, model);
    return page_put(out, brand, "page_signed_out", &values);
}
