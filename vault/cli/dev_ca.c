#include "vault/cli/dev_ca.h"

#include "vault/cli/dev_cell.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <time.h>

#define CA_DAYS 3650L
#define SERVER_DAYS 825L /* what browsers accept at the most of a private CA */
#define RENEW_S (7 * 24 * 3600L)
#define DAY_S (24 * 3600L)

struct extension {
    int nid;
    const char *value;
};

static const struct extension ca_extensions[] = {
    {NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
    {NID_key_usage, "critical,keyCertSign,cRLSign"},
    {NID_subject_key_identifier, "hash"},
    {NID_undef, NULL},
};

static const struct extension server_extensions[] = {
    {NID_basic_constraints, "critical,CA:FALSE"},
    {NID_key_usage, "critical,digitalSignature"},
    {NID_ext_key_usage, "serverAuth"},
    {NID_subject_key_identifier, "hash"},
    {NID_authority_key_identifier, "keyid"},
    {NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1"},
    {NID_undef, NULL},
};

static bool add_extensions(X509 *certificate, X509 *issuer, const struct extension *extensions)
{
    X509V3_CTX context;

    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    for (; extensions->value; extensions++) {
        X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, extensions->nid, extensions->value);
        bool ok = extension && X509_add_ext(certificate, extension, -1) == 1;

        X509_EXTENSION_free(extension);
        if (!ok)
            return false;
    }
    return true;
}

static bool set_serial(X509 *certificate)
{
    uint8_t bytes[16];
    BIGNUM *number;
    bool ok;

    if (RAND_bytes(bytes, sizeof(bytes)) != 1)
        return false;
    bytes[0] &= 0x7f; /* positive (RFC 5280 4.1.2.2) */
    number = BN_bin2bn(bytes, sizeof(bytes), NULL);
    ok = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    return ok;
}

/* A certificate for `key`; issuer NULL: signed by itself. */
static X509 *make_certificate(EVP_PKEY *key, const char *name, long days, const struct extension *extensions,
                              X509 *issuer, EVP_PKEY *issuer_key)
{
    X509 *certificate = X509_new();
    X509_NAME *subject = certificate ? X509_get_subject_name(certificate) : NULL;
    bool ok = subject && X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
              X509_gmtime_adj(X509_getm_notBefore(certificate), -DAY_S) &&
              X509_gmtime_adj(X509_getm_notAfter(certificate), days * DAY_S) &&
              X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8,
                                         (const unsigned char *)"Strongroom development", -1, -1, 0) == 1 &&
              X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1,
                                         0) == 1 &&
              X509_set_issuer_name(certificate, issuer ? X509_get_subject_name(issuer) : subject) == 1 &&
              X509_set_pubkey(certificate, key) == 1 &&
              add_extensions(certificate, issuer ? issuer : certificate, extensions) &&
              X509_sign(certificate, issuer_key, EVP_sha256()) > 0;

    if (!ok) {
        X509_free(certificate);
        return NULL;
    }
    return certificate;
}

static bool write_bio(const char *folder, const char *name, BIO *bio)
{
    char path[DEV_PATH_MAX];
    char *text;
    long len = BIO_get_mem_data(bio, &text);

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return len > 0 && dev_write_file(path, text, (size_t)len);
}

static bool write_certificate(const char *folder, const char *name, X509 *certificate)
{
    BIO *bio = BIO_new(BIO_s_mem());
    bool ok = bio && PEM_write_bio_X509(bio, certificate) == 1 && write_bio(folder, name, bio);

    BIO_free(bio);
    return ok;
}

static bool write_key(const char *folder, const char *name, EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    bool ok = bio && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1 &&
              write_bio(folder, name, bio);

    BIO_free(bio);
    return ok;
}

static bool is_still_good(const char *folder)
{
    static const char *const names[] = {"ca.key", "server.key", "ca.pem", "server.pem"};
    char path[DEV_PATH_MAX];
    time_t soon = time(NULL) + RENEW_S;
    X509 *certificate = NULL;
    bool good = true;

    for (size_t i = 0; good && i < sizeof(names) / sizeof(names[0]); i++) {
        FILE *in;

        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        in = fopen(path, "re");
        good = in != NULL;
        if (good && i == 3) {
            certificate = PEM_read_X509(in, NULL, NULL, NULL);
            good = certificate && X509_cmp_time(X509_get0_notAfter(certificate), &soon) > 0;
        }
        if (in)
            fclose(in);
    }
    X509_free(certificate);
    return good;
}

enum exit_code dev_ca_make(const char *folder)
{
    EVP_PKEY *ca_key, *server_key;
    X509 *ca = NULL, *server = NULL;
    bool ok;

    if (is_still_good(folder))
        return EXIT_CODE_OK;
    ca_key = EVP_EC_gen("P-256");
    server_key = EVP_EC_gen("P-256");
    if (ca_key && server_key)
        ca = make_certificate(ca_key, "Strongroom development CA", CA_DAYS, ca_extensions, NULL, ca_key);
    if (ca)
        server = make_certificate(server_key, "localhost", SERVER_DAYS, server_extensions, ca, ca_key);
    ok = server && write_certificate(folder, "ca.pem", ca) && write_key(folder, "ca.key", ca_key) &&
         write_certificate(folder, "server.pem", server) && write_key(folder, "server.key", server_key);
    X509_free(server);
    X509_free(ca);
    EVP_PKEY_free(server_key);
    EVP_PKEY_free(ca_key);
    if (ok)
        return EXIT_CODE_OK;
    say_error("cannot make the development CA in %s", folder);
    return EXIT_CODE_REFUSED;
}
