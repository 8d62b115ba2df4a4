/*
 * USER_*: the operator's customers. Passwords are hashed in the slow lane's pool; the store never sees one.
 */
#include "vault/claims.h"
#include "vault/document.h"
#include "vault/password.h"
#include "vault/user.h"

#include "common/b64url.h"

#define SUBJECT_BYTES 16

static enum outcome answer_user(struct op *op, struct span subject, const struct user_record *user,
                                struct span *ret_json)
{
    struct document document = document_begin(op);

    document_user(&document.json, NULL, subject, user, true);
    return document_end(&document, ret_json);
}

/* ---- hashing, in the pool ---------------------------------------------------------------------------- */

static const char *password_problem(struct secret_ref password)
{
    return password.len < PASSWORD_MIN ? "a password needs at least 8 characters" : NULL;
}

static void hash_new(struct op *op, struct secret_ref password, struct slow_result *result)
{
    struct password_cost cost = {op->vault->config.passwords.memory / 1024,
                                 op->vault->config.passwords.iterations};

    result->password_memory_kib = cost.memory_kib;
    result->password_iterations = cost.iterations;
    if (password_problem(password)) {
        result->outcome = OUTCOME_ADMIN_BAD_VALUE;
        return;
    }
    if (!rng_fill(&op->vault->rng, result->password_salt, PASSWORD_SALT_LEN)) {
        result->outcome = OUTCOME_NO_RANDOM;
        return;
    }
    result->outcome = password_hash(op->bench->keys, secret_ref_reveal(password),
                                    span_of(result->password_salt, PASSWORD_SALT_LEN), cost,
                                    result->password_hash);
}

void slow_user_add(struct op *op, struct slow_result *ret_result)
{
    hash_new(op, op->request->user_add.password, ret_result);
}

void slow_user_reset_password(struct op *op, struct slow_result *ret_result)
{
    hash_new(op, op->request->user_reset_password.password, ret_result);
}

static void take_password(const struct op *op, struct user_record *user)
{
    user->password_hash = span_of(op->slow->password_hash, PASSWORD_HASH_LEN);
    user->password_salt = span_of(op->slow->password_salt, PASSWORD_SALT_LEN);
    user->password_memory_kib = op->slow->password_memory_kib;
    user->password_iterations = op->slow->password_iterations;
}

/* ---- deciding, in the writer ------------------------------------------------------------------------- */

static enum outcome new_subject(struct op *op, struct span *ret_subject)
{
    uint8_t bytes[SUBJECT_BYTES];
    size_t start = op->text.len;

    if (!rng_fill(&op->vault->rng, bytes, sizeof(bytes)))
        return OUTCOME_NO_RANDOM;
    b64url_encode(&op->text, span_of(bytes, sizeof(bytes)));
    *ret_subject = span_of(op->text.ptr + start, op->text.len - start);
    return buf_ok(&op->text) ? OUTCOME_OK : OUTCOME_INTERNAL;
}

static const char *username_problem(struct span username)
{
    if (username.len == 0)
        return "a user name is needed";
    for (size_t i = 0; i < username.len; i++)
        if (username.ptr[i] <= 0x20 || username.ptr[i] == 0x7f)
            return "a user name must not hold spaces or control characters";
    return NULL;
}

static bool has_claim(const struct span_list *claims, struct span name)
{
    for (size_t i = 0; i < claims->len; i++)
        if (span_equal(claim_name(claims->items[i]), name))
            return true;
    return false;
}

/* "claim 2: ...": which of them, because there may be many; not its value, which is the customer's business. */
static struct span claims_problem(struct op *op, const struct span_list *claims)
{
    size_t start = op->text.len;

    for (size_t i = 0; i < claims->len; i++) {
        struct span_list earlier = *claims;
        const char *problem = NULL;

        earlier.len = i;
        if (claim_is_valid(claims->items[i], &problem) && has_claim(&earlier, claim_name(claims->items[i])))
            problem = "its name is that of an earlier one";
        if (!problem)
            continue;
        buf_printf(&op->text, "claim %zu: %s", i + 1, problem);
        return span_of(op->text.ptr + start, op->text.len - start);
    }
    return SPAN_NONE;
}

enum outcome op_user_add(struct op *op)
{
    const struct req_user_add *request = &op->request->user_add;
    struct rep_user_add *reply = &op->reply->user_add;
    const char *problem = username_problem(request->username);
    uint8_t room[LIMIT_NAME];
    struct user_record user = {
        .username = request->username,
        .name = request->name.len ? request->name : request->username,
        .accounts = request->accounts,
        .created_at_s = op->now_s,
        .sessions_valid_from_s = op->now_s,
        .claims = request->claims,
        .claims_at_s = request->claims.len ? op->now_s : 0,
    };
    struct span subject, taken;
    enum store_result found;
    enum outcome rc;

