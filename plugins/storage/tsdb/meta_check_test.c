/* meta_check_test.c - what passes the check does LMDB no harm */
#include <config.h>

#include <errno.h>
#include <fcntl.h>

#include <weir/cleanup.h>

#include "base.h"
#include "meta.h"
#include "meta_check.h"
#include "spec.h"

enum { SERIES = 150, FLIPS = 1500 };

/* A folder with a meta, and the bytes of its file. */
struct place {
    char *folder, *path, *lock;
    unsigned char *bytes;
    size_t size;
};

static void
put_series(struct meta *meta, uint32_t number)
{
    static char help[9000];
    char name[32], value[16];
    struct weir_metric metric = {name, WEIR_GAUGE, "", ""};
    struct weir_label labels[] = {{"number", value}, {0}};
    struct weir_series series = {&metric, "", labels};

    (void)snprintf(name, sizeof(name), "metric_%u", number);
    (void)snprintf(value, sizeof(value), "%u", number);
    memset(help, 'h', sizeof(help) - 1);
    if (number % 50 == 0)
        metric.help = help;
    meta_put_series(meta, number, &series);
}

/* Several changes, so that there are branches, long values and free pages. */
static void
change(struct meta *meta, uint32_t turn)
{
    struct mark mark = {.sequence = turn};
    struct marks marks = {&mark, 1, 1};

    meta_begin(meta);
    for (uint32_t i = 1; i <= SERIES; i++)
        put_series(meta, turn * SERIES + i);
    meta_put_part(meta, turn, (int32_t)turn);
    if (turn > 3)
        meta_drop_part(meta, turn - 3);
    meta_put_marks(meta, &marks);
    meta_put_state(meta, &(struct meta_state){turn, turn + 1});
    ck_assert_int_eq(meta_commit(meta), 0);
}

static void
read_bytes(struct place *self)
{
    struct stat stat;

    ck_assert_int_eq(file_stat(files_real(), self->path, &stat), 0);
    self->size = (size_t)stat.st_size;
    self->bytes = xcalloc(self->size, 1);
    int fd = file_open(files_real(), self->path, O_RDONLY);
    ck_assert_int_eq(file_read(files_real(), fd, self->bytes, self->size, 0),
                     0);
    ck_assert_int_eq(file_close(files_real(), fd), 0);
}

static struct place
place_new(void)
{
    struct place self = {0};
    char *path = NULL;
    struct meta *meta = NULL;

    self.folder = spec_template(NULL, &path);
    ck_assert_ptr_nonnull(mkdtemp(path));
    ck_assert_int_gt(asprintf(&self.path, "%s/data.mdb", self.folder), 0);
    ck_assert_int_gt(asprintf(&self.lock, "%s/lock.mdb", self.folder), 0);
    ck_assert_int_eq(meta_open(self.folder, &meta), 0);
    for (uint32_t turn = 1; turn <= 6; turn++)
        change(meta, turn);
    meta_destroy(&meta);
    read_bytes(&self);
    return self;
}

static void
place_fini(struct place *self)
{
    (void)unlink(self->path);
    (void)unlink(self->lock);
    (void)rmdir(self->folder);
    free(self->bytes);
    free(self->path);
    free(self->lock);
    free(self->folder);
}

static void
write_bytes(const struct place *self, size_t size)
{
    (void)unlink(self->path);
    spec_write_fd(open(self->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600),
                  self->bytes, size);
}

static int
check(const struct place *self)
{
    char why[128] = "";

    int rc = meta_check(files_real(), self->path, why, sizeof(why));
    ck_assert_msg(rc != -EBADMSG || why[0], "no reason");
    return rc;
}

/* What was loaded: a sum of all of it. */
struct sum {
    uint64_t series, parts, marks;
};

static int
on_series(void *arg, uint32_t number, const struct weir_series *series)
{
    ((struct sum *)arg)->series += number + strlen(series->metric->name);
    return 0;
}

static int
on_part(void *arg, uint64_t number, int32_t day)
{
    ((struct sum *)arg)->parts += number + (uint64_t)day;
    return 0;
}

static int
on_mark(void *arg, const struct mark *mark)
{
    ((struct sum *)arg)->marks += mark->sequence;
    return 0;
}

/* Loads all, and changes something.  Returns 0 when all was there, or -EBADMSG.
 */
