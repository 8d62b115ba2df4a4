#include "frontend/metadata.h"

#include <openssl/evp.h>

#include "common/log.h"
#include "frontend/worker.h"

#define ETAG_HASH_LEN 16

/* ---- what is kept ---- */

static struct span keep(uint8_t *room, size_t capacity, struct span bytes)
{
    if (span_is_absent(bytes) || bytes.len > capacity)
        return SPAN_NONE;
    memcpy(room, bytes.ptr, bytes.len);
    return span_of(room, bytes.len);
}

static bool tag(struct metadata_document *document)
{
    struct buf etag = buf_over(document->etag, sizeof(document->etag) - 1);
    uint8_t hash[EVP_MAX_MD_SIZE];

    if (EVP_Digest(document->bytes.ptr, document->bytes.len, hash, NULL, EVP_sha256(), NULL) != 1)
        return false;
    buf_put_u8(&etag, '"');
    buf_put_hex(&etag, span_of(hash, ETAG_HASH_LEN));
    buf_put_u8(&etag, '"');
    document->etag[etag.len] = '\0';
    return buf_ok(&etag);
}

bool metadata_take(struct metadata *m, const struct rep_metadata *reply)
{
    if (span_is_absent(reply->discovery) || span_is_absent(reply->jwks))
        return m->is_known;
    m->discovery.bytes = keep(m->discovery_bytes, sizeof(m->discovery_bytes), reply->discovery);
    m->jwks.bytes = keep(m->jwks_bytes, sizeof(m->jwks_bytes), reply->jwks);
    m->error_uri_base = keep(m->error_uri_bytes, sizeof(m->error_uri_bytes), reply->error_uri_base);
    m->version_len = keep(m->version, sizeof(m->version), reply->version).len;
    m->max_age_s = reply->max_age_s;
    m->is_known = tag(&m->discovery) && tag(&m->jwks);
    return m->is_known;
}

/* ---- asking for it ---- */

/*
 * A question that was not answered is asked again by the timer, and until then what is known is served:
 * there is nothing to do about it here, and the lane has said in the log that the vault is away.
 */
static void on_answer(struct call *call, enum answer answer, const void *reply)
{
    struct metadata *m = (struct metadata *)((uint8_t *)call - offsetof(struct metadata, call));

    if (answer == ANSWER_OK && !metadata_take(m, reply))
        log_event(LOG_ERROR, "metadata_not_kept", log_hex("trace_id", call->trace_id));
}

/* A call of the lane as any other, but no client waits for it: it is the worker's own. */
static bool ask(struct metadata *m)
{
    struct random_pool *random = &m->worker->random;

    if (!random_pool_take(random, m->call.request_id, sizeof(m->call.request_id)) ||
        !random_pool_take(random, m->trace_id, sizeof(m->trace_id)))
        return false;
    m->call.message = message_by_number(MESSAGE_METADATA);
    m->call.request.metadata = (struct req_metadata){0};
    if (m->is_known)
        m->call.request.metadata.known = span_of(m->version, m->version_len);
    m->call.trace_id = span_of(m->trace_id, sizeof(m->trace_id));
    m->call.peer = SPAN_LITERAL("");
    m->call.finished = on_answer;
    return lane_submit(m->worker->lane, &m->call, LANE_USUAL);
}

/* One question at a time: while the vault is down it waits in the lane, and is answered first. */
static void ask_unless_asked(struct metadata *m)
{
    if (!m->call.id && !ask(m))
        log_limited(LOG_WARN, 1, "metadata_not_asked");
}

static void on_timer(uv_timer_t *timer)
{
    ask_unless_asked(timer->data);
}

bool metadata_start(struct metadata *m, struct worker *worker)
{
    m->worker = worker;
    m->timer.data = m;
    if (uv_timer_init(&worker->loop, &m->timer) != 0 ||
        uv_timer_start(&m->timer, on_timer, METADATA_INTERVAL_MS, METADATA_INTERVAL_MS) != 0)
        return false;
    ask_unless_asked(m);
    return true;
}

void metadata_stop(struct metadata *m)
{
    lane_detach(m->worker->lane, &m->call);
    uv_close((uv_handle_t *)&m->timer, NULL);
}
