/* emit.c - writes what was computed of a group as a series of the answer */
#include <config.h>

#include "emit.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base.h"

/* The series that is being written. */
struct emitter {
    const struct frame *frame;
    struct result *into;
    size_t most; /* bytes */
    struct rows *rows;
    uint64_t skip;
    bool is_full; /* it has all rows that are wanted */
    bool is_big;
};

/* Begins a row; NULL when it is not wanted. */
static struct value *
begin_row(struct emitter *self, int64_t time_ns)
{
    const struct select *what = self->frame->plan->what;

    if (self->into->bytes > self->most) {
        self->is_big = self->is_full = true;
        return NULL;
    }
    if (!what->backwards && self->skip > 0) {
        self->skip--;
        return NULL;
    }
    struct value *values = rows_add(self->into, self->rows);
    values[0] = (struct value){.kind = VALUE_TIME, .whole = time_ns};
    if (!what->backwards && what->page.limit &&
        self->rows->count >= what->page.limit)
        self->is_full = true;
    return values;
}

static struct value
number_value(double number)
{
    return isnan(number)
               ? (struct value){.kind = VALUE_NULL}
               : (struct value){.kind = VALUE_NUMBER, .number = number};
}

static struct value
tag_value(struct result *into, const struct found *found, const char *tag)
{
    const char *text = found_tag(found, tag);

    return *text ? (struct value){.kind = VALUE_TEXT,
                                  .text = result_text(into, text)}
                 : (struct value){.kind = VALUE_NULL};
}

/* A tag or an expression of fields, of one of the points. */
static struct value
value_of_row(const struct emitter *self, const struct node *node, size_t row)
{
    const struct frame *frame = self->frame;

    if (row >= frame->grid.count)
        return (struct value){.kind = VALUE_NULL};
    if (node->kind == NODE_NAME && plan_input(frame->plan, node) < 0)
        return tag_value(self->into,
                         frame->groups->series[frame->grid.series[row]],
                         node->text);
    return number_value(frame_of_row(frame->plan, &frame->grid, row, node));
}

/* Points as they are -------------------------------------------------------
 */

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */

/* Says whether a row has any of the fields of an expression. */
static bool
has_value(const struct plan *plan, const struct grid *grid, size_t row,
          const struct node *node)
{
    if (node->kind == NODE_GROUP)
        return has_value(plan, grid, row, node->left);
    if (node->kind == NODE_BINARY)
        return has_value(plan, grid, row, node->left) ||
               has_value(plan, grid, row, node->right);
    return node->kind == NODE_NAME &&
           !isnan(frame_of_row(plan, grid, row, node));
}

/* NOLINTEND(misc-no-recursion) */

static void
emit_points(struct emitter *self)
{
    const struct plan *plan = self->frame->plan;
    const struct grid *grid = &self->frame->grid;

    for (size_t row = 0; row < grid->count && !self->is_full; row++) {
        bool is_any = false;
        for (const struct column *column = plan->columns; column && !is_any;
             column = column->next)
            is_any = has_value(plan, grid, row, column->what);
        struct value *values =
            is_any ? begin_row(self, grid->times_ns[row]) : NULL;
        for (const struct column *column = plan->columns; values && column;
             column = column->next)
            *++values = value_of_row(self, column->what, row);
    }
}

/* What functions give ------------------------------------------------------
 */

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */

static bool
has_call(const struct node *node)
{
    if (node->kind == NODE_CALL)
        return true;
    if (node->kind == NODE_GROUP)
        return has_call(node->left);
    return node->kind == NODE_BINARY &&
           (has_call(node->left) || has_call(node->right));
}

/* NOLINTEND(misc-no-recursion) */

/* The columns' tracks, and how far each was written. */
struct tracks {
    struct track *items; /* [count]; empty where a column has no function */
    size_t *at;          /* [count] */
    size_t count;
};

static void
tracks_init(struct tracks *self, const struct frame *frame)
{
    const struct plan *plan = frame->plan;

    *self = (struct tracks){
        .items = xcalloc(plan->column_count, sizeof(*self->items)),
        .at = xcalloc(plan->column_count, sizeof(*self->at))};
    for (const struct column *column = plan->columns; column;
         column = column->next, self->count++)
        if (has_call(column->what))
            frame_compute(frame, column->what, &self->items[self->count]);
}

