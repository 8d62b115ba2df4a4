/* strongroom backup: a copy of the store, made by the vault beside its work. */
#include "vault/cli/admin.h"
#include "vault/cli/table.h"
#include "vault/cli/text.h"

static void print_facts(const json_t *backup)
{
    static const struct column columns[] = {{NULL, COLUMN_WHOLE}, {NULL, COLUMN_WHOLE}};
    struct table *table = table_new(columns, 2);
    char size[TEXT_SIZE_SIZE];
    char records[24];

    text_size(member_number(backup, "size_bytes"), size);
    snprintf(records, sizeof(records), "%llu", (unsigned long long)member_number(backup, "audit_size"));
    table_cell(table, "Backup");
    table_cell(table, member_text(backup, "path"));
    table_cell(table, "Size");
    table_cell(table, size);
    table_cell(table, "Audit records");
    table_cell(table, records);
    table_cell(table, "Audit head");
    table_cell(table, member_text(backup, "audit_head"));
    table_print(table, stdout);
    table_free(&table);
    puts("\nThe master key is not in it; without that key the backup cannot be used. Keep both, apart.");
}

enum exit_code backup_make(const struct arguments *args)
{
    struct req_backup request = {0};
    struct admin admin = admin_of(args);
    json_t *backup = NULL;
    enum exit_code rc;

    if (args->operands_len > 0)
        request.name = arguments_operand(args);
    rc = admin_document(&admin, MESSAGE_BACKUP, &request, &backup);
    if (rc == EXIT_CODE_OK && args->json)
        print_document(backup);
    else if (rc == EXIT_CODE_OK)
        print_facts(backup);
    json_decref(backup);
    admin_fini(&admin);
    return rc;
}
