/*
 * UserInfo (OpenID Connect Core 5.3): the claims that a bearer token opens. The vault composes them; here
 * they only become an answer, which no cache may keep.
 */
#include "frontend/bearer.h"
#include "frontend/endpoints.h"
#include "frontend/respond.h"
#include "frontend/vault_call.h"

static void on_userinfo(struct exchange *x, enum answer answer, const struct rep_userinfo *reply)
{
    struct response *r;

    if (answer != ANSWER_OK) {
        bearer_refuse(x, answer, reply->required_scope);
        return;
    }
    r = respond_begin(x, 200, RESPOND_NO_STORE);
    buf_put_span(&r->body, reply->json);
    respond_json_send(r);
}

void ep_userinfo(struct exchange *x)
{
    struct req_userinfo request;
    struct span token;
    enum bearer_state state = bearer_take_posted(x->request, &x->form, &token);

    if (state != BEARER_USABLE) {
        bearer_refuse_state(x, state);
        return;
    }
    request = (struct req_userinfo){.token = secret_ref_of(token)};
    vault_call_userinfo(x, &request, on_userinfo);
}
