/* harness_store.c - the harness' storage side: append, select, answers
 *
 * Texts become frames by a source of the harness' own, and selects go over a
 * socket to a desk, which asks the plugin, or what weir_harness_answer() gave.
 */
#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>

#include <weir/text.h>

#include "base.h"
#include "clock.h"
#include "harness_inner.h"
#include "series.h"

/* Texts ------------------------------------------------------------------- */

/* Reads name="value", at '*at_p'; '\\' escapes. */
static bool
read_label(const char **at_p, struct arena *arena, struct weir_label *label)
{
    const char *at = *at_p;
    size_t length = strcspn(at, "=");
    char *value = arena_text(arena, at + length);
    char *to = value;

    if (at[length] != '=' || at[length + 1] != '"')
        return false;
    label->name = arena_bytes(arena, at, length);
    for (at += length + 2; *at && *at != '"'; at++) {
        bool escaped = *at == '\\' && at[1];
        at += escaped;
        char letter = *at;
        if (escaped && letter == 'n')
            letter = '\n';
        *to++ = letter;
    }
    *to = '\0';
    label->value = value;
    if (*at != '"')
        return false;
    *at_p = at + 1;
    return true;
}

static bool
read_series(const char **at_p, struct arena *arena, struct parsed_line *line)
{
    const char *at = *at_p;
    size_t length = strcspn(at, "{ ");
    struct weir_label *labels =
        arena_alloc(arena, (SERIES_LABELS_MOST + 1) * sizeof(*labels));
    size_t count = 0;

    line->metric = (struct weir_metric){arena_bytes(arena, at, length),
                                        WEIR_GAUGE, "", ""};
    size_t name = strlen(line->metric.name);
    if (name > 6 && strcmp(line->metric.name + name - 6, "_total") == 0)
        line->metric.type = WEIR_COUNTER;
    line->series = (struct weir_series){&line->metric, "", labels};
    at += length;
    if (*at != '{') {
        *at_p = at;
        return true;
    }
    for (at++; *at && *at != '}'; at += *at == ',')
        if (count >= SERIES_LABELS_MOST ||
            !read_label(&at, arena, &labels[count++]))
            return false;
    *at_p = at + (*at == '}');
    return *at == '}';
}

const char *
harness_read_line(const char *line, struct arena *arena,
                  struct parsed_line *ret_line)
{
    const char *at = line + strspn(line, "\n ");
    uint64_t time = 0;

    if (!*at || !read_series(&at, arena, ret_line) ||
        !weir_scan_double(&at, &ret_line->value))
        return NULL;
    if (!weir_scan_u64(&at, &time))
        time = 0;
    ret_line->time_ns = (int64_t)time;
    return at + strcspn(at, "\n");
}

/* Append ------------------------------------------------------------------- */

static void
layout_came(void *arg, struct layout *layout, uint32_t from)
{
    struct weir_harness *self = arg;

    if (self->plugin->resolve)
        (void)self->plugin->resolve(self->memory, layout_shape(layout), from,
                                    layout_resolved(layout));
}

static void
batch_came(void *arg, const struct frame_batch *frame)
{
    struct weir_harness *self = arg;
    struct weir_ticket ticket = {
        .number = self->ticket + 1,
        .stream = "harness stream.",
        .sequence = self->ticket + 1,
        .peer = "harness",
    };
    struct weir_batch *batch = batch_of_frame(frame);

    self->append_rc = self->plugin->append(self->memory, batch, &ticket);
    if (self->append_rc >= 0)
        self->ticket++;
    weir_batch_destroy(&batch);
}

static void
open_appends(struct weir_harness *self)
{
    struct source_settings settings = {
        .self = self->memory,
        .outlet = notebook_outlet(&self->appended),
        .figures = &self->figures,
    };

    notebook_init(&self->appended, instance_stage(self->instance),
                  self->memory);
    self->appended.layout_came = layout_came;
    self->appended.batch_came = batch_came;
    self->appended.arg = self;
    self->appends = source_new(&settings);
}

