#include "common/config.h"

#include "tests/unit/common/scratch.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct door {
    char *name;
    uint64_t width;
};

struct lock {
    char *maker;
    int kind;
};

struct house {
    bool lit;
    uint64_t rooms;
    uint64_t lease_s;
    uint64_t volume;
    char *owner;
    char *motto;
    int colour;
    unsigned uses;
    char **guests;
    size_t guest_count;
    struct door front;
    struct lock lock;
    bool has_lock;
    struct door *doors;
    size_t door_count;
};

static const struct config_key door_keys[] = {
    {"name", CONFIG_TEXT, CONFIG_AT(struct door, name, char *), .min = 1, .max = 16, .required = true,
     .help = "What it is called."},
    {"width", CONFIG_INT, CONFIG_AT(struct door, width, uint64_t), .min = 1, .max = 300, .fallback = "80",
     .help = "In centimetres."},
};
CONFIG_SCHEMA(door_schema, struct door, door_keys);

static const struct config_word kinds[] = {{"bolt", 1}, {"chain", 2}, {NULL, 0}};

static const struct config_key lock_keys[] = {
    {"maker", CONFIG_TEXT, CONFIG_AT(struct lock, maker, char *), .min = 1, .max = 16, .required = true,
     .help = "Who made it."},
    {"kind", CONFIG_ENUM, CONFIG_AT(struct lock, kind, int), .words = kinds, .fallback = "chain",
     .help = "Which."},
};
CONFIG_SCHEMA(lock_schema, struct lock, lock_keys);

static const struct config_word colours[] = {{"red", 7}, {"blue", 9}, {NULL, 0}};
static const struct config_word uses[] = {{"home", 1}, {"office", 2}, {"shop", 4}, {NULL, 0}};

static const struct config_key house_keys[] = {
    {"lit", CONFIG_BOOL, CONFIG_AT(struct house, lit, bool), .fallback = "true", .help = "Light."},
    {"rooms", CONFIG_INT, CONFIG_AT(struct house, rooms, uint64_t), .min = 1, .max = 65535, .fallback = "3",
     .help = "Rooms."},
    {"lease", CONFIG_DURATION, CONFIG_AT(struct house, lease_s, uint64_t), .min = 1, .max = 864000,
     .fallback = "2h", .help = "Lease."},
    {"volume", CONFIG_SIZE, CONFIG_AT(struct house, volume, uint64_t), .min = 16, .max = (uint64_t)1 << 40,
     .fallback = "1MiB", .help = "Volume."},
    {"owner", CONFIG_TEXT, CONFIG_AT(struct house, owner, char *), .min = 1, .max = 16, .required = true,
     .help = "Who owns it."},
    {"motto", CONFIG_TEXT, CONFIG_AT(struct house, motto, char *), .min = 0, .max = 16,
     .help = "Above the door."},
    {"colour", CONFIG_ENUM, CONFIG_AT(struct house, colour, int), .words = colours, .fallback = "blue",
     .help = "Colour."},
    {"uses", CONFIG_FLAGS, CONFIG_AT(struct house, uses, unsigned), .words = uses, .fallback = "home shop",
     .help = "Uses."},
    {"guests", CONFIG_TEXT_LIST, CONFIG_AT(struct house, guests, char **),
     CONFIG_AT(struct house, guest_count, size_t), .min = 1, .max = 3, .help = "Guests."},
    {"front", CONFIG_MAPPING, CONFIG_AT(struct house, front, struct door), .of = &door_schema,
     .help = "Front."},
    {"lock", CONFIG_OPTIONAL, CONFIG_AT(struct house, lock, struct lock),
     CONFIG_AT(struct house, has_lock, bool),
     .of = &lock_schema, .help = "Lock."},
    {"doors", CONFIG_LIST, CONFIG_AT(struct house, doors, struct door *),
     CONFIG_AT(struct house, door_count, size_t),
     .min = 1, .max = 2, .of = &door_schema, .help = "Doors."},
};
CONFIG_SCHEMA(house_schema, struct house, house_keys);

