/* show.c - what SHOW tells */
#include <config.h>

#include "show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "../reply/json.h"
#include "base.h"
#include "with.h"

/* Databases ---------------------------------------------------------------- */

static struct value *
add_texts(struct result *into, struct rows *rows, const char *first,
          const char *second)
{
    const char *const texts[] = {first, second};
    struct value *values = rows_add(into, rows);

    for (size_t i = 0; i < rows->column_count && i < ARRAY_SIZE(texts); i++)
        values[i] = (struct value){.kind = VALUE_TEXT,
                                   .text = result_text(into, texts[i])};
    return values;
}

void
show_databases(const char *const *names, size_t count, struct result *into)
{
    static const char *const columns[] = {"name"};
    struct rows *rows = result_add(into, "databases", NULL, 0, columns, 1);

    for (size_t i = 0; i < count; i++)
        (void)add_texts(into, rows, names[i], NULL);
}

/* There is one in each database, and it lasts as long as the storage's
 * retention; what clients look for is its name. */
void
show_policies(struct result *into)
{
    static const char *const columns[] = {
        "name", "duration", "shardGroupDuration", "replicaN", "default"};
    struct rows *rows =
        result_add(into, NULL, NULL, 0, columns, ARRAY_SIZE(columns));
    struct value *values = rows_add(into, rows);

    values[0] = (struct value){.kind = VALUE_TEXT, .text = "autogen"};
    values[1] = (struct value){.kind = VALUE_TEXT, .text = "0s"};
    values[2] = (struct value){.kind = VALUE_TEXT, .text = "168h0m0s"};
    values[3] = (struct value){.kind = VALUE_WHOLE, .whole = 1};
    values[4] = (struct value){.kind = VALUE_BOOLEAN, .whole = 1};
}

/* Items: what a series of the answer lists --------------------------------- */

struct item {
    const char *first, *second;
};

struct items {
    struct item *items; /* [count] */
    size_t count, room;
};

static void
items_add(struct items *self, const char *first, const char *second)
{
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 64;
        self->items = xrealloc(self->items, self->room, sizeof(*self->items));
    }
    self->items[self->count++] = (struct item){first, second};
}

static int
compare_items(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    int order = strcmp(a->first, b->first);

    return order ? order : strcmp(a->second, b->second);
}

/* Leaves each item once, in order. */
static void
items_sort(struct items *self)
{
    size_t kept = 0;

    if (self->count)
        qsort(self->items, self->count, sizeof(*self->items), compare_items);
    for (size_t i = 0; i < self->count; i++)
        if (kept == 0 ||
            compare_items(&self->items[kept - 1], &self->items[i]) != 0)
            self->items[kept++] = self->items[i];
    self->count = kept;
}

static void
items_fini(struct items *self)
{
    free(self->items);
    *self = (struct items){0};
}

/* Surveys ------------------------------------------------------------------ */

/* One answer that is being made. */
struct show {
    const struct statement *what;
    struct with with;
    struct items items; /* of the next series of the answer */
    struct json key;    /* memory for a series' key */
    struct arena keys;  /* of series */
    size_t most_bytes;
    struct result *into;
};

/* Adds the items, of which LIMIT and OFFSET choose, as a series; none is no
 * series. */
static void
tell_items(struct show *self, const char *name, const char *const *columns,
           size_t column_count)
{
    const struct page *page = &self->what->select.page;
    uint64_t count = self->items.count;

    if (page->offset < count) {
        struct rows *rows =
            result_add(self->into, name, NULL, 0, columns, column_count);
        if (page->limit && page->limit < count - page->offset)
            count = page->offset + page->limit;
        for (uint64_t i = page->offset;
             i < count && self->into->bytes <= self->most_bytes; i++)
            (void)add_texts(self->into, rows, self->items.items[i].first,
                            self->items.items[i].second);
    }
    self->items.count = 0;
}

/* Says whether a series is another field of the one before. */
static bool
is_again(const struct survey *survey, size_t nth)
{
    const struct found *each = &survey->found[nth];

    return nth > 0 && strcmp(each[-1].measurement, each->measurement) == 0 &&
           found_compare_tags(&each[-1], each) == 0;
}

static void
take_measurement(struct show *self, const struct found *found, bool again)
{
    const struct items *items = &self->items;

    if (again || (items->count && strcmp(items->items[items->count - 1].first,
                                         found->measurement) == 0))
        return;
    if (with_takes(&self->with, found->measurement))
        items_add(&self->items, found->measurement, "");
}

static void
take_tag_keys(struct show *self, const struct found *found, bool again)
{
    for (size_t i = 0; i < found->tag_count && !again; i++)
        items_add(&self->items, found->tags[i].key, "");
}

static void
take_tag_values(struct show *self, const struct found *found, bool again)
{
    for (size_t i = 0; i < found->tag_count && !again; i++)
        if (with_takes(&self->with, found->tags[i].key))
            items_add(&self->items, found->tags[i].key, found->tags[i].value);
}

static void
take_field(struct show *self, const struct found *found, bool again)
{
    (void)again;
    items_add(&self->items, found->field, "float");
}

/* Adds a part of a key as line protocol has it. */
static void
add_escaped(struct json *out, const char *text, const char *stops)
{
    while (*text) {
        size_t plain = strcspn(text, stops);
        json_bytes(out, text, plain);
        text += plain;
        json_raw(out, *text ? "\\" : "");
        json_bytes(out, text, *text != '\0');
        text += *text != '\0';
    }
}

