/*
 * Where a bearer token may stand in a request, and what a refusal says (RFC 6750 2, 3).
 */
#include "frontend/bearer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/token_text.h"

#define FORM "application/x-www-form-urlencoded"

/* An access token by its looks, in `TOKEN` of a template. */
static const char *good_token(void)
{
    static char text[TOKEN_TEXT_LEN + 1];
    static const uint8_t sealed[TOKEN_SEALED_LEN] = {1, 2, 3};
    struct buf out = buf_over(text, TOKEN_TEXT_LEN);

    token_text_put(&out, TOKEN_ACCESS, sealed);
    assert_true(buf_ok(&out));
    return text;
}

/* `template` with each TOKEN replaced, in memory that may be decoded in place; absent for NULL. */
static struct span fill(const char *template, char *room, size_t size)
{
    struct buf out = buf_over(room, size);
    const char *at;

    if (!template)
        return SPAN_NONE;
    while ((at = strstr(template, "TOKEN"))) {
        buf_put(&out, template, (size_t)(at - template));
        buf_put_text(&out, good_token());
        template = at + strlen("TOKEN");
    }
    buf_put_text(&out, template);
    assert_true(buf_ok(&out));
    return buf_span(&out);
}

static void assert_is_the_token(enum bearer_state state, struct span token)
{
    if (state == BEARER_USABLE)
        assert_true(span_equal_text(token, good_token()));
    else
        assert_true(span_equal_text(token, "untouched"));
}

/* ---- the header ---------------------------------------------------------------------------------------- */

static const struct header_row {
    const char *authorization;
    enum bearer_state state;
} header_rows[] = {
    {"Bearer TOKEN", BEARER_USABLE},
    {"bearer TOKEN", BEARER_USABLE},
    {"BEARER   TOKEN", BEARER_USABLE},
    {NULL, BEARER_ABSENT},
    {"", BEARER_ABSENT},
    {"Bearer", BEARER_ABSENT},
    {"TOKEN", BEARER_ABSENT},
    {"Basic TOKEN", BEARER_ABSENT},
    {"DPoP TOKEN", BEARER_ABSENT},
    {"Bearertoken TOKEN", BEARER_ABSENT},
    {"Bearer\tTOKEN", BEARER_ABSENT},
    {"Bearer ", BEARER_UNUSABLE},
    {"Bearer x", BEARER_UNUSABLE},
    {"Bearer TOKENx", BEARER_UNUSABLE},
    {"Bearer xTOKEN", BEARER_UNUSABLE},
    {"Bearer TOKEN ", BEARER_UNUSABLE},
    {"Bearer TOKEN, Bearer TOKEN", BEARER_UNUSABLE},
    {"Bearer TOKEN TOKEN", BEARER_UNUSABLE},
    {"Bearer \"TOKEN\"", BEARER_UNUSABLE},
    {"Bearer token=TOKEN", BEARER_UNUSABLE},
    {"Bearer eyJhbGciOiJub25lIn0.e30.", BEARER_UNUSABLE},
};

static void header_holds_a_token_or_not(void **state)
{
    char room[1024];

    (void)state;
    for (size_t i = 0; i < sizeof(header_rows) / sizeof(header_rows[0]); i++) {
        const struct http_request request = {
            .method = HTTP_VERB_GET,
            .authorization = fill(header_rows[i].authorization, room, sizeof(room)),
            .query = SPAN_LITERAL("access_token=x")};
        struct span token = SPAN_LITERAL("untouched");

        print_message("%s\n", header_rows[i].authorization ? header_rows[i].authorization : "none");
        assert_int_equal(bearer_take(&request, &token), header_rows[i].state);
        assert_is_the_token(header_rows[i].state, token);
    }
}

/* ---- the form ------------------------------------------------------------------------------------------ */

