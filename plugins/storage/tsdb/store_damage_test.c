/* store_damage_test.c - a store of which some byte is wrong
 *
 * Whatever file it is in: the store says so, gives all that is not damaged, and
 * takes new samples; or it refuses, saying why.
 */
#include <config.h>

#include "tsdb.c"

#include <dirent.h>
#include <fcntl.h>

#include "tsdb_spec.h"
#include "verify_spec.h"

enum { FILES_MOST = 32, DAYS = 3, EACH = 40 };

static const int64_t day_ns = INT64_C(86400) * NS_PER_S;

/* The files of a store, to be put back. */
struct image {
    const char *root;
    struct image_file {
        char *path;
        unsigned char *bytes; /* [used], zeros follow up to 'size' */
        size_t used, size;
    } files[FILES_MOST];
    size_t count;
};

static struct image *taken; /* nftw() has no argument */

static int
take_file(const char *path, const struct stat *stat, int kind,
          struct FTW *place)
{
    struct image_file *file = &taken->files[taken->count];

    (void)place;
    if (kind != FTW_F)
        return 0;
    ck_assert_uint_lt(taken->count++, FILES_MOST);
    *file = (struct image_file){.path = x_or_die(strdup(path)),
                                .size = (size_t)stat->st_size};
    file->bytes = xcalloc(file->size, 1);
    int fd = file_open(files_real(), path, O_RDONLY);
    ck_assert_int_eq(file_read(files_real(), fd, file->bytes, file->size, 0),
                     0);
    ck_assert_int_eq(file_close(files_real(), fd), 0);
    for (file->used = file->size; file->used && !file->bytes[file->used - 1];)
        file->used--;
    return 0;
}

static void
image_take(struct image *self, const struct store *store)
{
    *self = (struct image){.root = store->path};
    taken = self;
    ck_assert_int_eq(nftw(store->path, take_file, 8, FTW_PHYS), 0);
}

static int
remove_rest(const char *path, const struct stat *stat, int kind,
            struct FTW *place)
{
    (void)stat;
    return place->level > 0 && kind == FTW_F ? remove(path) : 0;
}

static void
image_put(const struct image *self)
{
    (void)nftw(self->root, remove_rest, 8, FTW_DEPTH | FTW_PHYS);
    for (size_t i = 0; i < self->count; i++) {
        const struct image_file *file = &self->files[i];
        weir_cleanup(weir_free) char *folder = x_or_die(strdup(file->path));
        *strrchr(folder, '/') = '\0';
        (void)file_make_folder(files_real(), folder);
        int fd =
            file_open(files_real(), file->path, O_RDWR | O_CREAT | O_TRUNC);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(
            file_write(files_real(), fd, file->bytes, file->used, 0), 0);
        ck_assert_int_eq(file_truncate(files_real(), fd, file->size), 0);
        ck_assert_int_eq(file_close(files_real(), fd), 0);
    }
}

static void
image_fini(struct image *self)
{
    for (size_t i = 0; i < self->count; i++) {
        free(self->files[i].path);
        free(self->files[i].bytes);
    }
}

/* Day 0 and 1 lie in parts, day 2 in the log. */
static void
fill(struct store *store)
{
    for (int day = 0; day < DAYS; day++) {
        for (int i = 0; i < EACH; i++) {
            char text[128];
            long long time = day * (long long)day_ns + i + 1;
            (void)snprintf(text, sizeof(text),
                           "a %d %lld\nb{x=\"%d\"} %d %lld\n", i, time, i % 3,
                           i, time);
            append(store, text);
        }
        if (day < DAYS - 1)
            flush_now(store);
    }
    weir_harness_destroy(&store->harness);
}

/* Counts the samples of each day, which are what they should be. */
static void
count_days(struct store *store, unsigned counts[DAYS])
{
    weir_cleanup(weir_free) char *text = answer_to(store, all);

    memset(counts, 0, DAYS * sizeof(counts[0]));
    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        char *end = NULL;
        long value = strtol(strchr(line, ' ') + 1, &end, 10);
        long long time = strtoll(end, NULL, 10);
        long long day = time / day_ns;
        if (day >= DAYS)
            continue;
        ck_assert_int_eq(time - day * day_ns, value + 1);
        counts[day]++;
    }
}

/* Says whether the store tells that something is wrong. */
static bool
complains(struct store *store)
{
    const struct tsdb *tsdb = weir_harness_self(store->harness);

    return tsdb->damaged_parts || tsdb->rebuilt_parts || tsdb->lost_records ||
           tsdb->quarantine.files || tsdb->failures;
}

