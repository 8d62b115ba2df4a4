/* What a client may register, and what it may become: each rule from the outside, as the operator meets it. */
#include "tests/unit/vault/cell.h"

#include "vault/jws.h"

#define TWO_HOSTS "https://a.example/cb https://b.example/cb"
#define HOST_OF_130                                                                                          \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"                                      \
    ".xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

/* A member that a row leaves out is absent; lists are words with a space between them. */
struct row {
    const char *id, *name, *uris, *post_logout, *scope, *alg, *type, *sector;
    bool is_server;
    const char *problem; /* what the refusal says; NULL: it is taken */
    const char *shown;   /* what the answer to one that is taken holds */
};

static struct span_list words(const char *text)
{
    struct span_list list = {.len = 0};
    struct span rest = span_of_text(text), word;

    while (span_next_word(&rest, ' ', &word))
        list.items[list.len++] = word;
    return list;
}

static void expect(const struct row *row, enum outcome outcome, struct span problem, struct span json)
{
    const char *what = row->problem ? row->problem : row->shown;
    struct span said = row->problem ? problem : json;

    if (outcome != (row->problem ? OUTCOME_ADMIN_BAD_VALUE : OUTCOME_OK))
        fail_msg("\"%s\": %s (%.*s)", what, outcome_name(outcome), SPAN_PRINTF(problem));
    assert_int_equal(problem.len > 0, row->problem != NULL);
    assert_int_equal(json.len > 0, row->problem == NULL);
    if (!memmem(said.ptr, said.len, what, strlen(what)))
        fail_msg("\"%s\" is not in \"%.*s\"", what, SPAN_PRINTF(said));
}

/* ---- adding ------------------------------------------------------------------------------------------ */

static const struct row additions[] = {
    {.shown = "\"post_logout_redirect_uris\":[]"},
    {.shown = "\"subject_type\":\"public\""},
    {.shown = "\"id_token_signed_response_alg\":\"ES256\""},
    {.name = "", .problem = "a name is needed"},
    {.id = "a\nb", .problem = "control characters"},
    {.uris = "", .problem = "at least one redirect URI"},
    {.uris = "http://a.example/", .problem = "redirect URI 1: http is allowed on"},
    {.uris = "https://a.example/ /callback", .problem = "redirect URI 2: it is not absolute"},
    {.uris = "https://a.example/#x", .problem = "redirect URI 1: it has a fragment"},
    {.scope = "openid everything", .problem = "the scope everything is not"},
    {.scope = "accounts", .problem = "the scope must hold openid"},
    /* Signing out. */
    {.post_logout = "https://a.example/out http://127.0.0.1:8000/out com.example.app:/out",
     .shown = "[\"https://a.example/out\",\"http://127.0.0.1:8000/out\",\"com.example.app:/out\"]"},
    {.post_logout = "https://a.example/out#x", .problem = "post-logout redirect URI 1: it has a fragment"},
    {.post_logout = "https://a.example/ http://a.example/",
     .problem = "post-logout redirect URI 2: http is allowed on"},
    {.post_logout = "/out", .problem = "post-logout redirect URI 1: it is not absolute"},
    {.post_logout = "javascript:alert(1)", .problem = "post-logout redirect URI 1: "},
    /* Signing. */
    {.alg = "ES256", .shown = "\"id_token_signed_response_alg\":\"ES256\""},
    {.alg = "PS256", .shown = "\"id_token_signed_response_alg\":\"PS256\""},
    {.alg = "RS256", .shown = "\"id_token_signed_response_alg\":\"RS256\""},
    {.alg = "none", .problem = "signing_algorithms: ES256, PS256, RS256"},
    {.alg = "es256", .problem = "signing_algorithms: ES256, PS256, RS256"},
    {.alg = "HS256", .problem = "signing_algorithms: ES256, PS256, RS256"},
    {.alg = "", .problem = "signing_algorithms: ES256, PS256, RS256"},
    /* Subjects. */
    {.type = "public", .shown = "\"subject_type\":\"public\""},
    {.type = "", .problem = "public or pairwise"},
    {.type = "Pairwise", .problem = "public or pairwise"},
    {.type = "pairwise", .shown = "\"subject_type\":\"pairwise\",\"sector_identifier\":\"app.example\""},
    {.type = "pairwise",
     .uris = "https://A.Example:8443/cb https://a.example/",
     .shown = "\"sector_identifier\":\"a.example\""},
    {.type = "pairwise",
     .uris = TWO_HOSTS,
     .problem = "on several hosts, so a pairwise client needs a sector"},
    {.type = "pairwise",
     .uris = TWO_HOSTS,
     .sector = "Apps.Example",
     .shown = "\"sector_identifier\":\"apps.example\""},
    {.type = "pairwise", .uris = "http://127.0.0.1/cb", .problem = "no host of the app's own"},
    {.type = "pairwise", .uris = "http://localhost/cb", .problem = "no host of the app's own"},
    {.type = "pairwise", .uris = "http://[::1]/cb", .problem = "no host of the app's own"},
    {.type = "pairwise", .uris = "com.example.app:/cb", .problem = "no host of the app's own"},
    {.type = "pairwise",
     .uris = "https://a.example/ com.example.app:/cb",
     .problem = "no host of the app's own"},
    {.type = "pairwise", .uris = "com.example.app:/cb", .sector = "a.example", .shown = "\"a.example\""},
    {.type = "pairwise", .uris = "https://" HOST_OF_130 "/", .problem = "very long"},
    {.type = "pairwise", .sector = "[2001:db8::1]", .shown = "\"sector_identifier\":\"[2001:db8::1]\""},
    {.type = "pairwise", .sector = "", .problem = "the sector must be a host"},
    {.type = "pairwise", .sector = "https://a.example", .problem = "the sector must be a host"},
    {.type = "pairwise", .sector = "a.example:443", .problem = "the sector must be a host"},
    {.type = "pairwise", .sector = "a.example/x", .problem = "the sector must be a host"},
    {.type = "pairwise", .sector = "a b", .problem = "the sector must be a host"},
    {.type = "public", .sector = "a.example", .problem = "only a pairwise client has a sector"},
    {.sector = "a.example", .problem = "only a pairwise client has a sector"},
    /* Resource servers. */
    {.is_server = true, .uris = "", .shown = "\"introspection_signed_response_alg\":\"ES256\""},
    {.is_server = true,
     .uris = "",
     .alg = "RS256",
     .shown = "\"introspection_signed_response_alg\":\"RS256\""},
    {.is_server = true, .uris = "", .alg = "HS256", .problem = "signing_algorithms: ES256"},
    {.is_server = true, .problem = "no redirect URI"},
    {.is_server = true,
     .uris = "",
     .post_logout = "https://a.example/",
     .problem = "no post-logout redirect URI"},
    {.is_server = true, .uris = "", .type = "pairwise", .problem = "no subject_type"},
    {.is_server = true, .uris = "", .type = "public", .problem = "no subject_type"},
    {.is_server = true, .uris = "", .sector = "a.example", .problem = "only a pairwise client"},
};

