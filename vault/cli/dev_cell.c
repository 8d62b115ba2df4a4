#include "vault/cli/dev_cell.h"

#include "common/buf.h"
#include "vault/cli/dev_ca.h"
#include "vault/cli/dev_scopes.h"
#include "vault/cli/dev_users.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define PORTS_TRIED 100
#define FILE_MAX (1024 * 1024)
#define SOCKET_NAME_MAX 107

/* ---- files ------------------------------------------------------------------------------------------- */

const char *dev_path(const struct dev_cell *cell, const char *name, char ret_path[DEV_PATH_MAX])
{
    snprintf(ret_path, DEV_PATH_MAX, "%s/%s", cell->dir, name);
    return ret_path;
}

bool dev_write_file(const char *path, const char *text, size_t len)
{
    char fresh[DEV_PATH_MAX + 32];
    int fd;
    bool ok;

    /* Named after the process, since the command and the supervisor may write the same file. */
    snprintf(fresh, sizeof(fresh), "%s.%d", path, (int)getpid());
    fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    ok = write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    ok = ok && rename(fresh, path) == 0;
    if (!ok)
        unlink(fresh);
    return ok;
}

int dev_quickstart_lock(const struct dev_cell *cell)
{
    char path[DEV_PATH_MAX];
    int fd = open(dev_path(cell, "run/quickstart.lock", path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd >= 0 && flock(fd, LOCK_EX) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

char *dev_read_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    char *text = NULL;
    ssize_t len = -1;

    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) == 0 && st.st_size < FILE_MAX)
        text = malloc((size_t)st.st_size + 1);
    if (text)
        len = read(fd, text, (size_t)st.st_size);
    close(fd);
    if (len < 0) {
        free(text);
        return NULL;
    }
    text[len] = '\0';
    return text;
}

static enum exit_code cannot(const char *what, const char *path)
{
    say_error("cannot %s %s: %s", what, path, strerror(errno));
    return EXIT_CODE_REFUSED;
}

static enum exit_code make_directories(const struct dev_cell *cell)
{
    static const char *const names[] = {"", "store", "backup", "tls", "run", "log"};
    char path[DEV_PATH_MAX];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (mkdir(dev_path(cell, names[i], path), 0700) != 0 && errno != EEXIST)
            return cannot("make the directory", path);
    return EXIT_CODE_OK;
}

/* ---- finding ----------------------------------------------------------------------------------------- */

enum exit_code dev_cell_locate(const char *dir, struct dev_cell *ret_cell)
{
    struct dev_cell cell = {0};
    char self[DEV_PATH_MAX], here[DEV_PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
    char *slash;

    if (len <= 0 || !getcwd(here, sizeof(here)))
        return cannot("find", "this program");
    self[len] = '\0';
    slash = strrchr(self, '/');
    *slash = '\0';
    snprintf(cell.binaries, sizeof(cell.binaries), "%s", self);
    if (dir[0] == '/')
        snprintf(cell.dir, sizeof(cell.dir), "%s", dir);
    else
        snprintf(cell.dir, sizeof(cell.dir), "%s/%s", here, strncmp(dir, "./", 2) == 0 ? dir + 2 : dir);
    while (cell.dir[1] && cell.dir[strlen(cell.dir) - 1] == '/')
        cell.dir[strlen(cell.dir) - 1] = '\0';
    if (strpbrk(cell.dir, "\"\\\n\t") || !span_is_utf8(span_of_text(cell.dir))) {
        say_error("the path of --dir must be UTF-8 without quotes, backslashes, tabs and line ends");
        return EXIT_CODE_USAGE;
    }
    if (strlen(cell.dir) + strlen("/run/frontend.sock") > SOCKET_NAME_MAX) {
        say_error("the path of %s is too long: a socket's path may have %d bytes; choose a shorter --dir",
                  cell.dir, SOCKET_NAME_MAX);
        return EXIT_CODE_USAGE;
    }
    *ret_cell = cell;
    return EXIT_CODE_OK;
}

/* ---- ports ------------------------------------------------------------------------------------------- */

/* 0 if a listener can have the port, else the errno: EADDRINUSE, EACCES for one of root's, ... */
static int port_problem(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    int problem = 0;

    if (fd < 0)
        return errno;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)); /* one that only lingers does not count */
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, 1) != 0)
        problem = errno;
    close(fd);
    return problem;
}

static enum exit_code say_port_problem(unsigned port, int problem)
{
    if (problem == EADDRINUSE) {
        say_error("port %u on 127.0.0.1 is taken by another process; choose another one with --port N", port);
        return EXIT_CODE_CONFLICT;
    }
    if (problem == EACCES)
        say_error("port %u is one that only root may open; choose one of 1024 or above with --port N", port);
    else
        say_error("cannot listen on port %u of 127.0.0.1: %s", port, strerror(problem));
    return EXIT_CODE_REFUSED;
}

/* Behind the port itself and the one that the demo client's redirect URI names. */
static unsigned find_management_port(unsigned port)
{
    for (unsigned i = 2; i < PORTS_TRIED && port + i < 65536; i++)
        if (port_problem(port + i) == 0)
            return port + i;
    return 0;
}

