#include "tests/unit/frontend/pages.h"

static const struct page_login_model login = {
    .client_name = SPAN_LITERAL("Fernwood & Sons"),
    .handle = SPAN_LITERAL("h-1_"),
    .csrf = SPAN_LITERAL("c-1_"),
};

static void put_login(struct page_login_model model)
{
    struct buf out = fresh();

    model.language = spoken;
    assert_true(page_login(&out, &brand, &model));
    is_a_document();
}

static void login_asks_for_name_and_password(void **state)
{
    (void)state;
    put_login(login);
    has("<title>Sign in – First Harbor Bank</title>");
    has("<form method=\"post\" action=\"" PAGE_PATH_LOGIN "\">");
    has("<input type=\"hidden\" name=\"request\" value=\"h-1_\">");
    has("<input type=\"hidden\" name=\"csrf\" value=\"c-1_\">");
    has("<label for=\"username\">");
    has("autocomplete=\"username\"");
    has("<label for=\"password\">");
    has("type=\"password\" autocomplete=\"current-password\"");
    has("Fernwood &amp; Sons");
    has("href=\"https://bank.example/help?a&amp;b\"");
    lacks("role=\"alert\"");
    lacks("role=\"status\"");
    lacks("aria-invalid");
    lacks("autofocus");
}

static void wrong_input_is_told_beside_the_fields(void **state)
{
    struct page_login_model model = login;

    (void)state;
    model.message = ANSWER_LOGIN_FAILED;
    model.message_kind = PAGE_MESSAGE_INPUT;
    model.login_hint = SPAN_LITERAL("alex");
    put_login(model);
    has("<title>Error: ");
    has("role=\"alert\"");
    has("password is wrong");
    has("value=\"alex\"");
    assert_int_equal(times("aria-invalid=\"true\""), 2);
    assert_int_equal(times("aria-describedby=\"message"), 2);
    assert_int_equal(times("id=\"message\""), 1);
}

static void other_messages_leave_the_fields_alone(void **state)
{
    struct page_login_model model = login;

    (void)state;
    model.message = ANSWER_LOGIN_LOCKED;
    model.message_kind = PAGE_MESSAGE_ERROR;
    put_login(model);
    has("role=\"alert\"");
    lacks("aria-invalid");
    model.message = ANSWER_SESSION_NEEDED;
    model.message_kind = PAGE_MESSAGE_NOTICE;
    put_login(model);
    has("role=\"status\"");
    lacks("role=\"alert\"");
    lacks("<title>Error");
}

static const struct span_list titles = {{SPAN_LITERAL("Your accounts"), SPAN_LITERAL("<Other> things")}, 2};
static const struct span_list descriptions = {
    {SPAN_LITERAL("Names & balances."), SPAN_LITERAL("What else.")}, 2};

static struct page_consent_model consent_model(void)
{
    return (struct page_consent_model){.client_name = SPAN_LITERAL("Fernwood"),
                                       .customer_name = SPAN_LITERAL("Alex Morgan"),
                                       .scope_titles = &titles,
                                       .scope_descriptions = &descriptions,
                                       .ends_at_s = 1827014400,
                                       .returns_to = SPAN_LITERAL("https://app.fernwood.example"),
                                       .handle = SPAN_LITERAL("h-2"),
                                       .csrf = SPAN_LITERAL("c-2")};
}

static void put_consent(struct page_consent_model model)
{
    struct buf out = fresh();

    model.language = spoken;
    assert_true(page_consent(&out, &brand, &model));
    is_a_document();
}

static void consent_says_who_what_and_how_long(void **state)
{
    (void)state;
    put_consent(consent_model());
    has("<form method=\"post\" action=\"" PAGE_PATH_CONSENT "\"");
    has("<input type=\"hidden\" name=\"request\" value=\"h-2\">");
    has("<input type=\"hidden\" name=\"csrf\" value=\"c-2\">");
    has("Alex Morgan");
    has("Your accounts");
    has("Names &amp; balances.");
    has("&lt;Other&gt; things");
    has("<time datetime=\"2027-11-24\">24 November 2027</time>");
    has("<bdi>app.fernwood.example</bdi>");
    has("<button type=\"submit\" name=\"decision\" value=\"deny\">");
    has("<button type=\"submit\" name=\"decision\" value=\"approve\">");
    assert_int_equal(times("<button"), 2);
    assert_int_equal(times("<li>"), 2 + 2);
}

static void consent_leaves_out_what_is_not_known(void **state)
{
    struct page_consent_model model = consent_model();

    (void)state;
    model.ends_at_s = 0;
    model.returns_to = SPAN_LITERAL("com.example.app:");
    put_consent(model);
    lacks("<time");
    has("Until you end it");
    lacks("com.example.app");
    lacks("Whichever");
}

