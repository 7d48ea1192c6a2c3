/* link/question.c - a select as bytes
 *
 * u8 want, function, alone; u32 functions; f64 argument; i64 after, until,
 * range, step, time left; u64 samples, memory; u32 series; text label; u16
 * count of matchers, and each: u8 match, text name, text value.  What follows
 * is its digest, if it has one: u16 function; i64 range, end of the first
 * window, step; u32 count.
 */
#include <config.h>

#include "link/question.h"

#include <errno.h>

#include <weir/cleanup.h>

#include "clock.h"
#include "query/digest.h"
#include "series.h"

/* A store lets nobody wait longer, whatever he asks for. */
static const int64_t deadline_most_ns = 3600 * NS_PER_S;

struct question {
    struct weir_select what;
    struct arena texts;
    struct weir_matcher *matchers;  /* [what.matcher_count] */
    struct weir_pattern **patterns; /* [what.matcher_count], or NULL each */
    struct weir_digest digest;      /* when 'what' has one */
};

struct weir_bounds
question_bounds(const struct weir_bounds *bounds)
{
    struct weir_bounds filled = *bounds;

    if (!filled.samples)
        filled.samples = QUESTION_SAMPLES;
    if (!filled.series)
        filled.series = QUESTION_SERIES;
    if (!filled.memory_bytes)
        filled.memory_bytes = QUESTION_MEMORY_BYTES;
    if (!filled.deadline_ns)
        filled.deadline_ns = clock_now_ns() + QUESTION_DEADLINE_S * NS_PER_S;
    return filled;
}

static bool
text_fits(const char *text, size_t most)
{
    return strnlen(text, most + 1) <= most;
}

static int
write_matcher(const struct weir_matcher *matcher, struct wire_out *body)
{
    const char *value = matcher->value ? matcher->value : "";

    if (!text_fits(matcher->name, SERIES_NAME_MOST) ||
        !text_fits(value, QUESTION_VALUE_MOST))
        return -EINVAL;
    wire_put_u8(body, (uint8_t)matcher->match);
    wire_put_text(body, matcher->name);
    wire_put_text(body, value);
    return 0;
}

static void
write_numbers(const struct weir_select *what, struct wire_out *body)
{
    struct weir_bounds bounds = question_bounds(&what->bounds);

    wire_put_u8(body, (uint8_t)what->want);
    wire_put_u8(body, (uint8_t)what->function);
    wire_put_u8(body, what->alone);
    wire_put_u32(body, what->functions);
    wire_put(body, &what->argument, sizeof(what->argument));
    wire_put_u64(body, (uint64_t)what->after_ns);
    wire_put_u64(body, (uint64_t)what->until_ns);
    wire_put_u64(body, (uint64_t)what->range_ns);
    wire_put_u64(body, (uint64_t)what->step_ns);
    wire_put_u64(body, (uint64_t)(bounds.deadline_ns - clock_now_ns()));
    wire_put_u64(body, bounds.samples);
    wire_put_u64(body, bounds.memory_bytes);
    wire_put_u32(body, bounds.series);
}

static void
write_digest(const struct weir_digest *digest, struct wire_out *body)
{
    wire_put_u16(body, (uint16_t)digest->function);
    wire_put_u64(body, (uint64_t)digest->range_ns);
    wire_put_u64(body, (uint64_t)digest->ends.start_ns);
    wire_put_u64(body, (uint64_t)digest->ends.step_ns);
    wire_put_u32(body, (uint32_t)digest->ends.count);
}

int
question_write(const struct weir_select *what, struct wire_out *body)
{
    const char *label = what->label ? what->label : "";

    if (what->matcher_count > QUESTION_MATCHERS_MOST ||
        !text_fits(label, SERIES_NAME_MOST))
        return -EINVAL;
    write_numbers(what, body);
    wire_put_text(body, label);
    wire_put_u16(body, (uint16_t)what->matcher_count);
    for (size_t i = 0; i < what->matcher_count; i++) {
        int rc = write_matcher(&what->matchers[i], body);
        if (rc < 0)
            return rc;
    }
    if (what->digest)
        write_digest(what->digest, body);
    return body->size <= FRAME_MOST - FRAME_HEAD_SIZE ? 0 : -EINVAL;
}

static double
read_double(struct wire_in *in)
{
    double number = 0;
    const unsigned char *bytes = wire_take(in, sizeof(number));

    if (bytes)
        memcpy(&number, bytes, sizeof(number));
    return number;
}

static int64_t
read_deadline(struct wire_in *in)
{
    int64_t left_ns = (int64_t)wire_u64(in);

    if (left_ns > deadline_most_ns)
        left_ns = deadline_most_ns;
    return clock_now_ns() + (left_ns > 0 ? left_ns : 0);
}

