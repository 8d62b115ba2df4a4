#include "frontend/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>

struct tls_context {
    SSL_CTX *ssl;
};

struct tls_session {
    SSL *ssl;
    BIO *in;
    BIO *out;
};

static const unsigned char alpn[] = "\x08http/1.1";
#define ALPN_LEN (sizeof(alpn) - 1)

/* A client that speaks ALPN and not HTTP/1.1 wants something that we are not (RFC 7301 3.2). */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
                           const unsigned char *in, unsigned int in_len, void *unused)
{
    unsigned char *chosen;

    (void)ssl;
    (void)unused;
    if (SSL_select_next_proto(&chosen, out_len, alpn, ALPN_LEN, in, in_len) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static bool fail(struct tls_problem *problem, const char *reason)
{
    (void)snprintf(problem->reason, sizeof(problem->reason), "%s", reason);
    return false;
}

/* OpenSSL's last word on it, behind what we wanted. */
static bool fail_in_library(struct tls_problem *problem, const char *expected)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());

    (void)snprintf(problem->reason, sizeof(problem->reason), "%s (%s)", expected,
                   reason ? reason : "no reason given");
    ERR_clear_error();
    return false;
}

/* OpenSSL wraps the system's "Permission denied" in words that say less; so the file is tried before. */
static bool check_readable(struct tls_problem *problem)
{
    FILE *file = fopen(problem->file, "rb");
    int byte = file ? fgetc(file) : EOF;
    int failure = !file || ferror(file) ? errno : 0;

    if (file)
        (void)fclose(file);
    if (byte != EOF)
        return true;
    return fail(problem, failure ? strerror(failure) : "the file is empty");
}

static bool configure(SSL_CTX *ssl, bool only_1_3)
{
    SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(ssl, choose_protocol, NULL);
    return SSL_CTX_set_min_proto_version(ssl, only_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION) &&
           SSL_CTX_set_cipher_list(ssl, "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL") &&
           SSL_CTX_set_ciphersuites(ssl, "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:"
                                         "TLS_CHACHA20_POLY1305_SHA256") &&
           SSL_CTX_set1_groups_list(ssl, "X25519:P-256:P-384") &&
           SSL_CTX_set_session_id_context(ssl, (const unsigned char *)"strongroom", 10);
}

static bool load(SSL_CTX *ssl, const char *certificate_file, const char *key_file,
                 struct tls_problem *problem)
{
    *problem = (struct tls_problem){.key = "certificate_file", .file = certificate_file};
    if (!check_readable(problem))
        return false;
    if (SSL_CTX_use_certificate_chain_file(ssl, certificate_file) != 1)
        return fail_in_library(problem, "expected certificates in PEM, the server's own first");
    *problem = (struct tls_problem){.key = "key_file", .file = key_file};
    if (!check_readable(problem))
        return false;
    /* Reading the key also holds it against the certificate. */
    if (SSL_CTX_use_PrivateKey_file(ssl, key_file, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(ssl) != 1)
        return fail_in_library(problem, "expected the certificate's private key in PEM, without password");
    return true;
}

struct tls_context *tls_context_new(const char *certificate_file, const char *key_file, bool only_1_3,
                                    struct tls_problem *ret_problem)
{
    struct tls_context *context = calloc(1, sizeof(*context));
    struct tls_problem problem = {.key = NULL};
    bool is_good = false;

    if (context)
        context->ssl = SSL_CTX_new(TLS_server_method());
    if (!context || !context->ssl)
        (void)fail(&problem, "out of memory");
    else if (!configure(context->ssl, only_1_3))
        (void)fail_in_library(&problem, "the library does not take our settings");
    else
        is_good = load(context->ssl, certificate_file, key_file, &problem);
    if (!is_good) {
        tls_context_free(&context);
        *ret_problem = problem;
    }
    return context;
}

void tls_context_free(struct tls_context **context)
{
    if (!*context)
        return;
    SSL_CTX_free((*context)->ssl);
    free(*context);
    *context = NULL;
}

struct tls_session *tls_session_new(struct tls_context *context)
{
    struct tls_session *session = calloc(1, sizeof(*session));

    if (!session)
        return NULL;
    session->ssl = SSL_new(context->ssl);
    session->in = BIO_new(BIO_s_mem());
    session->out = BIO_new(BIO_s_mem());
    if (!session->ssl || !session->in || !session->out) {
        BIO_free(session->in);
        BIO_free(session->out);
        SSL_free(session->ssl);
        free(session);
        return NULL;
    }
    /* "Nothing there" is to be "try again" and not the end of the stream. */
    BIO_set_mem_eof_return(session->in, -1);
    SSL_set_bio(session->ssl, session->in, session->out);
    SSL_set_accept_state(session->ssl);
    return session;
}

void tls_session_free(struct tls_session **session)
{
    if (!*session)
        return;
    SSL_free((*session)->ssl); /* and both its BIOs */
    free(*session);
    *session = NULL;
}

bool tls_feed(struct tls_session *session, struct span bytes)
{
    return BIO_write(session->in, bytes.ptr, (int)bytes.len) == (int)bytes.len;
}

static enum tls_result result_of(struct tls_session *session, int code)
{
    int error = SSL_get_error(session->ssl, code);

    ERR_clear_error(); /* One connection's troubles are not to be taken for the next one's. */
    switch (error) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return TLS_MORE;
    case SSL_ERROR_ZERO_RETURN: return TLS_CLOSED;
    default: return TLS_FAILED;
    }
}

enum tls_result tls_handshake(struct tls_session *session)
{
    int code = SSL_do_handshake(session->ssl);

    return code == 1 ? TLS_DONE : result_of(session, code);
}

enum tls_result tls_read(struct tls_session *session, uint8_t *room, size_t room_len, size_t *ret_len)
{
    int code = SSL_read_ex(session->ssl, room, room_len, ret_len);

    return code == 1 ? TLS_DONE : result_of(session, code);
}

bool tls_write(struct tls_session *session, struct span bytes)
{
    size_t written;

    if (bytes.len == 0)
        return true;
    /* A memory BIO takes everything, so it is all or an error. */
    if (SSL_write_ex(session->ssl, bytes.ptr, bytes.len, &written) == 1 && written == bytes.len)
        return true;
    ERR_clear_error();
    return false;
}

void tls_say_goodbye(struct tls_session *session)
{
    if (SSL_is_init_finished(session->ssl))
        (void)SSL_shutdown(session->ssl);
    ERR_clear_error();
}

struct span tls_output(struct tls_session *session)
{
    char *bytes;
    long len = BIO_get_mem_data(session->out, &bytes);

    return len > 0 ? span_of(bytes, (size_t)len) : SPAN_NONE;
}

void tls_output_forget(struct tls_session *session)
{
    (void)BIO_reset(session->out);
}
