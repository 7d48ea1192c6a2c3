/* names.c - labels, their values, and series
 *
 * One select for each match[], one after the other; what they give is kept
 * until the last one ended, then sorted, each once.
 */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "labels.h"
#include "parameter.h"

/* What is asked and what came of it. */
struct search {
    struct answer *answer;
    struct weir_select what;
    struct selectors selectors;
    size_t next;  /* selector to be asked */
    size_t limit; /* 0: none */
    char *label;  /* whose values are wanted; or NULL */
    char **items; /* [count] */
    size_t count, room;
    size_t bytes;  /* of all items */
    uint32_t told; /* series of this select that were taken */
};

static void
search_destroy(struct search **self_p)
{
    struct search *self = weir_take(*self_p);

    if (!self)
        return;
    if (self->answer)
        answer_fail(&self->answer, FAULT_INTERNAL, "the search was dropped");
    selectors_fini(&self->selectors);
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
    self->bytes += strlen(item) + sizeof(*self->items);
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
finish(struct search *self)
{
    struct json *json = &self->answer->json;
    size_t told = 0;

    if (self->count)
        qsort(self->items, self->count, sizeof(*self->items), compare_items);
    json_raw(json, "[");
    for (size_t i = 0; i < self->count; i++) {
        if (i > 0 && strcmp(self->items[i], self->items[i - 1]) == 0)
            continue;
        if (self->limit && told == self->limit) {
            answer_warn(self->answer, "results truncated due to limit");
            break;
        }
        json_raw(json, told++ ? "," : "");
        json_raw(json, self->items[i]);
    }
    json_raw(json, "]");
    answer_finish(&self->answer);
}

static bool heard(void *instance, void *arg, const struct weir_result *result);

/* Asks for the next selector. */
static int
ask(struct search *self)
{
    const struct selectors *selectors = &self->selectors;

    if (self->next < selectors->count)
        self->what.matchers = weir_selector_matchers(
            selectors->items[self->next], &self->what.matcher_count);
    self->next++;
    self->told = 0;
    self->what.client = self->answer->request;
    return weir_select(self->answer->api, &self->what, heard, self);
}

static bool
heard(void *instance, void *arg, const struct weir_result *result)
{
    weir_cleanup(search_destroy) struct search *self = arg;

    (void)instance;
    if (result->rc < 0) {
        answer_fail_result(&self->answer, result);
        return false;
    }
    if (result->count)
        take_texts(self, result);
    if (result->samples)
        take_series(self, result->samples->layout);
    if (!answer_fits(self->answer, self->bytes)) {
        answer_fail(&self->answer, FAULT_EXECUTION,
                    "the answer is larger than max_answer");
        return false;
    }
    if (result->rc == 0) {
        self = NULL; /* more comes */
        return true;
    }
    answer_add_notes(self->answer, result->notes, result->note_count);
    if (self->next >= self->selectors.count) {
        finish(self);
        return false;
    }
    int rc = ask(self);
    if (rc < 0)
        answer_fail_rc(&self->answer, rc);
    else
        self = NULL;
    return false;
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
        answer_refuse(&request, FAULT_BAD_DATA, why);
        return;
    }
    if (want == WEIR_SERIES && selectors.count == 0) {
        selectors_fini(&selectors);
        answer_refuse(&request, FAULT_BAD_DATA,
                      "no match[] parameter provided");
        return;
    }
    weir_cleanup(search_destroy) struct search *self = calloc(1, sizeof(*self));
    if (!self)
        abort();
    self->answer = answer_new(api, request);
    self->selectors = selectors;
    self->limit = limit;
    self->label = label ? strdup(label) : NULL;
    self->what = (struct weir_select){
        .want = want,
        .label = self->label,
        .after_ns = window.after_ns,
        .until_ns = window.until_ns,
        .bounds = api_bounds(api, 0),
    };
    int rc = ask(self);
    if (rc < 0)
        answer_fail_rc(&self->answer, rc);
    else
        self = NULL;
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
