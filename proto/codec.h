/*
 * Messages to msgpack and back, driven by the tables of message.h.
 *
 * Encoding writes through msgpack-c's packer straight into the frame. Decoding is our own cursor over the
 * received bytes, in place and without memory of its own: msgpack-c's unpacker reserves room for as many
 * elements as an array's header claims before it has seen them, which a stranger must not decide.
 *
 * Decoding is total and strict: a map whose keys are field numbers, each known, none twice, every required
 * one there, each value of its kind and within its bound, text in UTF-8 without NUL, integers and lengths
 * in the shortest form, and no byte left over. What leaves the decoder is well-formed.
 */
#ifndef STRONGROOM_PROTO_CODEC_H
#define STRONGROOM_PROTO_CODEC_H

#include "common/buf.h"
#include "proto/message.h"

/* Append the struct as a msgpack map. False if it does not fit or a field breaks its own bound. */
MUST_CHECK bool codec_encode(struct buf *out, const struct field_table *table, const void *message);

/* Fill the struct (all of it) from exactly these bytes. Spans point into `bytes`. */
MUST_CHECK bool codec_decode(struct span bytes, const struct field_table *table, void *ret_message);

/*
 * What stands in front of a request's fields. Both ids are 16 random bytes that the front end chose: the
 * request id stays the same when a request is repeated (I10).
 */
struct request_envelope {
    uint64_t number;   /* enum message_number */
    uint64_t call;     /* tells replies apart on one stream */
    struct span request_id;
    /*
     * Until when the sender waits, on the system's monotonic clock, which both processes share. Absolute, so
     * that what lay in a socket while the vault was stopped is not taken for new.
     */
    uint64_t deadline_ms;
    struct span trace_id;
    struct span peer;  /* the client's address as the front end sees it; empty if none */
    struct span body;  /* the encoded fields */
};

struct reply_envelope {
    uint64_t call;
    uint64_t answer; /* enum answer */
    struct span body;
};

/*
 * A frame on the stream is a 4-byte big-endian length and that many bytes: the protocol version, then
 * requests or replies one after the other, each a msgpack array that ends with its body as a binary.
 */
#define FRAME_HEADER 4

/* Start a frame at the buffer's end: room for its length, then the version. Returns where it started. */
size_t frame_begin(struct buf *out);

/* Write the length of the frame that started at `start`. */
void frame_end(struct buf *out, size_t start);

/*
 * Append one request or reply to the open frame. On false the buffer is as it was before: what did not fit
 * can go into the next frame.
 */
MUST_CHECK bool frame_put_request(struct buf *out, const struct request_envelope *envelope,
                                  const struct field_table *table, const void *message);
MUST_CHECK bool frame_put_reply(struct buf *out, uint64_t call, uint64_t answer, const struct field_table *table,
                                const void *message);

enum frame_state { FRAME_WHOLE, FRAME_PARTIAL, FRAME_BROKEN };

/*
 * Look for a whole frame at the start of `bytes`. WHOLE: *ret_payload is what follows the version,
 * *ret_len what to skip to get to the next frame. PARTIAL: wait for more. BROKEN: its length is zero or
 * over LIMIT_FRAME, or its version is not ours; disconnect.
 */
enum frame_state frame_next(struct span bytes, struct span *ret_payload, size_t *ret_len);

/* Take the next request or reply from a frame's payload. False if it is malformed; check *rest for the end. */
MUST_CHECK bool frame_take_request(struct span *rest, struct request_envelope *ret_envelope);
MUST_CHECK bool frame_take_reply(struct span *rest, struct reply_envelope *ret_envelope);

#endif