static void
tracks_fini(struct tracks *self)
{
    for (size_t i = 0; i < self->count; i++)
        track_fini(&self->items[i]);
    free(self->items);
    free(self->at);
}

/* Finds the time of the next row, and which point was chosen for it. */
static bool
tracks_next(const struct tracks *self, int64_t *ret_time_ns, uint32_t *ret_row)
{
    bool is_any = false;

    *ret_row = UINT32_MAX;
    for (size_t i = 0; i < self->count; i++) {
        const struct run *run = &self->items[i].run;
        size_t at = self->at[i];
        if (at >= run->count || (is_any && run->times_ns[at] >= *ret_time_ns))
            continue;
        *ret_time_ns = run->times_ns[at];
        *ret_row = run->rows[at];
        is_any = true;
    }
    return is_any;
}

static void
emit_row(struct emitter *self, struct tracks *tracks, int64_t time_ns,
         uint32_t row)
{
    const struct frame *frame = self->frame;
    bool is_wanted =
        (frame->first_ns == INT64_MIN || time_ns >= frame->first_ns) &&
        (frame->plan->extra == 0 || time_ns <= frame->last_ns);
    struct value *values = is_wanted ? begin_row(self, time_ns) : NULL;
    const struct column *column = frame->plan->columns;

    for (size_t i = 0; i < tracks->count; i++, column = column->next) {
        const struct run *run = &tracks->items[i].run;
        bool is_here = tracks->at[i] < run->count &&
                       run->times_ns[tracks->at[i]] == time_ns;
        double number = is_here ? run->values[tracks->at[i]++] : (double)NAN;
        if (!values)
            continue;
        values[i + 1] = has_call(column->what)
                            ? number_value(number)
                            : value_of_row(self, column->what, row);
    }
}

static void
emit_tracks(struct emitter *self)
{
    struct tracks tracks;
    int64_t time_ns = 0;
    uint32_t row = 0;

    tracks_init(&tracks, self->frame);
    while (!self->is_full && tracks_next(&tracks, &time_ns, &row))
        emit_row(self, &tracks, time_ns, row);
    tracks_fini(&tracks);
}

/* The whole ----------------------------------------------------------------
 */

static void
turn(struct rows *rows)
{
    size_t width = rows->column_count;

    for (size_t low = 0, high = rows->count; low + 1 < high; low++) {
        struct value *left = &rows->values[low * width];
        struct value *right = &rows->values[--high * width];
        for (size_t i = 0; i < width; i++) {
            struct value value = left[i];
            left[i] = right[i];
            right[i] = value;
        }
    }
}

/* Turns the rows and leaves out those that are not wanted. */
static void
turn_and_cut(struct rows *rows, const struct page *page)
{
    size_t skip = page->offset < rows->count ? page->offset : rows->count;

    turn(rows);
    rows->count -= skip;
    memmove(rows->values, rows->values + skip * rows->column_count,
            rows->count * rows->column_count * sizeof(*rows->values));
    if (page->limit && rows->count > page->limit)
        rows->count = page->limit;
}

/* Begins the answer's series. */
static struct rows *
begin_series(const struct frame *frame, struct result *into)
{
    const struct plan *plan = frame->plan;
    const struct found *found = frame->group->found;
    struct tag *tags = xcalloc(plan->dimensions.count, sizeof(*tags));

    for (size_t i = 0; i < plan->dimensions.count; i++)
        tags[i] = (struct tag){plan->dimensions.items[i],
                               found_tag(found, plan->dimensions.items[i])};
    struct rows *rows =
        result_add(into, found->measurement, tags, plan->dimensions.count,
                   plan->titles, plan->column_count + 1);
    free(tags);
    return rows;
}

int
emit_group(const struct frame *frame, size_t most, struct result *into)
{
    const struct select *what = frame->plan->what;
    struct emitter self = {
        .frame = frame, .into = into, .most = most, .skip = what->page.offset};

    self.rows = begin_series(frame, into);
    if (frame->plan->calls)
        emit_tracks(&self);
    else
        emit_points(&self);
    if (self.is_big)
        return -E2BIG;
    if (what->backwards)
        turn_and_cut(self.rows, &what->page);
    if (self.rows->count == 0)
        result_drop(into);
    return 0;
}
