/* page.c - what one scrape shows */
#include "page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>
#include <weir/text.h>

/* Parts that belong to a family of their metric's name, in their order.  What
 * is not here is a family of its own, which nothing is known of. */
static const struct part {
    const char *suffix;
    const char *limit; /* the label that tells its lines apart; or NULL */
    enum weir_type type;
    int rank;
} parts[] = {
    {"_bucket", "le", WEIR_HISTOGRAM, 0}, {"_sum", NULL, WEIR_HISTOGRAM, 1},
    {"_count", NULL, WEIR_HISTOGRAM, 2},  {"", "quantile", WEIR_SUMMARY, 0},
    {"_sum", NULL, WEIR_SUMMARY, 1},      {"_count", NULL, WEIR_SUMMARY, 2},
};

/* What weir adds to what it collects. */
static const char *const identities[] = {"instance", "job"};

static const struct part *
find_part(const struct weir_series *series)
{
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (parts[i].type == series->metric->type &&
            strcmp(parts[i].suffix, series->suffix) == 0)
            return &parts[i];
    return NULL;
}

static void *
allocate(void *old, size_t size)
{
    void *memory = realloc(old, size);

    if (!memory)
        abort();
    return memory;
}

/* Says whether the type holds for a series that is a family of its own: that of
 * a histogram or summary does not. */
static enum weir_type
own_type(const struct weir_series *series)
{
    enum weir_type type = series->metric->type;

    return type == WEIR_HISTOGRAM || type == WEIR_SUMMARY ? WEIR_UNTYPED : type;
}

/* Makes "NAME SUFFIX\0UNIT\0HELP\0" behind the struct. */
static struct page_family *
family_new(const struct weir_series *series, const struct part *part)
{
    const struct weir_metric *metric = series->metric;
    const char *suffix = part ? "" : series->suffix;
    size_t size = strlen(metric->name) + strlen(suffix) + strlen(metric->unit) +
                  strlen(metric->help) + 3;
    struct page_family *self = allocate(NULL, sizeof(*self) + size);
    char *end = (char *)(self + 1);

    self->type = part ? part->type : own_type(series);
    self->name = end;
    end = stpcpy(stpcpy(end, metric->name), suffix) + 1;
    self->unit = end;
    end = stpcpy(end, metric->unit) + 1;
    self->help = end;
    (void)stpcpy(end, metric->help);
    return self;
}

static bool
is_family(const struct page_family *self, const struct weir_series *series,
          const struct part *part)
{
    const char *name = series->metric->name;
    size_t length = strlen(name);

    return strncmp(self->name, name, length) == 0 &&
           strcmp(self->name + length, part ? "" : series->suffix) == 0;
}

/* Series of a metric mostly come one after the other, so a look at the newest
 * family saves nearly all copies. */
static const struct page_family *
get_family(struct page *self, const struct weir_series *series,
           const struct part *part)
{
    if (self->families && is_family(self->families, series, part))
        return self->families;

    struct page_family *family = family_new(series, part);
    family->older = self->families;
    self->families = family;
    return family;
}

static bool
is_identity(const struct weir_label *label)
{
    for (size_t i = 0; i < sizeof(identities) / sizeof(identities[0]); i++)
        if (strcmp(identities[i], label->name) == 0)
            return true;
    return false;
}

/* The most bytes that a label takes: each byte of the value escaped. */
static size_t
label_size(const struct weir_label *label)
{
    return strlen(label->name) + 2 * strlen(label->value) + sizeof("=\"\",");
}

/* Writes name="value", behind a comma when 'start' has something already. */
static char *
write_label(const char *start, char *end, const struct weir_label *label)
{
    if (end > start)
        *end++ = ',';
    end = stpcpy(end, label->name);
    end = stpcpy(end, "=\"");
    for (const char *c = label->value; *c; c++) {
        if (*c == '\\' || *c == '"' || *c == '\n')
            *end++ = '\\';
        *end++ = *c;
        if (*c == '\n')
            end[-1] = 'n';
    }
    *end++ = '"';
    *end = '\0';
    return end;
}

enum group { GROUP_LABELS, GROUP_IDENTITY, GROUP_LIMIT };

static enum group
group_of(const struct weir_label *label, const struct part *part)
{
    if (part && part->limit && strcmp(label->name, part->limit) == 0)
        return GROUP_LIMIT;
    return is_identity(label) ? GROUP_IDENTITY : GROUP_LABELS;
}

