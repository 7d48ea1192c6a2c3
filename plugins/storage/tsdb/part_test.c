/* part_test.c - what a part promises */
#include <config.h>

#include <errno.h>

#include "part_spec.h"

/* What a model holds of one series. */
struct model {
    uint32_t id;
    size_t count;
    int64_t times_ns[5000];
    double values[5000];
};

static void
model_draw(struct model *self, uint64_t *chance, const struct model *like)
{
    self->count = 1 + spec_random(chance) % ARRAY_SIZE(self->times_ns);
    int64_t time_ns = (int64_t)(spec_random(chance) % 1000000);
    uint64_t spread = 1 + spec_random(chance) % 50;
    for (size_t i = 0; i < self->count; i++) {
        time_ns += 1 + (int64_t)(spec_random(chance) % spread);
        self->times_ns[i] = time_ns * NS_PER_MS;
        self->values[i] = (double)(spec_random(chance) % 1000) / 10;
    }
    if (like) { /* often the same times, or a stretch of them */
        size_t skip =
            spec_random(chance) % 3 ? 0 : spec_random(chance) % like->count;
        self->count = like->count - skip;
        memcpy(self->times_ns, like->times_ns + skip, self->count * 8);
    }
}

static void
model_write(const struct model *self, struct part_writer *writer)
{
    begin_series(writer, self->id);
    ck_assert_int_eq(
        part_writer_add(writer, self->times_ns, self->values, self->count), 0);
}

static void
check_sample(const struct model *model, size_t at, int64_t time_ns,
             double value)
{
    ck_assert_int_eq(time_ns, model->times_ns[at]);
    ck_assert_mem_eq(&value, &model->values[at], sizeof(value));
}

/* Checks the samples of a chunk that lie in the range; moves 'next_p' on. */
static void
check_chunk(const struct model *model, struct part_cursor *cursor,
            const struct part_chunk *chunk, const int64_t range_ns[2],
            size_t *next_p)
{
    const int64_t *times_ns;
    const double *values;

    ck_assert_uint_eq(chunk->series, model->id);
    ck_assert_int_eq(part_cursor_load(cursor, chunk, &times_ns, &values), 0);
    for (uint32_t i = 0; i < chunk->count; i++)
        if (times_ns[i] > range_ns[0] && times_ns[i] <= range_ns[1])
            check_sample(model, (*next_p)++, times_ns[i], values[i]);
}

static void
check_samples(const struct model *model, struct part_cursor *cursor,
              int64_t after_ns, int64_t until_ns)
{
    const int64_t range_ns[] = {after_ns, until_ns};
    size_t next = 0;
    struct part_chunk chunk;

    while (next < model->count && model->times_ns[next] <= after_ns)
        next++;
    part_cursor_seek(cursor, model->id, after_ns, until_ns);
    while (part_cursor_next(cursor, &chunk) == 0)
        check_chunk(model, cursor, &chunk, range_ns, &next);
    ck_assert(next == model->count || model->times_ns[next] > until_ns);
}

START_TEST(gives_back_what_was_written_in_any_range)
{
    enum { SERIES = 40 };
    uint64_t chance = spec_seed();
    weir_cleanup(place_fini) struct place place = place_new();
    struct part_writer *writer = begin(&place);
    weir_cleanup(weir_free) struct model *models =
        xcalloc(SERIES, sizeof(*models));

    for (uint32_t i = 0; i < SERIES; i++) {
        const struct model *like =
            i && spec_random(&chance) % 4 ? &models[i - 1] : NULL;
        models[i].id = i * 3 + 1;
        model_draw(&models[i], &chance, like);
        model_write(&models[i], writer);
    }
    (void)end(&writer);

    check_sound(&place);
    weir_cleanup(part_destroy) struct part *part = open_part(&place);
    weir_cleanup(part_cursor_destroy) struct part_cursor *cursor =
        part_cursor_new(part);
    for (int round = 0; round < 500; round++) {
        const struct model *model = &models[spec_random(&chance) % SERIES];
        int64_t after = (int64_t)(spec_random(&chance) % 1200000) * NS_PER_MS;
        int64_t width = (int64_t)(spec_random(&chance) % 100000) * NS_PER_MS;
        check_samples(model, cursor, after, after + width);
        check_samples(model, cursor, INT64_MIN, INT64_MAX);
    }
}
END_TEST

START_TEST(keeps_the_times_that_series_share_once)
{
    weir_cleanup(place_fini) struct place place = place_new();
    struct part_writer *writer = begin(&place);
    int64_t times_ns[1000];
    double values[1000] = {0};

    cycle(times_ns, 1000);
    for (uint32_t i = 1; i <= 100; i++) {
        size_t late = i % 10 == 3 ? i : 0; /* some begin later */
        begin_series(writer, i);
        ck_assert_int_eq(
            part_writer_add(writer, times_ns + late, values, 1000 - late), 0);
    }
    struct part_info info = end(&writer);

    ck_assert_uint_eq(info.vectors, 1);
    ck_assert_uint_eq(info.series, 100);
    ck_assert_uint_eq(info.chunks, 100);
    ck_assert_int_eq(info.from_ns, 0);
    ck_assert_int_eq(info.until_ns, times_ns[999]);
    check_sound(&place);
}
END_TEST

START_TEST(knows_old_times_again)
{
    weir_cleanup(place_fini) struct place place = place_new();
    struct part_writer *writer = begin(&place);
    double values[10] = {0};

    for (uint32_t i = 1; i <= 200; i++) {
        int64_t times_ns[10];
        for (size_t j = 0; j < 10; j++)
            times_ns[j] = (int64_t)(i % 40 * 1000 + j * (1 + i % 3));
        begin_series(writer, i);
        ck_assert_int_eq(part_writer_add(writer, times_ns, values, 10), 0);
    }

    ck_assert_uint_eq(end(&writer).vectors, 120);
    check_sound(&place);
}
END_TEST

