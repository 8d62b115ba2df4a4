/*
 * LOGOUT_PAGE and LOGOUT: whose session ends, on whose word, and where the browser goes then.
 */
#include "tests/unit/vault/flow.h"

#include "vault/records.h"

#define RETURN_URI "https://app.example/bye"
#define RETURN_URI_QUERY "https://app.example/bye?tab=1"

/* ---- who is there ------------------------------------------------------------------------------------- */

struct scene {
    struct flow flow;
    struct kept id_token;
};

/* What a client registered for after the logout, put straight into its record. */
static void register_return(struct cell *c, const char *client_id)
{
    struct store_txn *txn = NULL;
    struct client_record client;

    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    assert_int_equal(record_get(txn, TABLE_CLIENTS, span_of_text(client_id), &client_fields,
                                OUTCOME_CLIENT_UNKNOWN, &client),
                     OUTCOME_OK);
    client.post_logout_redirect_uris.items[0] = SPAN_LITERAL(RETURN_URI);
    client.post_logout_redirect_uris.items[1] = SPAN_LITERAL(RETURN_URI_QUERY);
    client.post_logout_redirect_uris.len = 2;
    assert_int_equal(record_put(txn, TABLE_CLIENTS, span_of_text(client_id), &client_fields, &client),
                     OUTCOME_OK);
    assert_int_equal(store_commit(&txn), STORE_OK);
}

/* The customer is signed in, and the client has an ID token that says so. */
static void sign_in(struct cell *c, struct scene *scene)
{
    memset(scene, 0, sizeof(*scene));
    flow_code(c, &scene->flow);
    assert_int_equal(flow_redeem(c, &scene->flow), OUTCOME_OK);
    kept_take(&scene->id_token, c->reply.code_redeem.id_token);
    assert_true(scene->id_token.len > 0);
}

static bool is_signed_in(struct cell *c, const struct scene *scene)
{
    flow_ask(c, &scene->flow);
    assert_int_equal(cell_call(c, MESSAGE_AUTHORIZE), OUTCOME_OK);
    return c->reply.authorize.next != AUTHORIZE_LOGIN;
}

/* What a client says, by the words of its request; NULL: not there. */
struct said {
    const struct kept *session;
    const struct kept *hint;
    const char *client_id, *uri, *state;
    const struct kept *csrf;
};

#define FILL(request, said)                                                                                  \
    do {                                                                                                     \
        (request)->session = (said).session ? kept_secret((said).session) : (struct secret_ref){0};          \
        (request)->id_token_hint = (said).hint ? kept_span((said).hint) : SPAN_NONE;                         \
        (request)->client_id = span_of_text((said).client_id);                                               \
        (request)->post_logout_redirect_uri = span_of_text((said).uri);                                      \
        (request)->state = span_of_text((said).state);                                                       \
    } while (0)

static enum outcome page(struct cell *c, struct said said)
{
    FILL(&c->request.logout_page, said);
    return cell_call(c, MESSAGE_LOGOUT_PAGE);
}

static enum outcome logout(struct cell *c, struct said said)
{
    FILL(&c->request.logout, said);
    if (said.csrf)
        c->request.logout.csrf = kept_span(said.csrf);
    return cell_call(c, MESSAGE_LOGOUT);
}

/* ---- at once ------------------------------------------------------------------------------------------ */

static void hint_of_this_session_ends_it(void **state)
{
    struct cell *c = *state;
    struct scene s;

    sign_in(c, &s);
    assert_true(is_signed_in(c, &s));
    assert_int_equal(page(c, (struct said){.session = &s.flow.session, .hint = &s.id_token}), OUTCOME_OK);
    assert_int_equal(c->reply.logout_page.next, LOGOUT_END);
    assert_true(span_is_absent(c->reply.logout_page.location));
    assert_int_equal(cell_count(c, TABLE_SESSIONS), 1); /* a page decides nothing */
    assert_int_equal(logout(c, (struct said){.session = &s.flow.session, .hint = &s.id_token}), OUTCOME_OK);
    cell_assert_audit(c, "logout", "ok");
    assert_true(span_is_absent(c->reply.logout.location));
    assert_true(span_equal_text(c->reply.logout.client_name, "app"));
    assert_int_equal(cell_count(c, TABLE_SESSIONS), 0);
    assert_false(is_signed_in(c, &s));
    assert_int_equal(logout(c, (struct said){.session = &s.flow.session, .hint = &s.id_token}),
                     OUTCOME_SESSION_ENDED);
    /* Tokens are not the session. */
    assert_true(flow_is_active(c, &s.flow.access));
}

