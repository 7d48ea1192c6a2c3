/* overview_view.c - which rows of a survey are wanted, in which order */
#include <config.h>

#include "overview_view.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base.h"

/* Reading ------------------------------------------------------------------ */

static const char *
text_of(const struct weir_request *request, const char *name,
        const char *fallback)
{
    const char *text = weir_request_get(request, name, 0);

    return text && *text ? text : fallback;
}

static bool
is_key(const char *text)
{
    if (strcmp(text, "name") == 0 || strcmp(text, "state") == 0)
        return true;
    for (size_t i = 0; i < COLUMNS; i++)
        if (strcmp(columns[i].key, text) == 0)
            return true;
    return false;
}

static int
read_order(const struct weir_request *request, struct view *view,
           char why[WHY_SIZE])
{
    const char *order = text_of(request, "order", NULL);

    view->sort = text_of(request, "sort", "state");
    view->descending = strcmp(view->sort, "name") != 0;
    if (!is_key(view->sort)) {
        (void)snprintf(why, WHY_SIZE,
                       "invalid parameter \"sort\": it is name, state or the "
                       "key of a column");
        return -EINVAL;
    }
    if (order && strcmp(order, "asc") != 0 && strcmp(order, "desc") != 0) {
        (void)snprintf(why, WHY_SIZE,
                       "invalid parameter \"order\": it is asc or desc");
        return -EINVAL;
    }
    if (order)
        view->descending = strcmp(order, "desc") == 0;
    return 0;
}

int
view_read(const struct weir_request *request, struct view *ret_view,
          char why[WHY_SIZE])
{
    struct view view = {.search = text_of(request, "search", "")};

    if (strlen(view.search) > SEARCH_MOST) {
        (void)snprintf(why, WHY_SIZE,
                       "invalid parameter \"search\": it is longer than %d "
                       "bytes",
                       SEARCH_MOST);
        return -EINVAL;
    }
    int rc = read_order(request, &view, why);
    if (rc == 0)
        rc = parameter_limit(request, "limit", &view.limit, why);
    if (rc == 0)
        rc = parameter_limit(request, "offset", &view.offset, why);
    if (rc < 0)
        return rc;
    if (view.limit == 0)
        view.limit = LIMIT_USUAL;
    view.cut = view.limit > LIMIT_MOST;
    if (view.cut)
        view.limit = LIMIT_MOST;
    *ret_view = view;
    return 0;
}

/* Rows --------------------------------------------------------------------- */

enum by { BY_STATE, BY_NAME, BY_COLUMN };

struct order {
    enum by by;
    size_t column;
    int sign;
};

static int
compare_numbers(double one, double other)
{
    return (one > other) - (one < other);
}

/* What has no value is last in any order. */
static int
compare_cells(const struct order *order, const struct subject *one,
              const struct subject *other)
{
    const struct cell *a = subject_look(one, order->column);
    const struct cell *b = subject_look(other, order->column);
    bool has_a = a && !isnan(a->now);
    bool has_b = b && !isnan(b->now);

    if (has_a && has_b)
        return order->sign * compare_numbers(a->now, b->now);
    return has_b - has_a;
}

static int
compare(const void *a, const void *b, void *arg)
{
    const struct order *order = arg;
    const struct subject *one = *(const struct subject *const *)a;
    const struct subject *other = *(const struct subject *const *)b;
    int names = strcmp(one->name, other->name);
    int differ = 0;

    if (order->by == BY_NAME)
        return order->sign * names;
    if (order->by == BY_STATE)
        differ = order->sign *
                 compare_numbers((double)one->state, (double)other->state);
    else
        differ = compare_cells(order, one, other);
    return differ ? differ : names;
}

/* A column that the kind lacks: then its rows stay by state. */
static struct order
order_of(const struct view *self, enum kind kind)
{
    struct order order = {BY_COLUMN, column_find(kind, self->sort),
                          self->descending ? -1 : 1};

    if (strcmp(self->sort, "name") == 0)
        order.by = BY_NAME;
    else if (order.column == COLUMNS)
        order.by = BY_STATE;
    if (order.by == BY_STATE && strcmp(self->sort, "state") != 0)
        order.sign = -1;
    return order;
}

const struct subject **
view_rows(const struct view *self, const struct survey *survey, enum kind kind,
          size_t *ret_matched)
{
    size_t count = survey->row_count[kind];
    const struct subject **rows = xcalloc(count, sizeof(struct subject *));
    struct order order = order_of(self, kind);
    size_t matched = 0;

    for (size_t i = 0; i < count; i++)
        if (strcasestr(survey->rows[kind][i]->name, self->search))
            rows[matched++] = survey->rows[kind][i];
    qsort_r(rows, matched, sizeof(struct subject *), compare, &order);
    *ret_matched = matched;
    return rows;
}
