/* parse_duration.c - durations such as 1h30m; see parse_inner.h */
#include <config.h>

#include "parse_inner.h"

#include "base.h"
#include "number.h"

/* The longer ones of those that begin alike come first. */
static const struct {
    const char *name;
    int64_t ns;
} units[] = {
    {"ns", 1},
    {"u", NS_PER_US},
    {"\xc2\xb5", NS_PER_US},
    {"ms", NS_PER_MS},
    {"m", 60 * NS_PER_S},
    {"s", NS_PER_S},
    {"h", 3600 * NS_PER_S},
    {"d", 24 * 3600 * NS_PER_S},
    {"w", 7 * 24 * 3600 * NS_PER_S},
};

static int
unit_at(const char *text)
{
    for (size_t i = 0; i < ARRAY_SIZE(units); i++)
        if (strncmp(text, units[i].name, strlen(units[i].name)) == 0)
            return (int)i;
    return -1;
}

/* What is too long wraps around, as in InfluxDB, which looks only whether the
 * sum is negative. */
bool
parse_duration_text(struct parser *self, const char *text, int64_t *ret_ns,
                    const char **reterr_why)
{
    bool is_negative = *text == '-';
    const char *at = text + is_negative;
    uint64_t sum = 0;
    uint64_t number = 0;
    int unit = -1;

    *reterr_why = "invalid duration";
    if (strlen(text) < 2)
        return false;
    while (*at) {
        at = number_scan_u64(at, &number);
        if (!at || number > INT64_MAX)
            return false;
        unit = unit_at(at);
        if (unit < 0)
            return false;
        sum += number * (uint64_t)units[unit].ns;
        at += strlen(units[unit].name);
    }
    if ((int64_t)sum < 0 && !is_negative) {
        *reterr_why = parse_text(self,
                                 "overflowed duration %llu%s: choose a smaller "
                                 "duration or INF",
                                 (unsigned long long)number, units[unit].name);
        return false;
    }
    *ret_ns = (int64_t)(is_negative ? -sum : sum);
    return true;
}
