/* frame_call.c - functions of the points of a group */
#include <config.h>

#include <math.h>
#include <string.h>

#include "base.h"
#include "frame_inner.h"

/* The points of the bucket that is being read. */
struct bucket {
    const struct function *function; /* NULL: distinct() */
    double argument;
    int64_t start_ns;
    struct run run;
};

struct seen {
    double value;
    size_t at;
};

static int
compare_values(const void *left_p, const void *right_p)
{
    const struct seen *left = left_p, *right = right_p;

    if (left->value != right->value)
        return left->value < right->value ? -1 : 1;
    return (left->at > right->at) - (left->at < right->at);
}

static int
compare_places(const void *left_p, const void *right_p)
{
    const struct seen *left = left_p, *right = right_p;

    return (left->at > right->at) - (left->at < right->at);
}

/* Each value once, in the order in which they came. */
static void
close_distinct(const struct bucket *self, struct run *out)
{
    size_t count = self->run.count, kept = 0;
    struct seen *seen = xcalloc(count, sizeof(*seen));

    for (size_t i = 0; i < count; i++)
        seen[i] = (struct seen){self->run.values[i], i};
    qsort(seen, count, sizeof(*seen), compare_values);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || seen[i].value != seen[i - 1].value)
            seen[kept++] = seen[i];
    qsort(seen, kept, sizeof(*seen), compare_places);
    for (size_t i = 0; i < kept; i++)
        run_add(out, self->start_ns, seen[i].value, UINT32_MAX);
    free(seen);
}

/* Returns the row of the point that a tally's function chose. */
static uint32_t
row_of(const struct run *run, const struct pick *pick)
{
    for (size_t i = 0; i < run->count; i++)
        if (run->times_ns[i] == pick->time_ns && run->values[i] == pick->value)
            return run->rows[i];
    return UINT32_MAX;
}

static struct pick
pick_of(const struct function *function, struct run *run, double argument)
{
    struct tally tally = {0};

    if (function->of_run)
        return function->of_run(run, argument);
    for (size_t i = 0; i < run->count; i++)
        tally_add(&tally, run->times_ns[i], run->values[i]);
    struct pick pick = function->of_tally(&tally);
    pick.row = row_of(run, &pick);
    return pick;
}

/* The time of a bucket's point. */
static int64_t
time_of(const struct frame *self, const struct pick *pick, int64_t start_ns)
{
    if (self->plan->what->every_ns)
        return start_ns;
    return self->plan->picks ? pick->time_ns : self->single_ns;
}

static void
close_bucket(const struct frame *self, struct bucket *bucket, struct run *out)
{
    if (bucket->run.count == 0)
        return;
    if (!bucket->function) {
        if (!self->plan->what->every_ns)
            bucket->start_ns = self->single_ns;
        close_distinct(bucket, out);
    } else {
        struct pick pick =
            pick_of(bucket->function, &bucket->run, bucket->argument);
        /* A selector that chooses no point has no time either. */
        if (!isnan(pick.value) || !self->plan->picks ||
            self->plan->what->every_ns)
            run_add(out, time_of(self, &pick, bucket->start_ns), pick.value,
                    pick.row);
    }
    bucket->run.count = 0;
}

/* Reads the points of an input, bucket by bucket; 'all' of them, or those of
 * the answer's times. */
static void
read_buckets(const struct frame *self, size_t input, bool all,
             struct bucket *bucket, struct run *out)
{
    const struct select *what = self->plan->what;
    const struct grid *grid = &self->grid;

    for (size_t row = 0; row < grid->count; row++) {
        double value = grid->values[row * grid->width + input];
        int64_t time_ns = grid->times_ns[row];
        if (isnan(value) ||
            (!all && (time_ns < self->since_ns || time_ns > self->until_ns)))
            continue;
        int64_t start_ns =
            tally_start(time_ns, what->every_ns, what->offset_ns);
        if (start_ns != bucket->start_ns)
            close_bucket(self, bucket, out);
        bucket->start_ns = start_ns;
        run_add(&bucket->run, time_ns, value, (uint32_t)row);
    }
    close_bucket(self, bucket, out);
    run_fini(&bucket->run);
}

