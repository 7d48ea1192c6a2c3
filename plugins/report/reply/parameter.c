/* parameter.c - what a request asks for */
#include <config.h>

#include "parameter.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <weir/text.h>

#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)

enum { SHOWN_MOST = 200 }; /* characters of a wrong value that are told */

static int
complain(char why[WHY_SIZE], const char *name, const char *value,
         const char *wanted)
{
    (void)snprintf(why, WHY_SIZE,
                   "invalid parameter \"%s\": cannot parse \"%.*s\" to a valid "
                   "%s",
                   name, SHOWN_MOST, value ? value : "", wanted);
    return -EINVAL;
}

/* Seconds become whole milliseconds; what is beyond all times is the first or
 * the last. */
static int64_t
seconds_to_ns(double seconds)
{
    static const double most = (double)(INT64_MAX / NS_PER_S) - 1;

    if (seconds > most)
        return INT64_MAX;
    if (seconds < -most)
        return -INT64_MAX;
    return (int64_t)llround(seconds * 1000) * NS_PER_MS;
}

/* Reads a number that is all of the text. */
static bool
read_number(const char *text, double *ret_number)
{
    const char *end = text;

    return *text && *text != ' ' && weir_scan_double(&end, ret_number) &&
           *end == '\0' && isfinite(*ret_number);
}

/* Reads "Z", "+01:30" or "-0130", which must be all that is left. */
static bool
read_zone(const char *text, int64_t *ret_s)
{
    int sign = *text == '-' ? -1 : 1;

    *ret_s = 0;
    if (strcmp(text, "Z") == 0 || strcmp(text, "z") == 0)
        return true;
    if ((*text != '+' && *text != '-') || strlen(text) != 6 || text[3] != ':')
        return false;
    struct tm zone = {0};
    const char *end = strptime(text + 1, "%H:%M", &zone);
    *ret_s = sign * (zone.tm_hour * 3600 + zone.tm_min * 60);
    return end && *end == '\0';
}

static bool
read_rfc3339(const char *text, int64_t *ret_ns)
{
    struct tm date = {0};
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &date);
    int64_t zone_s = 0;
    int64_t fraction_ns = 0;

    if (!end)
        return false;
    if (*end == '.') {
        int64_t unit_ns = NS_PER_S;
        for (end++; *end >= '0' && *end <= '9'; end++)
            fraction_ns += (*end - '0') * (unit_ns /= 10);
    }
    if (!read_zone(end, &zone_s))
        return false;
    int64_t time_s = 0;
    if (__builtin_mul_overflow((int64_t)timegm(&date) - zone_s, NS_PER_S,
                               &time_s))
        *ret_ns = date.tm_year < 70 ? -INT64_MAX : INT64_MAX;
    else
        *ret_ns = time_s + fraction_ns / NS_PER_MS * NS_PER_MS;
    return true;
}

int
parameter_time(const struct weir_request *request, const char *name,
               const int64_t *fallback, int64_t *ret_ns, char why[WHY_SIZE])
{
    const char *text = weir_request_get(request, name, 0);
    double seconds = 0;

    if ((!text || !*text) && fallback) {
        *ret_ns = *fallback;
        return 0;
    }
    if (text && read_number(text, &seconds)) {
        *ret_ns = seconds_to_ns(seconds);
        return 0;
    }
    if (text && read_rfc3339(text, ret_ns))
        return 0;
    if (!fallback)
        return complain(why, name, text, "timestamp");
    (void)snprintf(why, WHY_SIZE,
                   "invalid parameter \"%s\": Invalid time value for '%s': "
                   "cannot parse \"%.*s\" to a valid timestamp",
                   name, name, SHOWN_MOST, text);
    return -EINVAL;
}

/* Reads "1h30m": each unit at most once, the longest first. */
static bool
read_duration(const char *text, int64_t *ret_ns)
{
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {
        {"y", 365 * 86400 * NS_PER_S},
        {"w", 7 * 86400 * NS_PER_S},
        {"d", 86400 * NS_PER_S},
        {"h", 3600 * NS_PER_S},
        {"m", 60 * NS_PER_S},
        {"s", NS_PER_S},
        {"ms", NS_PER_MS},
    };
    size_t unit = 0;
    int64_t sum = 0;

    if (!*text)
        return false;
    while (*text) {
        uint64_t count = 0;
        if (*text == ' ' || !weir_scan_u64(&text, &count))
            return false;
        size_t length = strcspn(text, "0123456789");
        while (unit < WEIR_COUNT(units) &&
               (strlen(units[unit].name) != length ||
                strncmp(units[unit].name, text, length) != 0))
            unit++;
        int64_t part = 0;
        if (unit == WEIR_COUNT(units) ||
            __builtin_mul_overflow(count, units[unit].ns, &part) ||
            __builtin_add_overflow(sum, part, &sum))
            return false;
        unit++;
        text += length;
    }
    *ret_ns = sum;
    return true;
}