#define TEXT16 "a text of 1 to 16 bytes without control characters"
#define KNOWN                                                                                               \
    "Known here: lit, rooms, lease, volume, owner, motto, colour, uses, guests, front, lock, doors\n"
#define LEAST "owner: Ann\nfront: {name: oak}\n"

/* Read a text; what was wrong goes to `ret_problems`, with the file's name cut off every line. */
static bool read_text(struct span text, struct house *house, char ret_problems[8192])
{
    char path[SCRATCH_PATH_SIZE];
    struct config_file *file;
    char *report = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&report, &size);
    bool ok;

    scratch_file(text, path);
    file = config_read(path, &house_schema, house);
    ok = config_finish(&file, out);
    assert_null(file);
    fclose(out);
    unlink(path);
    *ret_problems = '\0';
    for (char *line = report; *line; line += strcspn(line, "\n") + 1) {
        assert_memory_equal(line, path, strlen(path));
        strncat(ret_problems, line + strlen(path) + 1, strcspn(line, "\n") - strlen(path));
    }
    free(report);
    assert_int_equal(ok, *ret_problems == '\0');
    return ok;
}

static void defaults_are_taken(void **state)
{
    char problems[8192];
    struct house house;

    (void)state;
    if (!read_text(SPAN_LITERAL(LEAST), &house, problems))
        fail_msg("%s", problems);
    assert_true(house.lit);
    assert_int_equal(house.rooms, 3);
    assert_int_equal(house.lease_s, 7200);
    assert_int_equal(house.volume, 1 << 20);
    assert_string_equal(house.owner, "Ann");
    assert_null(house.motto);
    assert_int_equal(house.colour, 9);
    assert_int_equal(house.uses, 5);
    assert_int_equal(house.guest_count, 0);
    assert_string_equal(house.front.name, "oak");
    assert_int_equal(house.front.width, 80);
    assert_false(house.has_lock);
    assert_null(house.doors);
    config_free(&house_schema, &house);
    assert_null(house.owner);
}

static void everything_can_be_said(void **state)
{
    char problems[8192];
    struct house house;

    (void)state;
    if (!read_text(SPAN_LITERAL("# a house\nlit: false\nrooms: 65535\nlease: 10d\nvolume: \"1TiB\"\n"
                                "owner: \"J\xc3\xb6rg # 1\"\nmotto: ''\ncolour: red\nuses: [office, office]\n"
                                "guests:\n  - a b\n  - '1'\nfront:\n  name: 007\n  width: 300\n"
                                "lock: {maker: yes, kind: bolt}\n"
                                "doors:\n  - name: back\n    width: 1\n  - {name: side}\n"),
                   &house, problems))
        fail_msg("%s", problems);
    assert_false(house.lit);
    assert_int_equal(house.rooms, 65535);
    assert_int_equal(house.lease_s, 864000);
    assert_true(house.volume == (uint64_t)1 << 40);
    assert_string_equal(house.owner, "J\xc3\xb6rg # 1");
    assert_string_equal(house.motto, "");
    assert_int_equal(house.colour, 7);
    assert_int_equal(house.uses, 2);
    assert_int_equal(house.guest_count, 2);
    assert_string_equal(house.guests[0], "a b");
    assert_string_equal(house.guests[1], "1");
    assert_string_equal(house.front.name, "007");
    assert_int_equal(house.front.width, 300);
    assert_true(house.has_lock);
    assert_string_equal(house.lock.maker, "yes");
    assert_int_equal(house.lock.kind, 1);
    assert_int_equal(house.door_count, 2);
    assert_string_equal(house.doors[0].name, "back");
    assert_int_equal(house.doors[1].width, 80);
    config_free(&house_schema, &house);
}