/* Lines of one time make a row, lines of several are loose. */
static bool
is_row(const char *text)
{
    struct arena arena = {0};
    struct parsed_line line;
    int64_t first = INT64_MIN;
    bool same = true;

    while ((text = harness_read_line(text, &arena, &line))) {
        if (first == INT64_MIN)
            first = line.time_ns;
        same = same && line.time_ns == first;
    }
    arena_clear(&arena);
    return same;
}

/* An append says nothing of what it does not name: no stale markers. */
static void
forget_cycle(struct weir_source *source)
{
    for (uint32_t i = 0; i < source->sheet_count; i++) {
        struct sheet *sheet = &source->sheets[i];
        memset(sheet->before, 0, (sheet->room + 63) / 64 * sizeof(uint64_t));
        memset(sheet->values, 0, sheet->room * sizeof(*sheet->values));
    }
}

int
weir_harness_append(struct weir_harness *self, const char *text)
{
    bool row = is_row(text);
    struct arena arena = {0};
    struct parsed_line line = {0};
    struct weir_batch *batch = NULL;

    if (!self->appends)
        open_appends(self);
    for (const char *at = text; (at = harness_read_line(at, &arena, &line));) {
        uint32_t reference = 0;
        if (!batch)
            batch = weir_batch_begin(self->appends, line.time_ns);
        (void)weir_series_refer(batch, &line.series, NULL, 0, &reference);
        if (row)
            weir_set(batch, reference, line.value);
        else
            weir_set_at(batch, reference, line.time_ns, line.value);
    }
    arena_clear(&arena);
    if (!batch)
        return -EINVAL;
    self->append_rc = 0;
    (void)weir_batch_end(&batch, NULL, NULL);
    forget_cycle(self->appends);
    if (self->append_rc < 0)
        (void)snprintf(self->why, sizeof(self->why), "%s",
                       instance_why(self->instance));
    return self->append_rc;
}

/* Selects ------------------------------------------------------------------ */

void
weir_harness_answer(struct weir_harness *self, const char *text)
{
    free(self->answers);
    self->answers = x_or_die(strdup(text));
}

static int
sink_names(struct weir_sink *sink, const struct weir_series *series)
{
    int rc = weir_sink_text(sink, "__name__");

    for (const struct weir_label *label = series->labels;
         rc == 0 && label->name; label++)
        rc = weir_sink_text(sink, label->name);
    return rc;
}

static int
sink_value(struct weir_sink *sink, const struct weir_series *series,
           const char *label)
{
    bool name = strcmp(label, "__name__") == 0;
    const char *value =
        name ? series->metric->name : labels_get(series->labels, label);

    return value ? weir_sink_text(sink, value) : 0;
}

static bool
is_asked_for(const struct weir_select *what, const struct parsed_line *line)
{
    bool any_time =
        what->want != WEIR_SAMPLES && what->until_ns <= what->after_ns;

    return weir_matches_series(what->matchers, what->matcher_count,
                               &line->series) &&
           (any_time || (line->time_ns > what->after_ns &&
                         line->time_ns <= what->until_ns));
}

static int
sink_line(const struct weir_select *what, struct weir_sink *sink,
          const struct parsed_line *line, struct weir_series *last)
{
    if (!is_asked_for(what, line))
        return 0;
    if (what->want == WEIR_LABEL_NAMES)
        return sink_names(sink, &line->series);
    if (what->want == WEIR_LABEL_VALUES)
        return sink_value(sink, &line->series, what->label);
    if (!last->metric || !series_equal(last, &line->series)) {
        int rc = weir_sink_series(sink, &line->series);
        if (rc < 0)
            return rc;
    }
    *last = line->series;
    return what->want == WEIR_SAMPLES
               ? weir_sink_samples(sink, &line->time_ns, &line->value, 1)
               : 0;
}

/* Lines of one series stand together. */
static int
answer_from_text(const char *text, const struct weir_select *what,
                 struct weir_sink *sink)
{
    struct arena arena = {0};
    struct parsed_line *line = NULL;
    struct weir_series last = {0};
    int rc = 0;

