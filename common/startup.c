#include "common/startup.h"

#include "common/log.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Ample for one line of the user database; a larger one is taken for an unknown user. */
#define DATABASE_LINE 16384

static bool fail(const char *step, const char *reason)
{
    log_event(LOG_ERROR, "startup_failed", log_cstr("step", step), log_cstr("reason", reason));
    return false;
}

static bool fail_errno(const char *step)
{
    return fail(step, strerror(errno));
}

static bool forbid_dumps(void)
{
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 || fail_errno("prctl(PR_SET_DUMPABLE)");
}

bool startup_no_core(void)
{
    const struct rlimit none = {0, 0};

    if (setrlimit(RLIMIT_CORE, &none) != 0)
        return fail_errno("setrlimit(RLIMIT_CORE)");
    return forbid_dumps();
}

size_t startup_nofile(size_t wanted)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        (void)fail_errno("getrlimit(RLIMIT_NOFILE)");
        return 0;
    }
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
        /* Read back whatever came of it: some systems clamp without an error. */
        (void)setrlimit(RLIMIT_NOFILE, &limit);
        if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
            return 0;
    }
    if (limit.rlim_cur < wanted)
        log_event(LOG_WARN, "open_files_limited", log_u64("wanted", wanted),
                  log_u64("allowed", limit.rlim_cur));
    return (size_t)limit.rlim_cur;
}

/* Digits only, and not (uid_t)-1, which means "leave it" to the system calls. */
static bool parse_id(const char *text, unsigned *ret_id)
{
    uint64_t id = 0;

    if (!*text || text[strspn(text, "0123456789")] != '\0')
        return false;
    for (; *text; text++) {
        id = id * 10 + (uint64_t)(*text - '0');
        if (id >= UINT32_MAX)
            return false;
    }
    *ret_id = (unsigned)id;
    return true;
}

struct account {
    uid_t uid;
    gid_t gid;
};

/* A number without an entry in the database has the group of the same number. */
static bool find_account(const char *name, struct account *ret_account)
{
    char line[DATABASE_LINE];
    struct passwd entry;
    struct passwd *found = NULL;
    unsigned id;

    if (getpwnam_r(name, &entry, line, sizeof(line), &found) == 0 && found) {
        *ret_account = (struct account){found->pw_uid, found->pw_gid};
        return true;
    }
    if (!parse_id(name, &id))
        return false;
    if (getpwuid_r(id, &entry, line, sizeof(line), &found) == 0 && found)
        *ret_account = (struct account){found->pw_uid, found->pw_gid};
    else
        *ret_account = (struct account){id, id};
    return true;
}

bool startup_resolve_user(const char *name, uid_t *ret_uid)
{
    struct account account;

    if (!find_account(name, &account))
        return false;
    *ret_uid = account.uid;
    return true;
}

bool startup_resolve_group(const char *name, gid_t *ret_gid)
{
    char line[DATABASE_LINE];
    struct group entry;
    struct group *found = NULL;
    unsigned id;

    if (getgrnam_r(name, &entry, line, sizeof(line), &found) == 0 && found) {
        *ret_gid = found->gr_gid;
        return true;
    }
    if (!parse_id(name, &id))
        return false;
    *ret_gid = id;
    return true;
}

static bool is_already(const struct account *account)
{
    uid_t uid[3];
    gid_t gid[3];
    bool same = getresuid(&uid[0], &uid[1], &uid[2]) == 0 && getresgid(&gid[0], &gid[1], &gid[2]) == 0;

    /* Real, effective and saved: any of them would be a way back. */
    for (size_t i = 0; i < 3; i++)
        same = same && uid[i] == account->uid && gid[i] == account->gid;
    return same;
}

/* Groups first: afterwards we may no longer change them. Then it is tried that there is no way back. */
static bool become(const struct account *account)
{
    if (setgroups(1, &account->gid) != 0)
        return fail_errno("setgroups");
    if (setresgid(account->gid, account->gid, account->gid) != 0)
        return fail_errno("setresgid");
    if (setresuid(account->uid, account->uid, account->uid) != 0)
        return fail_errno("setresuid");
    if (!is_already(account))
        return fail("drop_privileges", "the system says that we are somebody else");
    if (account->uid != 0 && (setuid(0) == 0 || seteuid(0) == 0 || setgroups(0, NULL) == 0))
        return fail("drop_privileges", "there is a way back");
    return true;
}

static void warn_if_root(uid_t uid)
{
    if (uid == 0)
        log_event(LOG_WARN, "running_as_root", log_cstr("hint", "set 'user' in the configuration"));
}

bool startup_drop_privileges(const char *user, const char *group)
{
    struct account account;

    if (!user) {
        warn_if_root(geteuid());
        return forbid_dumps();
    }
    if (!find_account(user, &account))
        return fail("user", "the configured user does not exist");
    if (group && !startup_resolve_group(group, &account.gid))
        return fail("group", "the configured group does not exist");
    warn_if_root(account.uid);
    if (is_already(&account) && account.uid != 0)
        return forbid_dumps();
    return become(&account) && forbid_dumps();
}

void startup_umask(void)
{
    umask(0077);
}

bool startup_signals(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigemptyset(&ignore.sa_mask);
    return sigaction(SIGPIPE, &ignore, NULL) == 0 || fail_errno("sigaction(SIGPIPE)");
}