static void units(void **state)
{
    static const struct {
        const char *line;
        uint64_t lease_s;
        uint64_t volume;
    } cases[] = {
        {"lease: 1s\nvolume: 16B\n", 1, 16},
        {"lease: 90s\nvolume: 16KiB\n", 90, 16384},
        {"lease: 15m\nvolume: 19MiB\n", 900, 19 << 20},
        {"lease: 8h\nvolume: 1GiB\n", 28800, 1 << 30},
        {"lease: 1d\nvolume: 1024GiB\n", 86400, (uint64_t)1 << 40},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[128] = LEAST;
        char problems[8192];
        struct house house;

        strncat(text, cases[i].line, sizeof(text) - strlen(text) - 1);
        assert_true(read_text(span_of_text(text), &house, problems));
        assert_true(house.lease_s == cases[i].lease_s && house.volume == cases[i].volume);
        config_free(&house_schema, &house);
    }
}

static const struct refusal {
    struct span text;
    const char *problems; /* the whole report */
} refusals[] = {
    /* values */
    {SPAN_LITERAL(LEAST "rooms: 99999\n"), "3:8: key 'rooms': 99999 is not a whole number from 1 to 65535\n"},
    {SPAN_LITERAL(LEAST "rooms: 0\n"), "3:8: key 'rooms': 0 is not a whole number from 1 to 65535\n"},
    {SPAN_LITERAL(LEAST "rooms: -1\n"), "3:8: key 'rooms': -1 is not a whole number from 1 to 65535\n"},
    {SPAN_LITERAL(LEAST "rooms: 010\n"), "3:8: key 'rooms': 010 is not a whole number from 1 to 65535\n"},
    {SPAN_LITERAL(LEAST "rooms: 0x10\n"), "3:8: key 'rooms': 0x10 is not a whole number from 1 to 65535\n"},
    {SPAN_LITERAL(LEAST "rooms: 3.0\n"), "3:8: key 'rooms': 3.0 is not a whole number from 1 to 65535\n"},
    {SPAN_LITERAL(LEAST "rooms: 18446744073709551617\n"),
     "3:8: key 'rooms': 18446744073709551617 is not a whole number from 1 to 65535\n"},
    {SPAN_LITERAL(LEAST "rooms: \"3\"\n"),
     "3:8: key 'rooms': 3 in quotes is not a whole number from 1 to 65535\n"},
    {SPAN_LITERAL(LEAST "rooms: [3]\n"), "3:8: key 'rooms': a list is not a whole number from 1 to 65535\n"},
    {SPAN_LITERAL(LEAST "rooms:\n"),
     "3:7: key 'rooms': has no value; expected a whole number from 1 to 65535\n"},
    {SPAN_LITERAL(LEAST "lit: yes\n"), "3:6: key 'lit': yes is not true or false\n"},
    {SPAN_LITERAL(LEAST "lit: \"true\"\n"), "3:6: key 'lit': true in quotes is not true or false\n"},
    {SPAN_LITERAL(LEAST "lease: 60\n"),
     "3:8: key 'lease': 60 is not a duration from 1s to 10d (such as 90s, 15m, 8h, 30d)\n"},
    {SPAN_LITERAL(LEAST "lease: 1 h\n"),
     "3:8: key 'lease': \"1 h\" is not a duration from 1s to 10d (such as 90s, 15m, 8h, 30d)\n"},
    {SPAN_LITERAL(LEAST "lease: 11d\n"),
     "3:8: key 'lease': 11d is not a duration from 1s to 10d (such as 90s, 15m, 8h, 30d)\n"},
    {SPAN_LITERAL(LEAST "lease: 213503982334602d\n"),
     "3:8: key 'lease': 213503982334602d is not a duration from 1s to 10d (such as 90s, 15m, 8h, 30d)\n"},
    {SPAN_LITERAL(LEAST "volume: 16MB\n"),
     "3:9: key 'volume': 16MB is not a size from 16B to 1TiB (such as 512B, 16KiB, 19MiB, 64GiB)\n"},
    {SPAN_LITERAL(LEAST "volume: 16777217TiB\n"),
     "3:9: key 'volume': 16777217TiB is not a size from 16B to 1TiB (such as 512B, 16KiB, 19MiB, 64GiB)\n"},
    {SPAN_LITERAL(LEAST "colour: Red\n"), "3:9: key 'colour': Red is not one of red, blue\n"},
    {SPAN_LITERAL(LEAST "colour: {red: 1}\n"), "3:9: key 'colour': a mapping is not one of red, blue\n"},
    {SPAN_LITERAL(LEAST "motto: 12345678901234567\n"),
     "3:8: key 'motto': 12345678901234567 is not a text of 0 to 16 bytes without control characters\n"},
    {SPAN_LITERAL(LEAST "motto: \"a\\nb\\e\"\n"),
     "3:8: key 'motto': \"a\\x0ab\\x1b\" is not a text of 0 to 16 bytes without control characters\n"},
    {SPAN_LITERAL(LEAST "uses: home\n"),
     "3:7: key 'uses': home is not a list such as [a, b] of some of home, office, shop\n"},
    {SPAN_LITERAL(LEAST "uses: []\n"),
     "3:7: key 'uses': a list is not a list such as [a, b] of some of home, office, shop\n"},
    {SPAN_LITERAL(LEAST "uses: [home, barn]\n"),
     "3:14: key 'uses[1]': barn is not one of home, office, shop\n"},
    {SPAN_LITERAL(LEAST "guests: [a, b, c, d]\n"),
     "3:9: key 'guests': a list is not a list of 1 to 3 texts\n"},
    {SPAN_LITERAL(LEAST "guests: [a, , {}]\n"),
     "3:13: this is not YAML: while parsing a flow node, did not find expected node content\n"},
    {SPAN_LITERAL(LEAST "guests: [a, ~, {}]\n"),
     "3:13: key 'guests[1]': has no value; expected a text of 1 to 1024 bytes without control characters "
     "(one that starts with # needs quotes)\n"
     "3:16: key 'guests[2]': a mapping is not a text of 1 to 1024 bytes without control characters\n"},
    {SPAN_LITERAL(LEAST "lock: iron\n"),
     "3:7: key 'lock': iron is not a mapping (keys of its own, indented below it)\n"},
    {SPAN_LITERAL(LEAST "doors: {name: back}\n"),
     "3:8: key 'doors': a mapping is not a list of 1 to 2 mappings (each starts with a dash)\n"},
    {SPAN_LITERAL(LEAST "doors: [{name: a}, b]\n"),
     "3:20: key 'doors[1]': b is not a mapping (keys of its own, indented below it)\n"},
    {SPAN_LITERAL(LEAST "doors:\n  - name: back\n    width: 301\n"),
     "5:12: key 'doors[0].width': 301 is not a whole number from 1 to 300\n"},
    /* keys */
    {SPAN_LITERAL(LEAST "room: 3\n"),
     "3:1: key 'room': is unknown; did you mean 'rooms'? " KNOWN},
    {SPAN_LITERAL(LEAST "lock: {maker: a, qqqqqq: b}\n"),
     "3:18: key 'lock.qqqqqq': is unknown. Known here: maker, kind\n"},
    {SPAN_LITERAL(LEAST "\"a\\nb\": 3\n"),
     "3:1: key '\"a\\x0ab\"': is unknown. " KNOWN},
    {SPAN_LITERAL(LEAST "lit: true\nlit: true\n"),
     "4:1: key 'lit': is there twice; the first is in line 3\n"},
    {SPAN_LITERAL(LEAST "[a, b]: 1\n"), "3:1: a key has to be one word\n"},
    {SPAN_LITERAL("front: {name: a}\n"),
     "1:1: key 'owner': is missing; expected " TEXT16 ". Who owns it.\n"},
    {SPAN_LITERAL("owner: a\n"),
     "1:1: key 'front.name': is missing; expected " TEXT16 ". What it is called.\n"},
    {SPAN_LITERAL(LEAST "lock: {kind: bolt}\n"),
     "3:7: key 'lock.maker': is missing; expected " TEXT16 ". Who made it.\n"},
    {SPAN_LITERAL(""),
     "1:1: key 'owner': is missing; expected " TEXT16 ". Who owns it.\n"
     "1:1: key 'front.name': is missing; expected " TEXT16 ". What it is called.\n"},
    /* several at once, in the order of the lines */
    {SPAN_LITERAL("doors: 1\nlit: 2\nfront: {name: a}\nowner: b\nrooms: x\n"),
     "1:8: key 'doors': 1 is not a list of 1 to 2 mappings (each starts with a dash)\n"
     "2:6: key 'lit': 2 is not true or false\n"
     "5:8: key 'rooms': x is not a whole number from 1 to 65535\n"},
    /* what is no configuration */
    {SPAN_LITERAL("- a\n"), "1:1: a configuration consists of lines such as 'key: value'; this is a list\n"},
    {SPAN_LITERAL("hello\n"),
     "1:1: a configuration consists of lines such as 'key: value'; this is a text\n"},
    {SPAN_LITERAL("owner: &a Ann\n"),
     "1:8: anchors (&name) and aliases (*name) are not allowed here; a text that starts so needs quotes\n"},
    {SPAN_LITERAL("owner: *a\n"),
     "1:8: anchors (&name) and aliases (*name) are not allowed here; a text that starts so needs quotes\n"},
    {SPAN_LITERAL("front: &a\n  name: b\n"),
     "1:8: anchors (&name) and aliases (*name) are not allowed here; a text that starts so needs quotes\n"},
    {SPAN_LITERAL("owner: !!str 1\n"),
     "1:8: tags (!name) are not allowed here; a text that starts with ! needs quotes\n"},
    {SPAN_LITERAL("owner: a\n---\nowner: b\n"),
     "2:1: a second document (---) starts here; a configuration is one\n"},
    {SPAN_LITERAL("owner: [[[[[[[[[[[[[[[[[[[[[[[[[[[\n"),
     "1:23: this is nested too deeply for a configuration\n"},
    {SPAN_LITERAL("owner: \"a\n"),
     "2:1: this is not YAML: while scanning a quoted scalar, found unexpected end of stream\n"},
    {SPAN_LITERAL("front:\n\tname: a\n"),
     "2:1: this is not YAML: while scanning for the next token, found character that cannot start any token "
     "(a tab cannot indent: use spaces; a text that starts with @ ` or % needs quotes)\n"},
    {SPAN_LITERAL("owner: a\nmotto: \xff\n"), "2:8: this byte (0xff) is not UTF-8 text\n"},
    {SPAN_LITERAL("owner: a\0b\n"), "1:9: this byte (0x00) is not UTF-8 text\n"},
    {SPAN_LITERAL("\xff\xfeo\0w\0"), "1:1: this byte (0xff) is not UTF-8 text\n"},
};