static void
take_series(struct show *self, const struct found *found, bool again)
{
    struct json *key = &self->key;

    if (again)
        return;
    key->size = 0;
    add_escaped(key, found->measurement, ", ");
    for (size_t i = 0; i < found->tag_count; i++) {
        json_raw(key, ",");
        add_escaped(key, found->tags[i].key, ",= ");
        json_raw(key, "=");
        add_escaped(key, found->tags[i].value, ",= ");
    }
    json_bytes(key, "", 1);
    items_add(&self->items, arena_text(&self->keys, key->bytes), "");
}

static const char *const name_columns[] = {"name"};
static const char *const tag_columns[] = {"tagKey"};
static const char *const value_columns[] = {"key", "value"};
static const char *const field_columns[] = {"fieldKey", "fieldType"};
static const char *const key_columns[] = {"key"};

/* How each kind is answered: one series, called 'name', or one of each
 * measurement. */
struct kind {
    enum statement_kind kind;
    bool by_measurement;
    bool timeless; /* a condition on time is an error */
    const char *name;
    const char *const *columns; /* [column_count] */
    size_t column_count;
    void (*take)(struct show *self, const struct found *found, bool again);
};

static const struct kind kinds[] = {
    {STATEMENT_SHOW_MEASUREMENTS, false, true, "measurements", name_columns, 1,
     take_measurement},
    {STATEMENT_SHOW_TAG_KEYS, true, false, NULL, tag_columns, 1, take_tag_keys},
    {STATEMENT_SHOW_TAG_VALUES, true, false, NULL, value_columns, 2,
     take_tag_values},
    {STATEMENT_SHOW_FIELD_KEYS, true, false, NULL, field_columns, 2,
     take_field},
    {STATEMENT_SHOW_SERIES, false, false, NULL, key_columns, 1, take_series},
};

static const struct kind *
kind_of(enum statement_kind kind)
{
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        if (kinds[i].kind == kind)
            return &kinds[i];
    return NULL;
}

bool
show_surveys(enum statement_kind kind)
{
    return kind_of(kind) != NULL;
}

/* Fails where a tag is compared by its order, which tags do not have.  As deep
 * as the parser lets it be. */
static void
judge(const struct node *node, struct result *into) // NOLINT(misc-no-recursion)
{
    while (node && node->kind == NODE_GROUP)
        node = node->left;
    if (!node || node->kind != NODE_BINARY)
        return;
    if (node->op == OP_AND || node->op == OP_OR) {
        judge(node->left, into);
        judge(node->right, into);
    } else if (node->op >= OP_LESS && node->op <= OP_GREATER_EQUAL &&
               !where_is_time(node->left) && !where_is_time(node->right)) {
        result_fail(into, "invalid tag comparison operator");
    }
}

int
show_check(const struct statement *what, const char *database,
           struct result *into, bool *ret_in_time)
{
    weir_cleanup(where_fini) struct where where = {0};
    const struct kind *kind = kind_of(what->kind);
    char why[WHERE_WHY_SIZE];

    int rc = where_init(&where, what->select.where, database, NULL, why);
    *ret_in_time = where.has_since || where.has_until;
    if (rc < 0)
        result_fail(into, "%s", why);
    else if (*ret_in_time && kind && kind->timeless)
        result_fail(into,
                    "SHOW MEASUREMENTS doesn't support time in WHERE clause");
    else
        judge(where.condition, into);
    return into->error ? -EINVAL : 0;
}

/* Says whether no more is wanted, or there is no more room. */
static bool
is_done(const struct show *self, const struct kind *kind)
{
    const struct page *page = &self->what->select.page;

    if (self->into->bytes + self->keys.size > self->most_bytes)
        return true;
    return kind->kind == STATEMENT_SHOW_SERIES && page->limit &&
           self->items.count >= page->limit &&
           self->items.count - page->limit >= page->offset;
}

static void
tell_series(struct show *self, const struct kind *kind, const char *measurement)
{
    if (kind->kind != STATEMENT_SHOW_SERIES)
        items_sort(&self->items);
    tell_items(self, kind->by_measurement ? measurement : kind->name,
               kind->columns, kind->column_count);
}

static void
walk(struct show *self, const struct kind *kind, const struct survey *survey)
{
    const char *measurement = NULL;

    for (size_t i = 0; i < survey->count; i++) {
        const struct found *each = &survey->found[i];
        if (kind->by_measurement && measurement &&
            strcmp(measurement, each->measurement) != 0)
            tell_series(self, kind, measurement);
        measurement = each->measurement;
        kind->take(self, each, is_again(survey, i));
        if (is_done(self, kind))
            break;
    }
    tell_series(self, kind, measurement);
    if (self->into->bytes + self->keys.size > self->most_bytes)
        result_fail(self->into, "the answer is larger than max_answer");
    if (self->with.too_long)
        result_fail(self->into, "the pattern takes too many steps");
}

void
show_survey(const struct statement *what, const struct survey *survey,
            size_t most_bytes, struct result *into)
{
    struct show self = {.what = what, .most_bytes = most_bytes, .into = into};
    const struct kind *kind = kind_of(what->kind);
    char why[WHERE_WHY_SIZE];

    if (with_init(&self.with, what->with, why) < 0)
        result_fail(into, "%s", why);
    else if (kind)
        walk(&self, kind, survey);
    items_fini(&self.items);
    json_fini(&self.key);
    arena_clear(&self.keys);
    with_fini(&self.with);
}