static void lists_that_do_not_belong_together_are_no_page(void **state)
{
    struct page_consent_model model = consent_model();
    struct span_list shorter = titles;
    struct buf out = fresh();

    (void)state;
    shorter.len = 1;
    model.scope_titles = &shorter;
    assert_false(page_consent(&out, &brand, &model));
}

static void the_day_has_each_language_s_form(void **state)
{
    struct page_consent_model model = consent_model();

    (void)state;
    model.ends_at_s = 1795478400;
    put_consent(model);
    has("<time datetime=\"2026-11-24\">24 November 2026</time>");
    spoken = LANGUAGE_fr;
    put_consent(model);
    has("<time datetime=\"2026-11-24\">24&nbsp;novembre 2026</time>");
    spoken = LANGUAGE_es;
    put_consent(model);
    has("<time datetime=\"2026-11-24\">24&nbsp;de&nbsp;noviembre de 2026</time>");
    model.ends_at_s = UINT64_MAX; /* nonsense, but no overflow of ours */
    put_consent(model);
}

static void the_consent_page_lets_somebody_else_sign_in(void **state)
{
    struct page_consent_model model = consent_model();

    (void)state;
    put_consent(model);
    has("<a href=\"" PAGE_PATH_LOGIN "?request=h-2\">Sign in as someone else</a>");
    model.handle = SPAN_LITERAL("a/b&c=\"d");
    put_consent(model);
    has("<a href=\"" PAGE_PATH_LOGIN "?request=a%2Fb%26c%3D%22d\">");
}

static void put_error(struct page_error_model model)
{
    struct buf out = fresh();

    model.language = spoken;
    assert_true(page_error(&out, &brand, &model));
    is_a_document();
}

static void errors_have_words_and_a_reference(void **state)
{
    (void)state;
    put_error((struct page_error_model){.http_status = 400,
                                        .answer = ANSWER_PAGE_UNKNOWN_CLIENT,
                                        .reference = SPAN_LITERAL("4bf92f3577b34da6")});
    has("<h1>We cannot continue</h1>");
    has("We do not know the app that sent you here.");
    has("<code>4bf92f3577b34da6</code>");
    lacks("<form");
    put_error((struct page_error_model){.http_status = 503});
    has("<h1>Please try again soon</h1>");
    lacks("<code>");
    put_error((struct page_error_model){.http_status = 418});
    has("<h1>We cannot continue</h1>");
    put_error((struct page_error_model){.http_status = 502});
    has("<h1>Something went wrong</h1>");
}

/* What outcome.def says to a client is not for a customer. */
static void an_answer_without_words_has_those_of_its_status(void **state)
{
    (void)state;
    put_error((struct page_error_model){.http_status = 400, .answer = ANSWER_INVALID_REQUEST});
    has("Something about this request is not right.");
    lacks("malformed");
}

static void errors_are_told_in_the_language_asked_for(void **state)
{
    const struct page_error_model unknown = {.http_status = 400, .answer = ANSWER_PAGE_UNKNOWN_CLIENT};

    (void)state;
    spoken = LANGUAGE_fr;
    put_error(unknown);
    has("<title>Nous ne pouvons pas continuer – First Harbor Bank</title>");
    has("Nous ne connaissons pas l’application d’où vous venez.");
    spoken = LANGUAGE_es;
    put_error(unknown);
    has("<h1>No podemos continuar</h1>");
    has("No conocemos la aplicación desde la que llegó.");
}

static void no_language_is_the_first(void **state)
{
    struct buf out = fresh();
    const struct page_error_model model = {.language = LANGUAGE_NONE, .http_status = 404};

    (void)state;
    assert_true(page_error(&out, &brand, &model));
    is_a_document();
    assert_string_equal(page_language_tag(LANGUAGE_NONE), "en");
    assert_string_equal(page_language_tag(LANGUAGE_fr), "fr");
}

/* Every address of ours stands behind it; nothing else changes. */
static void pages_below_a_path_stay_there(void **state)
{
    (void)state;
    make_brand("Bank", "/banks/first_1", SPAN_NONE);
    put_login(login);
    has("href=\"/banks/first_1" PAGE_PATH_STYLE "\"");
    has("href=\"/banks/first_1" PAGE_PATH_LOGO "\"");
    has("action=\"/banks/first_1" PAGE_PATH_LOGIN "\"");
    lacks("\"/oauth2");
    put_consent(consent_model());
    has("action=\"/banks/first_1" PAGE_PATH_CONSENT "\"");
    has("href=\"/banks/first_1" PAGE_PATH_LOGIN "?request=h-2\"");
    lacks("\"/oauth2");
}

