/* The rows of command.h: what `strongroom` can do, in the order in which the help shows it. */
#include "vault/cli/command.h"

#include "proto/limits.h"
#include "vault/cli/dev_cell.h"

#include <string.h>

enum { DAY_S = 86400, PATH_LONGEST = 4095 };

/* A number of a header in a text of the help. */
#define TEXT_OF_(number) #number
#define TEXT_OF(number) TEXT_OF_(number)

/* Options that several commands share. */
#define OPTION_PASSWORD_FD                                                                                         \
    {.name = "password-fd", .kind = OPTION_NUMBER, .value = "N", .max = 1048576,                                   \
     .what = "read the password from this file descriptor, one line; without it the terminal is asked"}
#define OPTION_PASSWORD_GENERATE                                                                                   \
    {.name = "password-generate", .kind = OPTION_FLAG, .what = "make a password and show it once"}
#define OPTION_LIFETIME(name_, max_, what_)                                                                        \
    {.name = name_, .kind = OPTION_DURATION, .value = "DURATION", .min = 1, .max = max_, .what = what_}

/* A client says the same when it is added and when it is changed. */
#define OPTION_REDIRECT_URI                                                                                        \
    {.name = "redirect-uri", .kind = OPTION_TEXT, .value = "URI", .min = 1, .max = LIMIT_URI,                      \
     .is_repeatable = true,                                                                                        \
     .what = "where browsers are sent back to: https, http on a loopback address, or com.example.app:/..."}
#define OPTION_POST_LOGOUT_URI                                                                                     \
    {.name = "post-logout-redirect-uri", .kind = OPTION_TEXT, .value = "URI", .min = 1, .max = LIMIT_LOGOUT_URI,   \
     .is_repeatable = true, .what = "where browsers may be sent after the client has signed the customer out"}
#define OPTION_SIGNING_ALG(default_)                                                                               \
    {.name = "signing-alg", .kind = OPTION_TEXT, .value = "ALG", .min = 1, .max = LIMIT_WORD,                      \
     .what = "how its ID tokens, or a resource server's introspection as JWT, are signed: ES256, PS256 or RS256" default_}
#define OPTION_SUBJECT_TYPE(default_)                                                                              \
    {.name = "subject-type", .kind = OPTION_CHOICE, .value = "public|pairwise",                                    \
     .what = "does it know a customer by the same sub as all clients, or by one of its sector's own" default_}
#define OPTION_SECTOR(default_)                                                                                    \
    {.name = "sector", .kind = OPTION_TEXT, .value = "HOST", .min = 1, .max = LIMIT_NAME,                          \
     .what = "of a pairwise client: the clients of one sector know a customer by the same sub" default_}
#define OPTION_CLAIM                                                                                               \
    {.name = "claim", .kind = OPTION_TEXT, .value = "NAME=VALUE", .min = 1, .max = LIMIT_CLAIM,                    \
     .is_repeatable = true, .what = "what UserInfo may say of the customer, such as email=alice@bank.example"}
#define OPTION_KEY_ALG                                                                                             \
    {.name = "alg", .kind = OPTION_TEXT, .value = "ALG", .min = 1, .max = LIMIT_WORD,                              \
     .what = "only this algorithm's keys: ES256, PS256 or RS256; default: those of all"}

/* clang-format off */
const struct option global_options[] = {
    {.name = "socket", .kind = OPTION_TEXT, .value = "PATH", .min = 1, .max = PATH_LONGEST,
     .what = "the vault's admin socket; else $STRONGROOM_SOCKET, else /run/strongroom/admin.sock"},
    {.name = "json", .kind = OPTION_FLAG, .what = "print JSON for scripts instead of text for people"},
    {.name = "help", .letter = 'h', .kind = OPTION_FLAG, .what = "describe the command"},
    {.name = "version", .kind = OPTION_FLAG, .what = "the version and the commit it was built from"},
    {.name = NULL},
};

