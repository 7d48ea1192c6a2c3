/* scan_fuzz.c - no file may break the scanner, nor what libconfuse is given
 */
#include <config.h>

#include <stdint.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "commons.h"
#include "scan.h"
#include "section.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Reads a block as the options of an input, anything else as a global one. */
static void
read_statement(const struct statement *statement, struct arena *texts,
               struct complaints *into)
{
    struct option_place place = {".", texts, NULL};
    struct commons commons = {0};
    struct globals globals = {0};
    const struct section_part part =
        statement->body
            ? (struct section_part){commons_options("input"), &commons}
            : (struct section_part){commons_options("global"), &globals};
    const struct section section = {
        .at = {statement->file, statement->line},
        .what = statement->kind,
        .text = statement->body ? statement->body : statement->text,
        .text_line = statement->body ? statement->body_line : statement->line,
        .parts = &part,
        .part_count = 1,
        .place = place,
        .into = into,
    };

    option_defaults(part.options, part.memory, &place);
    (void)section_read(&section);
    option_fini(part.options, part.memory);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    weir_cleanup(weir_free) char *text = xcalloc(size + 1, 1);
    struct arena texts = {0};
    struct complaints complaints = {0};
    struct statements statements;

    if (size)
        memcpy(text, bytes, size);
    /* Files on this machine are no part of the input. */
    if (strstr(text, "include"))
        return 0;
    scan_text("fuzz", text, &texts, &complaints, &statements);
    for (size_t i = 0; i < statements.count; i++)
        if (!statements.list[i].broken)
            read_statement(&statements.list[i], &texts, &complaints);
    statements_fini(&statements);
    complaints_clear(&complaints);
    arena_clear(&texts);
    return 0;
}
