/* outcome_fuzz.c - no answer may break its reader, nor what shows it; and a
 * terminal is told nothing but text
 */
#include <config.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "cli/view.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* All that is not for a letter of its own is for a new line. */
static void
check_harmless(const char *text)
{
    uint32_t point = 0;

    for (size_t size = 0; *text; text += size) {
        size = utf8_read(text, &point);
        if (size == 0 || (point < ' ' && *text != '\n' && *text != '\r') ||
            (point >= 0x7f && point < 0xa0))
            abort();
    }
}

static void
show(const struct outcome *outcome, view_outcome *view,
     const struct screen *screen)
{
    static const struct span span = {0, 60 * NS_PER_S, NS_PER_S};
    weir_cleanup(weir_free) char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    view(outcome, &span, screen, out);
    (void)fclose(out);
    if (strlen(text) != size)
        abort();
    if (screen->terminal)
        check_harmless(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static view_outcome *const views[] = {view_table, view_csv, view_chart};
    static const struct screen screens[] = {
        {.terminal = true, .utf8 = true, .width = 80, .height = 24},
        {.terminal = true, .width = 20, .height = 5},
        {.utf8 = true, .width = 80, .height = 24},
    };
    weir_cleanup(outcome_destroy) struct outcome *outcome = NULL;

    if (outcome_read((const char *)bytes, size, &outcome) < 0 || outcome->error)
        return 0;
    for (size_t i = 0; i < ARRAY_SIZE(views); i++)
        for (size_t j = 0; j < ARRAY_SIZE(screens); j++)
            show(outcome, views[i], &screens[j]);
    return 0;
}
