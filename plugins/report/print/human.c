/* human.c - numbers as people read them, with their units */
#include "human.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <weir/plugin.h>

/* A unit's steps: from 'least' on, one is 'size' big and called 'name'. */
struct step {
    double least, size;
    const char *name;
};

struct scale {
    const char *unit;
    const struct step *steps; /* descending; the last one has least 0 */
};

static const struct step byte_steps[] = {
    {0x1p60, 0x1p60, "EiB"},
    {0x1p50, 0x1p50, "PiB"},
    {0x1p40, 0x1p40, "TiB"},
    {0x1p30, 0x1p30, "GiB"},
    {0x1p20, 0x1p20, "MiB"},
    {0x1p10, 0x1p10, "KiB"},
    {0, 1, "B"},
};

static const struct step second_steps[] = {
    {172800, 86400, "d"}, {7200, 3600, "h"},  {120, 60, "min"},    {1, 1, "s"},
    {1e-3, 1e-3, "ms"},   {1e-6, 1e-6, "us"}, {1e-12, 1e-9, "ns"}, {0, 1, "s"},
};

static const struct step ratio_steps[] = {{0, 0.01, "%"}};

static const struct step plain_steps[] = {
    {1e18, 1e18, "E"}, {1e15, 1e15, "P"}, {1e12, 1e12, "T"}, {1e9, 1e9, "G"},
    {1e6, 1e6, "M"},   {1e4, 1e3, "k"},   {0, 1, ""},
};

/* The last one is for all other units. */
static const struct scale scales[] = {
    {"bytes", byte_steps},
    {"seconds", second_steps},
    {"ratio", ratio_steps},
    {NULL, plain_steps},
};

static const struct step *
step_of(double size, const char *unit)
{
    const struct scale *scale = scales;

    while (scale->unit && strcmp(scale->unit, unit) != 0)
        scale++;
    const struct step *step = scale->steps;
    while (size < step->least)
        step++;
    return step;
}

/* As many places as leave four digits, or none where the number is whole. */
static int
places(double number)
{
    double size = fabs(number);

    if (fabs(size - round(size)) <= 1e-9 * size && size < 1e4)
        return 0;
    if (size < 1)
        return size < 0.01 ? 4 : 3;
    return size < 10 ? 2 : size < 1000 ? 1 : 0;
}

char *
human_number(double number, const char *unit, int sign, char text[HUMAN_SIZE])
{
    if (isnan(number) || isinf(number)) {
        const char *word = number > 0 ? "inf" : "-inf";
        (void)snprintf(text, HUMAN_SIZE, "%s", isnan(number) ? "-" : word);
        return text;
    }
    const struct step *step = step_of(fabs(number), unit);
    double scaled = number / step->size;
    const char *plus = sign && scaled >= 0 ? "+" : "";

    if (fabs(scaled) >= 1e6 || (scaled != 0 && fabs(scaled) < 1e-4))
        (void)snprintf(text, HUMAN_SIZE, "%s%.1e%s", plus, scaled, step->name);
    else
        (void)snprintf(text, HUMAN_SIZE, "%s%.*f%s", plus, places(scaled),
                       scaled, step->name);
    return text;
}
