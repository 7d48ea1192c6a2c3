/* choice.c - which one sample of a series says all that is asked; see choice.h
 */
#include <config.h>

#include "choice.h"

#include <string.h>

#include <weir/plugin.h>

#include "query/digest.h"

static const struct {
    unsigned function;
    bool of_numbers; /* nothing that is true or false */
    const char *name;
} choices[] = {
    {DIGEST_INSTANT, false, "last"},
    {FUNCTION_FIRST_OVER_TIME, false, "first"},
    {FUNCTION_LAST_OVER_TIME, false, "last"},
    {FUNCTION_MAX_OVER_TIME, true, "max"},
    {FUNCTION_MIN_OVER_TIME, true, "min"},
    {FUNCTION_PRESENT_OVER_TIME, false, "last"},
    {FUNCTION_TS_OF_FIRST_OVER_TIME, false, "first"},
    {FUNCTION_TS_OF_LAST_OVER_TIME, false, "last"},
};

/* Returns the only window of the digest's samples; or NULL. */
static const struct weir_digest *
window_of(const struct weir_select *what)
{
    return what->want == WEIR_SAMPLES && what->alone && what->digest &&
                   what->digest->ends.count == 1
               ? what->digest
               : NULL;
}

struct weir_select
choice_narrow(const struct weir_select *what)
{
    const struct weir_digest *window = window_of(what);
    struct weir_select narrow = *what;
    int64_t range_ns = choice_is_last(what) ? what->range_ns : 0;
    int64_t after_ns = 0;

    if (window) {
        range_ns = window->range_ns;
        narrow.until_ns = window->ends.start_ns;
    }
    if (range_ns > 0 &&
        !__builtin_sub_overflow(narrow.until_ns, range_ns, &after_ns))
        narrow.after_ns = after_ns;
    return narrow;
}

const char *
choice_of(const struct weir_select *what, const char *cast)
{
    const struct weir_digest *window = window_of(what);

    if (choice_is_last(what))
        return "last";
    for (size_t i = 0; window && i < WEIR_COUNT(choices); i++)
        if (choices[i].function == window->function)
            return choices[i].of_numbers && strcmp(cast, "boolean") == 0
                       ? NULL
                       : choices[i].name;
    return NULL;
}
