#include "common/startup.h"

#include "common/log.h"
#include "tests/unit/common/scratch.h"

#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#define SOMEBODY 64123 /* an id that no user database has */

/* Run a step in a process of its own, since it cannot be undone; returns the exit status. */
static int in_child(int (*step)(void))
{
    pid_t child;
    int status = 0;

    fflush(NULL);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(step());
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 200;
}

static int no_core(void)
{
    struct rlimit limit;

    if (!startup_no_core())
        return 1;
    if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_cur != 0 || limit.rlim_max != 0)
        return 2;
    return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : 3;
}

static void core_dumps_are_off(void **state)
{
    (void)state;
    assert_int_equal(in_child(no_core), 0);
}

static int raise_open_files(void)
{
    struct rlimit limit = {64, 256};

    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1;
    if (startup_nofile(32) != 64)
        return 2; /* it was lowered */
    if (startup_nofile(128) != 128)
        return 3;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur != 128 || limit.rlim_max != 256)
        return 4;
    return 0;
}

static void open_files_are_raised_to_the_wish(void **state)
{
    (void)state;
    assert_int_equal(in_child(raise_open_files), 0);
}

static int clamp_open_files(void)
{
    struct rlimit limit = {64, 256};

    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1;
    return startup_nofile(100000) == 256 ? 0 : 2;
}

static void open_files_are_what_the_system_gives(void **state)
{
    struct scratch_stderr capture = scratch_stderr_begin();
    char logged[1024];
    int status;

    (void)state;
    status = in_child(clamp_open_files);
    scratch_stderr_end(&capture, logged, sizeof(logged));
    assert_int_equal(status, 0);
    assert_non_null(strstr(logged, "event=open_files_limited wanted=100000 allowed=256"));
}

static int drop_to_somebody(void)
{
    gid_t groups[2];

    if (!startup_drop_privileges("64123", NULL))
        return 1;
    if (getuid() != SOMEBODY || geteuid() != SOMEBODY || getgid() != SOMEBODY || getegid() != SOMEBODY)
        return 2;
    if (getgroups(2, groups) != 1 || groups[0] != SOMEBODY)
        return 3;
    if (setuid(0) == 0 || setgid(0) == 0)
        return 4;
    /* Once more, as a restarted daemon that was started as that user would. */
    return startup_drop_privileges("64123", NULL) ? 0 : 5;
}

static int drop_to_another_group(void)
{
    if (!startup_drop_privileges("64123", "64124"))
        return 1;
    return getuid() == SOMEBODY && getgid() == SOMEBODY + 1 ? 0 : 2;
}

static int drop_twice_to_others(void)
{
    if (!startup_drop_privileges("64123", NULL))
        return 1;
    return startup_drop_privileges("64124", NULL) || startup_drop_privileges("0", NULL) ? 2 : 0;
}

static int drop_to_unknown_user(void)
{
    return startup_drop_privileges("no-such-user-here", NULL) ? 1 : 0;
}

static int drop_to_unknown_group(void)
{
    return startup_drop_privileges("64123", "no-such-group-here") || getuid() == SOMEBODY ? 1 : 0;
}

static int stay(void)
{
    uid_t uid = getuid();

    if (!startup_drop_privileges(NULL, NULL))
        return 1;
    return getuid() == uid && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : 2;
}

static void privileges_are_dropped_for_good(void **state)
{
    struct scratch_stderr capture;
    char logged[4096];
    int status[6] = {0};

    (void)state;
    capture = scratch_stderr_begin();
    status[0] = in_child(drop_to_unknown_user);
    status[1] = in_child(stay);
    if (geteuid() == 0) {
        status[2] = in_child(drop_to_somebody);
        status[3] = in_child(drop_to_another_group);
        status[4] = in_child(drop_twice_to_others);
        status[5] = in_child(drop_to_unknown_group);
    }
    scratch_stderr_end(&capture, logged, sizeof(logged));
    for (size_t i = 0; i < 6; i++)
        if (status[i])
            fail_msg("step %zu ended with %d: %s", i, status[i], logged);
    assert_non_null(strstr(logged, "reason=\"the configured user does not exist\""));
    if (geteuid() == 0) {
        assert_non_null(strstr(logged, "event=running_as_root"));
        assert_non_null(strstr(logged, "reason=\"the configured group does not exist\""));
        assert_non_null(strstr(logged, "step=setgroups"));
    }
}

static void users_and_groups_are_resolved(void **state)
{
    uid_t uid = 12345;
    gid_t gid = 12345;

    (void)state;
    assert_true(startup_resolve_user("root", &uid));
    assert_int_equal(uid, 0);
    assert_true(startup_resolve_user("64123", &uid));
    assert_int_equal(uid, SOMEBODY);
    assert_true(startup_resolve_group("root", &gid));
    assert_int_equal(gid, 0);
    assert_true(startup_resolve_group("64123", &gid));
    assert_int_equal(gid, SOMEBODY);
}

static void what_is_no_user_is_refused(void **state)
{
    static const char *const names[] = {"", "no-such-user-here", "-1", "+1", " 1", "1x", "0x10", "4294967295",
                                        "4294967296", "18446744073709551617", "1.5"};
    uid_t uid = 12345;
    gid_t gid = 12345;

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (startup_resolve_user(names[i], &uid) || startup_resolve_group(names[i], &gid))
            fail_msg("%s was accepted", names[i]);
    assert_int_equal(uid, 12345);
    assert_int_equal(gid, 12345);
}

static int write_to_nobody(void)
{
    int ends[2];

    if (!startup_signals() || pipe(ends) != 0)
        return 1;
    close(ends[0]);
    return write(ends[1], "x", 1) < 0 ? 0 : 2;
}

static void a_peer_that_left_is_no_signal(void **state)
{
    (void)state;
    assert_int_equal(in_child(write_to_nobody), 0);
}

static void what_we_create_is_ours_alone(void **state)
{
    mode_t before = umask(022);

    (void)state;
    startup_umask();
    assert_int_equal(umask(before), 0077);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(core_dumps_are_off),
        cmocka_unit_test(open_files_are_raised_to_the_wish),
        cmocka_unit_test(open_files_are_what_the_system_gives),
        cmocka_unit_test(privileges_are_dropped_for_good),
        cmocka_unit_test(users_and_groups_are_resolved),
        cmocka_unit_test(what_is_no_user_is_refused),
        cmocka_unit_test(a_peer_that_left_is_no_signal),
        cmocka_unit_test(what_we_create_is_ours_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