static const struct posted_row {
    enum http_method method;
    const char *media_type;
    const char *body;
    const char *authorization;
    enum bearer_state state;
} posted_rows[] = {
    {HTTP_VERB_POST, FORM, "access_token=TOKEN", NULL, BEARER_USABLE},
    {HTTP_VERB_POST, FORM ";charset=UTF-8", "a=b&access%5Ftoken=TOKEN", NULL, BEARER_USABLE},
    {HTTP_VERB_POST, FORM, "", "Bearer TOKEN", BEARER_USABLE},
    {HTTP_VERB_POST, FORM, "access_token=", "Bearer TOKEN", BEARER_USABLE}, /* empty is absent */
    {HTTP_VERB_POST, FORM, "a=b", "Bearer TOKEN", BEARER_USABLE},
    {HTTP_VERB_POST, NULL, NULL, "Bearer TOKEN", BEARER_USABLE},
    {HTTP_VERB_POST, "application/json", "{\"access_token\":\"x\"}", "Bearer TOKEN", BEARER_USABLE},
    {HTTP_VERB_GET, FORM, "access_token=x", "Bearer TOKEN",
     BEARER_USABLE}, /* a GET has no body that counts */
    {HTTP_VERB_POST, FORM, "", NULL, BEARER_ABSENT},
    {HTTP_VERB_POST, FORM, "access_token=", NULL, BEARER_ABSENT},
    {HTTP_VERB_POST, FORM, "token=TOKEN", NULL, BEARER_ABSENT},
    {HTTP_VERB_POST, FORM, "Access_Token=TOKEN", NULL, BEARER_ABSENT},
    {HTTP_VERB_POST, NULL, "access_token=TOKEN", NULL, BEARER_ABSENT},
    {HTTP_VERB_POST, "text/plain", "access_token=TOKEN", NULL, BEARER_ABSENT},
    {HTTP_VERB_POST, "multipart/form-data", "access_token=TOKEN", NULL, BEARER_ABSENT},
    {HTTP_VERB_POST, FORM "; charset=latin1", "access_token=TOKEN", NULL, BEARER_ABSENT},
    {HTTP_VERB_GET, FORM, "access_token=TOKEN", NULL, BEARER_ABSENT},
    {HTTP_VERB_POST, FORM, "access_token=x", NULL, BEARER_UNUSABLE},
    {HTTP_VERB_POST, FORM, "access_token=TOKEN%20", NULL, BEARER_UNUSABLE},
    {HTTP_VERB_POST, FORM, "access_token=TOKEN", "Bearer TOKEN", BEARER_AMBIGUOUS},
    {HTTP_VERB_POST, FORM, "access_token=x", "Bearer TOKEN", BEARER_AMBIGUOUS},
    {HTTP_VERB_POST, FORM, "access_token=TOKEN", "Bearer x", BEARER_AMBIGUOUS},
    {HTTP_VERB_POST, FORM, "access_token=TOKEN", "Basic YTpi", BEARER_AMBIGUOUS},
    {HTTP_VERB_POST, FORM, "access_token=TOKEN&access_token=TOKEN", NULL, BEARER_AMBIGUOUS},
    {HTTP_VERB_POST, FORM, "access_token=&access_token=TOKEN", NULL, BEARER_AMBIGUOUS},
    {HTTP_VERB_POST, FORM, "access_token=&access_token=", "Bearer TOKEN", BEARER_AMBIGUOUS},
    {HTTP_VERB_POST, FORM, "access_token=%zz", NULL, BEARER_AMBIGUOUS},
    {HTTP_VERB_POST, FORM, "a=%ff", "Bearer TOKEN", BEARER_AMBIGUOUS},
};

static void form_holds_a_token_or_the_header_does_never_both(void **state)
{
    char body[1024], authorization[1024];

    (void)state;
    for (size_t i = 0; i < sizeof(posted_rows) / sizeof(posted_rows[0]); i++) {
        const struct posted_row *row = &posted_rows[i];
        const struct http_request request = {
            .method = row->method,
            .content_type = span_of_text(row->media_type),
            .body = fill(row->body, body, sizeof(body)),
            .authorization = fill(row->authorization, authorization, sizeof(authorization)),
        };
        struct span token = SPAN_LITERAL("untouched");
        struct form form;

        print_message("row %zu\n", i);
        assert_int_equal(bearer_take_posted(&request, &form, &token), row->state);
        assert_is_the_token(row->state, token);
    }
}

/* ---- the challenge ------------------------------------------------------------------------------------- */

static bool puts_challenge(enum answer answer, struct span scope, const char *wanted)
{
    uint8_t room[512];
    struct buf out = buf_over(room, sizeof(room));

    bearer_put_challenge(&out, answer, scope);
    if (!buf_ok(&out))
        return false;
    if (!span_equal_text(buf_span(&out), wanted))
        fail_msg("%.*s", SPAN_PRINTF(buf_span(&out)));
    return true;
}

static void challenge_says_what_is_wrong(void **state)
{
    (void)state;
    assert_true(puts_challenge(ANSWER_OK, SPAN_NONE, "Bearer realm=\"strongroom\""));
    assert_true(
        puts_challenge(ANSWER_INVALID_TOKEN, SPAN_NONE,
                       "Bearer realm=\"strongroom\", error=\"invalid_token\", error_description=\"The access "
                       "token is missing, invalid, expired or revoked.\""));
    assert_true(
        puts_challenge(ANSWER_INSUFFICIENT_SCOPE, SPAN_LITERAL("openid accounts"),
                       "Bearer realm=\"strongroom\", error=\"insufficient_scope\", error_description=\"The "
                       "access token does not allow this.\", scope=\"openid accounts\""));
    assert_true(
        puts_challenge(ANSWER_INSUFFICIENT_SCOPE, SPAN_NONE,
                       "Bearer realm=\"strongroom\", error=\"insufficient_scope\", error_description=\"The "
                       "access token does not allow this.\""));
    assert_true(puts_challenge(
        ANSWER_INVALID_REQUEST, SPAN_LITERAL(""),
        "Bearer realm=\"strongroom\", error=\"invalid_request\", error_description=\"The request "
        "is malformed: a parameter is missing, repeated, too long or not well-formed.\""));
}

static void challenge_cannot_be_split(void **state)
{
    (void)state;
    assert_false(puts_challenge(ANSWER_INSUFFICIENT_SCOPE, SPAN_LITERAL("a\", error=\"x"), ""));
    assert_false(puts_challenge(ANSWER_INSUFFICIENT_SCOPE, SPAN_LITERAL("a\\"), ""));
    assert_false(puts_challenge(ANSWER_INSUFFICIENT_SCOPE, SPAN_LITERAL("a\r\nX: y"), ""));
    assert_false(puts_challenge(ANSWER_INSUFFICIENT_SCOPE, SPAN_LITERAL("\xc3\xa9"), ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_holds_a_token_or_not),
        cmocka_unit_test(form_holds_a_token_or_the_header_does_never_both),
        cmocka_unit_test(challenge_says_what_is_wrong),
        cmocka_unit_test(challenge_cannot_be_split),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
