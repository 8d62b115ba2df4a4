#include "frontend/page.h"

#include "common/uri.h"
#include "frontend/page_words.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define VALUES_MAX 32

/* ---- models ---- */

/* What a page's template is filled with. The values refer to the other members, so it does not move. */
struct values {
    struct template_value at[VALUES_MAX];
    size_t len;
    const struct page_words *words;
    struct page_date until;
    uint8_t login_path[PAGE_BASE_PATH_MAX + sizeof(PAGE_PATH_LOGIN) + 16 + 3 * LIMIT_HANDLE];
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

static void add_address(struct values *values, const char *name, enum template_kind kind, struct span text)
{
    add(values, (struct template_value){.name = name, .kind = kind, .text = text});
}

/* What may be absent: a flag that tells, and the text. */
static void add_optional(struct values *values, const char *flag, const char *name, struct span text)
{
    add_flag(values, flag, !span_is_empty(text));
    add_text(values, name, text);
}

/* What every page has. */
static void begin(struct values *values, const struct page_brand *brand, enum language language)
{
    values->len = 0;
    values->words = page_words(language);
    add_text(values, "language", span_of_text(language_tag(values->words->language)));
    add_text(values, "bank", span_of_text(brand->name));
    add_text(values, "initial", brand->initial);
    add_flag(values, "has_logo", brand->has_logo);
    add_flag(values, "has_support", brand->support_url != NULL);
    add_address(values, "support_url", TEMPLATE_URL, span_of_text(brand->support_url));
    add_address(values, "base", TEMPLATE_PATH, span_of_text(brand->base_path));
}

static void add_login(struct values *values, const struct page_login_model *model)
{
    bool has_message = values->words->answers[model->message] != NULL;
    bool input = has_message && model->message_kind == PAGE_MESSAGE_INPUT;
    bool error = has_message && model->message_kind == PAGE_MESSAGE_ERROR;

    add_text(values, "client", model->client_name);
    add_text(values, "handle", model->handle);
    add_text(values, "csrf", model->csrf);
    add_text(values, "login_hint", model->login_hint);
    add_text(values, "message", span_of_text(values->words->answers[model->message]));
    add_flag(values, "is_notice", has_message && !input && !error);
    add_flag(values, "is_error", input || error);
    add_flag(values, "is_input", input);
}

/* A source such as "https://app.example" without its scheme; absent where it is no place a person knows. */
static struct span host_of(struct span source)
{
    struct span https = SPAN_LITERAL("https://");

    return span_starts_with(source, https) ? span_from(source, https.len) : SPAN_NONE;
}

/* Where somebody else may log in for the same request. */
static struct span login_path(struct values *values, const struct page_brand *brand, struct span handle)
{
    struct buf path = buf_over(values->login_path, sizeof(values->login_path));