static void expired_hint_and_one_of_a_refresh_are_as_good(void **state)
{
    struct cell *c = *state;
    struct scene s;
    struct kept refreshed;

    sign_in(c, &s);
    assert_int_equal(flow_refresh(c, &s.flow), OUTCOME_OK);
    kept_take(&refreshed, c->reply.refresh.id_token);
    cell_advance(c, 1200); /* an access token, and so its ID token, lives 900 s; a session half an hour */
    assert_int_equal(page(c, (struct said){.session = &s.flow.session, .hint = &s.id_token}), OUTCOME_OK);
    assert_int_equal(c->reply.logout_page.next, LOGOUT_END);
    assert_int_equal(logout(c, (struct said){.session = &s.flow.session, .hint = &refreshed}), OUTCOME_OK);
    assert_false(is_signed_in(c, &s));
}

static void browser_goes_back_with_its_state(void **state)
{
    static const struct {
        const char *uri, *state, *location;
    } rows[] = {
        {RETURN_URI, NULL, RETURN_URI},
        {RETURN_URI, "a b&c=d#e", RETURN_URI "?state=a%20b%26c%3Dd%23e"},
        {RETURN_URI_QUERY, "x", RETURN_URI_QUERY "&state=x"},
        {NULL, "x", NULL},
    };
    struct cell *c = *state;
    struct scene s;

    register_return(c, "app");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct said said = {.hint = &s.id_token, .uri = rows[i].uri, .state = rows[i].state};

        sign_in(c, &s);
        said.session = &s.flow.session;
        assert_int_equal(page(c, said), OUTCOME_OK);
        assert_true(span_equal_text(c->reply.logout_page.location, rows[i].location));
        assert_true(span_equal_text(c->reply.logout_page.redirect_source,
                                    rows[i].location ? "https://app.example" : NULL));
        assert_int_equal(logout(c, said), OUTCOME_OK);
        assert_true(span_equal_text(c->reply.logout.location, rows[i].location));
    }
}

/* ---- asking -------------------------------------------------------------------------------------------- */

static void expect_asked(struct cell *c, const struct scene *s, const struct kept *hint,
                         const char *client_id)
{
    struct said said = {.session = &s->flow.session, .hint = hint, .client_id = client_id};

    assert_int_equal(page(c, said), OUTCOME_OK);
    assert_int_equal(c->reply.logout_page.next, LOGOUT_ASK);
    assert_true(span_equal_text(c->reply.logout_page.customer_name, CELL_USER));
    assert_true(c->reply.logout_page.csrf.len > 0);
    if (!hint) /* only a client that we know is named */
        assert_true(span_equal_text(c->reply.logout_page.client_name,
                                    client_id && !strcmp(client_id, "app") ? "app" : NULL));
    assert_int_equal(logout(c, said), OUTCOME_LOGOUT_NOT_CONFIRMED);
    assert_int_equal(c->answer, ANSWER_LOGOUT_UNCONFIRMED);
    cell_assert_audit(c, "logout", "logout_not_confirmed");
    assert_true(is_signed_in(c, s));
}

static void customer_is_asked_when_it_is_not_certain(void **state)
{
    struct cell *c = *state;
    struct scene s, elsewhere, somebody;
    struct kept altered, junk;

    assert_int_equal(cell_add_user(c, "bob", CELL_PASSWORD), OUTCOME_OK);
    sign_in(c, &s);
    sign_in(c, &elsewhere); /* the same customer in another browser */
    memset(&somebody, 0, sizeof(somebody));
    flow_ask(c, &somebody.flow);
    assert_int_equal(flow_authorize(c, &somebody.flow), OUTCOME_OK);
    assert_int_equal(flow_login(c, &somebody.flow, "bob", CELL_PASSWORD), OUTCOME_OK);
    assert_int_equal(flow_consent(c, &somebody.flow, true), OUTCOME_OK);
    assert_int_equal(flow_redeem(c, &somebody.flow), OUTCOME_OK);
    kept_take(&somebody.id_token, c->reply.code_redeem.id_token);

    expect_asked(c, &s, NULL, NULL);
    expect_asked(c, &s, NULL, "app");
    expect_asked(c, &s, NULL, "nobody");
    expect_asked(c, &s, &elsewhere.id_token, NULL);
    expect_asked(c, &s, &somebody.id_token, NULL);
    altered = s.id_token;
    altered.bytes[altered.len - 8] = altered.bytes[altered.len - 8] == 'A' ? 'B' : 'A';
    expect_asked(c, &s, &altered, NULL);
    kept_take(&junk, SPAN_LITERAL("junk"));
    expect_asked(c, &s, &junk, NULL);
    expect_asked(c, &s, &s.flow.access, NULL);
    expect_asked(c, &s, &s.flow.session, NULL);
}

