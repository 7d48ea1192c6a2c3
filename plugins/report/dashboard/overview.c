/* overview.c - GET /api/v1/overview: whose survey serves whom
 *
 * All who ask for the same window and kinds at about the same time look at one
 * survey.  How long that is depends on what it costs, so that any number of
 * viewers take a bounded share of the processors.
 */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../reply/fault.h"
#include "base.h"
#include "dashboard.h"
#include "overview_page.h"

enum {
    SURVEYS_MOST = 8, /* that run or are fresh */
    FRESH_LEAST_MS = 1000,
    FRESH_MOST_MS = 60000,
    FRESH_FOR_COST = 4, /* times as long as it took */
    WINDOW_LEAST_S = 10,
    WINDOW_MOST_S = 366 * 86400,
    WINDOW_USUAL_S = 3600,
};

/* Who waits for a survey; the texts of the view are the request's. */
struct viewer {
    struct weir_request *request;
    struct view view;
    struct viewer *next;
};

/* Reading ------------------------------------------------------------------ */

static int
read_kinds(const struct weir_request *request, unsigned *ret_kinds,
           char why[WHY_SIZE])
{
    const char *text = NULL;
    unsigned set = 0;

    for (size_t i = 0; (text = weir_request_get(request, "kind", i)); i++) {
        size_t kind = 0;
        while (kind < KINDS && strcmp(kinds[kind].key, text) != 0)
            kind++;
        if (kind == KINDS && *text) {
            (void)snprintf(why, WHY_SIZE,
                           "invalid parameter \"kind\": it is host, go, target "
                           "or weir");
            return -EINVAL;
        }
        set |= kind < KINDS ? 1U << kind : 0;
    }
    *ret_kinds = set ? set : (1U << KINDS) - 1;
    return 0;
}

/* A window is cut into whole milliseconds; an end into seconds, so that those
 * who ask for nearly the same get the same. */
static int
read_key(const struct weir_request *request, struct survey_key *ret_key,
         char why[WHY_SIZE])
{
    static const int64_t usual_ns = WINDOW_USUAL_S * NS_PER_S;
    static const int64_t now_ns = 0;
    static const int64_t grain_ns = SPARK_POINTS * NS_PER_MS;
    struct survey_key key = {0};

    int rc = parameter_time(request, "end", &now_ns, &key.end_ns, why);
    if (rc == 0)
        rc = parameter_duration(request, "window", &usual_ns, &key.window_ns,
                                why);
    if (rc == 0)
        rc = read_kinds(request, &key.kinds, why);
    if (rc < 0)
        return rc;
    if (key.window_ns < WINDOW_LEAST_S * NS_PER_S ||
        key.window_ns > WINDOW_MOST_S * NS_PER_S) {
        (void)snprintf(why, WHY_SIZE,
                       "invalid parameter \"window\": it is from 10s to 1y");
        return -EINVAL;
    }
    key.end_ns = key.end_ns / NS_PER_S * NS_PER_S;
    key.window_ns = key.window_ns / grain_ns * grain_ns;
    if (key.end_ns && key.end_ns < 3 * key.window_ns) {
        (void)snprintf(why, WHY_SIZE,
                       "invalid parameter \"end\": it is too long ago");
        return -EINVAL;
    }
    *ret_key = key;
    return 0;
}

/* Surveys ------------------------------------------------------------------ */

static bool
is_same(const struct survey_key *one, const struct survey_key *other)
{
    return one->end_ns == other->end_ns && one->window_ns == other->window_ns &&
           one->kinds == other->kinds;
}

/* Takes a survey out of the list and frees it. */
static void
drop(struct survey **link)
{
    struct survey *survey = *link;

    *link = survey->next;
    survey->owner->survey_count--;
    pages_destroy(&survey->pages);
    survey_destroy(&survey);
}

/* Frees the surveys that are not fresh any more. */
static void
drop_stale(struct dashboard *self)
{
    struct survey **link = &self->surveys;
    int64_t now_ns = clock_now_ns();

    while (*link)
        if ((*link)->over_ns && (*link)->fresh_ns <= now_ns)
            drop(link);
        else
            link = &(*link)->next;
}

/* Timer. */
static void
tidy(void *instance, void *arg)
{
    (void)arg;
    drop_stale(instance);
}

/* Answers all who wait. */
static void
over(struct survey *survey)
{
    int64_t fresh_ns = FRESH_FOR_COST * (survey->over_ns - survey->begun_ns);

    if (fresh_ns < FRESH_LEAST_MS * NS_PER_MS)
        fresh_ns = FRESH_LEAST_MS * NS_PER_MS;
    if (fresh_ns > FRESH_MOST_MS * NS_PER_MS)
        fresh_ns = FRESH_MOST_MS * NS_PER_MS;
    survey->fresh_ns = survey->over_ns + fresh_ns;
    while (survey->viewers) {
        struct viewer *viewer = survey->viewers;
        survey->viewers = viewer->next;
        page_answer(survey, &viewer->view, &viewer->request);
        free(viewer);
    }
    /* Without a timer the next request tidies up. */
    (void)weir_timer(survey->owner, fresh_ns + NS_PER_MS, 0, tidy, NULL);
}

/* Makes room for one survey more.  Returns false when all run. */
static bool
make_room(struct dashboard *self)
{
    struct survey **oldest = NULL;

    if (self->survey_count < SURVEYS_MOST)
        return true;
    for (struct survey **link = &self->surveys; *link; link = &(*link)->next)
        if ((*link)->over_ns &&
            (!oldest || (*link)->over_ns < (*oldest)->over_ns))
            oldest = link;
    if (oldest)
        drop(oldest);
    return oldest != NULL;
}

/* Returns the survey for that key, a new one if need be; or NULL. */
static struct survey *
take_survey(struct dashboard *self, const struct survey_key *key)
{
    drop_stale(self);
    for (struct survey *each = self->surveys; each; each = each->next)
        if (is_same(&each->key, key))
            return each;
    if (!make_room(self))
        return NULL;
    struct survey *survey = survey_new(self, key, over);
    survey->next = self->surveys;
    self->surveys = survey;
    self->survey_count++;
    return survey;
}

void
overview_tell(void *instance, struct weir_request *request)
{
    struct survey_key key;
    struct view view;
    char why[WHY_SIZE];

    if (read_key(request, &key, why) < 0 ||
        view_read(request, &view, why) < 0) {
        fault_tell(&request, FAULT_BAD_DATA, why);
        return;
    }
    struct survey *survey = take_survey(instance, &key);
    if (!survey) {
        fault_tell(&request, FAULT_UNAVAILABLE,
                   "too many different windows are being looked at, try again");
        return;
    }
    if (survey->over_ns) {
        page_answer(survey, &view, &request);
        return;
    }
    struct viewer *viewer = xcalloc(1, sizeof(*viewer));
    *viewer = (struct viewer){request, view, survey->viewers};
    survey->viewers = viewer;
}

void
overview_close(struct dashboard *self)
{
    while (self->surveys) {
        struct survey *survey = self->surveys;
        while (survey->viewers) {
            struct viewer *viewer = survey->viewers;
            survey->viewers = viewer->next;
            fault_tell(&viewer->request, FAULT_UNAVAILABLE,
                       "the dashboard is closing");
            free(viewer);
        }
        drop(&self->surveys);
    }
}