/* Writes the labels of one group, with a '\0'; returns behind that. */
static char *
write_group(char *start, const struct weir_series *series,
            const struct part *part, enum group group)
{
    char *end = start;

    *end = '\0';
    for (const struct weir_label *each = series->labels; each->name; each++)
        if (group_of(each, part) == group)
            end = write_label(start, end, each);
    return end + 1;
}

static double
read_bound(const struct weir_series *series, const struct part *part)
{
    double bound = 0;

    for (const struct weir_label *each = series->labels; each->name; each++) {
        const char *text = each->value;
        if (group_of(each, part) == GROUP_LIMIT)
            (void)weir_scan_double(&text, &bound);
    }
    return bound;
}

/* Makes the line's texts, which belong to 'labels'. */
static struct page_line
line_of(const struct page_family *family, const struct weir_series *series,
        const struct part *part)
{
    struct page_line line = {
        .family = family,
        .rank = part ? part->rank : 0,
        .bound = read_bound(series, part),
    };
    size_t size = strlen(series->suffix) + 4;

    for (const struct weir_label *each = series->labels; each->name; each++)
        size += label_size(each);
    char *end = allocate(NULL, size);
    line.labels = end;
    end = write_group(end, series, part, GROUP_LABELS);
    line.identity = end;
    end = write_group(end, series, part, GROUP_IDENTITY);
    line.limit = end;
    end = write_group(end, series, part, GROUP_LIMIT);
    line.suffix = end;
    (void)stpcpy(end, part ? series->suffix : "");
    return line;
}

static void
line_fini(struct page_line *self)
{
    union {
        const char *kept;
        void *own;
    } texts = {self->labels};

    free(texts.own);
}

/* Orders by what is shown without the identity. */
static int
compare_shown(const struct page_line *a, const struct page_line *b)
{
    int order = strcmp(a->family->name, b->family->name);

    if (order == 0)
        order = strcmp(a->labels, b->labels);
    return order;
}

static int
compare_part(const struct page_line *a, const struct page_line *b)
{
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a->bound < b->bound || b->bound < a->bound)
        return a->bound < b->bound ? -1 : 1;
    return strcmp(a->limit, b->limit);
}

static int
compare(const void *left, const void *right)
{
    const struct page_line *a = left;
    const struct page_line *b = right;
    int order = compare_shown(a, b);

    if (order == 0)
        order = strcmp(a->identity, b->identity);
    return order ? order : compare_part(a, b);
}

void
page_add(struct page *self, const struct weir_series *series, double value)
{
    const struct part *part = find_part(series);
    struct page_line line =
        line_of(get_family(self, series, part), series, part);

    line.value = value;
    if (self->count > 0 && compare(&self->lines[self->count - 1], &line) == 0) {
        self->lines[self->count - 1].value = value;
        line_fini(&line);
        return;
    }
    if (self->count == self->room) {
        self->room = self->room ? self->room * 2 : 64;
        self->lines =
            allocate(self->lines, self->room * sizeof(self->lines[0]));
    }
    self->lines[self->count++] = line;
}

/* Lines of one label set of a family, from 'first' on, may come from several
 * instances or jobs; then each must say from which.  Returns where they end. */
static size_t
identify_group(struct page *self, size_t first, bool identify)
{
    size_t end = first + 1;
    bool several = identify;

    for (; end < self->count &&
           compare_shown(&self->lines[first], &self->lines[end]) == 0;
         end++)
        several |=
            strcmp(self->lines[first].identity, self->lines[end].identity) != 0;
    for (size_t i = first; i < end; i++)
        self->lines[i].identified = several;
    return end;
}

static bool
is_stale(double value)
{
    uint64_t bits = 0;

    memcpy(&bits, &value, sizeof(bits));
    return bits == WEIR_STALE_BITS;
}

static void
drop_stale(struct page *self)
{
    size_t kept = 0;

    for (size_t i = 0; i < self->count; i++) {
        if (is_stale(self->lines[i].value))
            line_fini(&self->lines[i]);
        else
            self->lines[kept++] = self->lines[i];
    }
    self->count = kept;
}

void
page_sort(struct page *self, bool identify)
{
    drop_stale(self);
    if (self->count > 0)
        qsort(self->lines, self->count, sizeof(self->lines[0]), compare);
    for (size_t i = 0; i < self->count;)
        i = identify_group(self, i, identify);
}

void
page_destroy(struct page **self_p)
{
    struct page *self = weir_take(*self_p);

    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        line_fini(&self->lines[i]);
    free(self->lines);
    while (self->families) {
        struct page_family *family = self->families;
        self->families = family->older;
        free(family);
    }
    free(self);
}
