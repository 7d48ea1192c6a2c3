/* query/pile.c - what several stores answered, and its merger */
#include <config.h>

#include "query/pile.h"

#include <errno.h>
#include <string.h>

#include <weir/cleanup.h>

#include "arena.h"
#include "base.h"
#include "series.h"

enum { PART_SAMPLES = 16384 }; /* of the merged answer */

/* One store's answer.  The samples of a series lie together, since they came
 * so: from where it starts to where the next one does. */
struct heap {
    struct arena arena;
    const struct weir_metric *metric; /* of the last series, as it came */
    struct weir_metric *copy;         /* of that metric */
    struct weir_series *series;       /* [series_count] */
    size_t *counts;                   /* [series_count], samples of each */
    size_t series_count, series_room;
    int64_t *times_ns; /* [sample_count] */
    double *values;    /* [sample_count] */
    size_t sample_count, sample_room;
    const char **texts; /* [text_count] */
    size_t text_count, text_room;
};

struct pile {
    uint64_t memory_bytes;
    struct share share;
    size_t count;
    struct heap heaps[];
};

/* One store's samples of one series, in a merger. */
struct run {
    const struct weir_series *series;
    size_t store;
    const int64_t *times_ns;
    const double *values;
    size_t count;
};

struct pile *
pile_new(size_t stores, uint64_t memory_bytes, struct allowance *allowance)
{
    struct pile *self =
        xcalloc(1, sizeof(*self) + stores * sizeof(struct heap));

    self->count = stores;
    self->memory_bytes = memory_bytes;
    share_begin(&self->share, allowance);
    return self;
}

void
pile_drop(struct pile *self, size_t store)
{
    struct heap *heap = &self->heaps[store];

    arena_clear(&heap->arena);
    free(heap->series);
    free(heap->counts);
    free(heap->times_ns);
    free(heap->values);
    free(heap->texts);
    *heap = (struct heap){0};
}

void
pile_destroy(struct pile **self_p)
{
    struct pile *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        pile_drop(self, i);
    share_end(&self->share);
    free(self);
}

static uint64_t
heap_bytes(const struct heap *heap)
{
    return heap->arena.size +
           heap->series_room * (sizeof(*heap->series) + sizeof(*heap->counts)) +
           heap->sample_room *
               (sizeof(*heap->times_ns) + sizeof(*heap->values)) +
           heap->text_room * sizeof(*heap->texts);
}

static int
check_memory(struct pile *self)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < self->count; i++)
        bytes += heap_bytes(&self->heaps[i]);
    if (bytes > self->memory_bytes)
        return -E2BIG;
    return share_cover(&self->share, bytes) ? 0 : -EAGAIN;
}

/* Returns 'room', or more when 'count' does not fit. */
static size_t
larger(size_t room, size_t count)
{
    if (count <= room)
        return room;
    return count > room + room / 2 ? count : room + room / 2;
}

static const struct weir_metric *
copy_metric(struct heap *heap, const struct weir_metric *metric)
{
    if (metric == heap->metric)
        return heap->copy;
    heap->metric = metric;
    heap->copy = arena_alloc(&heap->arena, sizeof(*heap->copy));
    heap->copy->name = arena_text(&heap->arena, metric->name);
    heap->copy->type = metric->type;
    heap->copy->unit = arena_text(&heap->arena, metric->unit);
    heap->copy->help = arena_text(&heap->arena, metric->help);
    return heap->copy;
}

static void
add_series(struct heap *heap, const struct weir_layout *layout)
{
    if (layout->count > heap->series_room) {
        heap->series_room = larger(heap->series_room, layout->count);
        heap->series =
            xrealloc(heap->series, heap->series_room, sizeof(*heap->series));
        heap->counts =
            xrealloc(heap->counts, heap->series_room, sizeof(*heap->counts));
    }
    for (; heap->series_count < layout->count; heap->series_count++) {
        const struct weir_series *series = &layout->series[heap->series_count];
        heap->series[heap->series_count] = (struct weir_series){
            .metric = copy_metric(heap, series->metric),
            .suffix = arena_text(&heap->arena, series->suffix),
            .labels = labels_copy(&heap->arena, series->labels),
        };
        heap->counts[heap->series_count] = 0;
    }
}

static void
add_samples(struct heap *heap, const struct weir_loose *part)
{
    size_t count = heap->sample_count + part->count;

    if (part->count == 0)
        return;
    if (count > heap->sample_room) {
        heap->sample_room = larger(heap->sample_room, count);
        heap->times_ns = xrealloc(heap->times_ns, heap->sample_room,
                                  sizeof(*heap->times_ns));
        heap->values =
            xrealloc(heap->values, heap->sample_room, sizeof(*heap->values));
    }
    for (uint32_t i = 0; i < part->count; i++)
        heap->counts[part->index[i]]++;
    memcpy(heap->times_ns + heap->sample_count, part->times_ns,
           part->count * sizeof(*part->times_ns));
    memcpy(heap->values + heap->sample_count, part->values,
           part->count * sizeof(*part->values));
    heap->sample_count = count;
}

int
pile_add(struct pile *self, size_t store, const struct weir_loose *part)
{
    struct heap *heap = &self->heaps[store];

    add_series(heap, part->layout);
    add_samples(heap, part);
    return check_memory(self);
}

