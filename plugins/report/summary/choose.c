/* choose.c - which rows of a report are shown, and what moved most */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base.h"
#include "report.h"
#include "robust.h"

/* Series that may have moved most, for each that will be told. */
enum { CANDIDATES = 4 };

enum { HEADING_MOST = 120 }; /* bytes */

/* A row and what it is ranked by. */
struct ranked {
    struct report_part *part;
    struct row *row;
    double rank; /* the greatest comes first */
};

static int
compare_ranks(const void *left, const void *right)
{
    const struct ranked *const a = left, *const b = right;

    if (a->rank != b->rank)
        return a->rank < b->rank ? 1 : -1;
    return strcmp(a->row->text, b->row->text);
}

static void
sort_ranked(struct ranked items[], size_t count)
{
    if (count > 0)
        qsort(items, count, sizeof(items[0]), compare_ranks);
}

/* Shown rows --------------------------------------------------------------- */

static double
rank_of(const struct report_part *part, const struct row *row)
{
    double level = row_level(row);

    if (isnan(level))
        return -HUGE_VAL;
    return part->panel->order == PANEL_SMALLEST ? -level : level;
}

static void
order_rows(struct report_part *part)
{
    weir_cleanup(weir_free) struct ranked *items =
        xcalloc(part->count, sizeof(*items));
    weir_cleanup(weir_free) struct row *rows =
        xcalloc(part->count, sizeof(*rows));

    for (size_t i = 0; i < part->count; i++)
        items[i] = (struct ranked){part, &part->rows[i],
                                   rank_of(part, &part->rows[i])};
    sort_ranked(items, part->count);
    for (size_t i = 0; i < part->count; i++)
        rows[i] = *items[i].row;
    for (size_t i = 0; i < part->count; i++)
        part->rows[i] = rows[i];
}

/* Says whether all shown rows have that label with that value. */
static bool
is_shared(const struct report_part *part, const struct weir_label *label)
{
    for (size_t i = 0; i < part->shown; i++) {
        const char *value = row_label(&part->rows[i], label->name);
        if (!value || strcmp(value, label->value) != 0)
            return false;
    }
    return true;
}

static bool
have_one_name(const struct report_part *part)
{
    for (size_t i = 1; i < part->shown; i++)
        if (strcmp(part->rows[i].name, part->rows[0].name) != 0)
            return false;
    return true;
}

/* Cuts a text that is too long for a heading, between characters. */
static char *
shorten(char *text)
{
    static const char more[] = "\342\200\246";
    size_t length = strlen(text), end = HEADING_MOST;

    if (length <= HEADING_MOST)
        return text;
    while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
        end--;
    (void)snprintf(text + end, length - end + 1, "%s", more);
    return text;
}

static void
add_word(FILE *out, const char *word)
{
    (void)fprintf(out, "%s%s", ftell(out) > 0 ? " \302\267 " : "", word);
}

/* Adds a label's value, with its name where it says little by itself. */
static void
add_value(FILE *out, const struct weir_label *label)
{
    bool bare = strspn(label->value, "0123456789.") == strlen(label->value);

    add_word(out, bare ? label->name : label->value);
    if (bare)
        (void)fprintf(out, " %s", label->value);
}

/* What tells the row from the others: the instance first. */
static char *
caption_of(const struct report_part *part, const struct row *row)
{
    static const char first[] = "instance";
    const char *instance = row_label(row, first);
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    if (!have_one_name(part))
        add_word(out, row->name);
    if (instance && (part->shown == 1 ||
                     !is_shared(part, &(struct weir_label){first, instance})))
        add_word(out, instance);
    for (const struct weir_label *each = row->labels; each->name; each++)
        if (strcmp(each->name, first) != 0 && !is_shared(part, each))
            add_value(out, each);
    if (ftell(out) == 0)
        add_word(out, *row->name ? row->name : panel_title(part->panel));
    (void)fclose(out);
    return shorten(x_or_die(text));
}

static char *
shared_of(const struct report_part *part)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    for (const struct weir_label *each = part->rows[0].labels; each->name;
         each++)
        if (is_shared(part, each))
            (void)fprintf(out, "%s%s=%s", ftell(out) > 0 ? ", " : "",
                          each->name, each->value);
    (void)fclose(out);
    return shorten(x_or_die(text));
}

