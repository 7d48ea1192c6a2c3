/* merge_test.c - what merging parts promises */
#include <config.h>

#include <errno.h>
#include <math.h>

#include "merge.h"
#include "part_spec.h"
#include "samples.h"

enum { PARTS = 5, SERIES = 12, TIMES = 40000 };

/* What a merge is to give: samples of each series in the order of the parts. */
struct model {
    struct samples series[SERIES + 1]; /* by id, from 1 */
};

static void
model_fini(struct model *self)
{
    for (size_t i = 0; i <= SERIES; i++)
        samples_fini(&self->series[i]);
}

/* Draws samples of one part: a stretch of a second's cycle, with gaps, or of a
 * cycle of its own. */
static void
draw(uint64_t *chance, struct samples *samples)
{
    uint64_t begin = spec_random(chance) % TIMES;
    uint64_t count = 1 + spec_random(chance) % (TIMES - begin);
    uint64_t step = spec_random(chance) % 3 ? 1 : 1 + spec_random(chance) % 50;
    uint64_t gaps = spec_random(chance) % 3 ? 0 : 2 + spec_random(chance) % 100;

    samples->count = 0;
    for (uint64_t i = begin; i < begin + count; i += step)
        if (!gaps || spec_random(chance) % gaps)
            samples_add(samples, (int64_t)i * NS_PER_S,
                        spec_random(chance) % 50
                            ? (double)(spec_random(chance) % 1000)
                            : (double)NAN);
}

static void
write_part(const struct place *place, uint64_t *chance, struct model *model)
{
    struct part_writer *writer = begin(place);
    struct samples samples = {0};
    uint32_t least = 1 + (uint32_t)(spec_random(chance) % SERIES);

    for (uint32_t id = 1; id <= SERIES; id++) {
        if (id != least && spec_random(chance) % 3 == 0)
            continue;
        draw(chance, &samples);
        if (samples.count == 0)
            samples_add(&samples, 1, 1);
        begin_series(writer, id);
        ck_assert_int_eq(part_writer_add(writer, samples.times_ns,
                                         samples.values, samples.count),
                         0);
        samples_add_within(&model->series[id], samples.times_ns, samples.values,
                           samples.count,
                           (struct samples_range){INT64_MIN, INT64_MAX});
    }
    samples_fini(&samples);
    (void)end(&writer);
}

static const struct weir_series *
find_series(void *arg, uint32_t id)
{
    static const struct weir_label no_labels[] = {{0}};
    static const struct weir_series series = {&requests, "", no_labels};

    (void)id;
    return arg ? NULL : &series;
}

static int
step(void *arg, uint64_t bytes)
{
    (void)arg;
    (void)bytes;
    return 0;
}

/* Merges 'count' parts into 'place'. */
static struct part_info
merge(const struct place *place, struct part *const *parts, uint32_t count,
      int64_t oldest_ns)
{
    uint32_t bad = 0;
    struct part_writer *writer = begin(place);
    const struct merge merge = {
        .parts = (const struct part *const *)parts,
        .count = count,
        .oldest_ns = oldest_ns,
        .writer = writer,
        .series = find_series,
        .step = step,
    };

    ck_assert_int_eq(merge_run(&merge, &bad), 0);
    return end(&writer);
}

static void
read_series(const struct part *part, uint32_t id, struct samples *samples)
{
    weir_cleanup(part_cursor_destroy) struct part_cursor *cursor =
        part_cursor_new(part);
    struct part_chunk chunk;

    part_cursor_seek(cursor, id, INT64_MIN, INT64_MAX);
    while (part_cursor_next(cursor, &chunk) == 0) {
        const int64_t *times_ns = NULL;
        const double *values = NULL;
        ck_assert_int_eq(part_cursor_load(cursor, &chunk, &times_ns, &values),
                         0);
        samples_add_within(samples, times_ns, values, chunk.count,
                           (struct samples_range){INT64_MIN, INT64_MAX});
    }
}

/* Holds a series of the part to what is wanted of it, from 'oldest_ns' on. */
static void
check_series(const struct part *part, uint32_t id, const struct samples *want,
             int64_t oldest_ns)
{
    weir_cleanup(samples_fini) struct samples got = {0};
    size_t old = 0;

    read_series(part, id, &got);
    while (old < want->count && want->times_ns[old] < oldest_ns)
        old++;
    ck_assert_uint_eq(got.count, want->count - old);
    if (got.count == 0)
        return;
    ck_assert_mem_eq(got.times_ns, want->times_ns + old, got.count * 8);
    ck_assert_mem_eq(got.values, want->values + old, got.count * 8);
}

