/*
 * AUTHORIZE: is this an authorization request (RFC 6749 4.1.1, OpenID Connect Core 3.1.2.1), and where does
 * the browser go next? An ordered list of checks: those up to the redirect URI answer with a page of ours,
 * later ones with a redirect to the client (RFC 6749 4.1.2.1). Nothing is stored (I7).
 */
#include "common/language.h"
#include "vault/client.h"
#include "vault/consent.h"
#include "vault/handle.h"
#include "vault/id_token.h"
#include "vault/pkce.h"
#include "vault/redirect.h"
#include "vault/scope.h"
#include "vault/session.h"
#include "vault/subject.h"

/* What a failed check tells the client; NULL: go on. */
struct refusal {
    const char *error;
    const char *description;
};

static const struct refusal fine = {NULL, NULL};

static bool is_missing(struct span parameter)
{
    return parameter.len == 0; /* empty is as good as absent (RFC 6749 3.1) */
}

/* ---- these end on a page of ours ---------------------------------------------------------------------- */

static enum outcome check_client(struct op *op, const struct req_authorize *request)
{
    enum outcome rc;

    if (request->problem == AUTHORIZE_FORM_UNUSABLE)
        return OUTCOME_AUTHORIZE_UNREADABLE;
    if (is_missing(request->client_id))
        return OUTCOME_AUTHORIZE_CLIENT_UNKNOWN;
    rc = op_load(op, TABLE_CLIENTS, request->client_id, &client_fields, OUTCOME_AUTHORIZE_CLIENT_UNKNOWN,
                 &op->client);
    if (rc != OUTCOME_OK)
        return rc;
    op->client_id = request->client_id;
    return op->client.is_disabled || op->client.is_resource_server ? OUTCOME_AUTHORIZE_CLIENT_UNKNOWN
                                                                   : OUTCOME_OK;
}

static enum outcome check_redirect_uri(struct op *op, const struct req_authorize *request)
{
    if (is_missing(request->redirect_uri) || !client_has_redirect_uri(&op->client, request->redirect_uri))
        return OUTCOME_AUTHORIZE_REDIRECT_BAD;
    return OUTCOME_OK;
}

/* ---- these redirect ------------------------------------------------------------------------------------ */

static struct refusal check_form(struct op *op, const struct req_authorize *request)
{
    (void)op;
    if (request->problem == AUTHORIZE_FORM_REPEATED)
        return (struct refusal){"invalid_request", "A parameter is there more than once."};
    if (request->problem == AUTHORIZE_FORM_MALFORMED)
        return (struct refusal){"invalid_request",
                                "A parameter is too long, or is not valid percent-encoded UTF-8."};
    return fine;
}

static struct refusal check_request_object(struct op *op, const struct req_authorize *request)
{
    (void)op;
    if (request->has_request)
        return (struct refusal){"request_not_supported",
                                "Request objects are not supported; send plain parameters."};
    if (request->has_request_uri)
        return (struct refusal){"request_uri_not_supported",
                                "request_uri is not supported; send plain parameters."};
    if (request->has_registration)
        return (struct refusal){"registration_not_supported",
                                "registration is not supported; clients are registered by the bank."};
    return fine;
}

static struct refusal check_response_type(struct op *op, const struct req_authorize *request)
{
    (void)op;
    if (is_missing(request->response_type))
        return (struct refusal){"invalid_request", "response_type is missing; it must be code."};
    if (!span_equal_text(request->response_type, "code"))
        return (struct refusal){"unsupported_response_type", "The only response_type is code."};
    if (!is_missing(request->response_mode) && !span_equal_text(request->response_mode, "query"))
        return (struct refusal){"invalid_request", "The only response_mode is query."};
    return fine;
}

static struct refusal check_code_challenge(struct op *op, const struct req_authorize *request)
{
    (void)op;
    if (is_missing(request->code_challenge))
        return (struct refusal){"invalid_request", "code_challenge is missing: PKCE is required (RFC 7636)."};
    if (!pkce_challenge_is_valid(request->code_challenge))
        return (struct refusal){"invalid_request",
                                "code_challenge must be 32 to 128 characters of A-Z a-z 0-9 - . _ ~"};
    if (!span_equal_text(request->code_challenge_method, "S256"))
        return (struct refusal){"invalid_request", "code_challenge_method must be S256."};
    return fine;
}

