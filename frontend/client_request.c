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

const char *client_request_fault(const struct exchange *x)
{
    const struct form_value *id = &x->form.values[CLIENT_REQUEST_ID];
    const struct form_value *secret = &x->form.values[CLIENT_REQUEST_SECRET];

    if (x->form.has_repeated)
        return "A parameter is there more than once.";
    if (x->form.is_malformed)
        return "A parameter is too long, or is not valid percent-encoded UTF-8.";
    if (!span_is_absent(secret->text))
        return "Send the client_secret by HTTP Basic only, not in the body as well.";
    if (!span_is_absent(id->text) && !span_equal(id->text, x->client.client_id))
        return "The client_id in the body is not the one that HTTP Basic names.";
    return NULL;
}

void client_request_send_fault(struct exchange *x)
{
    respond_http_error(x, 400, "invalid_request", x->fault);
}

static void on_client_checked(struct exchange *x, enum answer answer, const struct rep_client_check *reply)
{
    (void)reply;
    if (answer == ANSWER_OK && x->fault)
        client_request_send_fault(x);
    else if (answer == ANSWER_OK && x->then == ANSWER_OK)
        respond_empty_send(respond_begin(x, 200, RESPOND_NO_STORE));
    else
        respond_error(x, answer == ANSWER_OK ? x->then : answer);
}

static void check_client(struct exchange *x)
{
    const struct req_client_check request = {.client_id = x->client.client_id,
                                             .client_secret = x->client.client_secret};

    vault_call_client_check(x, &request, on_client_checked);
}

void client_request_finish(struct exchange *x, enum answer then)
{
    x->then = then;
    x->fault = NULL;
    check_client(x);
}

void client_request_refuse(struct exchange *x, const char *fault)
{
    x->fault = fault;
    check_client(x);
}
