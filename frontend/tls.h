/*
 * TLS over memory: bytes of the network go in and come out, nothing here reads or writes a socket. TLS 1.3,
 * and 1.2 with forward secrecy and AEAD only; no renegotiation, no compression, no early data; by ALPN
 * http/1.1 or nothing.
 */
#ifndef STRONGROOM_FRONTEND_TLS_H
#define STRONGROOM_FRONTEND_TLS_H

#include "common/span.h"

struct tls_context; /* a listener's certificate and key; made before the privileges are dropped */
struct tls_session; /* one connection's */

/* What is wrong: with which file, by the key that names it in a listener's `tls`, and why. */
struct tls_problem {
    const char *key; /* "certificate_file" or "key_file"; NULL: with the library */
    const char *file;
    char reason[160];
};

/* NULL if the files cannot be used; *ret_problem is written then. */
struct tls_context *tls_context_new(const char *certificate_file, const char *key_file, bool only_1_3,
                                    struct tls_problem *ret_problem);
void tls_context_free(struct tls_context **context);

/* NULL for want of memory. */
struct tls_session *tls_session_new(struct tls_context *context);
void tls_session_free(struct tls_session **session);

/* What came from the network. False for want of memory. */
MUST_CHECK bool tls_feed(struct tls_session *session, struct span bytes);

enum tls_result { TLS_DONE, TLS_MORE, TLS_CLOSED, TLS_FAILED };

/* DONE: the handshake is over. MORE: it needs bytes that have not come. In any case there may be output. */
enum tls_result tls_handshake(struct tls_session *session);

/* DONE: *ret_len plain bytes. CLOSED: the peer says that there will be no more. */
enum tls_result tls_read(struct tls_session *session, uint8_t *room, size_t room_len, size_t *ret_len);

/* Encrypt all of it to the output. */
MUST_CHECK bool tls_write(struct tls_session *session, struct span bytes);

/* Say to the peer that there will be no more; adds to the output. */
void tls_say_goodbye(struct tls_session *session);

/* What is to be sent; valid until the next call for the session. Once it has been taken over, forget it. */
struct span tls_output(struct tls_session *session);
void tls_output_forget(struct tls_session *session);

#endif