    if (!problem)
        problem = password_problem(request->password);
    reply->problem = problem ? span_of_text(problem) : claims_problem(op, &request->claims);
    if (!span_is_absent(reply->problem))
        return OUTCOME_ADMIN_BAD_VALUE;
    if (op->slow->outcome != OUTCOME_OK)
        return op->slow->outcome;
    found = store_get(op->txn, TABLE_LOGINS, user_login_key(request->username, room), &taken);
    if (found == STORE_OK) {
        reply->problem = SPAN_LITERAL("there is a customer with that user name already");
        return OUTCOME_ADMIN_CONFLICT;
    }
    rc = found == STORE_NOT_FOUND ? new_subject(op, &subject) : store_outcome(found);
    if (rc != OUTCOME_OK)
        return rc;
    op->audit.subject = subject;
    take_password(op, &user);
    rc = user_store(op->txn, subject, &user);
    if (rc == OUTCOME_OK)
        rc = store_outcome(
            store_put(op->txn, TABLE_LOGINS, user_login_key(request->username, room), subject));
    return rc == OUTCOME_OK ? answer_user(op, subject, &user, &reply->json) : rc;
}

static enum outcome put_user(struct op *op, struct json_writer *json, struct span login, struct span subject)
{
    enum outcome rc = record_get(op->txn, TABLE_USERS, subject, &user_fields, OUTCOME_STORE_FAILED,
                                 &op->user);

    (void)login;
    if (rc == OUTCOME_OK)
        document_user(json, NULL, subject, &op->user, false);
    return rc;
}

enum outcome op_user_list(struct op *op)
{
    struct rep_user_list *reply = &op->reply->user_list;

    return document_list(op, "users", TABLE_LOGINS, op->request->user_list.after, put_user, &reply->json,
                         &reply->next);
}

static enum outcome load_user(struct op *op, struct span username, struct span *ret_subject)
{
    enum outcome rc = user_find(op, username, ret_subject, &op->user);

    if (rc == OUTCOME_OK)
        op->audit.subject = *ret_subject;
    else
        op->audit.detail = username; /* what was asked for */
    return rc == OUTCOME_USER_UNKNOWN ? OUTCOME_ADMIN_NOT_FOUND : rc;
}

enum outcome op_user_set_status(struct op *op)
{
    const struct req_user_set_status *request = &op->request->user_set_status;
    struct span subject;
    enum outcome rc = load_user(op, request->username, &subject);

    if (rc != OUTCOME_OK)
        return rc;
    op->user.is_disabled = !request->enabled;
    if (!request->enabled)
        op->user.sessions_valid_from_s = op->now_s + 1; /* enabled again, the customer logs in again */
    op->user.failures = 0;
    op->user.locked_until_s = 0;
    op->audit.detail = request->enabled ? SPAN_LITERAL("enabled") : SPAN_LITERAL("disabled");
    rc = user_store(op->txn, subject, &op->user);
    return rc == OUTCOME_OK ? answer_user(op, subject, &op->user, &op->reply->user_set_status.json) : rc;
}

enum outcome op_user_reset_password(struct op *op)
{
    const struct req_user_reset_password *request = &op->request->user_reset_password;
    struct rep_user_reset_password *reply = &op->reply->user_reset_password;
    struct span subject;
    enum outcome rc = load_user(op, request->username, &subject);

    if (rc != OUTCOME_OK)
        return rc;
    if (password_problem(request->password)) {
        reply->problem = span_of_text(password_problem(request->password));
        return OUTCOME_ADMIN_BAD_VALUE;
    }
    if (op->slow->outcome != OUTCOME_OK)
        return op->slow->outcome;
    take_password(op, &op->user);
    op->user.failures = 0;
    op->user.locked_until_s = 0;
    op->user.sessions_valid_from_s = op->now_s + 1; /* who was logged in until now is not any more */
    rc = user_store(op->txn, subject, &op->user);
    return rc == OUTCOME_OK ? answer_user(op, subject, &op->user, &reply->json) : rc;
}

/* The grants end with the record: grant_stands() asks for it each time. */
enum outcome op_user_remove(struct op *op)
{
    struct span username = op->request->user_remove.username;
    uint8_t room[LIMIT_NAME];
    struct span subject;
    enum outcome rc = load_user(op, username, &subject);

