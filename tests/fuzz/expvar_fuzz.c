/* expvar_fuzz.c - no answer of /debug/vars may break its reader
 *
 * Each is read twice into one source, as by two scrapes between which nothing
 * happened: both give the same, and the pauses add up.
 */
#include <config.h>

#include <assert.h>

#include "../../plugins/input/expvar/expvar.h"
#include "batch_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static char *
read_once(struct program *program, struct weir_source *source,
          const uint8_t *bytes, size_t size)
{
    struct weir_batch *batch = weir_batch_begin(source, 1);

    program->why[0] = '\0';
    int rc = program_read(program, batch, (const char *)bytes, size);
    assert((rc < 0) == (program->why[0] != '\0'));
    assert(rc == 0 || weir_batch_tally(batch).given == 0);
    char *text = batch_text(source, NULL);
    weir_batch_destroy(&batch);
    return text;
}

static void
check_pauses(const struct pauses *pauses)
{
    uint64_t sum = 0;

    for (size_t i = 0; i <= PAUSES_BOUNDS; i++)
        sum += pauses->counts[i];
    assert(sum == 0 && pauses->seen == 0 && pauses->missed == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct source_figures figures = {0};
    struct weir_source *source = batch_text_source(&figures);
    struct program program = {0};

    char *first = read_once(&program, source, bytes, size);
    char *second = read_once(&program, source, bytes, size);
    assert(strcmp(first, second) == 0);
    check_pauses(&program.pauses);
    free(first);
    free(second);
    source_abandon(&source);
    return 0;
}
