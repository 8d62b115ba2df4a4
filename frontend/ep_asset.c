/*
 * The style sheet and the logo: bytes that never change while the process lives, with an entity tag.
 */
#include "frontend/endpoints.h"
#include "frontend/respond.h"
#include "frontend/worker.h"

static void send_asset(struct exchange *x, const struct page_asset *asset)
{
    bool is_known = span_equal_text(x->request->if_none_match, asset->etag);
    struct response *r = respond_begin(x, is_known ? 304 : 200, RESPOND_PUBLIC_1_HOUR);

    respond_header(r, "ETag", span_of_text(asset->etag));
    respond_header(r, "Content-Security-Policy", SPAN_LITERAL(PAGE_ASSET_CSP));
    if (!is_known)
        buf_put_span(&r->body, asset->bytes);
    if (is_known)
        respond_empty_send(r);
    else
        respond_text_send(r, asset->media_type);
}

void ep_style(struct exchange *x)
{
    send_asset(x, page_style(x->worker->brand));
}

void ep_logo(struct exchange *x)
{
    send_asset(x, page_logo(x->worker->brand));
}