static void
read_tallies(const struct frame *self, size_t input,
             const struct function *function, struct run *out)
{
    const struct tallies *tallies = &self->group->tallies[input];

    for (size_t i = 0; i < tallies->count; i++) {
        struct pick pick = function->of_tally(&tallies->items[i]);
        run_add(out, time_of(self, &pick, tallies->items[i].start_ns),
                pick.value, UINT32_MAX);
    }
}

/* The points of a field, as they are. */
static void
read_points(const struct frame *self, const struct node *name, struct run *out)
{
    const struct grid *grid = &self->grid;
    int64_t input = plan_input(self->plan, name);

    for (size_t row = 0; input >= 0 && row < grid->count; row++) {
        double value = grid->values[row * grid->width + (size_t)input];
        if (!isnan(value))
            run_add(out, grid->times_ns[row], value, (uint32_t)row);
    }
}

static void
turn(struct run *run)
{
    for (size_t low = 0, high = run->count; low + 1 < high; low++) {
        high--;
        int64_t time_ns = run->times_ns[low];
        double value = run->values[low];
        uint32_t row = run->rows[low];
        run->times_ns[low] = run->times_ns[high];
        run->values[low] = run->values[high];
        run->rows[low] = run->rows[high];
        run->times_ns[high] = time_ns;
        run->values[high] = value;
        run->rows[high] = row;
    }
}

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */

static void call_function(const struct frame *self, const struct node *call,
                          bool all, struct run *out);

/* What a transformation works on, in the order in which it does. */
static void
read_input(const struct frame *self, const struct function *function,
           const struct node *what, struct run *in)
{
    size_t kept = 0;

    if (what->kind == NODE_CALL)
        call_function(self, what, true, in);
    else if (what->kind == NODE_NAME)
        read_points(self, what, in);
    if (self->plan->what->backwards)
        turn(in);
    for (size_t i = 0; i < in->count; i++) {
        if (isnan(in->values[i]) || (function->once && kept > 0 &&
                                     in->times_ns[kept - 1] == in->times_ns[i]))
            continue;
        in->times_ns[kept] = in->times_ns[i];
        in->values[kept] = in->values[i];
        in->rows[kept++] = in->rows[i];
    }
    in->count = kept;
}

static void
transform(const struct frame *self, const struct function *function,
          const struct node *call, struct run *out)
{
    double argument =
        function_argument(function, call, self->plan->what->every_ns);
    double carried = 0;
    struct run in = {0};

    read_input(self, function, call->left, &in);
    for (size_t i = 0; i < in.count; i++) {
        double value = function->next(&in, i, argument, &carried);
        if (!isnan(value))
            run_add(out, in.times_ns[i], value, in.rows[i]);
    }
    run_fini(&in);
    if (self->plan->what->backwards)
        turn(out);
}

/* count(distinct(x)): how many points of each bucket distinct() gives. */
static void
count_distinct(const struct frame *self, const struct node *call,
               struct run *out)
{
    struct run in = {0};

    frame_call(self, call, &in);
    for (size_t i = 0; i < in.count; i++) {
        if (i == 0 || in.times_ns[i] != in.times_ns[i - 1])
            run_add(out, in.times_ns[i], 0, UINT32_MAX);
        out->values[out->count - 1]++;
    }
    run_fini(&in);
}

static void
aggregate(const struct frame *self, const struct function *function,
          const struct node *call, bool all, struct run *out)
{
    struct bucket bucket = {.function = function};
    int64_t input = plan_input(self->plan, call->left);

    if (function)
        bucket.argument = function_argument(function, call, 0);
    if (input < 0)
        return;
    if (self->plan->tallied && function)
        read_tallies(self, (size_t)input, function, out);
    else
        read_buckets(self, (size_t)input, all, &bucket, out);
}

/* Computes a function of the answer's points, or of 'all' that were read. */
static void
call_function(const struct frame *self, const struct node *call, bool all,
              struct run *out)
{
    const struct function *function = function_named(call->text);
    bool counts = strcmp(call->text, "count") == 0;

    if (function && function->next) {
        transform(self, function, call, out);
        return;
    }
    if (counts && call->left->kind == NODE_CALL)
        count_distinct(self, call->left, out);
    else if (call->left->kind == NODE_NAME)
        aggregate(self, function, call, all, out);
    if (function)
        frame_fill(self, out, counts);
}

void
frame_call(const struct frame *self, const struct node *call, struct run *out)
{
    call_function(self, call, false, out);
}

/* NOLINTEND(misc-no-recursion) */
