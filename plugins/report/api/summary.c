/* summary.c - the figures of series over a window */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "summary.h"
#include "sweep.h"

#define NS_PER_S INT64_C(1000000000)

enum form { FORM_JSON, FORM_CSV, FORM_TEXT };

static const struct {
    const char *name;  /* of the parameter 'format' */
    const char *media; /* of the header Accept */
    const char *type;
    void (*write)(struct json *out, const struct summary_rows *rows);
} forms[] = {
    [FORM_JSON] = {"json", "application/json", "application/json",
                   summary_write_json},
    [FORM_CSV] = {"csv", "text/csv", "text/csv; charset=utf-8",
                  summary_write_csv},
    [FORM_TEXT] = {"text", "text/plain", "text/plain; charset=utf-8",
                   summary_write_text},
};

struct overview {
    struct sweep sweep; /* first */
    enum form form;
    struct summary_rows rows;
};

static void
overview_free(struct sweep *sweep)
{
    struct overview *self = (struct overview *)sweep;

    summary_rows_fini(&self->rows);
    free(self);
}

static void
take(struct sweep *sweep, const struct weir_result *result, bool first)
{
    struct overview *self = (struct overview *)sweep;

    (void)first;
    for (size_t i = 0; i < result->count; i++)
        summary_rows_add(&self->rows, &result->figures[i]);
    sweep->bytes = self->rows.bytes;
}

static void
finish(struct sweep *sweep)
{
    struct overview *self = (struct overview *)sweep;
    struct json *json = &sweep->answer->json;

    summary_rows_sort(&self->rows);
    if (self->form != FORM_JSON) {
        json->size = 0;
        forms[self->form].write(json, &self->rows);
        answer_finish_as(&sweep->answer, forms[self->form].type);
        return;
    }
    json_raw(json, "{\"start\":");
    json_time(json, sweep->what.after_ns);
    json_raw(json, ",\"end\":");
    json_time(json, sweep->what.until_ns);
    json_raw(json, ",\"result\":");
    summary_write_json(json, &self->rows);
    json_raw(json, "}");
    answer_finish(&sweep->answer);
}

/* Reads which form is wanted: by the parameter, else by the header. */
static int
read_form(const struct weir_request *request, enum form *ret_form,
          char why[WHY_SIZE])
{
    const char *name = weir_request_get(request, "format", 0);
    const char *accept = weir_request_head(request, "Accept");

    *ret_form = FORM_JSON;
    for (size_t i = 0; i < WEIR_COUNT(forms); i++) {
        if (name ? strcmp(forms[i].name, name) == 0
                 : accept && strncmp(accept, forms[i].media,
                                     strlen(forms[i].media)) == 0) {
            *ret_form = (enum form)i;
            return 0;
        }
    }
    if (!name)
        return 0;
    (void)snprintf(why, WHY_SIZE,
                   "invalid parameter \"format\": it is json, csv or text");
    return -EINVAL;
}

/* Reads 'end' and 'window', or 'start' and 'end'. */
static int
read_window(const struct weir_request *request, struct window *ret_window,
            char why[WHY_SIZE])
{
    static const int64_t hour_ns = 3600 * NS_PER_S;
    int64_t now_ns = clock_wall_ms();
    int64_t length_ns = 0;
    struct window window = {0};

    int rc = parameter_time(request, "end", &now_ns, &window.until_ns, why);
    if (rc == 0)
        rc = parameter_duration(request, "window", &hour_ns, &length_ns, why);
    if (rc < 0)
        return rc;
    if (__builtin_sub_overflow(window.until_ns, length_ns, &window.after_ns))
        window.after_ns = -INT64_MAX;
    if (!weir_request_get(request, "window", 0))
        rc = parameter_time(request, "start", &window.after_ns,
                            &window.after_ns, why);
    if (rc < 0)
        return rc;
    int64_t before_ns = 0;
    if (window.after_ns >= window.until_ns ||
        __builtin_sub_overflow(window.until_ns, window.after_ns, &length_ns) ||
        __builtin_sub_overflow(window.after_ns, length_ns, &before_ns)) {
        (void)snprintf(why, WHY_SIZE,
                       "the window must be longer than 0 and not reach before "
                       "all time");
        return -EINVAL;
    }
    *ret_window = window;
    return 0;
}

void
summary_tell(void *instance, struct weir_request *request)
{
    struct selectors selectors = {0};
    struct window window;
    enum form form = FORM_JSON;
    char why[WHY_SIZE];

    if (read_form(request, &form, why) < 0 ||
        read_window(request, &window, why) < 0 ||
        parameter_selectors(request, &selectors, why) < 0) {
        fault_tell(&request, FAULT_BAD_DATA, why);
        return;
    }
    struct overview *self = calloc(1, sizeof(*self));
    if (!self)
        abort();
    self->form = form;
    self->sweep = (struct sweep){
        .answer = answer_new(instance, request),
        .what =
            {
                .want = WEIR_SAMPLES,
                .after_ns = window.after_ns,
                .until_ns = window.until_ns,
                .bounds = api_bounds(instance, 0),
            },
        .selectors = selectors,
        .ask = weir_summary,
        .take = take,
        .finish = finish,
        .free = overview_free,
    };
    sweep_start(&self->sweep);
}
