/* option_parse.c - durations, sizes, and names that are nearly right */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "base.h"
#include "number.h"
#include "option.h"

struct unit {
    const char *name;
    uint64_t size;
};

#define NS_PER_DAY (86400 * (uint64_t)NS_PER_S)

/* From the largest on, which is the order that 1h30m has. */
static const struct unit times[] = {
    {"y", 365 * NS_PER_DAY},
    {"w", 7 * NS_PER_DAY},
    {"d", NS_PER_DAY},
    {"h", 3600 * (uint64_t)NS_PER_S},
    {"m", 60 * (uint64_t)NS_PER_S},
    {"s", (uint64_t)NS_PER_S},
    {"ms", (uint64_t)NS_PER_MS},
    {0},
};

static const struct unit sizes[] = {
    {"T", UINT64_C(1) << 40},
    {"G", 1 << 30},
    {"M", 1 << 20},
    {"K", 1 << 10},
    {0},
};

/* Reads a number with an optional fraction: 'number' + 'part' / 'whole'. */
static const char *
scan_amount(const char *text, uint64_t *ret_number, double *ret_part)
{
    const char *at = number_scan_u64(text, ret_number);
    double weight = 1;

    *ret_part = 0;
    if (!at || *at != '.')
        return at;
    for (at++; *at >= '0' && *at <= '9'; at++) {
        weight /= 10;
        *ret_part += weight * (*at - '0');
    }
    return at[-1] == '.' ? NULL : at;
}

static const struct unit *
scan_unit(const char **at, const struct unit *units)
{
    size_t length = strcspn(*at, "0123456789");

    for (; units->name; units++)
        if (strlen(units->name) == length &&
            memcmp(units->name, *at, length) == 0) {
            *at += length;
            return units;
        }
    return NULL;
}

/* Adds 'number' and a 'part' of units to '*sum'; false when it is too much. */
static bool
add_amount(uint64_t *sum, uint64_t number, double part, uint64_t size)
{
    uint64_t amount = 0;

    return !__builtin_mul_overflow(number, size, &amount) &&
           !__builtin_add_overflow(*sum, amount, sum) &&
           !__builtin_add_overflow(*sum, (uint64_t)(part * (double)size + 0.5),
                                   sum) &&
           *sum <= INT64_MAX;
}

/* Reads amounts of ever smaller units.  Returns 0, -EINVAL when 'text' is none,
 * or -ERANGE. */
static int
parse(const char *text, const struct unit *units, uint64_t *ret_sum)
{
    uint64_t sum = 0;

    if (strcmp(text, "0") == 0) {
        *ret_sum = 0;
        return 0;
    }
    do {
        uint64_t number = 0;
        double part = 0;
        text = scan_amount(text, &number, &part);
        if (!text)
            return -EINVAL;
        units = scan_unit(&text, units);
        if (!units)
            return -EINVAL;
        if (!add_amount(&sum, number, part, units->size))
            return -ERANGE;
        units++;
    } while (*text);
    *ret_sum = sum;
    return 0;
}

int
option_parse_duration(const char *text, int64_t *ret_ns,
                      const char **reterr_why)
{
    uint64_t sum = 0;
    int rc = parse(text, times, &sum);

    if (rc == 0)
        *ret_ns = (int64_t)sum;
    else if (rc == -ERANGE)
        *reterr_why = "a duration below 292 years is due";
    else if (text[strspn(text, "0123456789.")] == '\0' && *text)
        *reterr_why = "a unit is due, as in 10s (ms s m h d w y)";
    else
        *reterr_why = "a duration such as 10s or 1h30m is due";
    return rc ? -EINVAL : 0;
}

int
option_parse_size(const char *text, uint64_t *ret_bytes,
                  const char **reterr_why)
{
    int rc = parse(text, sizes, ret_bytes);

    if (rc == -ERANGE)
        *reterr_why = "a size below 8,388,608T is due";
    else if (rc && text[strspn(text, "0123456789.")] == '\0' && *text)
        *reterr_why = "a unit is due, as in 64M (K M G T)";
    else if (rc)
        *reterr_why = "a size such as 64M is due";
    return rc ? -EINVAL : 0;
}

enum { NAME_MOST = 63, OFF_MOST = 2 };

static int
least(int a, int b, int c)
{
    int lesser = a < b ? a : b;

    return lesser < c ? lesser : c;
}

/* Counts the letters to add, drop, change, or swap with the next one. */
static int
distance(const char *a, const char *b)
{
    int rows[3][NAME_MOST + 1] = {{0}};
    int *before = rows[0], *last = rows[1], *now = rows[2];
    size_t length = strlen(b);

    for (size_t j = 0; j <= length; j++)
        last[j] = (int)j;
    for (size_t i = 1; a[i - 1]; i++) {
        now[0] = (int)i;
        for (size_t j = 1; j <= length; j++) {
            bool same = a[i - 1] == b[j - 1];
            now[j] = least(last[j] + 1, now[j - 1] + 1, last[j - 1] + !same);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
                a[i - 2] == b[j - 1] && before[j - 2] + 1 < now[j])
                now[j] = before[j - 2] + 1;
        }
        int *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[length];
}

const char *
option_nearest(const char *name, const char *const *candidates)
{
    const char *nearest = NULL;
    int off = OFF_MOST + 1;
    size_t length = strlen(name);

    if (length > NAME_MOST)
        return NULL;
    for (; *candidates; candidates++) {
        if (strlen(*candidates) > NAME_MOST)
            continue;
        int now = distance(name, *candidates);
        if (now < off && (size_t)now < length) {
            off = now;
            nearest = *candidates;
        }
    }
    return nearest;
}
