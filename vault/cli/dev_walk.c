#include "vault/cli/dev_walk.h"

#include "vault/cli/admin.h"

#include <stdio.h>

/* RFC 7636 appendix B: a pair that everybody knows, good for a demonstration and for nothing else. */
#define DEMO_VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define DEMO_CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define DEMO_SCOPE "openid+profile+email+accounts+transactions"

/* What the commands below have in common, so that each of them can be read. */
static void print_names(const struct dev_cell *cell, const json_t *quickstart)
{
    const json_t *client = json_object_get(quickstart, "client");
    const json_t *server = json_object_get(quickstart, "resource_server");
    char jar[DEV_PATH_MAX];

    printf("Or do all of it here, in a shell:\n\n"
           "    BASE=%s; JAR=%s; c() { curl -sS%s%s \"$@\"; }\n",
           cell->base_url, dev_path(cell, "log/cookies.txt", jar), cell->http ? "" : " --cacert ",
           cell->http ? "" : member_text(quickstart, "ca_file"));
    printf("    CLIENT_ID=%s; CLIENT_SECRET=%s\n"
           "    GATEWAY_ID=%s; GATEWAY_SECRET=%s\n"
           "    CALLBACK=%s\n",
           member_text(client, "client_id"), member_text(client, "client_secret"),
           member_text(server, "client_id"), member_text(server, "client_secret"),
           member_text(client, "redirect_uri"));
    printf("    field() { sed -n \"s/.*name=\\\"$1\\\"[^>]*value=\\\"\\([^\\\"]*\\)\\\".*/\\1/p\" | head -n "
           "1; }\n");
}

/* prompt: so that it also works when the customer has signed in and allowed all of this before. */
static void print_browser(const json_t *user)
{
    printf("\n  1. The app reads what the bank's server can do, and where.\n\n"
           "    c $BASE/.well-known/openid-configuration | jq .\n");
    printf(
        "\n  2. The app sends the browser to the bank; the customer logs in and approves.\n\n"
        "    PAGE=$(c -L -c $JAR -b $JAR \"$BASE/oauth2/v4/authorize?response_type=code&client_id=$CLIENT_ID"
        "&redirect_uri=$CALLBACK&scope=" DEMO_SCOPE "&state=demo&prompt=login+consent"
        "&code_challenge=" DEMO_CHALLENGE "&code_challenge_method=S256\")\n"
        "    PAGE=$(c -L -c $JAR -b $JAR --data-urlencode request=\"$(echo \"$PAGE\" | field request)\" \\\n"
        "      --data-urlencode csrf=\"$(echo \"$PAGE\" | field csrf)\" -d username=%s -d password=%s "
        "$BASE/oauth2/v4/login)\n",
        member_text(user, "username"), member_text(user, "password"));
    printf(
        "    CODE=$(c -o /dev/null -D - -c $JAR -b $JAR --data-urlencode request=\"$(echo \"$PAGE\" | field "
        "request)\" \\\n"
        "      --data-urlencode csrf=\"$(echo \"$PAGE\" | field csrf)\" -d decision=approve "
        "$BASE/oauth2/v4/consent |\n"
        "      sed -n 's/.*[?&]code=\\([^&]*\\).*/\\1/p')\n");
}

static void print_app(void)
{
    printf(
        "\n  3. The app changes the code into tokens, and asks who the customer is.\n\n"
        "    TOKENS=$(c -u \"$CLIENT_ID:$CLIENT_SECRET\" -d grant_type=authorization_code -d code=$CODE \\\n"
        "      -d redirect_uri=$CALLBACK -d code_verifier=" DEMO_VERIFIER " $BASE/oauth2/v4/token)\n"
        "    echo \"$TOKENS\" | jq .\n"
        "    ACCESS=$(echo \"$TOKENS\" | jq -r .access_token); REFRESH=$(echo \"$TOKENS\" | jq -r "
        ".refresh_token)\n"
        "    c -H \"Authorization: Bearer $ACCESS\" $BASE/oauth2/v4/userinfo | jq .\n");
    printf("\n  4. The bank's gateway asks what the token is for, and whether it opens a resource.\n\n"
           "    c -u \"$GATEWAY_ID:$GATEWAY_SECRET\" -d token=$ACCESS $BASE/oauth2/v4/introspect | jq .\n"
           "    c -D - -H \"Authorization: Bearer $ACCESS\" -H 'X-Original-Method: GET' \\\n"
           "      -H 'X-Original-URI: /fdx/v6/accounts/checking-4711/transactions' $BASE/oauth2/v4/check\n");
}

/* The end of the session is not the end of the grant: the order shows it. */
static void print_ends(void)
{
    printf("\n  5. The customer signs out at the bank, too: the app sends the browser there, and gets it "
           "back.\n\n"
           "    c -o /dev/null -D - -c $JAR -b $JAR \"$BASE/oauth2/v4/end_session?id_token_hint=$(echo "
           "\"$TOKENS\" "
           "|\n"
           "      jq -r .id_token)&post_logout_redirect_uri=${CALLBACK%%callback}signed-out\" | grep -i "
           "^location\n");
    printf("\n  6. The app refreshes all the same, and gives the tokens back when the customer leaves it.\n\n"
           "    REFRESH=$(c -u \"$CLIENT_ID:$CLIENT_SECRET\" -d grant_type=refresh_token -d "
           "refresh_token=$REFRESH "
           "\\\n"
           "      $BASE/oauth2/v4/token | jq -r .refresh_token)\n"
           "    c -u \"$CLIENT_ID:$CLIENT_SECRET\" -d token=$REFRESH $BASE/oauth2/v4/revoke\n"
           "    c -u \"$GATEWAY_ID:$GATEWAY_SECRET\" -d token=$ACCESS $BASE/oauth2/v4/introspect; echo\n");
}

void dev_walk_print(const struct dev_cell *cell, const json_t *quickstart)
{
    const json_t *client = json_object_get(quickstart, "client");
    const json_t *user = json_object_get(quickstart, "user");

    printf("\nStrongroom runs at %s; all of it is in %s.\n\n"
           "The customer's part, in a browser%s:\n\n"
           "    %s/oauth2/v4/authorize?response_type=code&client_id=%s&redirect_uri=%s"
           "&scope=" DEMO_SCOPE "&state=demo&code_challenge=" DEMO_CHALLENGE "&code_challenge_method=S256\n\n"
           "    User name %s, password %s. The app is not there, so the browser ends on an address that does "
           "not\n"
           "    answer; the code stands in it.\n\n",
           cell->base_url, cell->dir,
           cell->http ? "" : " (it does not know the development CA and will say so)", cell->base_url,
           member_text(client, "client_id"), member_text(client, "redirect_uri"),
           member_text(user, "username"), member_text(user, "password"));
    print_names(cell, quickstart);
    print_browser(user);
    print_app();
    print_ends();
    printf("\nThe operator's part:\n\n"
           "    export STRONGROOM_SOCKET=%s PATH=\"%s:$PATH\"\n"
           "    strongroom status; strongroom key list; strongroom grant list; strongroom audit tail "
           "--follow\n\n",
           member_text(quickstart, "admin_socket"), cell->binaries);
}
