/* selector.c - which series meet the conditions of a select */
#include <config.h>

#include "selector.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base.h"
#include "series.h"
#include "words.h"

enum { WHOLE_NAME_MOST = 2 * SERIES_NAME_MOST, TRIES_MOST = 8 };

/* What a condition says of a label.  One that a series without the label meets
 * is turned round: it tells what is out. */
enum way {
    WAY_LISTED, /* one of the words */
    WAY_ANY,    /* any value but "" */
    WAY_JUDGED, /* each value must be looked at */
    WAY_NOTHING /* is always met */
};

struct term {
    const struct weir_matcher *matcher;
    enum way way;
    bool out;        /* what it tells is out */
    uint32_t weight; /* series, about */
    struct words words;
};

struct resolve {
    struct selector *selector;
    struct postings *index;
    struct term *terms; /* [count] */
    size_t count;
    roaring_bitmap_t *series; /* NULL: not limited yet */
};

static bool
has_empty(const struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        if (!*words->items[i])
            return true;
    return false;
}

static struct words
words_of_matcher(const struct weir_matcher *matcher, struct arena *arena)
{
    if (matcher->match == WEIR_LIKE || matcher->match == WEIR_NOT_LIKE)
        return words_of(matcher->value, arena);
    struct words words = {arena_alloc(arena, sizeof(*words.items)), 1};
    words.items[0] = matcher->value;
    return words;
}

static bool
is_pattern(const struct weir_matcher *matcher, const char *text)
{
    return (matcher->match == WEIR_LIKE || matcher->match == WEIR_NOT_LIKE) &&
           strcmp(matcher->value, text) == 0;
}

static uint32_t
weigh(struct postings *index, const struct term *term)
{
    const char *name = term->matcher->name;
    uint64_t sum = 0;

    if (term->way != WAY_LISTED)
        return postings_count(index, name, NULL);
    for (size_t i = 0; i < term->words.count; i++)
        sum += postings_count(index, name, term->words.items[i]);
    return sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
}

static struct term
make_term(struct resolve *self, const struct weir_matcher *matcher)
{
    struct term term = {.matcher = matcher, .way = WAY_JUDGED};

    term.out = weir_matches(matcher, "");
    term.words = words_of_matcher(matcher, &self->selector->texts);
    if ((term.words.count == 1 && !*term.words.items[0]) ||
        is_pattern(matcher, ".+"))
        term.way = WAY_ANY;
    else if (term.words.count && !has_empty(&term.words))
        term.way = WAY_LISTED;
    else if (is_pattern(matcher, ".*") && term.out)
        term.way = WAY_NOTHING;
    term.weight = weigh(self->index, &term);
    return term;
}

/* Deciding ----------------------------------------------------------------- */

/* Narrows the series to those found, or to the others; takes 'found'. */
static void
narrow(struct resolve *self, bool out, roaring_bitmap_t *found)
{
    if (!self->series && !out) {
        self->series = found;
        return;
    }
    if (!self->series)
        self->series = postings_all(self->index);
    if (out)
        roaring_bitmap_andnot_inplace(self->series, found);
    else
        roaring_bitmap_and_inplace(self->series, found);
    roaring_bitmap_free(found);
}

/* A single value, or any, without a copy of its series. */
static void
narrow_by(struct resolve *self, const struct term *term, const char *value)
{
    const char *name = term->matcher->name;

    if (!self->series && !term->out) {
        self->series = x_or_die(roaring_bitmap_create());
        postings_apply(self->index, POSTINGS_JOIN, name, value, self->series);
        return;
    }
    if (!self->series)
        self->series = postings_all(self->index);
    postings_apply(self->index, term->out ? POSTINGS_TAKE_OUT : POSTINGS_KEEP,
                   name, value, self->series);
}

static void
decide_listed(struct resolve *self, const struct term *term)
{
    if (term->words.count == 1) {
        narrow_by(self, term, term->words.items[0]);
        return;
    }
    roaring_bitmap_t *found = x_or_die(roaring_bitmap_create());
    for (size_t i = 0; i < term->words.count; i++)
        postings_apply(self->index, POSTINGS_JOIN, term->matcher->name,
                       term->words.items[i], found);
    narrow(self, term->out, found);
}

static int
fail(struct selector *self, const struct weir_matcher *matcher,
     const char *value)
{
    (void)snprintf(self->why, sizeof(self->why),
                   "the pattern \"%.80s\" takes too many steps on %.40s=\"%.80s"
                   "\"",
                   matcher->value, matcher->name, value);
    return -E2BIG;
}

/* What a term that is turned round tells are the values that do not match. */
static int
judge(struct selector *self, const struct term *term, const char *value,
      size_t prefix)
{
    const struct weir_matcher *matcher = term->matcher;

    if (strncmp(value, matcher->value, prefix) != 0)
        return (matcher->match == WEIR_NOT_LIKE) != term->out;
    int rc = weir_try_match(matcher, value);
    return rc < 0 ? fail(self, matcher, value) : (rc == 1) != term->out;
}