static int
day_of_file(const char *path)
{
    const char *date = strstr(path, "parts/1970-01-0");

    return date ? date[strlen("parts/1970-01-0")] - '1'
                : (strstr(path, "/wal/") ? DAYS - 1 : -1);
}

/* Opens the store, of which 'path' is damaged.  Returns whether it noticed.
 * Where samples lack weir verify says so, too. */
static bool
try_damaged(struct store *store, const char *path, size_t at)
{
    weir_cleanup(weir_free) char *text = NULL;
    unsigned counts[DAYS];
    int hurt = day_of_file(path);
    int status = run_verify("--full", store->path, &text);

    int rc = try_reopen(store);
    if (rc < 0) {
        ck_assert_msg(strstr(path, "FORMAT") != NULL, "%s byte %zu: %s", path,
                      at, weir_harness_why(NULL));
        ck_assert_ptr_nonnull(strcasestr(weir_harness_why(NULL), "format"));
        return true;
    }
    count_days(store, counts);
    bool lacks = false;
    for (int day = 0; day < DAYS; day++) {
        ck_assert_msg(day == hurt || counts[day] == 2 * EACH,
                      "%s byte %zu: of day %d only %u samples are there", path,
                      at, day, counts[day]);
        lacks |= counts[day] < 2 * EACH;
    }
    bool noticed = complains(store);
    ck_assert_msg(noticed || !lacks, "%s byte %zu: nothing is said", path, at);
    ck_assert_msg(status == 1 || !lacks, "%s byte %zu: verify says %s", path,
                  at, text);
    append(store, "new 1 200\n");
    check_has(store, all, "new 1 200\n");
    return noticed;
}

/* Returns whether the wrong byte was noticed. */
static bool
try_byte(struct store *store, const struct image *image,
         struct image_file *file, size_t at, uint64_t *chance)
{
    unsigned char was = file->bytes[at];

    file->bytes[at] ^= (unsigned char)(1 + spec_random(chance) % 255);
    image_put(image);
    bool noticed = try_damaged(store, file->path, at);
    weir_harness_destroy(&store->harness);
    file->bytes[at] = was;
    return noticed;
}

/* Returns which byte to try: each when there are not many, else some that are
 * not zero, since most zeros mean nothing. */
static size_t
choose_byte(const struct image_file *file, unsigned turn, unsigned count,
            uint64_t *chance)
{
    if (count == file->used)
        return turn;
    size_t at = spec_random(chance) % file->used;
    while (!file->bytes[at])
        at++;
    return at;
}

/* Tries up to 'most' bytes of each file whose path has 'name' in it. */
static void
try_files(const char *name, unsigned most)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    uint64_t chance = spec_seed();
    struct image image;
    unsigned tried = 0, noticed = 0;

    fill(&store);
    image_take(&image, &store);
    for (size_t i = 0; i < image.count; i++) {
        struct image_file *file = &image.files[i];
        if (!strstr(file->path + strlen(store.path), name) || !file->used)
            continue;
        unsigned count = file->used < most ? (unsigned)file->used : most;
        for (unsigned turn = 0; turn < count; turn++, tried++)
            noticed +=
                try_byte(&store, &image, file,
                         choose_byte(file, turn, count, &chance), &chance);
    }
    printf("# %s: of %u wrong bytes %u were noticed at the start\n", name,
           tried, noticed);
    (void)fflush(stdout);
    ck_assert_uint_gt(tried, 0);
    image_fini(&image);
}

START_TEST(bears_a_wrong_byte_in_a_part)
{
    try_files("/parts/", 18);
}
END_TEST

START_TEST(bears_a_wrong_byte_in_the_log)
{
    try_files("/wal/", 30);
}
END_TEST

START_TEST(bears_a_wrong_byte_in_the_manifest)
{
    try_files("/meta/data", 40);
}
END_TEST

START_TEST(bears_a_wrong_byte_in_the_format)
{
    try_files("/FORMAT", 64);
}
END_TEST

