/* The two pages of frontend/page.h that are about signing out. */
#include "tests/unit/frontend/pages.h"

static void put_logout(struct page_logout_model model)
{
    struct buf out = fresh();

    model.language = spoken;
    assert_true(page_logout(&out, &brand, &model));
    is_a_document();
}

static void put_signed_out(struct page_signed_out_model model)
{
    struct buf out = fresh();

    model.language = spoken;
    assert_true(page_signed_out(&out, &brand, &model));
    is_a_document();
}

static const struct page_logout_model logout = {
    .client_name = SPAN_LITERAL("Fernwood"),
    .customer_name = SPAN_LITERAL("Alex Morgan"),
    .csrf = SPAN_LITERAL("c-3"),
    .id_token_hint = SPAN_LITERAL("e.y.J"),
    .client_id = SPAN_LITERAL("fernwood-1"),
    .post_logout_redirect_uri = SPAN_LITERAL("https://app.example/out?a=1&b=2"),
    .state = SPAN_LITERAL("s\"1"),
    .ui_locales = SPAN_LITERAL("fr-CA en"),
};

static void logout_asks_and_carries_back_what_was_said(void **state)
{
    (void)state;
    put_logout(logout);
    has("<h1 id=\"question\">Sign out of First Harbor Bank?</h1>");
    has("Signed in as <bdi>Alex Morgan</bdi>");
    has("<bdi>Fernwood</bdi></strong> asks to sign you out");
    has("<form method=\"post\" action=\"" PAGE_PATH_END_SESSION "\"");
    has("<input type=\"hidden\" name=\"csrf\" value=\"c-3\">");
    has("<input type=\"hidden\" name=\"id_token_hint\" value=\"e.y.J\">");
    has("<input type=\"hidden\" name=\"client_id\" value=\"fernwood-1\">");
    has("<input type=\"hidden\" name=\"post_logout_redirect_uri\" "
        "value=\"https://app.example/out?a=1&amp;b=2\">");
    has("<input type=\"hidden\" name=\"state\" value=\"s&#34;1\">");
    has("<input type=\"hidden\" name=\"ui_locales\" value=\"fr-CA en\">");
    has("name=\"confirm\" value=\"yes\">Sign out</button>");
    has("name=\"confirm\" value=\"no\">Stay signed in</button>");
    assert_int_equal(times("<button"), 2);
}

/* An empty field would come back as a parameter that the client never sent. */
static void logout_invents_no_parameter(void **state)
{
    const struct page_logout_model bare = {.customer_name = SPAN_LITERAL("Alex"), .csrf = SPAN_LITERAL("c")};

    (void)state;
    put_logout(bare);
    assert_int_equal(times("<input"), 1);
    has("name=\"csrf\"");
    has("You will be signed out of");
    lacks("asks to sign you out");
}

static void signed_out_says_so_and_leads_back(void **state)
{
    struct page_signed_out_model model = {.client_name = SPAN_LITERAL("Fernwood"),
                                          .return_url = SPAN_LITERAL("https://app.example/")};

    (void)state;
    put_signed_out(model);
    has("<h1>You are signed out</h1>");
    has("close all windows of this browser");
    has("<a href=\"https://app.example/\" rel=\"noreferrer\">");
    has("Go back to <bdi>Fernwood</bdi>");
    lacks("<form");
    model.client_name = SPAN_NONE;
    put_signed_out(model);
    has("Go back to the app");
}

static void a_link_that_is_none_is_left_out(void **state)
{
    static const char *const urls[] = {"", "javascript:alert(1)", "com.example.app:/out", "//app.example/",
                                       "mailto:a@b.example", "data:text/html,x", "https://app.example/ x"};

    (void)state;
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        put_signed_out((struct page_signed_out_model){.client_name = SPAN_LITERAL("Fernwood"),
                                                      .return_url = span_of_text(urls[i])});
        lacks("Go back");
    }
}