static void problems_say_where_what_and_what_instead(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        char problems[8192];
        struct house house;

        (void)read_text(refusals[i].text, &house, problems);
        config_free(&house_schema, &house);
        if (strcmp(problems, refusals[i].problems) != 0)
            fail_msg("case %zu\nsaid: %swant: %s", i, problems, refusals[i].problems);
    }
}

static void twenty_problems_are_enough(void **state)
{
    char text[1024] = LEAST;
    char problems[8192];
    struct house house;
    size_t lines = 0;
    struct span rest, line;

    (void)state;
    for (size_t i = 0; i < 25; i++)
        strncat(text, "zzzzzzzz: 1\n", sizeof(text) - strlen(text) - 1);
    assert_false(read_text(span_of_text(text), &house, problems));
    config_free(&house_schema, &house);
    for (rest = span_of_text(problems); span_next_word(&rest, '\n', &line); lines++)
        ;
    assert_int_equal(lines, 21);
    assert_non_null(strstr(problems, " there are 5 more problems\n"));
}

static void files_that_cannot_be_read(void **state)
{
    static const struct {
        const char *path;
        const char *problem;
    } cases[] = {
        {"/nonexistent/file.yaml", "/nonexistent/file.yaml: cannot be read: No such file or directory\n"},
        {"/tmp", "/tmp: cannot be read: Is a directory\n"},
        {"/dev/zero", "/dev/zero: is larger than 1 MiB, which no configuration needs\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct house house;
        struct config_file *file = config_read(cases[i].path, &house_schema, &house);
        char *report = NULL;
        size_t size;
        FILE *out = open_memstream(&report, &size);

        config_problem(file, &house.owner, "is nothing that anybody asked about");
        assert_false(config_finish(&file, out));
        fclose(out);
        assert_string_equal(report, cases[i].problem);
        free(report);
        config_free(&house_schema, &house);
    }
}

static void later_problems_have_the_line_of_the_key(void **state)
{
    char path[SCRATCH_PATH_SIZE];
    struct config_file *file;
    struct house house;
    char *report = NULL;
    char *said;
    size_t size;
    FILE *out = open_memstream(&report, &size);

    (void)state;
    scratch_file(SPAN_LITERAL("owner: Ann\nfront:\n  name: oak\nguests:\n  - Bob\nrooms: x\n"
                              "doors: [{name: a}]\n"),
                 path);
    file = config_read(path, &house_schema, &house);
    config_problem(file, &house.doors[0].width, "is of %s", "no use");
    config_problem(file, &house.guests[0], "is not invited");
    config_problem(file, &house.has_lock, "is needed");
    config_problem(file, &house.front.name, "is no wood");
    config_problem(file, &house.front.name, "is said once only");
    config_problem(file, &house.rooms, "is known to be wrong already");
    assert_true(config_has(file, "front.name"));
    assert_true(config_has(file, "doors[0].name"));
    assert_false(config_has(file, "doors[0].width"));
    assert_false(config_has(file, "lit"));
    assert_false(config_finish(&file, out));
    fclose(out);
    unlink(path);
    while ((said = strstr(report, path)) != NULL)
        memmove(said, said + strlen(path) + 1, strlen(said + strlen(path) + 1) + 1);
    assert_string_equal(report, "1:1: key 'lock': is needed\n"
                                "3:9: key 'front.name': is no wood\n"
                                "5:5: key 'guests[0]': is not invited\n"
                                "6:8: key 'rooms': x is not a whole number from 1 to 65535\n"
                                "7:9: key 'doors[0].width': is of no use\n");
    free(report);
    config_free(&house_schema, &house);
}

static void every_key_is_described(void **state)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    config_describe(&house_schema, out);
    fclose(out);
    assert_non_null(strstr(text, "owner: a text of 1 to 16 bytes without control characters; required\n"
                                 "    Who owns it.\n"));
    assert_non_null(strstr(text, "uses: a list such as [a, b] of some of home, office, shop; "
                                 "default home shop\n"));
    assert_non_null(strstr(text, "motto: a text of 0 to 16 bytes without control characters; optional\n"));
    assert_non_null(strstr(text, "doors[].width: a whole number from 1 to 300; default 80\n"));
    assert_non_null(strstr(text, "lock.kind: one of bolt, chain; default chain\n"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_taken),
        cmocka_unit_test(everything_can_be_said),
        cmocka_unit_test(units),
        cmocka_unit_test(problems_say_where_what_and_what_instead),
        cmocka_unit_test(twenty_problems_are_enough),
        cmocka_unit_test(files_that_cannot_be_read),
        cmocka_unit_test(later_problems_have_the_line_of_the_key),
        cmocka_unit_test(every_key_is_described),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