/* It knows the session and is signed by us, but it is another kind of token (RFC 8725 3.11). */
static void signed_introspection_is_no_hint(void **state)
{
    struct cell *c = *state;
    struct scene s;
    struct kept jwt;

    sign_in(c, &s);
    c->request.introspect = (struct req_introspect){.client_id = SPAN_LITERAL("api"),
                                                    .client_secret = kept_secret(&c->api.secret),
                                                    .token = kept_secret(&s.flow.access),
                                                    .as_jwt = true};
    assert_int_equal(cell_call(c, MESSAGE_INTROSPECT), OUTCOME_OK);
    kept_take(&jwt, c->reply.introspect.jwt);
    assert_true(jwt.len > 0);
    expect_asked(c, &s, &jwt, NULL);
}

static void client_that_is_gone_is_nobodys_word(void **state)
{
    struct cell *c = *state;
    struct scene s;

    sign_in(c, &s);
    assert_int_equal(cell_set_client(c, "app", false), OUTCOME_OK);
    assert_int_equal(page(c, (struct said){.session = &s.flow.session, .hint = &s.id_token}), OUTCOME_OK);
    assert_int_equal(c->reply.logout_page.next, LOGOUT_ASK);
    assert_true(span_is_absent(c->reply.logout_page.client_name));
    assert_int_equal(cell_remove_client(c, "app"), OUTCOME_OK);
    assert_int_equal(page(c, (struct said){.session = &s.flow.session, .hint = &s.id_token}), OUTCOME_OK);
    assert_int_equal(c->reply.logout_page.next, LOGOUT_ASK);
}

/* "app" becomes pairwise, straight in its record. */
static void make_pairwise(struct cell *c)
{
    struct store_txn *txn = NULL;
    struct client_record client;

    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    assert_int_equal(
        record_get(txn, TABLE_CLIENTS, SPAN_LITERAL("app"), &client_fields, OUTCOME_CLIENT_UNKNOWN,
                   &client),
        OUTCOME_OK);
    client.is_pairwise = true;
    client.sector = SPAN_LITERAL("app.example");
    assert_int_equal(record_put(txn, TABLE_CLIENTS, SPAN_LITERAL("app"), &client_fields, &client),
                     OUTCOME_OK);
    assert_int_equal(store_commit(&txn), STORE_OK);
}

/* The client knows its customers by other names since: its old ID tokens are about nobody that it knows now. */
static void hint_of_another_subject_is_asked_about(void **state)
{
    struct cell *c = *state;
    struct scene s;

    sign_in(c, &s);
    make_pairwise(c);
    expect_asked(c, &s, &s.id_token, NULL);
}

/* Its ID tokens have a sid of its own, which is known for the session's all the same. */
static void pairwise_client_signs_its_customer_out(void **state)
{
    struct cell *c = *state;
    struct scene s;

    make_pairwise(c);
    sign_in(c, &s);
    assert_int_equal(logout(c, (struct said){.session = &s.flow.session, .hint = &s.id_token}), OUTCOME_OK);
    assert_false(is_signed_in(c, &s));
}

static void form_confirms(void **state)
{
    struct cell *c = *state;
    struct scene s, elsewhere;
    struct kept csrf, foreign, empty = {.len = 0};
    struct said said;

    register_return(c, "app");
    sign_in(c, &s);
    sign_in(c, &elsewhere);
    said = (struct said){
        .session = &s.flow.session, .client_id = "app", .uri = RETURN_URI, .state = "x", .csrf = &csrf};
    assert_int_equal(page(c, said), OUTCOME_OK);
    assert_true(span_equal_text(c->reply.logout_page.client_name, "app"));
    kept_take(&csrf, c->reply.logout_page.csrf);
    assert_int_equal(page(c, (struct said){.session = &elsewhere.flow.session}), OUTCOME_OK);
    kept_take(&foreign, c->reply.logout_page.csrf);
    assert_false(kept_equal(&csrf, &foreign));

    said.csrf = &foreign;
    assert_int_equal(logout(c, said), OUTCOME_LOGOUT_NOT_CONFIRMED);
    said.csrf = &empty;
    assert_int_equal(logout(c, said), OUTCOME_LOGOUT_NOT_CONFIRMED);
    assert_true(is_signed_in(c, &s));
    said.csrf = &csrf;
    assert_int_equal(logout(c, said), OUTCOME_OK);
    cell_assert_audit(c, "logout", "ok");
    assert_true(span_equal_text(c->reply.logout.location, RETURN_URI "?state=x"));
    assert_false(is_signed_in(c, &s));
    assert_true(is_signed_in(c, &elsewhere)); /* nobody else's */
}

