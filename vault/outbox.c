#include "vault/outbox.h"

#include "common/clock.h"
#include "common/secret.h"

#include <stdlib.h>

bool outbox_init(struct outbox *outbox, nng_stream *stream)
{
    *outbox = (struct outbox){.stream = stream};
    for (int i = 0; i < 2; i++) {
        uint8_t *room = malloc(OUTBOX_MAX);

        outbox->boxes[i].bytes = buf_over(room, room ? OUTBOX_MAX : 0);
        if (!room)
            return false;
    }
    return nng_aio_alloc(&outbox->send, NULL, NULL) == 0;
}

void outbox_fini(struct outbox *outbox)
{
    if (outbox->send)
        nng_aio_stop(outbox->send);
    nng_aio_free(outbox->send);
    for (int i = 0; i < 2; i++) {
        struct buf *bytes = &outbox->boxes[i].bytes;

        if (bytes->ptr)
            wipe(bytes->ptr, bytes->len);
        free(bytes->ptr);
    }
    *outbox = (struct outbox){0};
}

struct buf *outbox_open(struct outbox *outbox)
{
    struct buf *bytes = &outbox->boxes[outbox->collecting].bytes;
    bool *is_open = &outbox->boxes[outbox->collecting].is_open;
    size_t *open_at = &outbox->boxes[outbox->collecting].open_at;

    if (bytes->cap - bytes->len < LIMIT_MESSAGE + 64)
        return NULL;
    if (*is_open && bytes->len - *open_at > LIMIT_FRAME - LIMIT_MESSAGE - 64) {
        frame_end(bytes, *open_at);
        *is_open = false;
    }
    if (!*is_open) {
        *open_at = frame_begin(bytes);
        *is_open = true;
    }
    return bytes;
}

static bool send_has_finished(const struct outbox *outbox)
{
    return nng_aio_count(outbox->send) != 0 || nng_aio_result(outbox->send) != 0;
}

static void submit(struct outbox *outbox)
{
    struct buf *bytes = &outbox->boxes[1 - outbox->collecting].bytes;
    nng_iov iov = {bytes->ptr + outbox->sent, bytes->len - outbox->sent};

    (void)nng_aio_set_iov(outbox->send, 1, &iov); /* one entry always fits */
    nng_stream_send(outbox->stream, outbox->send);
}

/* Close the open frame and begin to send what was collected. */
static void begin(struct outbox *outbox)
{
    if (outbox->boxes[outbox->collecting].is_open)
        frame_end(&outbox->boxes[outbox->collecting].bytes, outbox->boxes[outbox->collecting].open_at);
    outbox->boxes[outbox->collecting].is_open = false;
    outbox->collecting = 1 - outbox->collecting;
    outbox->sent = 0;
    outbox->sending = true;
    outbox->headway_ms = clock_monotonic_ms();
    submit(outbox);
}

/* All of a box has gone; it held tokens. */
static void clear_sent(struct outbox *outbox)
{
    struct buf *bytes = &outbox->boxes[1 - outbox->collecting].bytes;

    wipe(bytes->ptr, bytes->len);
    bytes->len = 0;
    outbox->sending = false;
}

enum outbox_state outbox_send(struct outbox *outbox)
{
    for (;;) {
        if (!outbox->sending) {
            if (outbox->boxes[outbox->collecting].bytes.len == 0)
                return OUTBOX_EMPTY;
            begin(outbox);
        }
        if (!send_has_finished(outbox))
            return OUTBOX_PENDING;
        nng_aio_wait(outbox->send);
        if (nng_aio_result(outbox->send) != 0)
            return OUTBOX_BROKEN;
        outbox->sent += nng_aio_count(outbox->send);
        outbox->headway_ms = clock_monotonic_ms();
        if (outbox->sent < outbox->boxes[1 - outbox->collecting].bytes.len)
            submit(outbox);
        else
            clear_sent(outbox);
    }
}
