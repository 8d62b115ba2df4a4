#include "frontend/client_request.h"

#include "frontend/respond.h"

bool client_request_parse(struct exchange *x, const struct form_field *fields, size_t field_count)
{
    form_parse(&x->form, x->request->body, fields, field_count);
    credentials_take_basic(x->request->authorization, &x->client);
    if (x->client.state == CREDENTIALS_USABLE)
        return true;
    respond_error(x, ANSWER_INVALID_CLIENT);
    return false;
}

bool client_request_is_sound(const struct exchange *x)
{
    const struct form_value *id = &x->form.values[CLIENT_REQUEST_ID];
    const struct form_value *secret = &x->form.values[CLIENT_REQUEST_SECRET];

    if (!form_is_sound(&x->form) || !span_is_absent(secret->text))
        return false;
    return span_is_absent(id->text) || span_equal(id->text, x->client.client_id);
}

static void on_client_checked(struct exchange *x, enum answer answer, const struct rep_client_check *reply)
{
    (void)reply;
    if (answer == ANSWER_OK && x->then == ANSWER_OK)
        respond_empty_send(respond_begin(x, 200, RESPOND_NO_STORE));
    else
        respond_error(x, answer == ANSWER_OK ? x->then : answer);
}

void client_request_finish(struct exchange *x, enum answer then)
{
    const struct req_client_check request = {.client_id = x->client.client_id,
                                             .client_secret = x->client.client_secret};

    x->then = then;
    vault_call_client_check(x, &request, on_client_checked);
}
