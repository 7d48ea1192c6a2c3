/* run.c - one request, from its coming to its answer */
#include <config.h>

#include "run.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "../../influx/answer.h"
#include "base.h"
#include "clock.h"
#include "parse.h"
#include "run_inner.h"

enum {
    CHUNK_ROWS = 10000,
    PRETTY_FACTOR = 4, /* pretty JSON is up to so many times as long */
};

static void
free_run(struct run *self)
{
    tree_fini(&self->tree);
    survey_clear(&self->survey);
    result_fini(&self->result);
    render_fini(&self->render);
    free(self->database);
    free(self);
}

/* Errors of a whole request ------------------------------------------------ */

/* Answers with an error, and ends a run that had no turn yet. */
static void
refuse(struct run *self, int status, const char *why)
{
    render_error(&self->render, why);
    answer_error_heads(self->request, status, why);
    weir_answer(&self->request, status, render_type(&self->render),
                self->render.text.bytes, self->render.text.size);
    self->owner->refused++;
    influxql_tell(self->owner);
    free_run(self);
}

static void
refuse_text(struct run *self, int rc, const char *why)
{
    static const char prefix[] = "error parsing query: ";
    char whole[sizeof(prefix) + PARSE_WHY_SIZE];

    (void)snprintf(whole, sizeof(whole), "%s%s", rc == -EBADMSG ? "" : prefix,
                   why);
    refuse(self, 400, whole);
}

/* Turns -------------------------------------------------------------------- */

/* Of what is read, InfluxDB makes a document of so many rows; a short list
 * comes as it is. */
static enum render_chunk
chunk_of(enum statement_kind kind)
{
    return kind == STATEMENT_SELECT || kind == STATEMENT_SHOW_SERIES ||
                   kind == STATEMENT_SHOW_FIELD_KEYS
               ? RENDER_BY_ROWS
               : RENDER_BY_SERIES;
}

static void
take_result(struct run *self)
{
    struct influxql *owner = self->owner;
    bool failed = self->result.error != NULL;

    render_result(&self->render, self->nth, &self->result,
                  chunk_of(self->at->kind));
    owner->statements++;
    owner->failed += failed;
    self->failed |= failed;
    result_fini(&self->result);
    self->at = self->at->next;
    self->nth++;
}

static void was_sent(struct parcel *parcel);

static void
finish(struct run *self)
{
    influxql_tell(self->owner);
    render_end(&self->render);
    answer_heads(self->request);
    self->parcel.request = weir_take(self->request);
    self->parcel.text = &self->render.text;
    self->parcel.type = render_type(&self->render);
    self->parcel.done = was_sent;
    outbox_post(&self->owner->outbox, self->owner, &self->parcel);
}

/* Answers statements until one needs time, or none is left.  A result may come
 * at once, within run_statement(), so that this is a loop and not a chain. */
static void
step(struct run *self)
{
    self->is_stepping = true;
    while (self->at) {
        self->is_heard = false;
        if (self->failed) {
            result_fail(&self->result, "not executed");
            self->is_heard = true;
        } else {
            run_statement(self);
        }
        if (!self->is_heard) {
            self->is_stepping = false;
            return;
        }
        take_result(self);
    }
    finish(self);
}

void
run_heard(struct run *self)
{
    self->is_heard = true;
    if (self->is_stepping)
        return;
    take_result(self);
    step(self);
}

/* Lets those run that there is room for.  What ends within this makes room for
 * the next turn of the loop. */
static void
serve(struct influxql *owner)
{
    if (owner->is_serving)
        return;
    owner->is_serving = true;
    while (owner->waiting && owner->running < owner->max_queries) {
        struct run *each = owner->waiting;
        owner->waiting = each->next;
        owner->waiting_count--;
        owner->running++;
        each->next = NULL;
        step(each);
    }
    owner->is_serving = false;
}

/* A parcel's done: there is room for another. */
static void
was_sent(struct parcel *parcel)
{
    struct run *self = CONTAINER_OF(parcel, struct run, parcel);
    struct influxql *owner = self->owner;

    owner->running--;
    free_run(self);
    if (!owner->closing)
        serve(owner);
}

static void
wait_for_turn(struct run *self)
{
    struct run **link = &self->owner->waiting;

    while (*link)
        link = &(*link)->next;
    *link = self;
    self->owner->waiting_count++;
}

/* Requests ----------------------------------------------------------------- */

static const char *
get(const struct weir_request *request, const char *name)
{
    const char *text = weir_request_get(request, name, 0);
    return text ? text : "";
}

/* Other types get JSON, also x-msgpack, which clients can do without. */
static bool
wants_csv(const struct weir_request *request)
{
    const char *type = weir_request_head(request, "Accept");
    return type && (strcmp(type, "application/csv") == 0 ||
                    strcmp(type, "text/csv") == 0);
}

static size_t
chunk_rows(const struct weir_request *request)
{
    const char *text = get(request, "chunk_size");
    char *end = NULL;

    if (strcmp(get(request, "chunked"), "true") != 0)
        return 0;
    errno = 0;
    long rows = strtol(text, &end, 10);
    return errno || end == text || *end || rows <= 0 ? CHUNK_ROWS
                                                     : (size_t)rows;
}

static struct run *
new_run(struct influxql *owner, struct weir_request *request)
{
    struct run *self = xcalloc(1, sizeof(*self));
    uint64_t share = influxql_share(owner);
    int64_t timeout_ns = owner->query_timeout.ns;

    self->owner = owner;
    self->request = request;
    self->database = x_or_die(strdup(get(request, "db")));
    self->render.csv = wants_csv(request);
    self->render.pretty = strcmp(get(request, "pretty"), "true") == 0;
    self->render.unit_ns = render_unit(get(request, "epoch"));
    self->render.chunk_rows = chunk_rows(request);
    self->render.most = share;
    if (owner->max_answer.bytes && owner->max_answer.bytes < share)
        self->render.most = owner->max_answer.bytes;
    if (self->render.pretty)
        self->render.most /= PRETTY_FACTOR;
    self->asked = (struct asked){
        .instance = owner,
        .client = request,
        .now_ns = clock_wall_ns(),
        .max_bytes = share,
        .bounds = {.samples = (uint64_t)owner->max_samples,
                   .series = (uint32_t)owner->max_series,
                   .memory_bytes = share,
                   .deadline_ns = timeout_ns ? clock_now_ns() + timeout_ns : 0},
    };
    return self;
}

void
run_begin(struct influxql *owner, struct weir_request *request, bool may_change)
{
    struct run *self = new_run(owner, request);
    const char *text = get(request, "q");
    char why[PARSE_WHY_SIZE];

    self->posted = may_change;
    if (!text[strspn(text, " \t\r\n")]) {
        refuse(self, 400, "missing required parameter \"q\"");
        return;
    }
    int rc = parse_influxql(text, get(request, "params"), self->asked.now_ns,
                            why, &self->tree);
    if (rc < 0) {
        refuse_text(self, rc, why);
    } else if (owner->waiting_count >= (size_t)owner->max_queue &&
               owner->running >= owner->max_queries) {
        refuse(self, 503,
               "too many queries wait to be answered, see max_queue");
    } else {
        self->at = self->tree.statements;
        wait_for_turn(self);
        serve(owner);
    }
}

void
runs_end(struct influxql *owner)
{
    owner->closing = true;
    while (owner->waiting) {
        struct run *each = owner->waiting;
        owner->waiting = each->next;
        refuse(each, 503, "weir stops");
    }
    owner->waiting_count = 0;
    outbox_cut(&owner->outbox);
}
