/* top_fuzz.c - no answer may break weir top, which tells a terminal nothing but
 * text
 */
#include <config.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "../../plugins/report/dashboard/top_text.h"
#include "base.h"
#include "cli/plain.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* All that is not for a letter of its own is for a new line. */
static void
check_harmless(const char *text)
{
    uint32_t point = 0;

    for (size_t size = 0; *text; text += size) {
        size = utf8_read(text, &point);
        if (size == 0 || (plain_is_hidden(point) && point != '\n'))
            abort();
    }
}

static void
show(const uint8_t *bytes, size_t size, bool utf8)
{
    weir_cleanup(weir_free) char *why = NULL;
    weir_cleanup(weir_free) char *text = NULL;
    weir_cleanup(top_answer_destroy) struct top_answer *answer =
        top_answer_read((const char *)bytes, size, utf8 ? 0 : PLAIN_ASCII,
                        &why);
    size_t length = 0;
    FILE *out = x_or_die(open_memstream(&text, &length));

    if (answer)
        top_write_all(out, answer, utf8);
    else
        (void)fputs(why, out);
    (void)fclose(out);
    if (strlen(text) != length)
        abort();
    check_harmless(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    show(bytes, size, true);
    show(bytes, size, false);
    return 0;
}