int
pile_add_texts(struct pile *self, size_t store, const char *const *texts,
               size_t count)
{
    struct heap *heap = &self->heaps[store];

    if (heap->text_count + count > heap->text_room) {
        heap->text_room = larger(heap->text_room, heap->text_count + count);
        heap->texts =
            xrealloc(heap->texts, heap->text_room, sizeof(const char *));
    }
    for (size_t i = 0; i < count; i++)
        heap->texts[heap->text_count++] = arena_text(&heap->arena, texts[i]);
    return check_memory(self);
}

static int
compare_runs(const void *left, const void *right)
{
    const struct run *a = left, *b = right;
    int order = series_compare(a->series, b->series);

    if (order)
        return order;
    return a->store < b->store ? -1 : a->store > b->store;
}

/* Returns the runs of all stores, '*ret_count', by series and then store. */
static struct run *
list_runs(const struct pile *self, size_t *ret_count)
{
    size_t count = 0, next = 0;

    for (size_t store = 0; store < self->count; store++)
        count += self->heaps[store].series_count;
    struct run *runs = xcalloc(count, sizeof(*runs));
    for (size_t store = 0; store < self->count; store++) {
        const struct heap *heap = &self->heaps[store];
        size_t start = 0;
        for (size_t i = 0; i < heap->series_count; i++) {
            runs[next++] = (struct run){
                .series = &heap->series[i],
                .store = store,
                .times_ns = heap->times_ns ? heap->times_ns + start : NULL,
                .values = heap->values ? heap->values + start : NULL,
                .count = heap->counts[i],
            };
            start += heap->counts[i];
        }
    }
    qsort(runs, count, sizeof(*runs), compare_runs);
    *ret_count = count;
    return runs;
}

/* The answer that is being merged. */
struct merger {
    pile_heard *heard;
    void *arg;
    struct weir_series *series; /* [layout.count] */
    struct weir_layout layout;
    uint32_t count; /* samples in the part so far */
    uint32_t index[PART_SAMPLES];
    int64_t times_ns[PART_SAMPLES];
    double values[PART_SAMPLES];
};

static void
merger_destroy(struct merger **merger_p)
{
    struct merger *merger = *merger_p;

    free(merger->series);
    free(merger);
}

static bool
give_part(struct merger *merger, bool last)
{
    const struct weir_loose part = {
        .layout = &merger->layout,
        .count = merger->count,
        .index = merger->index,
        .times_ns = merger->times_ns,
        .values = merger->values,
    };

    merger->count = 0;
    return merger->heard(merger->arg, &part, last);
}

static bool
give_sample(struct merger *merger, uint32_t index, int64_t time_ns,
            double value)
{
    merger->index[merger->count] = index;
    merger->times_ns[merger->count] = time_ns;
    merger->values[merger->count] = value;
    merger->count++;
    return merger->count < PART_SAMPLES || give_part(merger, false);
}

/* Returns the run whose next sample is the earliest, the first of equals; or
 * NULL when all are used up. */
static struct run *
earliest(struct run *runs, size_t count)
{
    struct run *best = NULL;

    for (size_t i = 0; i < count; i++)
        if (runs[i].count > 0 &&
            (!best || runs[i].times_ns[0] < best->times_ns[0]))
            best = &runs[i];
    return best;
}

/* Gives the samples of one series, which 'count' runs have. */
static bool
merge_series(struct merger *merger, uint32_t index, struct run *runs,
             size_t count)
{
    struct run *next = NULL;
    int64_t last_ns = 0;
    bool any = false;

    while ((next = earliest(runs, count))) {
        int64_t time_ns = *next->times_ns++;
        double value = *next->values++;
        next->count--;
        if (any && time_ns == last_ns)
            continue;
        if (!give_sample(merger, index, time_ns, value))
            return false;
        last_ns = time_ns;
        any = true;
    }
    return true;
}

/* Returns how many runs, from the first on, are of the same series. */
static size_t
same_series(const struct run *runs, size_t count)
{
    size_t same = 1;

    while (same < count && series_equal(runs[0].series, runs[same].series))
        same++;
    return same;
}

static void
list_series(struct merger *merger, const struct run *runs, size_t count)
{
    merger->series = xcalloc(count, sizeof(*merger->series));
    for (size_t i = 0; i < count; i += same_series(runs + i, count - i))
        merger->series[merger->layout.count++] = *runs[i].series;
    merger->layout.series = merger->series;
}

void
pile_merge(const struct pile *self, pile_heard *heard, void *arg)
{
    size_t count = 0;
    weir_cleanup(weir_free) struct run *runs = list_runs(self, &count);
    weir_cleanup(merger_destroy) struct merger *merger =
        xcalloc(1, sizeof(*merger));
    uint32_t index = 0;

    merger->heard = heard;
    merger->arg = arg;
    list_series(merger, runs, count);
    for (size_t i = 0; i < count; index++) {
        size_t same = same_series(runs + i, count - i);
        if (!merge_series(merger, index, runs + i, same))
            return;
        i += same;
    }
    (void)give_part(merger, true);
}

static int
compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **
pile_texts(const struct pile *self, bool sorted, size_t *ret_count)
{
    size_t count = 0, kept = 0;

    for (size_t store = 0; store < self->count; store++)
        count += self->heaps[store].text_count;
    const char **texts = xcalloc(count, sizeof(const char *));
    for (size_t store = 0; store < self->count; store++)
        for (size_t i = 0; i < self->heaps[store].text_count; i++)
            texts[kept++] = self->heaps[store].texts[i];
    *ret_count = count;
    if (!sorted)
        return texts;

    qsort(texts, count, sizeof(const char *), compare_texts);
    kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || strcmp(texts[kept - 1], texts[i]) != 0)
            texts[kept++] = texts[i];
    *ret_count = kept;
    return texts;
}
