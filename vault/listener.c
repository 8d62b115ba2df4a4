#include "vault/listener.h"

#include "common/log.h"
#include "common/startup.h"
#include "vault/peer.h"
#include "vault/notes.h"

#include <errno.h>
#include <grp.h>
#include <nng/supplemental/util/platform.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ALLOWED_UIDS_MAX 64
#define URL_CAP 256
#define ACCEPT_RETRY_MS 10
#define ADMIN_JOBS_MAX 64

struct listener {
    struct peer_group group;
    const char *path;
    nng_stream_listener *stream_listener;
    nng_aio *accept;
    uint64_t connections_max;
    uid_t uids[ALLOWED_UIDS_MAX]; /* who may connect */
    size_t uids_len;
    gid_t gid; /* whose members may, by their primary group */
    bool has_gid;
    atomic_bool stopping;
};

struct listeners {
    struct listener *all;
    size_t len;
    bool started;
};

static bool complain(char *problem, const char *what, const char *name, const char *why)
{
    snprintf(problem, LISTENER_PROBLEM_MAX, "%s %s: %s", what, name, why);
    return false;
}

/* ---- who may connect ------------------------------------------------------------------------------------ */

static void allow_uid(struct listener *listener, uid_t uid)
{
    if (listener->uids_len < ALLOWED_UIDS_MAX)
        listener->uids[listener->uids_len++] = uid;
}

static bool may_connect(const struct listener *listener, uint64_t uid, uint64_t gid)
{
    for (size_t i = 0; i < listener->uids_len; i++)
        if (listener->uids[i] == uid)
            return true;
    return listener->has_gid && listener->gid == gid;
}

/* Members by name, found once at start: the sandbox will not let us look them up later. */
static bool allow_group(struct listener *listener, const char *name, char *problem)
{
    struct group *group;

    if (!startup_resolve_group(name, &listener->gid))
        return complain(problem, "admin.group", name, "there is no such group");
    listener->has_gid = true;
    group = getgrgid(listener->gid);
    for (char **member = group ? group->gr_mem : NULL; member && *member; member++) {
        uid_t uid;

        if (startup_resolve_user(*member, &uid))
            allow_uid(listener, uid);
    }
    return true;
}

/* ---- accepting ------------------------------------------------------------------------------------------ */

static void refuse(struct listener *listener, nng_stream *stream, uint64_t uid, enum outcome outcome,
                   const char *why)
{
    struct note note = {
        .event = "connection_refused", .outcome = outcome, .via = listener->group.name, .uid = uid};

    nng_stream_free(stream);
    atomic_fetch_add(&listener->group.refused, 1);
    log_limited(LOG_WARN, 5, "connection_refused", log_cstr("via", listener->group.name), log_u64("uid", uid),
                log_cstr("reason", why));
    notes_add(listener->group.vault->notes, &note);
}

static void take_stream(struct listener *listener, nng_stream *stream)
{
    uint64_t uid, gid;

    if (nng_stream_get_uint64(stream, NNG_OPT_IPC_PEER_UID, &uid) != 0 ||
        nng_stream_get_uint64(stream, NNG_OPT_IPC_PEER_GID, &gid) != 0)
        refuse(listener, stream, UINT32_MAX, OUTCOME_PEER_NOT_ALLOWED, "the kernel does not say who it is");
    else if (!may_connect(listener, uid, gid))
        refuse(listener, stream, uid, OUTCOME_PEER_NOT_ALLOWED, "this uid may not connect here");
    else if (atomic_load(&listener->group.connections) >= listener->connections_max)
        refuse(listener, stream, uid, OUTCOME_BUSY, "too many connections on this socket");
    else if (!peer_start(&listener->group, stream, uid))
        log_limited(LOG_ERROR, 1, "no_memory_for_connection", log_cstr("via", listener->group.name));
}

static void on_accepted(void *arg)
{
    struct listener *listener = arg;
    int rc = nng_aio_result(listener->accept);

    if (rc == 0)
        take_stream(listener, nng_aio_get_output(listener->accept, 0));
    if (rc == NNG_ECLOSED || rc == NNG_ECANCELED || atomic_load(&listener->stopping))
        return;
    if (rc !=
        0) { /* no descriptors left, or a peer that was gone before it was accepted: go on, without spinning */
        log_limited(LOG_WARN, 1, "accept_failed", log_cstr("via", listener->group.name),
                    log_cstr("reason", nng_strerror(rc)));
        nng_msleep(ACCEPT_RETRY_MS);
    }
    nng_stream_listener_accept(listener->stream_listener, listener->accept);
}

/* ---- opening ---------------------------------------------------------------------------------------------- */

static bool listen_at(struct listener *listener, char *problem)
{
    char url[URL_CAP];
    struct stat st;
    int rc;

    /* nng removes what it finds at the path and cannot connect to; a file of somebody's is not ours to remove. */
    if (lstat(listener->path, &st) == 0 && !S_ISSOCK(st.st_mode))
        return complain(problem, "the socket", listener->path,
                        "there is something else by that name; move it away");
    snprintf(url, sizeof(url), "ipc://%s", listener->path);
    rc = nng_stream_listener_alloc(&listener->stream_listener, url);
    if (rc == 0)
        rc = nng_aio_alloc(&listener->accept, on_accepted, listener);
    if (rc == 0)
        rc = nng_stream_listener_listen(listener->stream_listener);
    if (rc == NNG_EADDRINUSE)
        return complain(
            problem, "the socket", listener->path,
            "something else is there: another process listens on it, or it is no socket; stop or move that");
    return rc == 0 || complain(problem, "cannot listen on", listener->path, nng_strerror(rc));
}