/* The consent page's value is the browser's too, but it was shown for something else. */
static void csrf_of_another_form_confirms_nothing(void **state)
{
    struct cell *c = *state;
    struct scene s;
    struct kept csrf;

    sign_in(c, &s);
    flow_ask(c, &s.flow)->prompt = SPAN_LITERAL("consent");
    assert_int_equal(flow_authorize(c, &s.flow), OUTCOME_OK);
    assert_int_equal(flow_consent_page(c, &s.flow), OUTCOME_OK);
    kept_take(&csrf, c->reply.consent_page.csrf);
    assert_true(csrf.len > 0);
    assert_int_equal(logout(c, (struct said){.session = &s.flow.session, .csrf = &csrf}),
                     OUTCOME_LOGOUT_NOT_CONFIRMED);
}

/* ---- nothing to do ------------------------------------------------------------------------------------- */

static void nobody_is_signed_in(void **state)
{
    struct cell *c = *state;
    struct scene s;
    struct kept junk;

    register_return(c, "app");
    sign_in(c, &s);
    kept_take(&junk, SPAN_LITERAL("junk"));
    assert_int_equal(page(c, (struct said){0}), OUTCOME_OK);
    assert_int_equal(c->reply.logout_page.next, LOGOUT_NOTHING);
    assert_true(span_is_absent(c->reply.logout_page.csrf));
    assert_true(span_is_absent(c->reply.logout_page.customer_name));
    assert_int_equal(
        page(c, (struct said){.session = &junk, .hint = &s.id_token, .uri = RETURN_URI, .state = "x"}),
        OUTCOME_OK);
    assert_int_equal(c->reply.logout_page.next, LOGOUT_NOTHING);
    assert_true(span_equal_text(c->reply.logout_page.location, RETURN_URI "?state=x"));
    assert_int_equal(logout(c, (struct said){.hint = &s.id_token}), OUTCOME_SESSION_ENDED);
    assert_int_equal(logout(c, (struct said){.session = &junk, .hint = &s.id_token}), OUTCOME_SESSION_ENDED);
    cell_advance(c, 1800); /* idle */
    assert_int_equal(page(c, (struct said){.session = &s.flow.session, .hint = &s.id_token}), OUTCOME_OK);
    assert_int_equal(c->reply.logout_page.next, LOGOUT_NOTHING);
}

/* ---- refusals ------------------------------------------------------------------------------------------ */