static int
see_series(void *arg, uint32_t id, const struct weir_series *series)
{
    uint32_t *next = arg;
    char text[16];

    (void)snprintf(text, sizeof(text), "%" PRIu32, id);
    ck_assert_uint_eq(id, *next);
    ck_assert_str_eq(series->metric->name, requests.name);
    ck_assert_str_eq(series->metric->help, requests.help);
    ck_assert_str_eq(series->metric->unit, "");
    ck_assert_int_eq(series->metric->type, WEIR_COUNTER);
    ck_assert_str_eq(series->suffix, "_sum");
    ck_assert_str_eq(series->labels[0].name, "id");
    ck_assert_str_eq(series->labels[0].value, text);
    ck_assert_str_eq(series->labels[1].value, "a");
    ck_assert_ptr_null(series->labels[2].name);
    *next += 5;
    return *next > 200 ? -ECANCELED : 0;
}

START_TEST(says_what_its_series_are)
{
    weir_cleanup(place_fini) struct place place = place_new();
    struct part_writer *writer = begin(&place);
    const int64_t time_ns = 1;
    const double value = 1;
    uint32_t next = 5;

    for (uint32_t i = 5; i <= 200; i += 5) {
        begin_series(writer, i);
        ck_assert_int_eq(part_writer_add(writer, &time_ns, &value, 1), 0);
    }
    (void)end(&writer);

    weir_cleanup(part_destroy) struct part *part = open_part(&place);
    ck_assert_int_eq(part_series(part, see_series, &next), -ECANCELED);
    ck_assert_uint_eq(next, 205);
    ck_assert_uint_eq(part_info(part)->origin.level, 2);
    ck_assert_uint_eq(part_info(part)->origin.store[1], 8);
    ck_assert_uint_eq(part_info(part)->origin.last_lsn, 200);
}
END_TEST

START_TEST(copies_chunks_without_decoding_them)
{
    weir_cleanup(place_fini) struct place place = place_new();
    weir_cleanup(place_fini) struct place other = place_new();
    struct part_writer *writer = begin(&place);
    struct part_writer *copier = begin(&other);
    weir_cleanup(weir_free) struct model *model = xcalloc(1, sizeof(*model));
    uint64_t chance = 11;
    struct part_chunk chunk;

    model->id = 9;
    model_draw(model, &chance, NULL);
    model_write(model, writer);
    struct part_info info = end(&writer);
    weir_cleanup(part_destroy) struct part *part = open_part(&place);
    weir_cleanup(part_cursor_destroy) struct part_cursor *cursor =
        part_cursor_new(part);
    begin_series(copier, 9);
    while (part_cursor_next(cursor, &chunk) == 0) {
        struct part_encoded encoded;
        ck_assert_int_eq(part_cursor_lend(cursor, &chunk, &encoded), 0);
        ck_assert_int_eq(part_writer_add_encoded(copier, &encoded), 0);
    }

    ck_assert_uint_eq(end(&copier).size, info.size);
    check_sound(&other);
}
END_TEST

START_TEST(leaves_nothing_behind_that_did_not_end)
{
    weir_cleanup(place_fini) struct place place = place_new();
    struct part_writer *writer = begin(&place);

    ck_assert_int_eq(access(place.path_new, F_OK), 0);
    part_writer_destroy(&writer);
    ck_assert_int_ne(access(place.path_new, F_OK), 0);

    writer = begin(&place);
    ck_assert_int_eq(part_writer_end(&writer, NULL), -ENODATA);
    ck_assert_int_ne(access(place.path_new, F_OK), 0);
    ck_assert_int_ne(access(place.path, F_OK), 0);
}
END_TEST

START_TEST(finds_each_series_among_many_pages)
{
    enum { SERIES = 3000 };
    weir_cleanup(place_fini) struct place place = place_new();
    struct part_writer *writer = begin(&place);
    const int64_t times_ns[] = {1, 2, 3};

    for (uint32_t i = 0; i < SERIES; i++) {
        const double values[] = {i, i + 1.5, -1.0};
        begin_series(writer, i * 2);
        ck_assert_int_eq(part_writer_add(writer, times_ns, values, 3), 0);
    }
    (void)end(&writer);

    weir_cleanup(part_destroy) struct part *part = open_part(&place);
    weir_cleanup(part_cursor_destroy) struct part_cursor *cursor =
        part_cursor_new(part);
    for (uint32_t i = 0; i < SERIES; i++) {
        struct part_chunk chunk;
        part_cursor_seek(cursor, i * 2, 0, 10);
        ck_assert_int_eq(part_cursor_next(cursor, &chunk), 0);
        ck_assert_uint_eq(chunk.series, i * 2);
        ck_assert_double_eq(chunk.summary.max, i + 1.5);
        ck_assert_int_eq(part_cursor_next(cursor, &chunk), -ENODATA);
        part_cursor_seek(cursor, i * 2 + 1, 0, 10);
        ck_assert_int_eq(part_cursor_next(cursor, &chunk), -ENODATA);
    }
    check_sound(&place);
}
END_TEST

SPEC("a part", gives_back_what_was_written_in_any_range,
     keeps_the_times_that_series_share_once, knows_old_times_again,
     says_what_its_series_are, copies_chunks_without_decoding_them,
     leaves_nothing_behind_that_did_not_end, finds_each_series_among_many_pages)
