/* nested.c - a SELECT in the place of a source */
#include <config.h>

#include "nested.h"

#include <weir/cleanup.h>

#include "base.h"

/* Adds "and the time is not before (or after) that". */
static void
add_bound(struct nested *self, enum op op, int64_t time_ns)
{
    struct node *nodes = arena_alloc(&self->arena, 4 * sizeof(*nodes));
    struct node *time = &nodes[0], *bound = &nodes[1], *test = &nodes[2];

    *time = (struct node){.kind = NODE_NAME, .text = "time"};
    *bound = (struct node){.kind = NODE_NUMBER,
                           .is_whole = true,
                           .time_ns = time_ns,
                           .number = (double)time_ns};
    *test = (struct node){
        .kind = NODE_BINARY, .op = op, .left = time, .right = bound};
    if (self->what.where) {
        nodes[3] = (struct node){.kind = NODE_BINARY,
                                 .op = OP_AND,
                                 .left = self->what.where,
                                 .right = test};
        test = &nodes[3];
    }
    self->what.where = test;
}

struct nested *
nested_new(const struct select *outer, const struct where *where)
{
    struct nested *self = xcalloc(1, sizeof(*self));

    self->what = *outer->sources->select;
    for (const struct dimension *each = outer->dimensions; each;
         each = each->next) {
        struct dimension *copy = arena_alloc(&self->arena, sizeof(*copy));
        *copy = *each;
        copy->next = self->what.dimensions;
        self->what.dimensions = copy;
    }
    if (where->has_since)
        add_bound(self, OP_GREATER_EQUAL, where->since_ns);
    if (where->has_until)
        add_bound(self, OP_LESS_EQUAL, where->until_ns);
    return self;
}

static struct found
found_of(const struct rows *rows, size_t column)
{
    return (struct found){.measurement = rows->name ? rows->name : "",
                          .field = rows->columns[column],
                          .metric = "",
                          .tags = rows->tags,
                          .tag_count = rows->tag_count};
}

void
nested_survey(struct nested *self, struct survey *survey)
{
    for (size_t i = 0; i < self->result.count; i++) {
        const struct rows *rows = &self->result.rows[i];
        for (size_t column = 1; column < rows->column_count; column++) {
            const struct found found = found_of(rows, column);
            survey_add_found(survey, &found);
        }
    }
    survey_sort(survey);
}

/* Adds the numbers of a column. */
static void
feed_column(const struct rows *rows, size_t column, const struct lane *lane,
            struct groups *groups)
{
    for (size_t row = 0; row < rows->count; row++) {
        const struct value *values = &rows->values[row * rows->column_count];
        if (values[column].kind == VALUE_NUMBER)
            groups_add(groups, lane, values[0].whole, values[column].number);
    }
}

void
nested_feed(const struct nested *self, const struct survey *survey,
            struct groups *groups)
{
    for (size_t i = 0; i < self->result.count; i++) {
        const struct rows *rows = &self->result.rows[i];
        for (size_t column = 1; column < rows->column_count; column++) {
            const struct found found = found_of(rows, column);
            struct lane lane =
                groups_lane(groups, survey_find_found(survey, &found));
            if (!lane.group)
                continue;
            feed_column(rows, column, &lane, groups);
            groups_settle(groups, &lane);
        }
    }
}

void
nested_destroy(struct nested **self_p)
{
    struct nested *self = weir_take(*self_p);

    if (!self)
        return;
    result_fini(&self->result);
    arena_clear(&self->arena);
    free(self);
}