const struct command commands[] = {
    {
        .name = "client add", .operands = "", .run = client_add,
        .what = "register a client or a resource server",
        .more = "The vault makes the secret and shows it this once. The client_id is made as well unless --id gives "
                "one. Redirect URIs are compared byte for byte later, so write them as the client sends them.",
        .example = "strongroom client add --name \"Budget App\" --redirect-uri https://budget.example/callback\n"
                   "strongroom client add --kind resource_server --name \"Accounts API\" --json",
        .options = {
            {.name = "name", .kind = OPTION_TEXT, .value = "NAME", .min = 1, .max = LIMIT_NAME, .is_required = true,
             .what = "what customers read on the consent page"},
            OPTION_REDIRECT_URI,
            {.name = "id", .kind = OPTION_TEXT, .value = "ID", .min = 1, .max = LIMIT_CLIENT_ID,
             .what = "the client_id, if it is to be a certain one"},
            {.name = "kind", .kind = OPTION_CHOICE, .value = "client|resource_server",
             .what = "a client gets tokens, a resource server asks about them; default: client"},
            {.name = "scope", .kind = OPTION_TEXT, .value = "\"WORD ...\"", .min = 1, .max = LIMIT_SCOPE,
             .what = "what it may ask for; must hold openid; default: every scope of the configuration"},
            {.name = "audience", .kind = OPTION_TEXT, .value = "URI", .min = 1, .max = LIMIT_URI,
             .what = "whom its tokens are for; default: as configured"},
            OPTION_LIFETIME("access-token-lifetime", DAY_S, "1 day at the most; default: as configured"),
            OPTION_LIFETIME("refresh-token-lifetime", 30 * DAY_S, "30 days at the most; default: as configured"),
            {.name = "refresh-grace", .kind = OPTION_DURATION, .value = "DURATION", .max = 300,
             .what = "how long a refresh whose reply was lost may be repeated, 5 minutes at the most; default: 0s"},
            OPTION_LIFETIME("consent-lifetime", LIMIT_CONSENT_S,
                            "how long a customer's consent lasts, 3650 days at the most; default: as configured"),
            OPTION_POST_LOGOUT_URI,
            OPTION_SIGNING_ALG("; default: ES256"),
            OPTION_SUBJECT_TYPE("; default: public"),
            OPTION_SECTOR("; default: the host of its redirect URIs"),
        },
    },
    {
        .name = "client update", .operands = "CLIENT_ID", .operands_min = 1, .operands_max = 1, .run = client_update,
        .what = "change what a client or a resource server registered",
        .more = "What no option names stays as it is; an option that may be repeated replaces all values there were. "
                "The secret, the grants and the tokens stay. A pairwise client that moves to another host needs "
                "--sector: the host of before keeps the customers' subjects, another one gives them new ones.",
        .example = "strongroom client update budget-app --name \"Budget Plus\" --scope \"openid accounts\"\n"
                   "strongroom client update budget-app --subject-type pairwise",
        .options = {
            {.name = "name", .kind = OPTION_TEXT, .value = "NAME", .min = 1, .max = LIMIT_NAME,
             .what = "what customers read on the consent page"},
            OPTION_REDIRECT_URI,
            {.name = "scope", .kind = OPTION_TEXT, .value = "\"WORD ...\"", .min = 1, .max = LIMIT_SCOPE,
             .what = "what it may ask for; must hold openid"},
            {.name = "audience", .kind = OPTION_TEXT, .value = "URI", .min = 1, .max = LIMIT_URI,
             .what = "whom its tokens are for"},
            OPTION_LIFETIME("access-token-lifetime", DAY_S, "1 day at the most"),
            OPTION_LIFETIME("refresh-token-lifetime", 30 * DAY_S, "30 days at the most"),
            OPTION_LIFETIME("refresh-grace", 300,
                            "how long a refresh whose reply was lost may be repeated, 5 minutes at the most"),
            {.name = "no-refresh-grace", .kind = OPTION_FLAG, .what = "not at all, from now on"},
            OPTION_LIFETIME("consent-lifetime", LIMIT_CONSENT_S,
                            "how long a customer's consent lasts, 3650 days at the most"),
            OPTION_POST_LOGOUT_URI,
            {.name = "no-post-logout-redirect-uris", .kind = OPTION_FLAG, .what = "nowhere, from now on"},
            OPTION_SIGNING_ALG(""),
            OPTION_SUBJECT_TYPE("; a change changes them all"),
            OPTION_SECTOR("; a change changes them all"),
        },
    },
    {
        .name = "client list", .operands = "", .run = client_list,
        .what = "all clients and resource servers",
        .example = "strongroom client list",
    },
    {
        .name = "client show", .operands = "CLIENT_ID", .operands_min = 1, .operands_max = 1, .run = client_show,
        .what = "one client with everything that was registered",
        .example = "strongroom client show budget-app",
    },
    {
        .name = "client disable", .operands = "CLIENT_ID", .operands_min = 1, .operands_max = 1, .run = client_disable,
        .what = "refuse a client's requests from now on",
        .more = "Its tokens are not active while it is disabled. Nothing is lost: client enable brings all of it back.",
        .example = "strongroom client disable budget-app",
    },
    {
        .name = "client enable", .operands = "CLIENT_ID", .operands_min = 1, .operands_max = 1, .run = client_enable,
        .what = "let a disabled client work again",
        .example = "strongroom client enable budget-app",
    },
    {
        .name = "client rotate-secret", .operands = "CLIENT_ID", .operands_min = 1, .operands_max = 1,
        .run = client_rotate_secret,
        .what = "a new secret beside the newest old one",
        .more = "Both are valid until the next rotation, so that the client can change over without a pause.",
        .example = "strongroom client rotate-secret budget-app\n"
                   "strongroom client rotate-secret budget-app --drop-old",
        .options = {
            {.name = "drop-old", .kind = OPTION_FLAG,
             .what = "the former secrets end at once: for one that has leaked"},
        },
    },
    {
        .name = "client remove", .operands = "CLIENT_ID", .operands_min = 1, .operands_max = 1, .run = client_remove,
        .what = "remove a client and end all its grants",
        .example = "strongroom client remove budget-app",
    },
    {
        .name = "user add", .operands = "USERNAME", .operands_min = 1, .operands_max = 1, .run = user_add,
        .what = "add a customer",
        .more = "The password is asked for on the terminal, without echo and twice, unless an option says otherwise. "
                "It is never an argument: every user of a machine can read those.",
        .example = "strongroom user add alice --name \"Alice Example\" --account 1001 --account 1002\n"
                   "strongroom user add bob --password-fd 3 3< bob.password",
        .options = {
            {.name = "name", .kind = OPTION_TEXT, .value = "NAME", .min = 1, .max = LIMIT_NAME,
             .what = "the customer's full name; default: the user name"},
            {.name = "account", .kind = OPTION_TEXT, .value = "ID", .min = 1, .max = LIMIT_NAME, .is_repeatable = true,
             .what = "an account of the customer's"},
            OPTION_CLAIM,
            OPTION_PASSWORD_FD,
            OPTION_PASSWORD_GENERATE,
        },
    },
    {
        .name = "user list", .operands = "", .run = user_list,
        .what = "all customers",
        .example = "strongroom user list",
    },
    {
        .name = "user show", .operands = "USERNAME", .operands_min = 1, .operands_max = 1, .run = user_show,
        .what = "one customer, with the claims",
        .example = "strongroom user show alice",
    },
    {
        .name = "user set-claims", .operands = "USERNAME", .operands_min = 1, .operands_max = 1,
        .run = user_set_claims,
        .what = "change what UserInfo may say of a customer",
        .more = "A claim of a name that the customer has already replaces it. UserInfo shows a claim to clients whose "
                "scopes open it, as `scopes` in the vault's configuration says.",
        .example = "strongroom user set-claims alice --claim email=alice@bank.example\n"
                   "strongroom user set-claims alice --drop phone_number",
        .options = {
            OPTION_CLAIM,
            {.name = "drop", .kind = OPTION_TEXT, .value = "NAME", .min = 1, .max = LIMIT_WORD, .is_repeatable = true,
             .what = "the customer has no claim of this name any more"},
        },
    },
    {
        .name = "user disable", .operands = "USERNAME", .operands_min = 1, .operands_max = 1, .run = user_disable,
        .what = "keep a customer from logging in; the tokens are not active meanwhile",
        .example = "strongroom user disable alice",
    },
    {
        .name = "user enable", .operands = "USERNAME", .operands_min = 1, .operands_max = 1, .run = user_enable,
        .what = "let a disabled customer log in again",
        .example = "strongroom user enable alice",
    },
    {
        .name = "user reset-password", .operands = "USERNAME", .operands_min = 1, .operands_max = 1,
        .run = user_reset_password,
        .what = "a new password; open sessions end",
        .example = "strongroom user reset-password alice --password-generate",
        .options = {OPTION_PASSWORD_FD, OPTION_PASSWORD_GENERATE},
    },
    {
        .name = "user remove", .operands = "USERNAME", .operands_min = 1, .operands_max = 1, .run = user_remove,
        .what = "remove a customer and end the grants",
        .example = "strongroom user remove alice",
    },
    {
        .name = "grant list", .operands = "", .run = grant_list,
        .what = "what customers have allowed clients",
        .more = "The newest first. If there are more than --limit, what is left out is the oldest, and standard error says "
                "how many there are.",
        .example = "strongroom grant list --user alice\n"
                   "strongroom grant list --limit 3",
        .options = {
            {.name = "user", .kind = OPTION_TEXT, .value = "USERNAME", .min = 1, .max = LIMIT_NAME,
             .what = "only this customer's"},
            {.name = "client", .kind = OPTION_TEXT, .value = "CLIENT_ID", .min = 1, .max = LIMIT_CLIENT_ID,
             .what = "only this client's"},
            {.name = "limit", .kind = OPTION_NUMBER, .value = "N", .min = 1, .max = 100000,
             .what = "the newest so many; default: 100"},
        },
    },
    {
        .name = "grant show", .operands = "GRANT_ID", .operands_min = 1, .operands_max = 1, .run = grant_show,
        .what = "one grant",
        .example = "strongroom grant show 0f4c9a31d2b64be0a77c1e55d0c2a981",
    },
    {
        .name = "grant revoke", .operands = "GRANT_ID", .operands_min = 1, .operands_max = 1, .run = grant_revoke,
        .what = "end a grant for the bank; its tokens are dead at once",
        .example = "strongroom grant revoke 0f4c9a31d2b64be0a77c1e55d0c2a981",
    },
    {
        .name = "key list", .operands = "", .run = key_list,
        .what = "the keys that sign, and where they are in their lives",
        .more = "The next key of an algorithm is published long before it signs, so that clients know it; a retired one "
                "stays published until the last ID token under it has ended. All of it happens by itself.",
        .example = "strongroom key list",
    },
    {
        .name = "key rotate", .operands = "", .run = key_rotate,
        .what = "the next key signs from now on",
        .more = "Refused until the next key has been published as long as keys.announce in the vault's configuration says, "
                "because clients that keep an older list of keys would refuse its signatures.",
        .example = "strongroom key rotate\n"
                   "strongroom key rotate --alg ES256 --now",
        .options = {
            OPTION_KEY_ALG,
            {.name = "now", .kind = OPTION_FLAG,
             .what = "all the same: the current key may have leaked"},
        },
    },
    {
        .name = "key schedule", .operands = "", .run = key_schedule,
        .what = "when the next key begins to sign",
        .more = "Instead of the time that follows from keys.rotate_after in the vault's configuration; but not before the "
                "next key has been published as long as keys.announce says.",
        .example = "strongroom key schedule --at 2026-12-01T03:00Z\n"
                   "strongroom key schedule --alg RS256 --in 7d\n"
                   "strongroom key schedule --clear",
        .options = {
            OPTION_KEY_ALG,
            {.name = "at", .kind = OPTION_TIME, .value = "TIME", .min = 1, .max = UINT32_MAX,
             .what = "then; in UTC, such as 2026-12-01T03:00Z"},
            {.name = "in", .kind = OPTION_DURATION, .value = "DURATION", .min = 1, .max = 3650 * DAY_S,
             .what = "so long from now"},
            {.name = "clear", .kind = OPTION_FLAG, .what = "as the configuration says, after all"},
        },
    },
    {
        .name = "key retire", .operands = "KID", .operands_min = 1, .operands_max = 1, .run = key_retire,
        .what = "a next or a retired key is gone, at once",
        .more = "For a key that may have leaked. The one that signs cannot be retired: rotate first.",
        .example = "strongroom key retire SFVxrBzWqYwDcWm1YwpCLDL0ATqjXxhqHhmQvXbLoqU --force",
        .options = {
            {.name = "force", .kind = OPTION_FLAG,
             .what = "even while ID tokens under it have not ended: they are refused everywhere from then on"},
        },
    },
    {
        .name = "audit tail", .operands = "", .run = audit_tail,
        .what = "the newest audit records, one a line",
        .more = "With --json each line is one JSON object with the fields of the record and `hash`, the head of the "
                "chain after it.",
        .example = "strongroom audit tail -n 50\n"
                   "strongroom audit tail --follow --json",
        .options = {
            {.name = "lines", .letter = 'n', .kind = OPTION_NUMBER, .value = "N", .max = 1000000,
             .what = "so many records; default: 20"},
            {.name = "follow", .letter = 'f', .kind = OPTION_FLAG,
             .what = "go on with new records as they are written, until Ctrl-C"},
        },
    },
    {
        .name = "audit verify", .operands = "", .run = audit_verify,
        .what = "recompute the chain over all audit records",
        .more = "Reads every record, checks its number, recomputes the chain and compares the head stored with each. "
                "The first record that does not fit is named, and the exit code is 1. Write the head down somewhere "
                "else from time to time: it proves that nothing before it was changed later.",
        .example = "strongroom audit verify",
    },
    {
        .name = "status", .operands = "", .run = status_show,
        .what = "how the vault is",
        .example = "strongroom status --json",
    },
    {
        .name = "backup", .operands = "[NAME]", .operands_max = 1, .run = backup_make,
        .what = "write a consistent copy of the store while the vault works",
        .more = "It goes into the backup_directory of the vault's configuration as NAME.mdb; without a name the time "
                "is taken. The copy is worth nothing without the master key, which is not in it.",
        .example = "strongroom backup before-upgrade",
    },
    {
        .name = "restore", .operands = "FILE", .operands_min = 1, .operands_max = 1, .run = restore_run,
        .what = "put a backup in place of the store; the vault must be stopped",
        .more = "Runs strongroom-vault --restore, which checks the backup first and keeps what --force replaces as "
                "data.mdb.before-restore beside it. Run it as root or as the vault's user. Everything is then as it was when the "
                "backup was made: grants revoked since stand again and older refresh tokens are good again, so revoke "
                "anew what was revoked since; audit verify shows the older head.",
        .example = "strongroom restore /var/lib/strongroom/backup/before-upgrade.mdb --config /etc/strongroom/vault.yaml",
        .options = {
            {.name = "config", .kind = OPTION_TEXT, .value = "FILE", .min = 1, .max = PATH_LONGEST, .is_required = true,
             .what = "the vault's configuration, which says where the store is"},
            {.name = "force", .kind = OPTION_FLAG, .what = "even if there is a store; it is kept beside the new one"},
        },
    },
    {
        .name = "dev", .operands = "", .run = cmd_dev,
        .what = "start a whole cell in one directory, for trying and for tests",
        .more = "Makes configurations, keys, a development CA, demo clients and a demo customer on the first start, "
                "keeps them afterwards, and watches over the vault and the front ends until Ctrl-C.",
        .example = "strongroom dev\n"
                   "strongroom dev --dir /tmp/cell --port 9443 --detach\n"
                   "strongroom dev --dir /tmp/cell --stop",
        .options = {
            {.name = "dir", .kind = OPTION_TEXT, .value = "DIR", .min = 1, .max = PATH_LONGEST,
             .what = "where everything of the cell is; default: " DEV_DEFAULT_DIR},
            {.name = "port", .kind = OPTION_NUMBER, .value = "N", .min = 1, .max = 65535,
             .what = "where browsers and clients connect, on 127.0.0.1; default: as before, at first " TEXT_OF(DEV_DEFAULT_PORT)},
            {.name = "http", .kind = OPTION_FLAG, .what = "plain HTTP instead of TLS"},
            {.name = "workers", .kind = OPTION_NUMBER, .value = "N", .min = 1, .max = 64,
             .what = "worker processes of the front end; default: as before, at first " TEXT_OF(DEV_DEFAULT_WORKERS)},
            {.name = "detach", .kind = OPTION_FLAG, .what = "return as soon as the cell is ready and let it run"},
            {.name = "stop", .kind = OPTION_FLAG, .what = "stop the cell of --dir"},
        },
    },
    {
        .name = "help", .operands = "[COMMAND]", .operands_max = 2, .run = help_show,
        .what = "describe all commands, a group of them or one",
        .example = "strongroom help client\n"
                   "strongroom help client add",
        .options = {
            {.name = "markdown", .kind = OPTION_FLAG, .what = "everything as the page deploy/cli.md"},
        },
    },
};
/* clang-format on */

const size_t commands_len = sizeof(commands) / sizeof(commands[0]);

const struct command *command_by_name(const char *name)
{
    for (size_t i = 0; i < commands_len; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

bool command_is_group(const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i < commands_len; i++)
        if (strncmp(commands[i].name, word, len) == 0 && commands[i].name[len] == ' ')
            return true;
    return false;
}