static void
show_rows(const struct report *self, struct report_part *part)
{
    if (part->count == 0)
        return;
    order_rows(part);
    part->shown =
        part->count < self->with.rows_most ? part->count : self->with.rows_most;
    for (size_t i = 0; i < part->shown; i++)
        part->rows[i].wanted = true;
    part->shared = shared_of(part);
}

/* Moves -------------------------------------------------------------------- */

/* How far the level went, as a share of the larger one: 0 to 2. */
static double
way_of(const struct row *row)
{
    double now = row_level(row), before = row_level_before(row);
    double size = fmax(fabs(now), fabs(before));

    if (!isfinite(now) || !isfinite(before) || size == 0)
        return 0;
    return fabs(now - before) / size;
}

static double
moved_of(const struct row *row)
{
    return isnan(row->moved) ? 0 : row->moved;
}

/* Rows that have a rank above 'least', of a whole report. */
struct ranking {
    double (*rank)(const struct row *row);
    double least;
    struct ranked *items; /* [count] */
    size_t count, room;
};

static void
ranking_fini(struct ranking *self)
{
    free(self->items);
}

static void
rank_row(struct ranking *self, struct report_part *part, struct row *row)
{
    double rank = self->rank(row);

    if (!(rank > self->least))
        return;
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 64;
        self->items = xrealloc(self->items, self->room, sizeof(*self->items));
    }
    self->items[self->count++] = (struct ranked){part, row, rank};
}

/* Fills a ranking with all rows of the report that it takes, sorted. */
static void
rank_all(const struct report *report, struct ranking *ranking)
{
    for (size_t p = 0; p < report->part_count; p++) {
        struct report_part *part = &report->parts[p];
        for (size_t i = 0; i < part->count; i++)
            rank_row(ranking, part, &part->rows[i]);
    }
    sort_ranked(ranking->items, ranking->count);
}

static void
want_candidates(struct report *self)
{
    weir_cleanup(ranking_fini) struct ranking ranking = {.rank = way_of};
    size_t most = CANDIDATES * self->with.moves_most;

    rank_all(self, &ranking);
    for (size_t i = 0; i < ranking.count && i < most; i++)
        ranking.items[i].row->wanted = true;
}

void
report_choose(struct report *self)
{
    for (size_t i = 0; i < self->part_count; i++)
        show_rows(self, &self->parts[i]);
    want_candidates(self);
}

/* Copies the finite ones of 'count' values; returns how many. */
static size_t
copy_finite(const double values[], size_t count, double ret_values[])
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i]))
            ret_values[kept++] = values[i];
    return kept;
}

static void
look_at(const struct report *self, struct row *row)
{
    double before[REPORT_STEPS_MOST], now[REPORT_STEPS_MOST];

    if (!row->points)
        return;
    trend_find(row->points + self->steps, self->steps,
               (double)self->step_ns / 1e9, &row->trend);
    const struct robust_sides sides = {
        .before = before,
        .now = now,
        .before_count = copy_finite(row->points, self->steps, before),
        .now_count = copy_finite(row->points + self->steps, self->steps, now),
    };
    row->moved = robust_move(&sides);
}

/* One is a spread's width: less is the usual to and fro. */
static const double least_move = 1;

static void
keep_moves(struct report *self)
{
    weir_cleanup(ranking_fini) struct ranking ranking = {.rank = moved_of,
                                                         .least = least_move};

    rank_all(self, &ranking);
    size_t count = ranking.count < self->with.moves_most
                       ? ranking.count
                       : self->with.moves_most;
    self->moves = xcalloc(count, sizeof(*self->moves));
    for (size_t i = 0; i < count; i++)
        self->moves[self->move_count++] =
            (struct report_move){ranking.items[i].part, ranking.items[i].row};
}

void
report_finish(struct report *self)
{
    for (size_t p = 0; p < self->part_count; p++) {
        struct report_part *part = &self->parts[p];
        for (size_t i = 0; i < part->count; i++) {
            struct row *row = &part->rows[i];
            if (!row->wanted)
                continue;
            look_at(self, row);
            row->caption = caption_of(part, row);
            row->shown = row_shown(row->text);
        }
    }
    keep_moves(self);
}