/* ---- settings that options change -------------------------------------------------------------------- */

static unsigned number_of(const json_t *object, const char *name)
{
    json_int_t value = json_integer_value(json_object_get(object, name));

    return value > 0 && value < 65536 ? (unsigned)value : 0;
}

struct settings {
    unsigned port, management_port, workers;
    bool http;
};

static struct settings read_settings(const struct dev_cell *cell)
{
    char path[DEV_PATH_MAX];
    json_t *object = json_load_file(dev_path(cell, "dev.json", path), 0, NULL);
    struct settings settings = {
        .port = number_of(object, "port"),
        .management_port = number_of(object, "management_port"),
        .workers = number_of(object, "workers"),
        .http = json_is_true(json_object_get(object, "http")),
    };

    json_decref(object);
    return settings;
}

static enum exit_code write_settings(const struct dev_cell *cell)
{
    char path[DEV_PATH_MAX], text[256];
    int len = snprintf(text, sizeof(text),
                       "{\"port\": %u, \"management_port\": %u, \"workers\": %u, \"http\": %s}\n", cell->port,
                       cell->management_port, cell->workers, cell->http ? "true" : "false");

    if (!dev_write_file(dev_path(cell, "dev.json", path), text, (size_t)len))
        return cannot("write", path);
    return EXIT_CODE_OK;
}

static enum exit_code choose(struct dev_cell *cell, const struct dev_wishes *wishes,
                             const struct settings *before)
{
    int problem;

    cell->port = wishes->port ? wishes->port : before->port ? before->port : DEV_DEFAULT_PORT;
    cell->workers = wishes->workers   ? wishes->workers
                    : before->workers ? before->workers
                                      : DEV_DEFAULT_WORKERS;
    cell->http = wishes->http || (before->http && wishes->port == 0);
    problem = port_problem(cell->port);
    if (problem != 0)
        return say_port_problem(cell->port, problem);
    cell->management_port = cell->port == before->port && before->management_port &&
                                    port_problem(before->management_port) == 0
                                ? before->management_port
                                : find_management_port(cell->port);
    if (cell->management_port == 0) {
        say_error(
            "there is no free port for the management listener between %u and %u; choose another --port",
            cell->port + 2, cell->port + PORTS_TRIED);
        return EXIT_CODE_CONFLICT;
    }
    snprintf(cell->base_url, sizeof(cell->base_url), "%s://127.0.0.1:%u", cell->http ? "http" : "https",
             cell->port);
    return EXIT_CODE_OK;
}

/* ---- the two configuration files --------------------------------------------------------------------- */

static void put_listeners(struct buf *out, const struct dev_cell *cell)
{
    buf_printf(out,
               "listeners:\n"
               "  - address: 127.0.0.1\n"
               "    port: %u\n"
               "    serves: [public, gateway]\n",
               cell->port);
    if (!cell->http)
        buf_printf(out,
                   "    tls:\n"
                   "      certificate_file: \"%s/tls/server.pem\"\n"
                   "      key_file: \"%s/tls/server.key\"\n",
                   cell->dir, cell->dir);
    buf_printf(out,
               "  - address: 127.0.0.1\n"
               "    port: %u\n"
               "    serves: [management]\n",
               cell->management_port);
}

static void put_vault_config(struct buf *out, const struct dev_cell *cell)
{
    buf_printf(
        out,
        "# The vault of a development cell, made by `strongroom dev`. deploy/vault.yaml explains every key.\n"
        "# What you change here stays, but for the issuer when another --port or --http is asked for.\n"
        "issuer: %s\n"
        "store:\n"
        "  directory: \"%s/store\"\n"
        "master_key_file: \"%s/master.key\"\n"
        "backup_directory: \"%s/backup\"\n"
        "admin:\n"
        "  socket: \"%s/run/admin.sock\"\n"
        "frontends:\n"
        "  - name: web\n"
        "    socket: \"%s/run/frontend.sock\"\n",
        cell->base_url, cell->dir, cell->dir, cell->dir, cell->dir, cell->dir);
    if (cell->users_apart)
        buf_printf(out, "    user: %s\nuser: %s\n", DEV_FRONTEND_USER, DEV_VAULT_USER);
    dev_scopes_put(out);
}

static void put_frontend_config(struct buf *out, const struct dev_cell *cell)
{
    buf_printf(out,
               "# The front end of a development cell, made by `strongroom dev`. deploy/frontend.yaml "
               "explains every key.\n"
               "# What you change here stays, but for workers and listeners when an option asks for others.\n"
               "vault_socket: \"%s/run/frontend.sock\"\n"
               "workers: %u\n",
               cell->dir, cell->workers);
    if (cell->users_apart)
        buf_printf(out, "user: %s\n", DEV_FRONTEND_USER);
    put_listeners(out, cell);
    buf_put_text(out, "brand:\n  name: Strongroom Demo Bank\n");
}