static void address_that_is_not_registered_is_refused(void **state)
{
    struct cell *c = *state;
    struct scene s;
    struct kept junk;
    const struct {
        const struct kept *hint;
        const char *client_id, *uri;
        enum outcome outcome;
    } rows[] = {
        {&s.id_token, NULL, "https://evil.example/", OUTCOME_LOGOUT_REDIRECT_BAD},
        {&s.id_token, NULL, RETURN_URI "/", OUTCOME_LOGOUT_REDIRECT_BAD},
        {&s.id_token, NULL, RETURN_URI "?", OUTCOME_LOGOUT_REDIRECT_BAD},
        {&s.id_token, NULL, "https://app.example/by", OUTCOME_LOGOUT_REDIRECT_BAD},
        {&s.id_token, NULL, "https://APP.example/bye", OUTCOME_LOGOUT_REDIRECT_BAD},
        {&s.id_token, NULL, CELL_REDIRECT, OUTCOME_LOGOUT_REDIRECT_BAD}, /* for codes, not for this */
        {NULL, "app", "https://evil.example/", OUTCOME_LOGOUT_REDIRECT_BAD},
        {NULL, "other", RETURN_URI, OUTCOME_LOGOUT_REDIRECT_BAD},
        {NULL, "nobody", RETURN_URI, OUTCOME_LOGOUT_REDIRECT_BAD},
        {NULL, "api", RETURN_URI, OUTCOME_LOGOUT_REDIRECT_BAD},
        {NULL, NULL, RETURN_URI, OUTCOME_LOGOUT_REDIRECT_BAD}, /* whose? */
        {&junk, NULL, RETURN_URI, OUTCOME_LOGOUT_REDIRECT_BAD},
        {&s.id_token, "other", NULL, OUTCOME_LOGOUT_CLIENT_DIFFERS},
        {&s.id_token, "other", RETURN_URI, OUTCOME_LOGOUT_CLIENT_DIFFERS},
        {&s.id_token, "nobody", RETURN_URI, OUTCOME_LOGOUT_CLIENT_DIFFERS},
        {&junk, "app", RETURN_URI, OUTCOME_OK},
        {&s.id_token, "app", RETURN_URI, OUTCOME_OK},
    };

    register_return(c, "app");
    register_return(c, "api"); /* it is no client, whatever its record says */
    sign_in(c, &s);
    kept_take(&junk, SPAN_LITERAL("junk"));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct said said = {.session = &s.flow.session,
                            .hint = rows[i].hint,
                            .client_id = rows[i].client_id,
                            .uri = rows[i].uri,
                            .state = "x"};

        if (page(c, said) != rows[i].outcome)
            fail_msg("row %zu", i);
        if (rows[i].outcome == OUTCOME_OK)
            continue;
        assert_true(c->answer == ANSWER_PAGE_BAD_LOGOUT || c->answer == ANSWER_PAGE_BAD_LOGOUT_REDIRECT);
        assert_true(span_is_absent(c->reply.logout_page.location));
        assert_int_equal(logout(c, said), rows[i].outcome);
        assert_true(span_is_absent(c->reply.logout.location));
        said.session = NULL; /* nor where nobody is signed in */
        assert_int_equal(page(c, said), rows[i].outcome);
        assert_true(is_signed_in(c, &s));
    }
}

static void disabled_client_gets_no_redirect(void **state)
{
    struct cell *c = *state;
    struct scene s;

    register_return(c, "app");
    sign_in(c, &s);
    assert_int_equal(cell_set_client(c, "app", false), OUTCOME_OK);
    assert_int_equal(
        page(c, (struct said){.session = &s.flow.session, .hint = &s.id_token, .uri = RETURN_URI}),
        OUTCOME_LOGOUT_REDIRECT_BAD);
    assert_int_equal(page(c, (struct said){.client_id = "app", .uri = RETURN_URI}),
                     OUTCOME_LOGOUT_REDIRECT_BAD);
}

/* The right csrf does not make a wrong address right: nothing is done. */
static void confirmed_form_with_another_address_is_refused(void **state)
{
    struct cell *c = *state;
    struct scene s;
    struct kept csrf;

    register_return(c, "app");
    sign_in(c, &s);
    assert_int_equal(
        page(c, (struct said){.session = &s.flow.session, .client_id = "app", .uri = RETURN_URI}),
        OUTCOME_OK);
    kept_take(&csrf, c->reply.logout_page.csrf);
    assert_int_equal(logout(c, (struct said){.session = &s.flow.session,
                                             .client_id = "app",
                                             .uri = "https://evil.example/",
                                             .csrf = &csrf}),
                     OUTCOME_LOGOUT_REDIRECT_BAD);
    cell_assert_audit(c, "logout", "logout_redirect_bad");
    assert_true(is_signed_in(c, &s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST(hint_of_this_session_ends_it),
        CELL_TEST(expired_hint_and_one_of_a_refresh_are_as_good),
        CELL_TEST(browser_goes_back_with_its_state),
        CELL_TEST(customer_is_asked_when_it_is_not_certain),
        CELL_TEST(signed_introspection_is_no_hint),
        CELL_TEST(client_that_is_gone_is_nobodys_word),
        CELL_TEST(hint_of_another_subject_is_asked_about),
        CELL_TEST(pairwise_client_signs_its_customer_out),
        CELL_TEST(form_confirms),
        CELL_TEST(csrf_of_another_form_confirms_nothing),
        CELL_TEST(nobody_is_signed_in),
        CELL_TEST(address_that_is_not_registered_is_refused),
        CELL_TEST(disabled_client_gets_no_redirect),
        CELL_TEST(confirmed_form_with_another_address_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
