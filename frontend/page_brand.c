/* What the configuration makes of the pages: page_brand_init() and the two files of page.h. */
#include "frontend/page.h"

#include "frontend/page_colour.h"
#include "frontend/page_style.h"
#include "frontend/page_template.h"

#include <openssl/evp.h>

#define ETAG_HASH_LEN 16
#define DEFAULT_COLOUR "#12456b"

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

/* Nothing, or what a path can follow that begins with a slash. */
static bool is_base_path(struct span path)
{
    return path.len == 0 || (path.len <= PAGE_BASE_PATH_MAX && template_path_is_safe(path) &&
                             path.ptr[path.len - 1] != '/' && !memchr(path.ptr, '?', path.len) &&
                             !memmem(path.ptr, path.len, "//", 2));
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
    if (!is_base_path(span_of_text(settings->base_path)))
        return "base_path: expected nothing or a path such as \"/bank\"";
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
    *ret_problem = page_problem(brand);
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
