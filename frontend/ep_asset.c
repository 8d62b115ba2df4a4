/*
 * The style sheet and the logo: bytes that never change while the process lives, with an entity tag.
 */
#include "frontend/endpoints.h"
#include "frontend/respond.h"
#include "frontend/worker.h"

#define ASSET_MAX_AGE_S 3600

static void send_asset(struct exchange *x, const struct page_asset *asset)
{
    struct response *r = respond_kept_begin(x, asset->etag, ASSET_MAX_AGE_S);

    respond_header(r, "Content-Security-Policy", SPAN_LITERAL(PAGE_ASSET_CSP));
    respond_kept_send(r, asset->bytes, asset->media_type);
}

void ep_style(struct exchange *x)
{
    send_asset(x, page_style(x->worker->brand));
}

void ep_logo(struct exchange *x)
{
    send_asset(x, page_logo(x->worker->brand));
}