    do {
        line = arena_alloc(&arena, sizeof(*line));
        text = harness_read_line(text, &arena, line);
        if (text)
            rc = sink_line(what, sink, line, &last);
    } while (text && rc >= 0);
    arena_clear(&arena);
    return rc;
}

/* On a thread of the crew. */
static int
answer(void *arg, const struct weir_select *what, struct weir_sink *sink)
{
    struct weir_harness *self = arg;

    if (self->plugin->select)
        return self->plugin->select(self->memory, what, sink);
    return answer_from_text(self->answers ? self->answers : "", what, sink);
}

static void
received(void *arg, const struct socket_peer *peer,
         const struct frame_view *view)
{
    struct weir_harness *self = arg;
    desk_take(self->desk, self->socket, peer, view);
}

int
harness_desk_open(struct weir_harness *self)
{
    static _Atomic unsigned last;
    struct stage *stage = instance_stage(self->instance);

    (void)snprintf(self->endpoint, sizeof(self->endpoint),
                   "inproc://harness-%u", ++last);
    self->desk = desk_new(stage, self->crew, answer, self);
    return socket_bind(stage,
                       &(struct socket_place){.endpoint = self->endpoint},
                       received, self, &self->socket);
}

void
harness_desk_close(struct weir_harness *self)
{
    struct notebook *appended = &self->appended;

    desk_destroy(&self->desk);
    socket_destroy(&self->socket);
    source_abandon(&self->appends);
    for (size_t i = 0; self->plugin->forget && i < appended->layout_count; i++)
        self->plugin->forget(self->memory,
                             *layout_resolved(appended->layouts[i]));
    notebook_fini(appended);
}

struct hearing {
    FILE *out;
    enum weir_want want;
    uint32_t series; /* written, when they are what is wanted */
    int rc;
};

static void
write_series(struct hearing *hearing, const struct weir_layout *layout)
{
    for (; hearing->series < layout->count; hearing->series++) {
        weir_cleanup(weir_free) char *series =
            series_text(&layout->series[hearing->series]);
        (void)fprintf(hearing->out, "%s\n", series);
    }
}

static void
write_samples(FILE *out, const struct weir_loose *samples)
{
    for (uint32_t i = 0; i < samples->count; i++) {
        weir_cleanup(weir_free) char *series =
            series_text(&samples->layout->series[samples->index[i]]);
        char number[WEIR_DOUBLE_SIZE];
        (void)weir_format_double(samples->values[i], number);
        (void)fprintf(out, "%s %s %" PRId64 "\n", series, number,
                      samples->times_ns[i]);
    }
}

static bool
hear(void *arg, const struct answer_part *part)
{
    struct hearing *hearing = arg;

    for (size_t i = 0; i < part->text_count; i++)
        (void)fprintf(hearing->out, "%s\n", part->texts[i]);
    if (part->samples && hearing->want != WEIR_SAMPLES)
        write_series(hearing, part->samples->layout);
    else if (part->samples)
        write_samples(hearing->out, part->samples);
    if (part->rc < 0)
        (void)fprintf(hearing->out, "%s\n", part->why);
    hearing->rc = part->rc;
    return true;
}

int
weir_harness_select(struct weir_harness *self, const struct weir_select *what,
                    char **ret_text)
{
    struct stage *stage = instance_stage(self->instance);
    struct asker *asker = NULL;
    struct hearing hearing = {.want = what->want};
    size_t size = 0;
    uint64_t id = 0;

    int rc = asker_open(stage, self->endpoint, NULL, &asker);
    if (rc < 0)
        return rc;
    hearing.out = x_or_die(open_memstream(ret_text, &size));
    rc = asker_ask(asker, what, hear, &hearing, &id);
    int64_t until = clock_now_ns() + 30 * NS_PER_S;
    while (rc == 0 && hearing.rc == 0 && clock_now_ns() < until)
        stage_run(stage, NS_PER_MS);
    asker_destroy(&asker);
    (void)fclose(hearing.out);
    return rc < 0 ? rc : hearing.rc > 0 ? 0 : hearing.rc;
}