    buf_put_text(&path, brand->base_path);
    buf_put_text(&path, PAGE_PATH_LOGIN "?request=");
    uri_put_escaped(&path, handle);
    return buf_span(&path);
}

static void add_end(struct values *values, uint64_t ends_at_s)
{
    const struct page_date *until = &values->until;

    values->until = page_words_date(values->words, ends_at_s);
    add_flag(values, "has_end", ends_at_s != 0);
    add_text(values, "date", span_of_text(until->iso));
    add_text(values, "day", span_of_text(until->day));
    add_text(values, "month", span_of_text(until->month));
    add_text(values, "year", span_of_text(until->year));
}

static void add_consent(struct values *values, const struct page_brand *brand,
                        const struct page_consent_model *model)
{

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
    add_end(values, model->ends_at_s);
    add_optional(values, "has_return", "returns_to", host_of(model->returns_to));
    add_address(values, "login_path", TEMPLATE_PATH, login_path(values, brand, model->handle));
}

static void add_logout(struct values *values, const struct page_logout_model *model)
{
    add_optional(values, "has_client", "client", model->client_name);
    add_text(values, "customer", model->customer_name);
    add_text(values, "csrf", model->csrf);
    add_optional(values, "has_hint", "id_token_hint", model->id_token_hint);
    add_optional(values, "has_client_id", "client_id", model->client_id);
    add_optional(values, "has_uri", "post_logout_redirect_uri", model->post_logout_redirect_uri);
    add_optional(values, "has_state", "state", model->state);
    add_optional(values, "has_locales", "ui_locales", model->ui_locales);
}

static void add_signed_out(struct values *values, const struct page_signed_out_model *model)
{
    bool is_web = span_starts_with(model->return_url, SPAN_LITERAL("https://")) ||
                  span_starts_with(model->return_url, SPAN_LITERAL("http://"));

    add_flag(values, "stays", model->is_still_signed_in);
    add_optional(values, "has_client", "client", model->client_name);
    add_flag(values, "has_return", is_web && template_url_is_safe(model->return_url));
    add_address(values, "return_url", TEMPLATE_URL, model->return_url);
}

static void add_error(struct values *values, const struct page_error_model *model)
{
    const struct page_error_words *words = page_words_of_status(values->words, model->http_status);
    const char *text = values->words->answers[model->answer];

    add_text(values, "title", span_of_text(words->title));
    add_text(values, "text", span_of_text(text ? text : words->text));
    add_optional(values, "has_reference", "reference", model->reference);
}

/* ---- the pages ---- */

static struct template_model model_of(const struct values *values)
{
    return (struct template_model){values->at, values->len, values->words->parts, PAGE_PART_COUNT};
}

static MUST_CHECK bool put(struct buf *out, const char *page, const struct values *values)
{
    const struct template_model model = model_of(values);

    return template_render(out, page, &model);
}

bool page_login(struct buf *out, const struct page_brand *brand, const struct page_login_model *model)
{
    struct values values;

    begin(&values, brand, model->language);
    add_login(&values, model);
    return put(out, "page_login", &values);
}

bool page_consent(struct buf *out, const struct page_brand *brand, const struct page_consent_model *model)
{
    struct values values;

    if (model->scope_titles->len != model->scope_descriptions->len)
        return false;
    begin(&values, brand, model->language);
    add_consent(&values, brand, model);
    return put(out, "page_consent", &values);
}

bool page_logout(struct buf *out, const struct page_brand *brand, const struct page_logout_model *model)
{
    struct values values;

    begin(&values, brand, model->language);
    add_logout(&values, model);
    return put(out, "page_logout", &values);
}

bool page_signed_out(struct buf *out, const struct page_brand *brand,
                     const struct page_signed_out_model *model)
{
    struct values values;

    begin(&values, brand, model->language);
    add_signed_out(&values, model);
    return put(out, "page_signed_out", &values);
}

bool page_error(struct buf *out, const struct page_brand *brand, const struct page_error_model *model)
{
    struct values values;

    begin(&values, brand, model->language);
    add_error(&values, model);
    return put(out, "page_error", &values);
}

const char *page_language_tag(enum language language)
{
    return language_tag(page_words(language)->language);
}

/* ---- the check at start ---- */

static void add_empty_login(struct values *values, const struct page_brand *brand)
{
    (void)brand;
    add_login(values, &(struct page_login_model){0});
}

static void add_empty_consent(struct values *values, const struct page_brand *brand)
{
    static const struct span_list none;

    add_consent(values, brand,
                &(struct page_consent_model){.scope_titles = &none, .scope_descriptions = &none});
}

static void add_empty_logout(struct values *values, const struct page_brand *brand)
{
    (void)brand;
    add_logout(values, &(struct page_logout_model){0});
}

static void add_empty_signed_out(struct values *values, const struct page_brand *brand)
{
    (void)brand;
    add_signed_out(values, &(struct page_signed_out_model){0});
}

static void add_empty_error(struct values *values, const struct page_brand *brand)
{
    (void)brand;
    add_error(values, &(struct page_error_model){0});
}

const char *page_problem(const struct page_brand *brand)
{
    static const struct {
        const char *page;
        void (*add)(struct values *values, const struct page_brand *brand);
    } pages[] = {
        {"page_login", add_empty_login},   {"page_consent", add_empty_consent},
        {"page_logout", add_empty_logout}, {"page_signed_out", add_empty_signed_out},
        {"page_error", add_empty_error},
    };
    static char why_text[256];
    struct buf why = buf_over(why_text, sizeof(why_text) - 1);
    struct values values;

    for (int language = 0; language < LANGUAGE_COUNT; language++)
        for (size_t i = 0; i < COUNT_OF(pages); i++) {
            struct template_model model;

            begin(&values, brand, (enum language)language);
            pages[i].add(&values, brand);
            model = model_of(&values);
            if (!template_check(pages[i].page, &model, &why))
                return why_text;
        }
    return NULL;
}