START_TEST(needs_nothing_of_what_the_lock_says)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    weir_cleanup(weir_free) char *path = NULL;

    append(&store, "a 1 100\n");
    weir_harness_destroy(&store.harness);
    ck_assert_int_gt(asprintf(&path, "%s/LOCK", store.path), 0);
    spec_write_fd(open(path, O_WRONLY | O_TRUNC | O_CLOEXEC), "what?", 5);
    reopen(&store);
    check_answer(&store, all, "a 1 100\n");
    weir_harness_destroy(&store.harness);
    ck_assert_int_eq(unlink(path), 0);
    reopen(&store);

    check_answer(&store, all, "a 1 100\n");
}
END_TEST

static void
remove_meta(const struct store *store)
{
    weir_cleanup(weir_free) char *path = NULL;

    ck_assert_int_gt(asprintf(&path, "%s/meta/data.mdb", store->path), 0);
    ck_assert_int_eq(unlink(path), 0);
}

START_TEST(has_all_without_its_manifest)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    weir_cleanup(weir_free) char *before = NULL;
    unsigned counts[DAYS];

    fill(&store);
    remove_meta(&store);
    reopen(&store);
    count_days(&store, counts);
    for (int day = 0; day < DAYS; day++)
        ck_assert_uint_eq(counts[day], 2 * EACH);
    check_has(&store, (struct weir_select){.want = WEIR_STATUS},
              "rebuilt_parts=2\n");
    check_has(&store, (struct weir_select){.want = WEIR_STATUS},
              "lost_records=0\n");

    append(&store, "new 1 200\n");
    flush_now(&store);
    before = answer_to(&store, all);
    reopen(&store);
    check_answer(&store, all, before);
}
END_TEST

START_TEST(overwrites_no_part_when_the_log_is_gone_too)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    unsigned counts[DAYS];

    fill(&store);
    remove_meta(&store);
    weir_cleanup(weir_free) char *log = NULL;
    ck_assert_int_gt(asprintf(&log, "%s/wal", store.path), 0);
    (void)nftw(log, remove_file, 8, FTW_DEPTH | FTW_PHYS);
    reopen(&store);
    append(&store, "a 99 100\n");
    flush_now(&store);
    reopen(&store);

    count_days(&store, counts);
    ck_assert_uint_eq(counts[1], 2 * EACH);
    check_has(&store, all, "a 99 100\n");
}
END_TEST

START_TEST(refuses_a_folder_whose_format_is_gone)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    weir_cleanup(weir_free) char *path = NULL;

    append(&store, "a 1 100\n");
    weir_harness_destroy(&store.harness);
    ck_assert_int_gt(asprintf(&path, "%s/FORMAT", store.path), 0);
    ck_assert_int_eq(unlink(path), 0);

    ck_assert_int_eq(try_reopen(&store), -EBADMSG);
    ck_assert_ptr_nonnull(strstr(weir_harness_why(NULL), "verify"));
}
END_TEST

START_TEST(lets_the_oldest_go_of_what_is_set_aside)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct tsdb *tsdb = weir_harness_self(store.harness);
    struct quarantine found = {0};
    struct stat stat;

    for (int i = 0; i < 5; i++) {
        weir_cleanup(spec_file_destroy) struct spec_file *file =
            spec_file_new(NULL, "damage");
        char name[] = "damaged-?";
        name[8] = (char)('e' - i);
        weir_cleanup(weir_free) char *path = home_path(&tsdb->home, name);
        ck_assert_int_eq(rename(file->path, path), 0);
        ck_assert_int_eq(quarantine_take(&tsdb->home, path, name), 0);
        (void)usleep(20000); /* a tick of file times */
    }
    quarantine_tidy(&found, &tsdb->home, 4, 1000);
    ck_assert_uint_eq(found.files, 4);
    quarantine_tidy(&found, &tsdb->home, 4, 13);

    ck_assert_uint_eq(found.files, 2);
    ck_assert_uint_eq(found.bytes, 12);
    ck_assert_uint_eq(found.dropped, 3);
    weir_cleanup(weir_free) char *newest =
        home_path(&tsdb->home, "quarantine/damaged-a");
    ck_assert_int_eq(file_stat(files_real(), newest, &stat), 0);
}
END_TEST

SPEC("a damaged store", needs_nothing_of_what_the_lock_says,
     has_all_without_its_manifest, overwrites_no_part_when_the_log_is_gone_too,
     refuses_a_folder_whose_format_is_gone,
     lets_the_oldest_go_of_what_is_set_aside, bears_a_wrong_byte_in_a_part,
     bears_a_wrong_byte_in_the_log, bears_a_wrong_byte_in_the_manifest,
     bears_a_wrong_byte_in_the_format)
