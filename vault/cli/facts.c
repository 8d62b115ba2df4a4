#include "vault/cli/facts.h"

#include "vault/cli/admin.h"
#include "vault/cli/text.h"

struct table *facts_new(void)
{
    static const struct column columns[] = {{NULL, COLUMN_WHOLE}, {NULL, COLUMN_WHOLE}};

    return table_new(columns, sizeof(columns) / sizeof(columns[0]));
}

void facts_put(struct table *facts, const char *what, const char *value)
{
    if (!value || !value[0])
        return;
    table_cell(facts, what);
    table_cell(facts, value);
}

void facts_put_text(struct table *facts, const char *what, const json_t *object, const char *member)
{
    facts_put(facts, what, member_text(object, member));
}

void facts_put_list(struct table *facts, const char *what, const json_t *object, const char *member)
{
    const json_t *element;
    size_t i;

    json_array_foreach(json_object_get(object, member), i, element)
        facts_put(facts, i == 0 ? what : "", json_string_value(element));
}

void facts_put_time(struct table *facts, const char *what, const json_t *object, const char *member)
{
    char text[TEXT_TIME_SIZE];

    text_time(member_number(object, member), text);
    facts_put(facts, what, text);
}

void facts_put_duration(struct table *facts, const char *what, const json_t *object, const char *member)
{
    char text[TEXT_DURATION_SIZE];

    if (member_number(object, member) == 0)
        return;
    text_duration(member_number(object, member), text);
    facts_put(facts, what, text);
}

void facts_print(struct table **facts)
{
    table_print(*facts, stdout);
    table_free(facts);
}