static bool set_mode(const char *path, mode_t mode, uid_t uid, gid_t gid, char *problem)
{
    if ((uid != geteuid() || gid != (gid_t)-1) && chown(path, uid, gid) != 0)
        return complain(problem, "cannot set the owner of", path, strerror(errno));
    return chmod(path, mode) == 0 || complain(problem, "cannot set the mode of", path, strerror(errno));
}

static bool open_frontend(struct listener *listener, const struct vault_config_frontend *config,
                          uid_t own_uid, char *problem)
{
    uid_t uid = own_uid;

    if (config->user && !startup_resolve_user(config->user, &uid))
        return complain(problem, "frontends[].user", config->user, "there is no such user");
    listener->group.name = config->name;
    listener->path = config->socket;
    allow_uid(listener, uid);
    /* The mode lets others try where it must; the uid decides. */
    return listen_at(listener, problem) &&
           set_mode(config->socket, uid == own_uid ? 0600 : 0666, own_uid, (gid_t)-1, problem);
}

static bool open_admin(struct listener *listener, const struct vault_config_admin *config, uid_t own_uid,
                       char *problem)
{
    listener->group.name = "admin";
    listener->path = config->socket;
    allow_uid(listener, 0);
    allow_uid(listener, own_uid);
    if (config->group && !allow_group(listener, config->group, problem))
        return false;
    return listen_at(listener, problem) && set_mode(config->socket, config->group ? 0660 : 0600, own_uid,
                                                    config->group ? listener->gid : (gid_t)-1, problem);
}

/* Each front end gets an equal part of a queue. */
static uint64_t share(uint64_t queue, const struct vault_config *config)
{
    uint64_t part = queue / config->frontend_count;

    return part ? part : 1;
}

bool listeners_open(struct vault *vault, char *problem)
{
    const struct vault_config *config = &vault->config;
    struct listeners *listeners = calloc(1, sizeof(*listeners));
    uid_t own_uid = geteuid();

    if (listeners)
        listeners->all = calloc(config->frontend_count + 1, sizeof(*listeners->all));
    if (!listeners || !listeners->all) {
        free(listeners);
        return complain(problem, "the", "sockets", "out of memory");
    }
    vault->listeners = listeners;
    if (config->user && !startup_resolve_user(config->user, &own_uid))
        return complain(problem, "user", config->user, "there is no such user");
    for (size_t i = 0; i <= config->frontend_count; i++) {
        struct listener *listener = &listeners->all[i];
        bool is_admin = i == config->frontend_count;

        listener->group.vault = vault;
        listener->group.socket = is_admin ? SOCKET_ADMIN : SOCKET_FRONTEND;
        listener->group.jobs_max[LANE_COMMIT] = is_admin ? ADMIN_JOBS_MAX
                                                         : share(config->limits.commit_queue, config);
        listener->group.jobs_max[LANE_SLOW] = is_admin ? ADMIN_JOBS_MAX
                                                       : share(config->passwords.queue, config);
        listener->connections_max = is_admin ? ADMIN_CONNECTIONS_MAX
                                             : config->limits.connections_per_frontend;
        listeners->len++;
        if (is_admin ? !open_admin(listener, &config->admin, own_uid, problem)
                     : !open_frontend(listener, &config->frontends[i], own_uid, problem))
            return false;
    }
    return true;
}

bool listeners_start(struct vault *vault, char *problem)
{
    if (!peers_start())
        return complain(problem, "cannot start", "threads", strerror(errno));
    vault->listeners->started = true;
    for (size_t i = 0; i < vault->listeners->len; i++)
        nng_stream_listener_accept(vault->listeners->all[i].stream_listener, vault->listeners->all[i].accept);
    return true;
}

void listeners_stop(struct vault *vault)
{
    for (size_t i = 0; vault->listeners && i < vault->listeners->len; i++) {
        struct listener *listener = &vault->listeners->all[i];

        atomic_store(&listener->stopping, true);
        if (listener->stream_listener)
            nng_stream_listener_close(listener->stream_listener);
        if (listener->accept)
            nng_aio_stop(listener->accept);
    }
}

void listeners_close(struct vault *vault)
{
    struct listeners *listeners = vault->listeners;

    if (!listeners)
        return;
    for (size_t i = 0; i < listeners->len; i++)
        peers_disconnect(&listeners->all[i].group);
    if (listeners->started)
        peers_stop();
    for (size_t i = 0; i < listeners->len; i++) {
        if (listeners->all[i].accept)
            nng_aio_free(listeners->all[i].accept);
        if (listeners->all[i].stream_listener)
            nng_stream_listener_free(listeners->all[i].stream_listener);
    }
    free(listeners->all);
    free(listeners);
    vault->listeners = NULL;
}

size_t listeners_status(struct vault *vault, struct listener_status *ret_status, size_t max)
{
    size_t len = vault->listeners->len < max ? vault->listeners->len : max;

    for (size_t i = 0; i < len; i++) {
        struct peer_group *group = &vault->listeners->all[i].group;

        ret_status[i] = (struct listener_status){group->name, atomic_load(&group->connections),
                                                 atomic_load(&group->refused)};
    }
    return len;
}