/* Belongs to the key above it: indented or an element of its list. A comment or a blank line may, if one follows. */
static bool is_continued(const char *line)
{
    while (*line == '#' || *line == '\n') {
        line = strchr(line, '\n');
        if (!line)
            return false;
        line++;
    }
    return *line == ' ' || *line == '-';
}

/* Where the top-level key's lines start and end; false if it is not there. */
static bool find_key(const char *text, const char *key, size_t *ret_start, size_t *ret_end)
{
    size_t key_len = strlen(key);
    const char *line = text;

    while (line && (strncmp(line, key, key_len) != 0 || line[key_len] != ':')) {
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    if (!line || !*line)
        return false;
    *ret_start = (size_t)(line - text);
    do {
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    } while (line && is_continued(line));
    *ret_end = line ? (size_t)(line - text) : strlen(text);
    return true;
}

/* Put `value`, which starts with the key, in place of a top-level key's lines. */
static enum exit_code replace_key(const char *path, const char *key, const struct buf *value)
{
    char *text = dev_read_file(path);
    size_t start, end, len;
    char *made;
    bool ok;

    if (!text)
        return cannot("read", path);
    if (!find_key(text, key, &start, &end))
        start = end = strlen(text);
    len = strlen(text) - (end - start) + value->len;
    made = malloc(len + 1);
    if (made) {
        memcpy(made, text, start);
        memcpy(made + start, value->ptr, value->len);
        memcpy(made + start + value->len, text + end, strlen(text + end));
    }
    ok = made && dev_write_file(path, made, len);
    free(made);
    free(text);
    return ok ? EXIT_CODE_OK : cannot("write", path);
}

static enum exit_code write_if_missing(const struct dev_cell *cell, const char *name,
                                       void (*put)(struct buf *, const struct dev_cell *))
{
    char path[DEV_PATH_MAX];
    char text[16 * DEV_PATH_MAX];
    struct buf out = buf_over(text, sizeof(text));

    if (access(dev_path(cell, name, path), F_OK) == 0)
        return EXIT_CODE_OK;
    put(&out, cell);
    if (!buf_ok(&out) || !dev_write_file(path, text, out.len))
        return cannot("write", path);
    return EXIT_CODE_OK;
}

static enum exit_code write_configs(const struct dev_cell *cell, const struct settings *before)
{
    char path[DEV_PATH_MAX];
    char text[4 * DEV_PATH_MAX];
    struct buf value = buf_over(text, sizeof(text));
    enum exit_code rc = write_if_missing(cell, "vault.yaml", put_vault_config);

    if (rc == EXIT_CODE_OK)
        rc = write_if_missing(cell, "frontend.yaml", put_frontend_config);
    if (rc == EXIT_CODE_OK && before->workers != cell->workers) {
        buf_printf(&value, "workers: %u\n", cell->workers);
        rc = replace_key(dev_path(cell, "frontend.yaml", path), "workers", &value);
    }
    if (rc != EXIT_CODE_OK || (before->port == cell->port && before->http == cell->http &&
                               before->management_port == cell->management_port))
        return rc;
    value = buf_over(text, sizeof(text));
    put_listeners(&value, cell);
    rc = replace_key(dev_path(cell, "frontend.yaml", path), "listeners", &value);
    value = buf_over(text, sizeof(text));
    buf_printf(&value, "issuer: %s\n", cell->base_url);
    if (rc == EXIT_CODE_OK)
        rc = replace_key(dev_path(cell, "vault.yaml", path), "issuer", &value);
    return rc;
}

static enum exit_code make_master_key(const struct dev_cell *cell)
{
    char path[DEV_PATH_MAX];
    uint8_t key[32];
    char text[2 * sizeof(key) + 1];
    struct buf out = buf_over(text, sizeof(text));
    bool ok;

    if (access(dev_path(cell, "master.key", path), F_OK) == 0)
        return EXIT_CODE_OK;
    ok = RAND_priv_bytes(key, sizeof(key)) == 1;
    buf_put_hex(&out, span_of(key, sizeof(key)));
    buf_put_u8(&out, '\n');
    ok = ok && dev_write_file(path, text, out.len);
    OPENSSL_cleanse(key, sizeof(key));
    OPENSSL_cleanse(text, sizeof(text));
    return ok ? EXIT_CODE_OK : cannot("write", path);
}

enum exit_code dev_cell_prepare(struct dev_cell *cell, const struct dev_wishes *wishes)
{
    struct settings before = read_settings(cell);
    char tls[DEV_PATH_MAX];
    enum exit_code rc = choose(cell, wishes, &before);

    if (rc == EXIT_CODE_OK)
        rc = make_directories(cell);
    cell->users_apart = dev_users_apart(cell);
    if (rc == EXIT_CODE_OK && cell->users_apart)
        rc = dev_users_hand_over(cell);
    if (rc == EXIT_CODE_OK)
        rc = make_master_key(cell);
    if (rc == EXIT_CODE_OK)
        rc = dev_ca_make(dev_path(cell, "tls", tls));
    if (rc == EXIT_CODE_OK)
        rc = write_configs(cell, &before);
    return rc == EXIT_CODE_OK ? write_settings(cell) : rc;
}