int
parameter_duration(const struct weir_request *request, const char *name,
                   const int64_t *fallback, int64_t *ret_ns, char why[WHY_SIZE])
{
    const char *text = weir_request_get(request, name, 0);
    double seconds = 0;

    if ((!text || !*text) && fallback) {
        *ret_ns = *fallback;
        return 0;
    }
    if (text && read_number(text, &seconds)) {
        if (fabs(seconds) > (double)(INT64_MAX / NS_PER_S) - 1)
            return complain(why, name, text, "duration. It overflows int64");
        *ret_ns = (int64_t)(seconds * (double)NS_PER_S);
        return 0;
    }
    if (text && read_duration(text, ret_ns))
        return 0;
    return complain(why, name, text, "duration");
}

int
parameter_limit(const struct weir_request *request, const char *name,
                size_t *ret_limit, char why[WHY_SIZE])
{
    const char *text = weir_request_get(request, name, 0);
    const char *end = text;
    uint64_t limit = 0;

    *ret_limit = 0;
    if (!text || !*text)
        return 0;
    if (*text == '-') {
        (void)snprintf(why, WHY_SIZE,
                       "invalid parameter \"%s\": limit must be non-negative",
                       name);
        return -EINVAL;
    }
    if (!weir_scan_u64(&end, &limit) || *end) {
        (void)snprintf(why, WHY_SIZE,
                       "invalid parameter \"%s\": strconv.Atoi: parsing "
                       "\"%.*s\": invalid syntax",
                       name, SHOWN_MOST, text);
        return -EINVAL;
    }
    *ret_limit = limit;
    return 0;
}

int
parameter_window(const struct weir_request *request, struct window *ret_window,
                 char why[WHY_SIZE])
{
    static const int64_t first_ns = -INT64_MAX;
    static const int64_t last_ns = INT64_MAX;
    int64_t start_ns = 0;
    int64_t end_ns = 0;

    int rc = parameter_time(request, "start", &first_ns, &start_ns, why);
    if (rc == 0)
        rc = parameter_time(request, "end", &last_ns, &end_ns, why);
    if (rc < 0)
        return rc;
    *ret_window = (struct window){0};
    if (start_ns > first_ns || end_ns < last_ns)
        *ret_window = (struct window){start_ns - 1, end_ns};
    return 0;
}

/* A selector that takes whatever there is, is a mistake rather than a wish. */
static bool
takes_everything(const struct weir_selector *selector)
{
    size_t count = 0;
    const struct weir_matcher *matchers =
        weir_selector_matchers(selector, &count);

    for (size_t i = 0; i < count; i++)
        if (!weir_matches(&matchers[i], ""))
            return false;
    return true;
}

static int
read_selector(const char *text, struct weir_selector **ret_selector,
              char why[WHY_SIZE])
{
    char reason[WHY_SIZE - 64] = "";

    int rc = weir_selector_new(text, reason, sizeof(reason), ret_selector);
    if (rc == 0 && takes_everything(*ret_selector)) {
        weir_selector_destroy(ret_selector);
        (void)snprintf(reason, sizeof(reason),
                       "match[] must contain at least one non-empty matcher");
        rc = -EINVAL;
    }
    if (rc < 0)
        (void)snprintf(why, WHY_SIZE, "invalid parameter \"match[]\": %s",
                       reason);
    return rc;
}

int
parameter_selectors(const struct weir_request *request,
                    struct selectors *ret_selectors, char why[WHY_SIZE])
{
    struct selectors selectors = {0};
    size_t count = 0;

    while (weir_request_get(request, "match[]", count))
        count++;
    selectors.items = calloc(count + 1, sizeof(*selectors.items));
    if (!selectors.items)
        abort();
    for (size_t i = 0; i < count; i++) {
        int rc = read_selector(weir_request_get(request, "match[]", i),
                               &selectors.items[i], why);
        if (rc < 0) {
            selectors_fini(&selectors);
            return rc;
        }
        selectors.count++;
    }
    *ret_selectors = selectors;
    return 0;
}

void
selectors_fini(struct selectors *self)
{
    for (size_t i = 0; i < self->count; i++)
        weir_selector_destroy(&self->items[i]);
    free(self->items);
    *self = (struct selectors){0};
}
