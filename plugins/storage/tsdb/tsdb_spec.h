/* tsdb_spec.h - a store in a folder of its own, for tests; include it behind
 * tsdb.c */
#ifndef TSDB_SPEC_H
#define TSDB_SPEC_H

#include <ftw.h>

#include <weir/harness.h>

#include "spec.h"

enum { STORE_SETTINGS_MOST = 8 };

struct store {
    char *setting;                             /* "path=<folder>" */
    const char *path;                          /* the end of it */
    const char *settings[STORE_SETTINGS_MOST]; /* ends with NULL */
    struct weir_harness *harness;
};

static const uint8_t harness_stream[16] = "harness stream.";
static const struct weir_select all = {.want = WEIR_SAMPLES};

static inline int
try_reopen(struct store *self)
{
    weir_harness_destroy(&self->harness);
    return weir_harness_open(&tsdb_LTX_weir_plugin, self->settings,
                             &self->harness);
}

static inline void
reopen(struct store *self)
{
    ck_assert_msg(try_reopen(self) == 0, "%s", weir_harness_why(NULL));
    struct tsdb *tsdb = weir_harness_self(self->harness);
    tsdb->compact.rules.fan = 0; /* merges when it is told to */
}

/* 'settings' (ends with NULL, or NULL) come on top of the path and of no
 * retention. */
static inline struct store
store_new(const char *const settings[])
{
    struct store self = {0};
    size_t count = 0;
    char *path = NULL;

    self.setting = spec_template("path=", &path);
    ck_assert_ptr_nonnull(mkdtemp(path));
    self.path = path;
    self.settings[count++] = self.setting;
    self.settings[count++] = "retention = 0";
    for (size_t i = 0; settings && settings[i]; i++) {
        if (strncmp(settings[i], "retention", 9) == 0)
            count = 1;
        self.settings[count++] = settings[i];
    }
    reopen(&self);
    return self;
}

static inline int
remove_file(const char *path, const struct stat *stat, int kind,
            struct FTW *place)
{
    (void)stat;
    (void)kind;
    (void)place;
    return remove(path);
}

static inline void
store_fini(struct store *self)
{
    weir_harness_destroy(&self->harness);
    (void)nftw(self->path, remove_file, 8, FTW_DEPTH | FTW_PHYS);
    free(self->setting);
}

/* Moves what is in the head into a part. */
static inline void
flush_now(struct store *self)
{
    struct tsdb *tsdb = weir_harness_self(self->harness);

    flush_start(&tsdb->flush);
    ck_assert_int_eq(flush_end(&tsdb->flush), 0);
}

/* Merges what is to be merged; parts that 'fan' of one level become one. */
static inline void
compact_now(struct store *self, uint32_t fan)
{
    struct compact *compact =
        &((struct tsdb *)weir_harness_self(self->harness))->compact;

    compact->rules.fan = fan;
    do
        compact->looked = NULL;
    while (compact_start(compact) && compact_end(compact) == 0);
    ck_assert_int_eq(compact->rc, 0);
    compact->rules.fan = 0;
}

static uint32_t parts_files; /* for check_files() */

static inline uint32_t
part_count(struct store *self)
{
    const struct tsdb *tsdb = weir_harness_self(self->harness);

    return tsdb->parts->count;
}

static inline int
count_part(const char *path, const struct stat *stat, int kind,
           struct FTW *place)
{
    (void)stat;
    (void)place;
    parts_files += kind == FTW_F && strstr(path, "/parts/") != NULL;
    return 0;
}

/* Checks that no part lies about that does not count. */
static inline void
check_files(struct store *self)
{
    parts_files = 0;
    ck_assert_int_eq(nftw(self->path, count_part, 8, FTW_PHYS), 0);
    ck_assert_uint_eq(parts_files, part_count(self));
}

static inline void
append(struct store *self, const char *text)
{
    ck_assert_int_eq(weir_harness_append(self->harness, text), 0);
}

/* Appends 'count' samples, at 'from' and each nanosecond on, each with its time
 * as its value. */
static inline void
append_times(struct store *self, const char *series, int from, int count)
{
    for (int i = from; i < from + count; i++) {
        char line[64];
        (void)snprintf(line, sizeof(line), "%s %d %d\n", series, i, i);
        append(self, line);
    }
}

/* Selects samples of all times, or else what the test changed in 'what'. */
static inline char *
answer_to(struct store *self, struct weir_select what)
{
    char *text = NULL;

    if (what.until_ns == 0)
        what.until_ns = INT64_MAX;
    ck_assert_int_eq(weir_harness_select(self->harness, &what, &text), 0);
    ck_assert_ptr_nonnull(text);
    return text;
}

static inline void
check_answer(struct store *self, struct weir_select what, const char *want)
{
    weir_cleanup(weir_free) char *text = answer_to(self, what);

    ck_assert_str_eq(text, want);
}

static inline void
check_has(struct store *self, struct weir_select what, const char *line)
{
    weir_cleanup(weir_free) char *text = answer_to(self, what);

    ck_assert_msg(strstr(text, line) != NULL, "no \"%s\" in:\n%s", line, text);
}

/* Checks that the store has what append_times() gave it, and nothing else. */
static inline void
check_times(struct store *self, const char *series, int from, int count)
{
    weir_cleanup(weir_free) char *text = answer_to(self, all);
    const char *line = text;

    for (int i = from; i < from + count; i++) {
        char want[64];
        int length = snprintf(want, sizeof(want), "%s %d %d\n", series, i, i);
        ck_assert_msg(strncmp(line, want, (size_t)length) == 0,
                      "%s instead of %s", line, want);
        line += length;
    }
    ck_assert_str_eq(line, "");
}

/* Appends a value of any bits to the series "a": as text it would lose some. */
static inline void
put_bits(struct store *self, uint64_t bits, int64_t time_ns)
{
    static uint64_t sequence = 1000;
    struct tsdb *tsdb = weir_harness_self(self->harness);
    static const struct weir_metric metric = {"a", WEIR_GAUGE, "", ""};
    static const struct weir_label no_labels[] = {{0}};
    const struct weir_series series = {&metric, "", no_labels};
    uint32_t number = head_find(&tsdb->head, &series);
    double value = 0;

    memcpy(&value, &bits, sizeof(value));
    ck_assert_uint_ne(number, 0);
    wal_begin(tsdb->wal);
    wal_loose(tsdb->wal, &(struct wal_loose){1, &number, &time_ns, &value});
    wal_mark(tsdb->wal, harness_stream, ++sequence);
    ck_assert_int_eq(wal_end(tsdb->wal, 0, NULL), 0);
    head_put(&tsdb->head, head_at(&tsdb->head, number), time_ns, value);
}

/* Reads what the head has of the first series. */
static inline void
read_head(struct store *self, struct samples *samples)
{
    struct tsdb *tsdb = weir_harness_self(self->harness);

    samples->count = 0;
    head_copy(head_at(&tsdb->head, 1), INT64_MIN, INT64_MAX, samples);
    samples_tidy(samples);
}

/* Closes the store and writes what its FORMAT says. */
static inline void
write_format_file(struct store *self, const char *text)
{
    char path[256];

    weir_harness_destroy(&self->harness);
    (void)snprintf(path, sizeof(path), "%s/FORMAT", self->path);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

#endif /* TSDB_SPEC_H */
