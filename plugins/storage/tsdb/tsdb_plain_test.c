/* tsdb_plain_test.c - a store reads back what a plain sorted map says, whatever
 * was appended in whichever order, and however often it was flushed, compacted,
 * closed and opened
 */
#include <config.h>

#include "tsdb.c"

#include "tsdb_spec.h"

/* The plain way to keep samples: a text for each time, which begins at 1. */
enum {
    PLAIN_SERIES = 5,
    PLAIN_TIMES = 400,
    PLAIN_STEPS = 600,
    PLAIN_VALUES = 50,
};

/* So that the times are of several days. */
static const int64_t plain_step_ns = 1800 * NS_PER_S;

struct plain {
    char values[PLAIN_SERIES][PLAIN_TIMES + 1][8];
};

static char *
plain_text(const struct plain *self)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(out);
    for (int i = 0; i < PLAIN_SERIES; i++)
        for (int time = 1; time <= PLAIN_TIMES; time++)
            if (self->values[i][time][0])
                (void)fprintf(out, "s%d %s %" PRId64 "\n", i,
                              self->values[i][time], time * plain_step_ns);
    (void)fclose(out);
    return text;
}

/* Appends a sample of every series, so that their order is known. */
static void
append_first(struct store *store, struct plain *plain)
{
    char text[256] = "";
    size_t length = 0;

    for (int i = 0; i < PLAIN_SERIES; i++) {
        plain->values[i][1][0] = '1';
        length += (size_t)snprintf(text + length, sizeof(text) - length,
                                   "s%d 1 %" PRId64 "\n", i, plain_step_ns);
    }
    append(store, text);
}

/* Appends a few samples: a row at 'now', or loose ones, some of them behind or
 * before; now and then a NaN. */
static void
append_some(struct store *store, struct plain *plain, int now, uint64_t *chance)
{
    char text[1024] = "";
    size_t length = 0;
    bool row = spec_random(chance) % 2;
    int count = 1 + (int)(spec_random(chance) % 8);

    for (int i = 0; i < count; i++) {
        int series = (int)(spec_random(chance) % PLAIN_SERIES);
        int number = (int)(spec_random(chance) % PLAIN_VALUES);
        bool far = !row && spec_random(chance) % 4 == 0;
        int time = far ? 1 + (int)(spec_random(chance) % PLAIN_TIMES) : now;
        char *value = plain->values[series][time];
        if (number)
            (void)snprintf(value, sizeof(plain->values[0][0]), "%d", number);
        else
            memcpy(value, "NaN", 4);
        length += (size_t)snprintf(text + length, sizeof(text) - length,
                                   "s%d %s %" PRId64 "\n", series, value,
                                   time * plain_step_ns);
    }
    append(store, text);
}

START_TEST(reads_back_what_a_plain_map_says)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    weir_cleanup(weir_free) struct plain *plain = calloc(1, sizeof(*plain));
    uint64_t chance = spec_seed();

    ck_assert_ptr_nonnull(plain);
    append_first(&store, plain);
    for (int step = 0; step < PLAIN_STEPS; step++) {
        int now = 1 + step * PLAIN_TIMES / PLAIN_STEPS;
        uint64_t what = spec_random(&chance) % 40;
        if (what == 0)
            reopen(&store);
        else if (what == 1)
            flush_now(&store);
        else if (what == 2)
            compact_now(&store, 2 + (uint32_t)(spec_random(&chance) % 4));
        else
            append_some(&store, plain, now, &chance);
        if (what > 3)
            continue;
        weir_cleanup(weir_free) char *want = plain_text(plain);
        check_answer(&store, all, want);
    }
}
END_TEST

SPEC("storage tsdb and a plain map", reads_back_what_a_plain_map_says)