static enum outcome add(struct cell *c, const struct row *row)
{
    c->request.client_add = (struct req_client_add){
        .client_id = span_of_text(row->id),
        .name = span_of_text(row->name ? row->name : "An App"),
        .is_resource_server = row->is_server,
        .redirect_uris = words(row->uris ? row->uris : CELL_REDIRECT),
        .scope = span_of_text(row->scope),
        .post_logout_redirect_uris = words(row->post_logout),
        .signing_alg = span_of_text(row->alg),
        .subject_type = span_of_text(row->type),
        .sector = span_of_text(row->sector),
    };
    return cell_call(c, MESSAGE_CLIENT_ADD);
}

static void client_must_make_sense(void **state)
{
    struct cell *c = *state;
    uint64_t taken = cell_count(c, TABLE_CLIENTS);

    for (size_t i = 0; i < sizeof(additions) / sizeof(additions[0]); i++) {
        enum outcome outcome = add(c, &additions[i]);

        expect(&additions[i], outcome, c->reply.client_add.problem, c->reply.client_add.json);
        assert_int_equal(c->reply.client_add.client_secret.len > 0, outcome == OUTCOME_OK);
        taken += outcome == OUTCOME_OK;
    }
    assert_int_equal(cell_count(c, TABLE_CLIENTS), taken);
    assert_int_equal(add(c, &(struct row){.id = "app"}), OUTCOME_ADMIN_CONFLICT);
}

/* ---- changing ---------------------------------------------------------------------------------------- */

static enum outcome update(struct cell *c, const struct row *row)
{
    c->request.client_update = (struct req_client_update){
        .client_id = span_of_text(row->id),
        .name = span_of_text(row->name),
        .redirect_uris = words(row->uris),
        .scope = span_of_text(row->scope),
        .post_logout_redirect_uris = words(row->post_logout),
        .signing_alg = span_of_text(row->alg),
        .subject_type = span_of_text(row->type),
        .sector = span_of_text(row->sector),
    };
    return cell_call(c, MESSAGE_CLIENT_UPDATE);
}

static void update_all(struct cell *c, const struct row *rows, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        enum outcome outcome = update(c, &rows[i]);

        expect(&rows[i], outcome, c->reply.client_update.problem, c->reply.client_update.json);
    }
}