static struct refusal check_scope(struct op *op, const struct req_authorize *request)
{
    if (is_missing(request->scope))
        return (struct refusal){"invalid_scope", "scope is missing; it must hold openid."};
    if (scope_check_request(&op->vault->config, request->scope, op->client.scope) != OUTCOME_OK)
        return (struct refusal){
            "invalid_scope",
            "scope must hold openid, no word twice, and only scopes that this client registered."};
    return fine;
}

static struct refusal check_prompt(struct op *op, const struct req_authorize *request)
{
    struct span rest = request->prompt;
    struct span word;
    bool none = span_list_has(request->prompt, SPAN_LITERAL("none"));
    int words = 0;

    (void)op;
    while (span_next_word(&rest, ' ', &word)) {
        words++;
        if (!span_equal_text(word, "none") && !span_equal_text(word, "login") &&
            !span_equal_text(word, "consent") && !span_equal_text(word, "select_account"))
            return (struct refusal){"invalid_request",
                                    "prompt knows none, login, consent and select_account."};
    }
    if (none && words > 1)
        return (struct refusal){"invalid_request", "prompt=none goes with no other value."};
    return fine;
}

static struct refusal check_max_age(struct op *op, const struct req_authorize *request)
{
    (void)op;
    for (size_t i = 0; i < request->max_age.len; i++)
        if (request->max_age.ptr[i] < '0' || request->max_age.ptr[i] > '9')
            return (struct refusal){"invalid_request", "max_age must be a number of seconds."};
    return fine;
}

/* Whom the client expects (OpenID Connect Core 3.1.2.2) is kept in the handle to be. */
static struct refusal check_id_token_hint(struct op *op, const struct req_authorize *request)
{
    if (is_missing(request->id_token_hint))
        return fine;
    if (id_token_subject(op, request->id_token_hint, request->client_id, &op->handle.subject_hint) !=
        OUTCOME_OK)
        return (struct refusal){"invalid_request",
                                "id_token_hint is no ID token that this client got from here."};
    return fine;
}

/* ---- what comes next --------------------------------------------------------------------------------- */

static bool is_prompt(const struct req_authorize *request, const char *word)
{
    return span_list_has(request->prompt, span_of_text(word));
}

/* What no clock of ours will reach is as good as for ever. */
static uint64_t seconds_of(struct span digits)
{
    uint64_t seconds = 0;

    for (size_t i = 0; i < digits.len && seconds <= UINT32_MAX; i++)
        seconds = seconds * 10 + (uint64_t)(digits.ptr[i] - '0');
    return seconds;
}

/* No login before this very moment will do. */
static void want_new_login(struct op *op)
{
    op->handle.login_since_s = op->now_s;
    op->handle.login_since_ms = op->now_ms % 1000;
}

static bool wants_new_login(const struct op *op)
{
    return op->handle.login_since_s == op->now_s;
}

/* prompt=login or select_account asks for a new login, max_age for one that is not too old. */
static void note_login_since(struct op *op, const struct req_authorize *request)
{
    uint64_t max_age_s = seconds_of(request->max_age);

    if (is_prompt(request, "login") || is_prompt(request, "select_account") ||
        (!is_missing(request->max_age) && max_age_s == 0))
        want_new_login(op);
    else if (!is_missing(request->max_age) && max_age_s < op->now_s)
        op->handle.login_since_s = op->now_s - max_age_s;
}

/* The request as it will be sealed; what is missing comes when it is clear that it goes on. */
static void begin_handle(struct op *op, const struct req_authorize *request)
{
    enum language language = language_of_locales(request->ui_locales);

    op->handle = (struct handle_record){
        .created_at_s = op->now_s,
        .client_id = request->client_id,
        .redirect_uri = request->redirect_uri,
        .scope = request->scope,
        .state = request->state,
        .nonce = request->nonce,
        .code_challenge = request->code_challenge,
        .login_hint = request->login_hint,
        .must_ask = is_prompt(request, "consent"),
        .language = language == LANGUAGE_NONE ? SPAN_NONE : span_of_text(language_tag(language)),
        .is_silent = is_prompt(request, "none"), /* and nothing else: check_prompt */
    };
}

/*
 * acr_values are wishes (OpenID Connect Core 3.1.2.1): levels that we cannot give change nothing. One that a
 * new login would have, and the session has not, is worth asking for the password again.
 */
static bool wants_better_login(const struct op *op, const struct req_authorize *request)
{
    return span_list_has(request->acr_values, span_of_text(op->vault->config.acr)) &&
           !span_list_has(request->acr_values, op->session.acr);
}

