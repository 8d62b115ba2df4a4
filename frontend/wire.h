/*
 * A connection's way to the network: a TCP handle, TLS around it where the listener has it, and what the peer
 * was too slow to take. It knows bytes, not requests.
 */
#ifndef STRONGROOM_FRONTEND_WIRE_H
#define STRONGROOM_FRONTEND_WIRE_H

#include <uv.h>

#include "frontend/tls.h"

struct wire {
    uv_tcp_t tcp;
    uv_write_t write;
    struct tls_session *tls; /* NULL: plain */
    uint8_t *rest;           /* what is still to be sent; NULL if nothing */
    size_t rest_len;
    void (*flushed)(struct wire *wire, bool is_good); /* the rest has gone, or never will */
};

/* On a loop, without a peer yet. uv_accept() into `tcp` comes next. */
void wire_init(struct wire *wire, uv_loop_t *loop, void flushed(struct wire *wire, bool is_good));

/* The peer is going to speak TLS. False for want of memory. */
MUST_CHECK bool wire_use_tls(struct wire *wire, struct tls_context *context);

enum wire_sent {
    WIRE_TAKEN, /* all of it; the usual case, one system call and no copy */
    WIRE_WAITS, /* a copy of the rest waits for the peer; send nothing until `flushed` */
    WIRE_GONE,  /* nobody is there any more */
};

/* Send these bytes, encrypted if need be. They are the caller's again on return. */
enum wire_sent wire_send(struct wire *wire, struct span plain);

/* Send something short that is no answer, or fail. With nothing to say it sends what TLS itself has to say. */
MUST_CHECK bool wire_send_aside(struct wire *wire, struct span plain);

/* Say goodbye in TLS; the TCP side is the caller's. */
void wire_say_goodbye(struct wire *wire);

/*
 * Decrypt what was fed to `tls` as far as there is room. Returns how many bytes that gave; *ret_ended is set to
 * true if the peer says that there will be no more, or TLS is broken.
 */
size_t wire_decrypt(struct wire *wire, uint8_t *room, size_t room_len, bool *ret_ended);

/* Release the TLS session at once. The rest of the output only once the loop has let go of the handle. */
void wire_drop_tls(struct wire *wire);
void wire_drop_rest(struct wire *wire);

#endif