static void put_evil_pages(void)
{
    const struct span evil = SPAN_LITERAL(EVIL);
    const struct span_list evils = {{SPAN_LITERAL(EVIL), SPAN_LITERAL(EVIL)}, 2};
    struct page_consent_model consent = {LANGUAGE_en, evil, evil, &evils, &evils, 1, evil, evil, evil};

    put_login((struct page_login_model){LANGUAGE_en, evil, evil, evil, evil, ANSWER_LOGIN_FAILED,
                                        PAGE_MESSAGE_INPUT});
    lacks("<img");
    has("&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;amp;&lt;img src=x onerror=alert(1)&gt;");
    put_consent(consent);
    lacks("<img");
    consent.returns_to = SPAN_LITERAL("https://\"><script>");
    put_consent(consent);
    put_error((struct page_error_model){LANGUAGE_en, 400, ANSWER_OK, evil});
    lacks("<img");
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

static uint8_t quotes[LIMIT_HANDLE];

static struct page_consent_model largest_consent(void)
{
    static struct span_list longest_titles, longest_descriptions;
    const struct span name = span_of(quotes, LIMIT_NAME);

    for (size_t i = 0; i < LIMIT_LIST; i++) {
        longest_titles.items[i] = name;
        longest_descriptions.items[i] = span_of(quotes, LIMIT_DESCRIPTION);
    }
    longest_titles.len = longest_descriptions.len = LIMIT_LIST;
    return (struct page_consent_model){.client_name = name,
                                       .customer_name = name,
                                       .scope_titles = &longest_titles,
                                       .scope_descriptions = &longest_descriptions,
                                       .ends_at_s = 1,
                                       .returns_to = span_of(quotes, LIMIT_URI),
                                       .handle = span_of(quotes, LIMIT_HANDLE),
                                       .csrf = span_of(quotes, LIMIT_COOKIE)};
}

static void the_largest_model_fits(void **state)
{
    const struct span name = span_of(quotes, LIMIT_NAME);
    struct page_consent_model consent;
    struct buf out;

    (void)state;
    memset(quotes, '"', sizeof(quotes));
    consent = largest_consent();
    for (int language = 0; language < LANGUAGE_COUNT; language++) {
        spoken = (enum language)language;
        put_consent(consent);
        put_login((struct page_login_model){.client_name = name,
                                            .handle = span_of(quotes, LIMIT_HANDLE),
                                            .csrf = name,
                                            .login_hint = span_of(quotes, LIMIT_HINT)});
    }
    out = buf_over(page, 1000);
    assert_false(page_consent(&out, &brand, &consent));
}

static void names_from_right_to_left_and_emoji_stay_whole(void **state)
{
    struct page_consent_model model = consent_model();

    (void)state;
    make_brand("élan Bank", NULL, SPAN_NONE);
    model.client_name = SPAN_LITERAL("مخطط \xF0\x9F\x92\xB0");
    put_consent(model);
    has("<bdi>مخطط \xF0\x9F\x92\xB0</bdi>");
    has("<span class=\"mark\" aria-hidden=\"true\">é</span>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(login_asks_for_name_and_password, a_bank),
        cmocka_unit_test_setup(wrong_input_is_told_beside_the_fields, a_bank),
        cmocka_unit_test_setup(other_messages_leave_the_fields_alone, a_bank),
        cmocka_unit_test_setup(consent_says_who_what_and_how_long, a_bank),
        cmocka_unit_test_setup(consent_leaves_out_what_is_not_known, a_bank),
        cmocka_unit_test_setup(lists_that_do_not_belong_together_are_no_page, a_bank),
        cmocka_unit_test_setup(the_day_has_each_language_s_form, a_bank),
        cmocka_unit_test_setup(the_consent_page_lets_somebody_else_sign_in, a_bank),
        cmocka_unit_test_setup(errors_have_words_and_a_reference, a_bank),
        cmocka_unit_test_setup(an_answer_without_words_has_those_of_its_status, a_bank),
        cmocka_unit_test_setup(errors_are_told_in_the_language_asked_for, a_bank),
        cmocka_unit_test_setup(no_language_is_the_first, a_bank),
        cmocka_unit_test_setup(pages_below_a_path_stay_there, a_bank),
        cmocka_unit_test_setup(markup_in_any_value_is_text, a_bank),
        cmocka_unit_test_setup(the_largest_model_fits, a_bank),
        cmocka_unit_test_setup(names_from_right_to_left_and_emoji_stay_whole, a_bank),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