/* Is somebody logged in who will do? OK, SESSION_ENDED or what went wrong. */
static enum outcome find_login(struct op *op, const struct req_authorize *request)
{
    enum outcome rc = session_find(op, request->session, op->session_key, &op->session, &op->user);

    note_login_since(op, request);
    if (rc == OUTCOME_OK && wants_better_login(op, request))
        want_new_login(op);
    if (rc == OUTCOME_OK &&
        (wants_new_login(op) || !session_is_since(&op->session, op->handle.login_since_s, 0)))
        rc = OUTCOME_SESSION_ENDED;
    if (rc == OUTCOME_OK)
        rc = subject_check_hint(op, &op->client, op->handle.subject_hint, op->session.subject);
    return rc == OUTCOME_USER_NOT_THE_ONE_HINTED || rc == OUTCOME_RECORD_DAMAGED ? OUTCOME_SESSION_ENDED : rc;
}

/* The handle's id becomes the grant's: time first, so that grants are stored in the order they are made. */
static enum outcome new_id(struct op *op, uint8_t ret_id[GRANT_ID_LEN])
{
    if (!rng_fill(&op->vault->rng, ret_id, GRANT_ID_LEN))
        return OUTCOME_NO_RANDOM;
    for (int i = 0; i < 6; i++)
        ret_id[i] = (uint8_t)(op->now_ms >> (40 - 8 * i));
    return OUTCOME_OK;
}

static enum outcome close_handle(struct op *op, const struct req_authorize *request,
                                 struct rep_authorize *reply)
{
    uint8_t id[GRANT_ID_LEN], browser_hash[BROWSER_BYTES];
    struct secret_ref browser = request->browser;
    enum outcome rc = new_id(op, id);

    if (rc == OUTCOME_OK && browser.len != BROWSER_COOKIE_LEN) {
        rc = handle_browser_new(op, &browser);
        reply->browser = browser;
    }
    if (rc == OUTCOME_OK)
        rc = handle_browser_hash(op, secret_ref_reveal(browser), browser_hash);
    if (rc != OUTCOME_OK)
        return rc;
    op->handle.id = span_of(id, sizeof(id));
    op->handle.browser = span_of(browser_hash, sizeof(browser_hash));
    rc = handle_close(op, &op->handle, &reply->handle);
    op->handle.id = op->handle.browser = SPAN_NONE; /* they end with this function */
    return rc;
}

static enum outcome refuse(struct op *op, const struct req_authorize *request, struct refusal refusal,
                           struct rep_authorize *reply)
{
    reply->next = AUTHORIZE_REDIRECT;
    return redirect_error(op, request->redirect_uri, request->state, refusal.error, refusal.description,
                          &reply->location);
}

/* Where a request without a fault goes: to a page, or past both of them. */
static enum outcome go_on(struct op *op, const struct req_authorize *request, struct rep_authorize *reply)
{
    struct grant_record grant;
    enum outcome rc = find_login(op, request);

    if (rc == OUTCOME_OK)
        rc = consent_find(op, &grant);
    switch (rc) {
    case OUTCOME_OK: reply->next = AUTHORIZE_REMEMBERED; break;
    case OUTCOME_CONSENT_NOT_REMEMBERED: reply->next = AUTHORIZE_CONSENT; break;
    case OUTCOME_SESSION_ENDED: reply->next = AUTHORIZE_LOGIN; break;
    default: return rc;
    }
    if (op->handle.is_silent && reply->next == AUTHORIZE_LOGIN)
        return refuse(op, request, (struct refusal){"login_required", "The customer is not logged in."},
                      reply);
    if (op->handle.is_silent && reply->next == AUTHORIZE_CONSENT)
        return refuse(op, request,
                      (struct refusal){"consent_required", "The customer has to be asked for consent."},
                      reply);
    return close_handle(op, request, reply);
}

enum outcome op_authorize(struct op *op)
{
    static struct refusal (*const checks[])(struct op *, const struct req_authorize *) = {
        check_form,  check_request_object, check_response_type, check_code_challenge,
        check_scope, check_prompt,         check_max_age,       check_id_token_hint,
    };
    const struct req_authorize *request = &op->request->authorize;
    struct rep_authorize *reply = &op->reply->authorize;
    enum outcome rc = check_client(op, request);

    if (rc == OUTCOME_OK)
        rc = check_redirect_uri(op, request);
    if (rc != OUTCOME_OK)
        return rc;
    begin_handle(op, request);
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
        struct refusal refusal = checks[i](op, request);

        if (refusal.error)
            return refuse(op, request, refusal, reply);
    }
    return go_on(op, request, reply);
}