static int
read_numbers(struct wire_in *in, struct weir_select *what)
{
    uint8_t want = wire_u8(in);
    uint8_t function = wire_u8(in);
    uint8_t alone = wire_u8(in);
    uint32_t functions = wire_u32(in);

    if (want > WEIR_TARGETS || function > WEIR_FIGURES || alone > 1 ||
        functions >> (WEIR_FIGURES + 1))
        return -EBADMSG;
    what->want = want;
    what->function = function;
    what->alone = alone;
    what->functions = functions;
    what->argument = read_double(in);
    what->after_ns = (int64_t)wire_u64(in);
    what->until_ns = (int64_t)wire_u64(in);
    what->range_ns = (int64_t)wire_u64(in);
    what->step_ns = (int64_t)wire_u64(in);
    what->bounds.deadline_ns = read_deadline(in);
    what->bounds.samples = wire_u64(in);
    what->bounds.memory_bytes = wire_u64(in);
    what->bounds.series = wire_u32(in);
    return in->bad || what->range_ns < 0 || what->step_ns < 0 ? -EBADMSG : 0;
}

static int
read_matcher(struct question *self, struct wire_in *in)
{
    struct weir_matcher *matcher = &self->matchers[self->what.matcher_count];
    uint8_t match = wire_u8(in);
    const char *name = wire_text(in, SERIES_NAME_MOST);
    const char *value = wire_text(in, QUESTION_VALUE_MOST);

    if (in->bad || match > WEIR_NOT_LIKE)
        return -EBADMSG;
    matcher->match = match;
    matcher->name = arena_text(&self->texts, name);
    matcher->value = arena_text(&self->texts, value);
    self->what.matcher_count++;
    return 0;
}

static int
read_matchers(struct question *self, struct wire_in *in)
{
    uint16_t count = wire_u16(in);

    if (in->bad || count > QUESTION_MATCHERS_MOST)
        return -EBADMSG;
    self->matchers = xcalloc(count, sizeof(*self->matchers));
    self->patterns = xcalloc(count, sizeof(struct weir_pattern *));
    self->what.matchers = self->matchers;
    while (self->what.matcher_count < count) {
        int rc = read_matcher(self, in);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int
read_digest(struct question *self, struct wire_in *in)
{
    struct weir_digest *digest = &self->digest;

    if (wire_ended(in))
        return 0;
    digest->function = wire_u16(in);
    digest->range_ns = (int64_t)wire_u64(in);
    digest->ends.start_ns = (int64_t)wire_u64(in);
    digest->ends.step_ns = (int64_t)wire_u64(in);
    digest->ends.count = wire_u32(in);
    self->what.digest = digest;
    return wire_ended(in) && digest_is_valid(digest) ? 0 : -EBADMSG;
}

static int
compile_patterns(struct question *self, char *why, size_t size)
{
    for (size_t i = 0; i < self->what.matcher_count; i++) {
        struct weir_matcher *matcher = &self->matchers[i];
        if (matcher->match != WEIR_LIKE && matcher->match != WEIR_NOT_LIKE)
            continue;
        int rc =
            weir_pattern_new(matcher->value, why, size, &self->patterns[i]);
        if (rc < 0)
            return rc;
        matcher->pattern = self->patterns[i];
    }
    return 0;
}

int
question_read(const struct frame_view *view, char *why, size_t size,
              struct question **ret_question)
{
    weir_cleanup(question_destroy) struct question *self =
        xcalloc(1, sizeof(*self));
    struct wire_in in = {view->body, view->size, false};

    int rc = read_numbers(&in, &self->what);
    if (rc < 0)
        return rc;
    const char *label = wire_text(&in, SERIES_NAME_MOST);
    if (*label)
        self->what.label = arena_text(&self->texts, label);
    rc = read_matchers(self, &in);
    if (rc == 0)
        rc = read_digest(self, &in);
    if (rc == 0)
        rc = compile_patterns(self, why, size);
    if (rc < 0)
        return rc;

    self->what.bounds = question_bounds(&self->what.bounds);
    *ret_question = weir_take(self);
    return 0;
}

const struct weir_select *
question_select(const struct question *self)
{
    return &self->what;
}

bool
question_names_few(const struct weir_select *what)
{
    for (size_t i = 0; i < what->matcher_count; i++)
        if (what->matchers[i].match != WEIR_EQUAL)
            return false;
    return what->matcher_count >= 2;
}

void
question_slice(struct question *self, uint32_t slice, uint32_t slices)
{
    self->what.slice = slice;
    self->what.slices = slices;
}

void
question_destroy(struct question **self_p)
{
    struct question *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    for (size_t i = 0; i < self->what.matcher_count; i++)
        weir_pattern_destroy(&self->patterns[i]);
    free(self->patterns);
    free(self->matchers);
    arena_clear(&self->texts);
    free(self);
}
