#include "vault/cli/password.h"

#include "common/rng.h"
#include "proto/limits.h"
#include "vault/cli/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

enum { GENERATED_GROUPS = 5, GENERATED_GROUP = 4 };

/* ---- one line of a descriptor ------------------------------------------------------------------------- */

static enum exit_code refuse(const char *why)
{
    say_error("%s", why);
    return EXIT_CODE_USAGE;
}

/* Byte by byte: what follows the line belongs to whoever reads the descriptor next. */
static MUST_CHECK enum exit_code read_line(int fd, uint8_t *bytes, size_t size, size_t *ret_len)
{
    size_t len = 0;

    for (;;) {
        uint8_t byte;
        ssize_t got = read(fd, &byte, 1);

        if (got < 0) {
            if (errno == EINTR)
                return refuse("interrupted");
            say_error("the password cannot be read: %s", strerror(errno));
            return EXIT_CODE_USAGE;
        }
        if (got == 0 || byte == '\n')
            break;
        if (len == size)
            return refuse("the password is too long");
        bytes[len++] = byte;
    }
    *ret_len = len;
    return EXIT_CODE_OK;
}

static MUST_CHECK enum exit_code keep(const uint8_t *bytes, size_t len, struct secret *ret_password)
{
    if (len == 0)
        return refuse("the password is empty");
    if (!span_is_utf8(span_of(bytes, len)))
        return refuse("the password is not UTF-8");
    if (secret_copy(ret_password, span_of(bytes, len)) != OUTCOME_OK) {
        say_error("there is no locked memory for the password (ulimit -l)");
        return EXIT_CODE_REFUSED;
    }
    return EXIT_CODE_OK;
}

enum exit_code password_read(int fd, struct secret *ret_password)
{
    uint8_t bytes[LIMIT_PASSWORD];
    size_t len = 0;
    enum exit_code rc = read_line(fd, bytes, sizeof(bytes), &len);

    if (rc == EXIT_CODE_OK)
        rc = keep(bytes, len, ret_password);
    wipe(bytes, sizeof(bytes));
    return rc;
}

/* ---- the terminal ------------------------------------------------------------------------------------- */

static volatile sig_atomic_t caught_signal;

static void note_signal(int number)
{
    caught_signal = number;
}

static const int fatal_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
enum { FATAL_SIGNALS = sizeof(fatal_signals) / sizeof(fatal_signals[0]) };

/* Read a line with the echo off, and turn it on again however that ends, also by Ctrl-C. */
static MUST_CHECK enum exit_code read_unseen(int tty, uint8_t *bytes, size_t size, size_t *ret_len)
{
    struct sigaction note = {.sa_handler = note_signal}; /* without SA_RESTART: a signal ends the read */
    struct sigaction before[FATAL_SIGNALS];
    struct termios echoing;
    struct termios silent;
    enum exit_code rc;

    if (tcgetattr(tty, &echoing) != 0)
        return refuse("the terminal does not let its echo be switched off");
    silent = echoing;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    caught_signal = 0;
    for (size_t i = 0; i < FATAL_SIGNALS; i++)
        sigaction(fatal_signals[i], &note, &before[i]);
    rc = tcsetattr(tty, TCSAFLUSH, &silent) == 0
             ? read_line(tty, bytes, size, ret_len)
             : refuse("the terminal does not let its echo be switched off");
    tcsetattr(tty, TCSAFLUSH, &echoing);
    for (size_t i = 0; i < FATAL_SIGNALS; i++)
        sigaction(fatal_signals[i], &before[i], NULL);
    dprintf(tty, "\n");
    if (caught_signal) {
        wipe(bytes, size);
        raise(caught_signal);
    }
    return rc;
}

static MUST_CHECK enum exit_code ask_once(int tty, const char *question, struct span whose,
                                          struct secret *ret)
{
    uint8_t bytes[LIMIT_PASSWORD];
    char name[3 * LIMIT_NAME];
    struct buf safe = buf_over(name, sizeof(name));
    size_t len = 0;
    enum exit_code rc;

    text_put_safe(&safe, whose);
    dprintf(tty, "%s for %.*s: ", question, SPAN_PRINTF(buf_span(&safe)));
    rc = read_unseen(tty, bytes, sizeof(bytes), &len);
    if (rc == EXIT_CODE_OK)
        rc = keep(bytes, len, ret);
    wipe(bytes, sizeof(bytes));
    return rc;
}

enum exit_code password_ask(struct span whose, struct secret *ret_password)
{
    struct secret first = SECRET_NONE;
    struct secret second = SECRET_NONE;
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    enum exit_code rc;

    if (tty < 0)
        return refuse(
            "there is no terminal to ask for a password; give --password-fd N or --password-generate");
    rc = ask_once(tty, "Password", whose, &first);
    if (rc == EXIT_CODE_OK)
        rc = ask_once(tty, "The same again", whose, &second);
    if (rc == EXIT_CODE_OK && !secret_equal(&first, &second))
        rc = refuse("the two passwords differ");
    if (rc == EXIT_CODE_OK)
        *ret_password = secret_take(&first);
    secret_wipe(&first);
    secret_wipe(&second);
    close(tty);
    return rc;
}

/* ---- a password of ours ------------------------------------------------------------------------------- */

enum exit_code password_generate(struct secret *ret_password)
{
    static const char letters[32] = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a',
                                     'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'm', 'n',
                                     'p', 'q', 'r', 's', 't', 'v', 'w', 'x', 'y', 'z'};
    uint8_t random[GENERATED_GROUPS * GENERATED_GROUP];
    uint8_t text[sizeof(random) + GENERATED_GROUPS - 1];
    struct rng rng = rng_system();
    struct buf out = buf_over(text, sizeof(text));
    enum exit_code rc;

    if (!rng_fill(&rng, random, sizeof(random))) {
        say_error("the system has no random numbers");
        return EXIT_CODE_REFUSED;
    }
    for (size_t i = 0; i < sizeof(random); i++) {
        if (i > 0 && i % GENERATED_GROUP == 0)
            buf_put_u8(&out, '-');
        buf_put_u8(&out, (uint8_t)letters[random[i] % sizeof(letters)]);
    }
    rc = keep(out.ptr, out.len, ret_password);
    wipe(random, sizeof(random));
    wipe(text, sizeof(text));
    return rc;
}
