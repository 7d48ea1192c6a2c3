/* store_rows.c - samples of one source as a file */
#include <config.h>

#include "store_rows.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"

struct rows *
rows_new(uint32_t width, size_t count)
{
    struct rows *self = xcalloc(1, sizeof(*self));

    self->width = width;
    self->count = count;
    self->series = xcalloc(width, sizeof(*self->series));
    self->times_ns = xcalloc(count, sizeof(*self->times_ns));
    self->values = xcalloc(count * width, sizeof(*self->values));
    return self;
}

void
rows_destroy(struct rows **self_p)
{
    struct rows *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    for (uint32_t i = 0; i < self->width; i++)
        free(self->series[i]);
    free(self->series);
    free(self->times_ns);
    free(self->values);
    free(self);
}

static int
read_series(struct rows *self, FILE *file)
{
    for (uint32_t i = 0; i < self->width; i++) {
        size_t room = 0;
        ssize_t length = getline(&self->series[i], &room, file);
        if (length < 1)
            return -EBADMSG;
        self->series[i][length - 1] = '\0';
    }
    return 0;
}

/* Reads or writes that many numbers of 8 bytes. */
typedef size_t move(void *numbers, size_t size, size_t count, FILE *file);

static bool
move_numbers(struct rows *self, move *turn, FILE *file)
{
    size_t cells = self->count * self->width;

    return turn(self->times_ns, sizeof(int64_t), self->count, file) ==
               self->count &&
           turn(self->values, sizeof(double), cells, file) == cells;
}

static size_t
put(void *numbers, size_t size, size_t count, FILE *file)
{
    return fwrite(numbers, size, count, file);
}

int
rows_read(const char *path, struct rows **ret_rows)
{
    weir_cleanup(weir_fclose) FILE *file = fopen(path, "re");
    char line[64];
    char *next = line;

    if (!file)
        return -errno;
    if (!fgets(line, sizeof(line), file) || strncmp(line, "rows ", 5) != 0)
        return -EBADMSG;
    unsigned long width = strtoul(line + 5, &next, 10);
    unsigned long count = strtoul(next, NULL, 10);
    if (width == 0 || count == 0 || width > UINT32_MAX)
        return -EBADMSG;
    weir_cleanup(rows_destroy) struct rows *self =
        rows_new((uint32_t)width, count);
    if (read_series(self, file) < 0 || !move_numbers(self, fread, file))
        return -EBADMSG;
    *ret_rows = weir_take(self);
    return 0;
}

int
rows_write(const struct rows *self, const char *path)
{
    struct rows same = *self;
    FILE *file = fopen(path, "we");

    if (!file)
        return -errno;
    (void)fprintf(file, "rows %u %zu\n", self->width, self->count);
    for (uint32_t i = 0; i < self->width; i++)
        (void)fprintf(file, "%s\n", self->series[i]);
    bool written = move_numbers(&same, put, file);
    return fclose(file) == 0 && written ? 0 : -EIO;
}

uint64_t
rows_samples(const struct rows *self)
{
    uint64_t samples = 0;

    for (size_t i = 0; i < self->count * self->width; i++)
        samples += !isnan(self->values[i]);
    return samples;
}

void
rows_thin(struct rows *self, size_t every)
{
    size_t kept = 0;

    for (size_t row = 0; row < self->count; row += every, kept++) {
        self->times_ns[kept] = self->times_ns[row];
        memmove(self->values + kept * self->width, rows_at(self, row),
                self->width * sizeof(*self->values));
    }
    self->count = kept;
}

void
rows_age(struct rows *self, int64_t now_ns)
{
    static const int64_t hour_ns = 3600 * NS_PER_S, day_ns = 24 * hour_ns;
    int64_t first_ns = self->times_ns[0];
    int64_t last_ns = self->times_ns[self->count - 1];
    int64_t back_ns = 0;

    while (last_ns - back_ns > now_ns - 2 * day_ns)
        back_ns += day_ns;
    while (last_ns - first_ns < day_ns - hour_ns &&
           (last_ns - back_ns) / day_ns != (first_ns - back_ns) / day_ns)
        back_ns += hour_ns;
    for (size_t i = 0; i < self->count; i++)
        self->times_ns[i] -= back_ns;
}
