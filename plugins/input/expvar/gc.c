/* gc.c - how often a Go program collected garbage, and how long it stood still
 *
 * go_gc_duration_seconds is what client_golang makes of the same figures, the
 * quantiles over the last 256 collections included.  The histogram has a name
 * of its own: client_golang's go_gc_pauses_seconds counts each stop of the
 * world, of which a collection has two or more, and MemStats only their sum.
 */
#include <config.h>

#include "expvar.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "base.h"

/* Above it a double is no longer each whole number. */
#define WHOLE_MOST 9007199254740992.0

static const struct weir_metric cycles = {
    "go_gc_cycles_total_gc_cycles_total", WEIR_COUNTER, "",
    "Garbage collections since the start."};
static const struct weir_metric forced = {
    "go_gc_cycles_forced_gc_cycles_total", WEIR_COUNTER, "",
    "Garbage collections that the program asked for."};
static const struct weir_metric automatic = {
    "go_gc_cycles_automatic_gc_cycles_total", WEIR_COUNTER, "",
    "Garbage collections that the runtime began by itself."};
static const struct weir_metric duration = {
    "go_gc_duration_seconds", WEIR_SUMMARY, "seconds",
    "How long the program stood still in each garbage collection; the "
    "quantiles are of the last 256."};
static const struct weir_metric pause = {
    "go_gc_cycle_pause_seconds", WEIR_HISTOGRAM, "seconds",
    "How long the program stood still in each garbage collection that weir "
    "saw."};
static const struct weir_metric missed = {
    "go_gc_cycle_pauses_missed_total", WEIR_COUNTER, "",
    "Garbage collections of which weir could not see the pause, since more "
    "than 256 came between two scrapes."};

/* Gives the whole number 'name' of the map, from 0 to 2^53. */
static bool
find_whole(const struct vars *vars, const struct vars_node *map,
           const char *name, double *ret_number)
{
    const struct vars_node *node = vars_find(vars, map, name);

    if (!node || node->kind != VARS_NUMBER || !(node->number >= 0) ||
        node->number > WHOLE_MOST || trunc(node->number) != node->number)
        return false;
    *ret_number = node->number;
    return true;
}

/* Copies the list 'name', which is as long as the ring. */
static bool
find_list(const struct vars *vars, const struct vars_node *map,
          const char *name, double ret_numbers[PAUSES_RING])
{
    const struct vars_node *list = vars_find(vars, map, name);
    size_t count = 0;

    if (!list || list->kind != VARS_LIST)
        return false;
    for (const struct vars_node *item = vars_first(list);
         item != vars_end(vars, list); item = vars_end(vars, item)) {
        if (item->kind != VARS_NUMBER || count == PAUSES_RING)
            return false;
        ret_numbers[count++] = item->number;
    }
    return count == PAUSES_RING;
}

static bool
find_ring(const struct vars *vars, const struct vars_node *map,
          struct pauses_ring *ring)
{
    if (!find_list(vars, map, "PauseNs", ring->ns) ||
        !find_list(vars, map, "PauseEnd", ring->end) ||
        !find_whole(vars, map, "NumGC", &ring->collections))
        return false;
    for (size_t i = 0; i < PAUSES_RING; i++)
        if (!(ring->ns[i] >= 0) || ring->ns[i] > WHOLE_MOST ||
            !(ring->end[i] >= 0))
            return false;
    const struct vars_node *allocated = vars_find(vars, map, "TotalAlloc");
    ring->allocated = allocated ? allocated->number : 0;
    return true;
}

static void
add_part(struct weir_batch *batch, const struct weir_metric *metric,
         const char *suffix, const struct weir_label *label, double value)
{
    const struct weir_label labels[] = {*label, {0}};
    const struct weir_series series = {metric, suffix, labels};

    weir_add_series(batch, &series, value);
}

static const struct weir_label none = {0};

static void
add_histogram(struct weir_batch *batch, const struct pauses *pauses)
{
    uint64_t below = 0;

    for (size_t i = 0; i <= PAUSES_BOUNDS; i++) {
        const struct weir_label le = {
            "le", i < PAUSES_BOUNDS ? pauses_bounds[i].le : "+Inf"};
        below += pauses->counts[i];
        add_part(batch, &pause, "_bucket", &le, (double)below);
    }
    add_part(batch, &pause, "_sum", &none,
             pauses_seconds((double)pauses->seen_ns));
    add_part(batch, &pause, "_count", &none, (double)pauses->seen);
    weir_add(batch, &missed, NULL, (double)pauses->missed);
}

static void
add_quantiles(struct weir_batch *batch, const struct pauses_ring *ring)
{
    static const char *const names[PAUSES_QUANTILES] = {"0", "0.25", "0.5",
                                                        "0.75", "1"};
    double seconds[PAUSES_QUANTILES];

    pauses_quantiles(ring, seconds);
    for (size_t i = 0; i < PAUSES_QUANTILES; i++) {
        const struct weir_label quantile = {"quantile", names[i]};
        add_part(batch, &duration, "", &quantile, seconds[i]);
    }
}

void
gc_add(struct weir_batch *batch, const struct vars *vars,
       const struct vars_node *map, struct pauses *pauses)
{
    struct pauses_ring ring;
    double count = 0;
    double asked = 0;
    double total_ns = 0;

    if (!find_whole(vars, map, "NumGC", &count))
        return;
    weir_add(batch, &cycles, NULL, count);
    if (find_whole(vars, map, "NumForcedGC", &asked)) {
        weir_add(batch, &forced, NULL, asked);
        weir_add(batch, &automatic, NULL, count - asked);
    }
    bool has_ring = find_ring(vars, map, &ring);
    if (has_ring)
        add_quantiles(batch, &ring);
    if (find_whole(vars, map, "PauseTotalNs", &total_ns))
        add_part(batch, &duration, "_sum", &none, pauses_seconds(total_ns));
    add_part(batch, &duration, "_count", &none, count);
    if (!has_ring)
        return;
    pauses_look(pauses, &ring);
    add_histogram(batch, pauses);
}