static void changed_client_must_make_sense(void **state)
{
    static const struct row rows[] = {
        {.id = "app", .name = "", .problem = "a name is needed"},
        {.id = "app", .uris = "http://a.example/", .problem = "redirect URI 1: http is allowed on"},
        {.id = "app", .scope = "", .problem = "the scope must hold openid"},
        {.id = "app", .scope = "openid everything", .problem = "the scope everything is not"},
        {.id = "app",
         .post_logout = "https://a.example/#x",
         .problem = "post-logout redirect URI 1: it has a fragment"},
        {.id = "app", .alg = "HS256", .problem = "signing_algorithms: ES256, PS256, RS256"},
        {.id = "app", .type = "secret", .problem = "public or pairwise"},
        {.id = "app", .sector = "a.example", .problem = "only a pairwise client"},
        {.id = "app", .type = "pairwise", .uris = TWO_HOSTS, .problem = "on several hosts"},
        {.id = "api", .uris = "https://a.example/", .problem = "no redirect URI"},
        {.id = "api", .post_logout = "https://a.example/", .problem = "no post-logout redirect URI"},
        {.id = "api", .type = "pairwise", .problem = "no subject_type"},
        {.id = "api", .alg = "HS256", .problem = "signing_algorithms: ES256"},
        {.id = "api", .alg = "PS256", .shown = "\"introspection_signed_response_alg\":\"PS256\""},
        /* None of that has changed anything. */
        {.id = "app", .shown = "\"name\":\"app\""},
        {.id = "app", .shown = "\"redirect_uris\":[\"" CELL_REDIRECT "\"]"},
        {.id = "app", .shown = "\"id_token_signed_response_alg\":\"ES256\",\"subject_type\":\"public\""},
    };
    struct cell *c = *state;

    update_all(c, rows, sizeof(rows) / sizeof(rows[0]));
    c->request.client_update = (struct req_client_update){
        .client_id = SPAN_LITERAL("app"), .refresh_grace_s = 5, .no_refresh_grace = true};
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_ADMIN_BAD_VALUE);
    c->request.client_update = (struct req_client_update){
        .client_id = SPAN_LITERAL("app"),
        .post_logout_redirect_uris = words("https://a.example/"),
        .no_post_logout = true};
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_ADMIN_BAD_VALUE);
    c->request.client_update = (struct req_client_update){.client_id = SPAN_LITERAL("app"),
                                                          .audience = SPAN_LITERAL("")};
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_ADMIN_BAD_VALUE);
}

/* A pairwise client's subjects change when somebody says so, not because it moves to another host. */
static void sector_is_left_on_purpose_only(void **state)
{
    static const struct row rows[] = {
        {.id = "app", .type = "pairwise", .shown = "\"sector_identifier\":\"app.example\""},
        {.id = "app", .uris = "https://app.example/other", .shown = "\"sector_identifier\":\"app.example\""},
        {.id = "app", .uris = "https://b.example/cb", .problem = "leave the host app.example"},
        {.id = "app",
         .uris = "https://app.example/cb https://b.example/cb",
         .problem = "leave the host app.example"},
        {.id = "app", .uris = "com.example.app:/cb", .problem = "leave the host app.example"},
        /* Said so: it stays, wherever the client goes from there. */
        {.id = "app",
         .uris = "https://b.example/cb",
         .sector = "app.example",
         .shown = "\"sector_identifier\":\"app.example\""},
        {.id = "app", .uris = TWO_HOSTS, .shown = "\"sector_identifier\":\"app.example\""},
        {.id = "app", .uris = "com.example.app:/cb", .shown = "\"sector_identifier\":\"app.example\""},
        {.id = "app", .sector = "new.example", .shown = "\"sector_identifier\":\"new.example\""},
        /* Public and back: it is settled anew. */
        {.id = "app", .type = "public", .shown = "\"subject_type\":\"public\""},
        {.id = "app", .type = "pairwise", .problem = "no host of the app's own"},
    };
    struct cell *c = *state;

    update_all(c, rows, sizeof(rows) / sizeof(rows[0]));
}

/* The configuration may offer fewer algorithms today than when the client was registered. */
static void algorithm_that_is_offered_no_more_must_be_changed(void **state)
{
    static const struct row rows[] = {
        {.id = "app", .name = "Another", .problem = "signing_algorithms: ES256, RS256"},
        {.id = "app", .alg = "PS256", .problem = "signing_algorithms: ES256, RS256"},
        {.id = "app", .alg = "RS256", .shown = "\"RS256\""},
        {.id = "app", .name = "Another", .shown = "\"name\":\"Another\""},
    };
    struct cell *c = *state;

    assert_int_equal(update(c, &(struct row){.id = "app", .alg = "PS256"}), OUTCOME_OK);
    c->vault.config.signing_algorithms = 1U << JWS_ES256 | 1U << JWS_RS256;
    update_all(c, rows, sizeof(rows) / sizeof(rows[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST(client_must_make_sense),
        CELL_TEST(changed_client_must_make_sense),
        CELL_TEST(sector_is_left_on_purpose_only),
        CELL_TEST(algorithm_that_is_offered_no_more_must_be_changed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