    if (rc == OUTCOME_OK)
        rc = store_outcome(store_delete(op->txn, TABLE_LOGINS, user_login_key(username, room)));
    if (rc == OUTCOME_OK)
        rc = store_outcome(store_delete(op->txn, TABLE_USERS, subject));
    return rc == OUTCOME_OK ? answer_user(op, subject, &op->user, &op->reply->user_remove.json) : rc;
}

enum outcome op_user_show(struct op *op)
{
    struct span subject;
    enum outcome rc = load_user(op, op->request->user_show.username, &subject);

    return rc == OUTCOME_OK ? answer_user(op, subject, &op->user, &op->reply->user_show.json) : rc;
}

/* ---- what UserInfo may say ----------------------------------------------------------------------------- */

static bool is_one_of(const struct span_list *names, struct span name)
{
    for (size_t i = 0; i < names->len; i++)
        if (span_equal(names->items[i], name))
            return true;
    return false;
}

/* Is there something to do, and can it be done to these claims? */
static enum outcome judge_changes(struct op *op, const struct req_user_set_claims *request,
                                  const struct span_list *claims, struct span *ret_problem)
{
    *ret_problem = claims_problem(op, &request->claims);
    if (request->claims.len == 0 && request->drop.len == 0)
        *ret_problem = SPAN_LITERAL("there is nothing to set and nothing to drop");
    for (size_t i = 0; i < request->drop.len; i++)
        if (has_claim(&request->claims, request->drop.items[i]))
            *ret_problem = SPAN_LITERAL("a claim cannot be set and dropped at once");
    if (!span_is_absent(*ret_problem))
        return OUTCOME_ADMIN_BAD_VALUE;
    for (size_t i = 0; i < request->drop.len; i++)
        if (!has_claim(claims, request->drop.items[i])) {
            *ret_problem = SPAN_LITERAL("the customer has no claim of a name that is to be dropped");
            return OUTCOME_ADMIN_NOT_FOUND;
        }
    return OUTCOME_OK;
}

/* What neither list names stays, what is set comes behind it. False if a customer cannot have so many. */
static bool change_claims(const struct req_user_set_claims *request, struct span_list *claims)
{
    size_t kept = 0;

    for (size_t i = 0; i < claims->len; i++) {
        struct span name = claim_name(claims->items[i]);

        if (!has_claim(&request->claims, name) && !is_one_of(&request->drop, name))
            claims->items[kept++] = claims->items[i];
    }
    if (kept + request->claims.len > LIMIT_LIST)
        return false;
    for (size_t i = 0; i < request->claims.len; i++)
        claims->items[kept + i] = request->claims.items[i];
    claims->len = kept + request->claims.len;
    return true;
}

static void put_names(struct buf *out, size_t start, const char *what, const struct span_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        struct span name = claim_name(list->items[i]);

        if (out->len - start + strlen(what) + name.len + strlen("; , ...") > LIMIT_DESCRIPTION) {
            buf_put_text(out, ", ...");
            return;
        }
        buf_put_text(out, i > 0 ? ", " : out->len > start ? "; " : "");
        buf_put_text(out, i > 0 ? "" : what);
        buf_put_span(out, name);
    }
}

/* "set email, locale; dropped phone_number": names only, for the same reason as above. */
static struct span describe_changes(struct op *op, const struct req_user_set_claims *request)
{
    size_t start = op->text.len;

    put_names(&op->text, start, "set ", &request->claims);
    put_names(&op->text, start, "dropped ", &request->drop);
    return span_of(op->text.ptr + start, op->text.len - start);
}

enum outcome op_user_set_claims(struct op *op)
{
    const struct req_user_set_claims *request = &op->request->user_set_claims;
    struct rep_user_set_claims *reply = &op->reply->user_set_claims;
    struct span subject;
    enum outcome rc = load_user(op, request->username, &subject);

    if (rc == OUTCOME_OK)
        rc = judge_changes(op, request, &op->user.claims, &reply->problem);
    if (rc != OUTCOME_OK)
        return rc;
    if (!change_claims(request, &op->user.claims)) {
        reply->problem = SPAN_LITERAL("a customer can have 32 claims at the most");
        return OUTCOME_ADMIN_BAD_VALUE;
    }
    op->user.claims_at_s = op->now_s;
    op->audit.detail = describe_changes(op, request);
    rc = user_store(op->txn, subject, &op->user);
    return rc == OUTCOME_OK ? answer_user(op, subject, &op->user, &reply->json) : rc;
}