static void
check_model(struct model *model, const struct part *part, int64_t oldest_ns)
{
    for (uint32_t id = 1; id <= SERIES; id++) {
        samples_tidy(&model->series[id]);
        check_series(part, id, &model->series[id], oldest_ns);
    }
}

START_TEST(has_what_the_parts_had_and_of_equal_times_the_later)
{
    uint64_t chance = spec_seed();

    for (int round = 0; round < 20; round++) {
        weir_cleanup(model_fini) struct model model = {0};
        struct place places[PARTS + 2];
        struct part *parts[PARTS + 2];
        int64_t oldest_ns =
            (int64_t)(spec_random(&chance) % 4 * 700) * NS_PER_S;
        for (int i = 0; i < PARTS; i++) {
            places[i] = place_new();
            write_part(&places[i], &chance, &model);
            parts[i] = open_part(&places[i]);
        }
        places[PARTS] = place_new();
        (void)merge(&places[PARTS], parts, PARTS - 1, 0);
        check_sound(&places[PARTS]);
        parts[PARTS] = open_part(&places[PARTS]);

        /* Again, with one more. */
        struct part *both[] = {parts[PARTS], parts[PARTS - 1]};
        places[PARTS + 1] = place_new();
        (void)merge(&places[PARTS + 1], both, 2, oldest_ns);
        check_sound(&places[PARTS + 1]);
        parts[PARTS + 1] = open_part(&places[PARTS + 1]);
        check_model(&model, parts[PARTS + 1], oldest_ns);
        for (int i = 0; i < PARTS + 2; i++) {
            part_destroy(&parts[i]);
            place_fini(&places[i]);
        }
    }
}
END_TEST

/* Writes the seconds 'from' to 'until' of ten series, of which every third
 * begins a little later. */
static struct part *
write_seconds(struct place *place, int64_t from, int64_t until)
{
    struct part_writer *writer = NULL;
    struct samples samples = {0};

    *place = place_new();
    writer = begin(place);
    for (uint32_t id = 1; id <= 10; id++) {
        samples.count = 0;
        for (int64_t i = from; i < until; i++)
            if (id % 3 || i >= 1000 + id)
                samples_add(&samples, i * NS_PER_S, (double)(i % (id + 1)));
        if (samples.count == 0)
            continue;
        begin_series(writer, id);
        ck_assert_int_eq(part_writer_add(writer, samples.times_ns,
                                         samples.values, samples.count),
                         0);
    }
    samples_fini(&samples);
    (void)end(&writer);
    return open_part(place);
}

START_TEST(makes_large_chunks_that_share_their_times)
{
    enum { COUNT = 24 };
    struct place places[COUNT], whole = place_new();
    struct part *parts[COUNT];

    for (int i = 0; i < COUNT; i++)
        parts[i] = write_seconds(&places[i], i * 300, (i + 1) * 300);
    struct part_info info = merge(&whole, parts, COUNT, 0);

    /* Two hours: a chunk and a vector each. */
    ck_assert_uint_eq(info.series, 10);
    ck_assert_uint_eq(info.chunks, 20);
    ck_assert_uint_eq(info.vectors, 2);
    for (int i = 0; i < COUNT; i++) {
        part_destroy(&parts[i]);
        place_fini(&places[i]);
    }
    place_fini(&whole);
}
END_TEST

START_TEST(tells_which_part_is_damaged)
{
    struct place places[3];
    struct part *parts[3];
    struct place whole = place_new();

    for (int i = 0; i < 3; i++)
        parts[i] = write_seconds(&places[i], i * 300, (i + 1) * 300);
    part_destroy(&parts[1]);
    FILE *file = fopen(places[1].path, "r+");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fseek(file, 100, SEEK_SET), 0);
    ck_assert_int_ne(fputs("spoilt", file), EOF);
    (void)fclose(file);
    parts[1] = open_part(&places[1]);
    struct part_writer *writer = begin(&whole);
    uint32_t bad = 0;
    const struct merge job = {.parts = (const struct part *const *)parts,
                              .count = 3,
                              .writer = writer,
                              .series = find_series,
                              .step = step};

    ck_assert_int_eq(merge_run(&job, &bad), -EBADMSG);

    ck_assert_uint_eq(bad, 1);
    part_writer_destroy(&writer);
    ck_assert_int_eq(access(whole.path_new, F_OK), -1);
    for (int i = 0; i < 3; i++) {
        part_destroy(&parts[i]);
        place_fini(&places[i]);
    }
    place_fini(&whole);
}
END_TEST

SPEC("merge", has_what_the_parts_had_and_of_equal_times_the_later,
     makes_large_chunks_that_share_their_times, tells_which_part_is_damaged)