static int
use(const struct place *self, struct sum *ret_sum)
{
    static const struct meta_visitor visitor = {on_series, on_part, on_mark};
    weir_cleanup(meta_destroy) struct meta *meta = NULL;
    struct meta_state state = {0};

    *ret_sum = (struct sum){0};
    int rc = meta_open(self->folder, &meta);
    if (rc == 0)
        rc = meta_load(meta, &visitor, ret_sum, &state);
    if (rc == 0)
        change(meta, (uint32_t)state.next_part);
    return rc;
}

START_TEST(what_lmdb_wrote_is_sound)
{
    weir_cleanup(place_fini) struct place place = place_new();
    struct meta *meta = NULL;

    ck_assert_int_eq(check(&place), 0);
    ck_assert_int_eq(meta_open(place.folder, &meta), 0);
    for (uint32_t turn = 7; turn < 40; turn++) {
        change(meta, turn);
        ck_assert_int_eq(check(&place), 0);
    }
    meta_destroy(&meta);
}
END_TEST

START_TEST(a_new_one_is_sound)
{
    weir_cleanup(place_fini) struct place place = place_new();
    struct meta *meta = NULL;

    (void)unlink(place.path);
    ck_assert_int_eq(check(&place), -ENOENT);
    ck_assert_int_eq(meta_open(place.folder, &meta), 0);
    ck_assert_int_eq(check(&place), 0);
    meta_destroy(&meta);
}
END_TEST

START_TEST(what_is_cut_off_is_noticed)
{
    weir_cleanup(place_fini) struct place place = place_new();

    for (size_t size = 0; size < place.size; size += 512) {
        write_bytes(&place, size);
        ck_assert_msg(check(&place) == -EBADMSG, "%zu bytes", size);
    }
}
END_TEST

/* Of what matters each byte is tried, of the rest some. */
static size_t
choose_byte(const struct place *self, size_t turn, uint64_t *chance)
{
    if (turn < 168)
        return turn;
    if (turn < 2 * 168)
        return 4096 + turn - 168;
    size_t at = spec_random(chance) % self->size;
    return turn % 3 ? at / 4096 * 4096 + at % 64 : at;
}

START_TEST(a_wrong_byte_is_noticed_or_does_no_harm)
{
    weir_cleanup(place_fini) struct place place = place_new();
    uint64_t chance = spec_seed();
    struct sum whole, sum;
    unsigned noticed = 0, later = 0;

    ck_assert_int_eq(use(&place, &whole), 0);
    for (size_t turn = 0; turn < FLIPS; turn++) {
        size_t at = choose_byte(&place, turn, &chance);
        unsigned char was = place.bytes[at];
        place.bytes[at] ^= (unsigned char)(1 + spec_random(&chance) % 255);
        write_bytes(&place, place.size);
        int rc = check(&place);
        if (rc == 0) {
            rc = use(&place, &sum);
            ck_assert_msg(rc == -EBADMSG ||
                              memcmp(&sum, &whole, sizeof(sum)) == 0,
                          "byte %zu changes what is there", at);
            later += rc < 0;
        } else {
            ck_assert_int_eq(rc, -EBADMSG);
            noticed++;
        }
        place.bytes[at] = was;
    }
    printf("# of %d wrong bytes %u were noticed by the check, %u by sums\n",
           FLIPS, noticed, later);
}
END_TEST

/* The number of a head's change, in its page. */
enum { HEAD_CHANGE = 144, HEAD_PAGE = 4096 };

START_TEST(a_head_that_became_the_newer_one_is_noticed)
{
    weir_cleanup(place_fini) struct place place = place_new();
    struct sum sum;

    for (size_t head = 0; head < 2; head++) {
        uint64_t *number =
            (void *)(place.bytes + head * HEAD_PAGE + HEAD_CHANGE);
        uint64_t was = *number;
        *number += 2;
        write_bytes(&place, place.size);
        ck_assert(check(&place) == -EBADMSG || use(&place, &sum) == -EBADMSG);
        *number = was;
    }
}
END_TEST

SPEC("LMDB's file", what_lmdb_wrote_is_sound, a_new_one_is_sound,
     what_is_cut_off_is_noticed, a_wrong_byte_is_noticed_or_does_no_harm,
     a_head_that_became_the_newer_one_is_noticed)
