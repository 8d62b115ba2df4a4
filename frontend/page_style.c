#include "frontend/page_style.h"

#include "frontend/page_template.h"

static const char rules[] =
#define STYLE(...) #__VA_ARGS__
#include "frontend/page_style.def"
#undef STYLE
    ;

/* The --page of light and the --card of dark: of each pair the one on which contrast is harder to reach. */
static const struct colour light_back = {0xf4, 0xf5, 0xf7};
static const struct colour dark_back = {0x19, 0x1d, 0x23};

static void put_variable(struct buf *out, const char *name, struct colour colour)
{
    buf_printf(out, "--brand-%s:", name);
    colour_put(out, colour);
    buf_put_u8(out, ';');
}

void page_style_put(struct buf *out, struct colour brand)
{
    struct colour dark_ink = colour_readable_on(brand, dark_back);

    buf_put_text(out, ":root{");
    put_variable(out, "light-fill", brand);
    put_variable(out, "light-text", colour_text_on(brand));
    put_variable(out, "light-ink", colour_readable_on(brand, light_back));
    put_variable(out, "dark-ink", dark_ink);
    put_variable(out, "dark-text", colour_text_on(dark_ink));
    buf_put_text(out, "}\n");
    buf_put_text(out, rules);
    buf_put_u8(out, '\n');
}

void page_mark_put(struct buf *out, struct colour brand, struct span initial)
{
    buf_put_text(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\">"
                      "<rect width=\"64\" height=\"64\" rx=\"16\" fill=\"");
    colour_put(out, brand);
    buf_put_text(out, "\"/><text x=\"32\" y=\"44\" text-anchor=\"middle\" font-size=\"34\" "
                      "font-weight=\"700\" font-family=\"system-ui,sans-serif\" fill=\"");
    colour_put(out, colour_text_on(brand));
    buf_put_text(out, "\">");
    template_escape(out, initial);
    buf_put_text(out, "</text></svg>\n");
}
