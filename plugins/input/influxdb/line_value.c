/* line_value.c - the numbers of InfluxDB's line protocol */
#include <config.h>

#include "line_inner.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <weir/text.h>

static const int64_t exact_most = INT64_C(1) << 53;

static bool
is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* The number as Go's errors quote it, as much as there is room for. */
static int
fault_of(struct line *self, const char *text, const char *end, const char *what)
{
    int length = (int)(end - text < 64 ? end - text : 64);

    return line_fault(self, "strconv.ParseInt: parsing \"%.*s\": %s", length,
                      text, what);
}

/* Reads digits; what has up to 19 can not be too large. */
static bool
read_digits(const char **at_p, const char *end, uint64_t *ret_number)
{
    uint64_t number = 0;
    const char *at = *at_p;

    if (end - at > 19)
        return weir_scan_u64(at_p, ret_number);
    for (; at < end && is_digit(*at); at++)
        number = number * 10 + (uint64_t)(*at - '0');
    *at_p = at;
    *ret_number = number;
    return true;
}

int
line_integer(struct line *self, const char *text, const char *end,
             int64_t *ret_number)
{
    const char *digits = text + (*text == '-');
    uint64_t size = 0;
    const char *rest = digits;

    if (digits == end || !is_digit(*digits))
        return fault_of(self, text, end, "invalid syntax");
    if (!read_digits(&rest, end, &size) ||
        size > (uint64_t)INT64_MAX + (*text == '-'))
        return fault_of(self, text, end, "value out of range");
    if (rest != end)
        return fault_of(self, text, end, "invalid syntax");
    *ret_number = *text == '-' ? (int64_t)(0 - size) : (int64_t)size;
    return 0;
}

/* Reads "-7i", or "7u" as later versions have it. */
static int
read_integer(struct line *self, const char *text, const char *end,
             struct line_field *field)
{
    uint64_t natural = 0;
    int64_t number = 0;
    const char *rest = text;

    if (*end == 'u') {
        if (!is_digit(*text) || !weir_scan_u64(&rest, &natural) || rest != end)
            return line_fault(self, "invalid number");
        field->value = (double)natural;
        self->rounded +=
            natural > (uint64_t)exact_most && (natural & (natural - 1)) != 0 &&
            (field->value >= 0x1p64 || (uint64_t)field->value != natural);
        return 0;
    }
    if (line_integer(self, text, end, &number) < 0) {
        char why[LINE_WHY_SIZE];
        (void)stpcpy(why, self->why);
        return line_fault(self, "unable to parse integer %.*s: %.160s",
                          (int)(end - text < 64 ? end - text : 64), text, why);
    }
    field->value = (double)number;
    self->rounded +=
        (number > exact_most || number < -exact_most) &&
        (field->value >= 0x1p63 || (int64_t)field->value != number);
    return 0;
}

/* Says what is wrong with a number that can not be read.  Only digits, one
 * point and an exponent make a float that is merely too large. */
static int
judge(struct line *self, const char *text, const char *end)
{
    size_t digits = 0, points = 0, odd = 0;
    bool scientific = false;

    for (const char *at = text + (*text == '-'); at < end; at++) {
        bool signs = (*at == '+' || *at == '-') && (at[-1] | 0x20) == 'e';
        digits += is_digit(*at);
        points += *at == '.';
        scientific |= at > text && (*at | 0x20) == 'e';
        odd += !is_digit(*at) && *at != '.' && !signs &&
               !((*at | 0x20) == 'e' && at > text);
    }
    if (odd || points > 1 || (!digits && !scientific))
        return line_fault(self, "invalid number");
    return line_fault(self, "invalid float");
}

static int
read_number(struct line *self, const char *text, const char *end,
            struct line_field *field)
{
    const char *rest = text;

    if (end - text > 1 && (end[-1] == 'i' || end[-1] == 'u')) {
        const char *digits = text + (*text == '-');
        size_t length = strspn(digits, "0123456789");
        if (length && digits + length == end - 1)
            return read_integer(self, text, end - 1, field);
        return line_fault(self, "invalid number");
    }
    if (!weir_scan_double(&rest, &field->value))
        return judge(self, text, end);
    if (rest < end && *rest == '.' && rest > text && is_digit(rest[-1]))
        rest++; /* "1." */
    if (rest != end || !isfinite(field->value))
        return judge(self, text, end);
    return 0;
}

static int
read_boolean(struct line *self, const char *text, const char *end,
             struct line_field *field)
{
    static const char *const words[2][5] = {
        {"f", "F", "false", "False", "FALSE"},
        {"t", "T", "true", "True", "TRUE"},
    };
    size_t size = (size_t)(end - text);

    for (size_t is = 0; is < 2; is++)
        for (size_t i = 0; i < sizeof(words[0]) / sizeof(words[0][0]); i++)
            if (strlen(words[is][i]) == size &&
                memcmp(words[is][i], text, size) == 0) {
                field->value = (double)is;
                return 0;
            }
    return line_fault(self, "invalid boolean");
}

int
line_value(struct line *self, const char **at_p, const char *end,
           struct line_field *field)
{
    const char *text = *at_p;
    const char *behind = text;

    while (behind < end && *behind != ',' && *behind != ' ')
        behind++;
    *at_p = behind;
    if (behind == text)
        return line_fault(self, "missing field value");
    bool numeric = is_digit(*text) || strchr(".-Nn", *text);
    return numeric && *text ? read_number(self, text, behind, field)
                            : read_boolean(self, text, behind, field);
}