static void who_stays_is_told_so(void **state)
{
    (void)state;
    put_signed_out((struct page_signed_out_model){.is_still_signed_in = true});
    has("<title>You are still signed in – First Harbor Bank</title>");
    has("<h1>You are still signed in</h1>");
    lacks("You are signed out");
    lacks("close all windows");
}

static void below_a_path_the_form_goes_there(void **state)
{
    (void)state;
    make_brand("Bank", "/banks/first_1", SPAN_NONE);
    put_logout(logout);
    has("action=\"/banks/first_1" PAGE_PATH_END_SESSION "\"");
    lacks("\"/oauth2");
}

static void put_evil_pages(void)
{
    const struct span evil = SPAN_LITERAL(EVIL);

    put_logout((struct page_logout_model){LANGUAGE_en, evil, evil, evil, evil, evil, evil, evil, evil});
    lacks("<img");
    put_signed_out((struct page_signed_out_model){LANGUAGE_en, false, evil, evil});
    lacks("<img");
    put_signed_out((struct page_signed_out_model){
        LANGUAGE_en, true, evil, SPAN_LITERAL("https://app.example/\"onclick=\"alert(1)")});
    lacks("<img");
    lacks("\"onclick");
}

static void markup_in_any_value_is_text(void **state)
{
    (void)state;
    make_brand(EVIL, NULL, SPAN_NONE);
    for (int language = 0; language < LANGUAGE_COUNT; language++) {
        spoken = (enum language)language;
        put_evil_pages();
    }
}

static void the_largest_model_fits(void **state)
{
    static uint8_t quotes[LIMIT_ID_TOKEN];
    const struct span name = span_of(quotes, LIMIT_NAME);

    (void)state;
    memset(quotes, '"', sizeof(quotes));
    for (int language = 0; language < LANGUAGE_COUNT; language++) {
        spoken = (enum language)language;
        put_logout((struct page_logout_model){.client_name = name,
                                              .customer_name = name,
                                              .csrf = name,
                                              .id_token_hint = span_of(quotes, LIMIT_ID_TOKEN),
                                              .client_id = span_of(quotes, LIMIT_CLIENT_ID),
                                              .post_logout_redirect_uri = span_of(quotes, LIMIT_LOGOUT_URI),
                                              .state = span_of(quotes, LIMIT_STATE),
                                              .ui_locales = span_of(quotes, LIMIT_HINT)});
        put_signed_out((struct page_signed_out_model){.client_name = name,
                                                      .return_url = span_of(quotes, LIMIT_LOCATION)});
    }
}

/* Every language asks its own question and names its own buttons. */
static void each_language_asks_in_its_own_words(void **state)
{
    (void)state;
    spoken = LANGUAGE_fr;
    put_logout(logout);
    has("<h1 id=\"question\">Fermer votre session chez First Harbor Bank&#8239;?</h1>");
    has("value=\"yes\">Fermer la session</button>");
    put_signed_out((struct page_signed_out_model){0});
    has("<h1>Votre session est fermée</h1>");
    spoken = LANGUAGE_es;
    put_logout(logout);
    has("<h1 id=\"question\">¿Cerrar su sesión en First Harbor Bank?</h1>");
    has("value=\"no\">Mantener la sesión</button>");
    put_signed_out((struct page_signed_out_model){.is_still_signed_in = true});
    has("<h1>Su sesión sigue abierta</h1>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(logout_asks_and_carries_back_what_was_said, a_bank),
        cmocka_unit_test_setup(logout_invents_no_parameter, a_bank),
        cmocka_unit_test_setup(signed_out_says_so_and_leads_back, a_bank),
        cmocka_unit_test_setup(a_link_that_is_none_is_left_out, a_bank),
        cmocka_unit_test_setup(who_stays_is_told_so, a_bank),
        cmocka_unit_test_setup(below_a_path_the_form_goes_there, a_bank),
        cmocka_unit_test_setup(markup_in_any_value_is_text, a_bank),
        cmocka_unit_test_setup(the_largest_model_fits, a_bank),
        cmocka_unit_test_setup(each_language_asks_in_its_own_words, a_bank),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
