/* request.c - a report for who asks for one by HTTP */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "cli/moment.h"
#include "clock.h"
#include "gather.h"
#include "summary.h"

enum { WHY_SIZE = 512, MATCH_MOST = 64 };

#define MINUTE_NS (60 * NS_PER_S)

static const char plain_type[] = "text/plain; charset=utf-8";
static const int64_t patience_ns = 25 * NS_PER_S; /* the host's is 30 s */

/* A request and its report. */
struct asked {
    struct weir_request *request;
    struct report *report;
    const struct form *form;
    struct panel panels[MATCH_MOST]; /* of match[] */
    char *texts[MATCH_MOST];         /* [match_count], their queries */
    size_t match_count;
};

static void
asked_destroy(struct asked **self_p)
{
    struct asked *self = weir_take(*self_p);

    if (!self)
        return;
    report_destroy(&self->report);
    for (size_t i = 0; i < self->match_count; i++)
        free(self->texts[i]);
    free(self);
}

/* Answers with a sentence. */
static void
refuse(struct weir_request *request, int status, const char *why)
{
    char text[WHY_SIZE + 2];

    int length = snprintf(text, sizeof(text), "%s\n", why);
    size_t size =
        length < (int)sizeof(text) ? (size_t)length : sizeof(text) - 1;
    weir_answer(&request, status, plain_type, text, size);
}

static void
was_gathered(void *instance, void *arg, int rc)
{
    weir_cleanup(asked_destroy) struct asked *self = arg;
    struct summary *summary = instance;
    const char *why = "weir stops, or is being configured anew";
    size_t size = 0;

    summary->requests--;
    if (rc < 0 || report_failed(self->report, &why)) {
        refuse(self->request, 503, why);
        return;
    }
    weir_cleanup(weir_free) char *text =
        form_text(self->form, self->report, &size);
    weir_answer(&self->request, 200, self->form->type, text, size);
}

/* Parameters --------------------------------------------------------------- */

static int
complain(char why[WHY_SIZE], const char *name, const char *text,
         const char *reason)
{
    (void)snprintf(why, WHY_SIZE, "%s: %s, not \"%.100s\"", name, reason, text);
    return -EINVAL;
}

static int
read_form(struct asked *self, char why[WHY_SIZE])
{
    const char *name = weir_request_get(self->request, "format", 0);

    self->form = name ? form_of(name) : &forms[FORM_HTML];
    return self->form ? 0
                      : complain(why, "format", name,
                                 "html, markdown, json or csv is due");
}

static int
read_window(const struct asked *self, struct summary_wish *wish,
            char why[WHY_SIZE])
{
    const char *window = weir_request_get(self->request, "window", 0);
    const char *end = weir_request_get(self->request, "end", 0);
    const char *reason = NULL;
    int64_t begin_ns = 0;

    if (window && moment_read_duration(window, &wish->window_ns, &reason) < 0)
        return complain(why, "window", window, reason);
    /* What ends now ends on a round time. */
    wish->until_ns -= wish->until_ns %
                      (wish->window_ns < 60 * MINUTE_NS ? NS_PER_S : MINUTE_NS);
    if (end && moment_read(end, clock_wall_ms(), &wish->until_ns, &reason) < 0)
        return complain(why, "end", end, reason);
    if (wish->window_ns < NS_PER_S)
        return complain(why, "window", window ? window : "",
                        "a second is the least");
    /* Four: it is compared with the one before, whose rates look back, too. */
    if (wish->window_ns > INT64_MAX / 8 ||
        __builtin_sub_overflow(wish->until_ns, 4 * wish->window_ns, &begin_ns))
        return complain(why, "window", window ? window : "",
                        "one that begins after the begin of all time is due");
    return 0;
}

static int
read_limit(const struct asked *self, struct summary_wish *wish,
           char why[WHY_SIZE])
{
    const char *text = weir_request_get(self->request, "limit", 0);
    char *end = NULL;

    if (!text)
        return 0;
    errno = 0;
    long limit = strtol(text, &end, 10);
    if (errno || end == text || *end || limit < 1 || limit > SUMMARY_ROWS_MOST)
        return complain(why, "limit", text,
                        "a number of series from 1 to 1000 is due");
    wish->rows_most = (size_t)limit;
    return 0;
}

static int
read_match(struct asked *self, const char *text, char why[WHY_SIZE])
{
    struct weir_selector *selector = NULL;
    char reason[WHY_SIZE - 150];

    if (self->match_count == MATCH_MOST)
        return complain(why, "match[]", text, "64 of them are the most");
    int rc = weir_selector_new(text, reason, sizeof(reason), &selector);
    weir_selector_destroy(&selector);
    if (rc < 0) {
        (void)snprintf(why, WHY_SIZE, "match[]: \"%.100s\" is no selector: %s",
                       text, reason);
        return -EINVAL;
    }
    self->texts[self->match_count] = x_or_die(strdup(text));
    self->panels[self->match_count] =
        (struct panel){.section = "",
                       .title = "",
                       .query = self->texts[self->match_count],
                       .unit = ""};
    self->match_count++;
    return 0;
}

static int
read_matches(struct asked *self, struct summary_wish *wish, char why[WHY_SIZE])
{
    const char *text = NULL;
    int rc = 0;

    for (size_t i = 0;
         rc == 0 && (text = weir_request_get(self->request, "match[]", i)); i++)
        rc = read_match(self, text, why);
    if (self->match_count == 0)
        return rc;
    wish->panels = self->panels;
    wish->panel_count = self->match_count;
    wish->hides_empty = false;
    return rc;
}

static int
read_all(struct asked *self, struct summary_wish *wish, char why[WHY_SIZE])
{
    int rc = read_form(self, why);

    if (rc == 0)
        rc = read_window(self, wish, why);
    if (rc == 0)
        rc = read_limit(self, wish, why);
    return rc == 0 ? read_matches(self, wish, why) : rc;
}

void
request_report(void *instance, struct weir_request *request)
{
    struct summary *summary = instance;
    struct summary_wish wish = summary_wish_of(summary, clock_wall_ms());
    weir_cleanup(asked_destroy) struct asked *self = xcalloc(1, sizeof(*self));
    char why[WHY_SIZE];

    self->request = request;
    if (read_all(self, &wish, why) < 0) {
        refuse(request, 400, why);
        return;
    }
    if (summary->requests >= SUMMARY_REQUESTS_MOST) {
        refuse(request, 503,
               "as many reports as may be are being made already; try again");
        return;
    }
    summary->requests++;
    self->report = summary_report(summary, &wish);
    const struct gather_wish gather = {
        .instance = summary,
        .report = self->report,
        .client = request,
        .deadline_ns = clock_now_ns() + patience_ns,
    };
    gather_start(&gather, was_gathered, weir_take(self));
}
