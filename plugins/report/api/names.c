/* names.c - labels, their values, and series
 *
 * One select for each match[], one after the other; what they give is kept
 * until the last one ended, then sorted, each once.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../reply/labels.h"
#include "sweep.h"

/* What is asked and what came of it. */
struct search {
    struct sweep sweep; /* first */
    size_t limit;       /* 0: none */
    char *label;        /* whose values are wanted; or NULL */
    char **items;       /* [count] */
    size_t count, room;
    uint32_t told; /* series of this select that were taken */
};

static void
search_free(struct sweep *sweep)
{
    struct search *self = (struct search *)sweep;

    free(self->label);
    for (size_t i = 0; i < self->count; i++)
        free(self->items[i]);
    free(self->items);
    free(self);
}

/* Takes a text of its own. */
static void
add_item(struct search *self, char *item)
{
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 256;
        self->items = realloc(self->items, self->room * sizeof(*self->items));
    }
    if (!self->items || !item)
        abort();
    self->sweep.bytes += strlen(item) + sizeof(*self->items);
    self->items[self->count++] = item;
}

static void
take_texts(struct search *self, const struct weir_result *result)
{
    struct json json = {0};

    for (size_t i = 0; i < result->count; i++) {
        json.size = 0;
        json_text(&json, result->texts[i]);
        add_item(self, strndup(json.bytes, json.size));
    }
    json_fini(&json);
}

/* Series are in the layout, which grows from part to part. */
static void
take_series(struct search *self, const struct weir_layout *layout)
{
    struct json json = {0};

    for (; self->told < layout->count; self->told++) {
        json.size = 0;
        labels_write(&json, &layout->series[self->told]);
        add_item(self, strndup(json.bytes, json.size));
    }
    json_fini(&json);
}

static int
compare_items(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static void
take(struct sweep *sweep, const struct weir_result *result, bool first)
{
    struct search *self = (struct search *)sweep;

    if (first)
        self->told = 0;
    if (result->count)
        take_texts(self, result);
    if (result->samples)
        take_series(self, result->samples->layout);
}

static void
finish(struct sweep *sweep)
{
    struct search *self = (struct search *)sweep;
    struct json *json = &sweep->answer->json;
    size_t told = 0;

    if (self->count)
        qsort(self->items, self->count, sizeof(*self->items), compare_items);
    json_raw(json, "[");
    for (size_t i = 0; i < self->count; i++) {
        if (i > 0 && strcmp(self->items[i], self->items[i - 1]) == 0)
            continue;
        if (self->limit && told == self->limit) {
            answer_warn(sweep->answer, "results truncated due to limit");
            break;
        }
        json_raw(json, told++ ? "," : "");
        json_raw(json, self->items[i]);
    }
    json_raw(json, "]");
    answer_finish(&sweep->answer);
}

/* Reads what all three have in common, and asks; takes the request. */
static void
search(struct api *api, struct weir_request *request, enum weir_want want,
       const char *label)
{
    struct selectors selectors = {0};
    struct window window;
    size_t limit = 0;
    char why[WHY_SIZE];

    if (parameter_window(request, &window, why) < 0 ||
        parameter_limit(request, "limit", &limit, why) < 0 ||
        parameter_selectors(request, &selectors, why) < 0) {
        fault_tell(&request, FAULT_BAD_DATA, why);
        return;
    }
    if (want == WEIR_SERIES && selectors.count == 0) {
        selectors_fini(&selectors);
        fault_tell(&request, FAULT_BAD_DATA, "no match[] parameter provided");
        return;
    }
    struct search *self = calloc(1, sizeof(*self));
    if (!self)
        abort();
    self->limit = limit;
    self->label = label ? strdup(label) : NULL;
    self->sweep = (struct sweep){
        .answer = answer_new(api, request),
        .what =
            {
                .want = want,
                .label = self->label,
                .after_ns = window.after_ns,
                .until_ns = window.until_ns,
                .bounds = api_bounds(api, 0),
            },
        .selectors = selectors,
        .ask = weir_select,
        .take = take,
        .finish = finish,
        .free = search_free,
    };
    sweep_start(&self->sweep);
}

void
names_labels(void *instance, struct weir_request *request)
{
    search(instance, request, WEIR_LABEL_NAMES, NULL);
}

void
names_series(void *instance, struct weir_request *request)
{
    search(instance, request, WEIR_SERIES, NULL);
}

void
names_values(void *instance, struct weir_request *request)
{
    search(instance, request, WEIR_LABEL_VALUES, weir_request_path(request, 0));
}
