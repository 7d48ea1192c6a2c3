/* csvtext_fuzz.c - no comma-separated values may break their reader
 *
 * A text is read whole, and in two pieces cut anywhere: both give the same.
 */
#include <config.h>

#include <assert.h>
#include <stdint.h>

#include "batch_text.h"
#include "csvtext.h"
#include "reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Returns what was read, and in '*ret_rc' how that went. */
static char *
read_cut(const char *text, size_t size, size_t cut, int *ret_rc)
{
    struct source_figures figures = {0};
    struct weir_source *source = batch_text_source(&figures);
    struct weir_batch *batch = weir_batch_begin(source, 1);
    struct csvtext *csv = csvtext_new();
    struct reading how = {.strict = true, .more = true};

    while (cut > 0 && text[cut - 1] != '\n')
        cut--;
    *ret_rc = cut ? csvtext_read(csv, &how, batch, text, cut) : 0;
    assert(how.size <= cut);
    size_t rest = how.size;
    how = (struct reading){.strict = true};
    if (*ret_rc == 0 && rest < size)
        *ret_rc = csvtext_read(csv, &how, batch, text + rest, size - rest);
    char *got = batch_text(source, NULL);
    weir_batch_destroy(&batch);
    csvtext_destroy(&csv);
    source_abandon(&source);
    return got;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    int rc[2] = {0};

    char *whole = read_cut((const char *)bytes, size, 0, &rc[0]);
    char *cut = read_cut((const char *)bytes, size, size / 2, &rc[1]);
    assert(rc[0] == rc[1] && strcmp(whole, cut) == 0);
    free(whole);
    free(cut);
    return 0;
}