static int
judge_few(struct selector *self, const struct term *term, size_t prefix,
          const struct postings_walk *walk, uint64_t *ret_marked)
{
    *ret_marked = 0;
    for (uint32_t i = 0; i < walk->count; i++) {
        int rc = judge(self, term, walk->values[i], prefix);
        if (rc < 0)
            return rc;
        *ret_marked |= (uint64_t)rc << i;
    }
    return 0;
}

static int
decide_judged(struct resolve *self, const struct term *term)
{
    struct postings_walk *walk = xcalloc(1, sizeof(*walk));
    roaring_bitmap_t *found = x_or_die(roaring_bitmap_create());
    size_t prefix = words_prefix(term->matcher->value);
    int rc = 0;

    walk->name = term->matcher->name;
    while (rc == 0 && postings_walk(self->index, walk)) {
        uint64_t marked = 0;
        rc = judge_few(self->selector, term, prefix, walk, &marked);
        if (rc == 0)
            postings_join_marked(self->index, walk, marked, found);
    }
    free(walk);
    narrow(self, term->out, found);
    return rc;
}

/* Leaves the condition for later when few series are left. */
static bool
postpone(struct resolve *self, const struct term *term)
{
    struct selector *selector = self->selector;

    if (!self->series ||
        roaring_bitmap_get_cardinality(self->series) >
            postings_value_count(self->index, term->matcher->name))
        return false;
    selector->rest[selector->rest_count++] = term->matcher;
    return true;
}

static int
decide(struct resolve *self, const struct term *term)
{
    if (self->series && roaring_bitmap_is_empty(self->series))
        return 0;
    switch (term->way) {
    case WAY_LISTED:
        decide_listed(self, term);
        return 0;
    case WAY_ANY:
        narrow_by(self, term, NULL);
        return 0;
    case WAY_JUDGED:
        return postpone(self, term) ? 0 : decide_judged(self, term);
    case WAY_NOTHING:
        break;
    }
    return 0;
}

/* What tells few series comes first, what tells which are out last. */
static int
compare_terms(const void *left, const void *right)
{
    const struct term *a = left;
    const struct term *b = right;

    if (a->out != b->out)
        return a->out - b->out;
    if (a->way != b->way)
        return (int)a->way - (int)b->way;
    return (a->weight > b->weight) - (a->weight < b->weight);
}

static int
resolve(struct resolve *self)
{
    int rc = 0;

    self->series = NULL;
    self->selector->rest_count = 0;
    for (size_t i = 0; rc == 0 && i < self->count; i++)
        rc = decide(self, &self->terms[i]);
    if (!self->series)
        self->series = postings_all(self->index);
    return rc;
}

/* Series that go while it is being resolved make it begin anew. */
static int
resolve_whole(struct resolve *self)
{
    for (int i = 1;; i++) {
        uint32_t generation = postings_generation(self->index);
        int rc = resolve(self);
        self->selector->generation = generation;
        if (rc < 0 || i == TRIES_MOST ||
            generation == postings_generation(self->index))
            return rc;
        roaring_bitmap_free(self->series);
    }
}

int
selector_init(struct selector *self, struct postings *index,
              const struct weir_matcher *matchers, size_t count)
{
    *self = (struct selector){0};
    struct resolve resolve = {.selector = self, .index = index, .count = count};

    self->rest = arena_alloc(&self->texts, (count + 1) * sizeof(*self->rest));
    resolve.terms =
        arena_alloc(&self->texts, (count + 1) * sizeof(*resolve.terms));
    for (size_t i = 0; i < count; i++) {
        if (weir_try_match(&matchers[i], "") < 0)
            return fail(self, &matchers[i], "");
        resolve.terms[i] = make_term(&resolve, &matchers[i]);
    }
    qsort(resolve.terms, count, sizeof(*resolve.terms), compare_terms);
    int rc = resolve_whole(&resolve);
    self->series = resolve.series;
    return rc;
}

void
selector_fini(struct selector *self)
{
    if (self->series)
        roaring_bitmap_free(self->series);
    self->series = NULL;
    arena_clear(&self->texts);
}

int
selector_meets(struct selector *self, const struct weir_series *series)
{
    char whole[WHOLE_NAME_MOST];

    for (size_t i = 0; i < self->rest_count; i++) {
        const struct weir_matcher *matcher = self->rest[i];
        const char *value = labels_get(series->labels, matcher->name);
        if (strcmp(matcher->name, "__name__") == 0) {
            (void)snprintf(whole, sizeof(whole), "%s%s", series->metric->name,
                           series->suffix);
            value = whole;
        }
        int rc = weir_try_match(matcher, value);
        if (rc != 1)
            return rc < 0 ? fail(self, matcher, value ? value : "") : 0;
    }
    return 1;
}
