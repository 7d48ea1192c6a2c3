/* wal_test.c - the write-ahead log, when nothing fails */
#include <config.h>

#include "wal_spec.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base.h"
#include "link/crc32c.h"

/* The log of 'count' batches in one session that ended well, or, without an
 * end, as if the process had been killed. */
static struct ledger *
ledger_of(unsigned count, bool ended)
{
    struct ledger *ledger = ledger_new();

    ck_assert_int_eq(ledger_open(ledger, files_real()), 0);
    ledger_send_many(ledger, count);
    ck_assert_int_eq(wal_settle(ledger->wal), 0);
    if (ended)
        wal_destroy(&ledger->wal);
    return ledger;
}

static const char *
last_segment(struct ledger *ledger)
{
    static char path[WAL_PATH_MOST];
    struct wal_log log = {0};

    ck_assert_int_eq(wal_log_look(files_real(), ledger->path, &log), 0);
    for (size_t i = 0; i < log.count; i++)
        if (log_segment_live(&log.segments[i]))
            wal_log_path(ledger->path, log.segments[i].number, path);
    wal_log_fini(&log);
    return path;
}

static size_t
read_file(const char *path, uint8_t *bytes)
{
    int fd = file_open(files_real(), path, O_RDONLY);

    ck_assert_int_ge(fd, 0);
    ssize_t size = pread(fd, bytes, SEGMENT, 0);
    ck_assert_int_gt(size, 0);
    (void)close(fd);
    return (size_t)size;
}

static void
write_file(const char *path, const uint8_t *bytes, size_t size)
{
    int fd = file_open(files_real(), path, O_RDWR);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(file_write(files_real(), fd, bytes, size, 0), 0);
    (void)close(fd);
}

START_TEST(gives_back_what_was_written)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_of(300, true);

    ledger_replay(ledger);

    ck_assert(ledger->right);
    ck_assert_uint_eq(ledger->seen, 300);
    ck_assert_uint_eq(ledger->rows, 300);
    ck_assert_uint_eq(ledger->loose, 30);
    ck_assert_uint_eq(ledger->series, GROUPS);
    ck_assert_uint_eq(ledger->groups, GROUPS);
    ck_assert_uint_eq(ledger->report.records, 301); /* and an end */
    ck_assert_uint_eq(ledger->report.lost + ledger->report.torn, 0);
}
END_TEST

START_TEST(acknowledges_in_order_all_that_is_durable)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_of(200, false);

    ck_assert(ledger->in_order);
    ck_assert_uint_eq(ledger->durable, 200);
}
END_TEST

START_TEST(acknowledges_at_once_what_is_written_when_told_so)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_new();

    ledger->written = true;
    ck_assert_int_eq(ledger_open(ledger, files_real()), 0);
    ck_assert_int_eq(ledger_send(ledger), 0);

    ck_assert_uint_eq(ledger->durable, 1);
}
END_TEST

START_TEST(goes_on_after_being_opened_again)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_of(50, true);

    for (unsigned session = 1; session < 5; session++) {
        ck_assert_int_eq(ledger_open(ledger, files_real()), 0);
        ck_assert_uint_eq(ledger->seen, session * 50);
        ledger_send_many(ledger, 50);
        wal_destroy(&ledger->wal);
    }
    ledger_replay(ledger);

    ck_assert(ledger->right);
    ck_assert_uint_eq(ledger->seen, 250);
    ck_assert_uint_eq(ledger->report.lost, 0);
}
END_TEST

START_TEST(begins_where_the_checkpoint_was)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_of(300, true);

    ledger_forget_replay(ledger);
    ledger_replay_from(ledger, 200);

    ck_assert(ledger->right);
    ck_assert_uint_eq(ledger->rows, 101);
    ck_assert_uint_eq(ledger->report.first_lsn, 200);
    ck_assert_uint_eq(ledger->report.broken, 0);
}
END_TEST

START_TEST(uses_released_segments_again)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_of(1, false);
    struct wal_figures figures;

    for (unsigned i = 0; i < 60; i++) {
        ledger_send_many(ledger, 20);
        ck_assert_int_eq(wal_settle(ledger->wal), 0);
        wal_release(ledger->wal, wal_next_lsn(ledger->wal) - 10);
    }
    wal_figures(ledger->wal, &figures);
    ck_assert_uint_le(figures.segments, 8);
    wal_destroy(&ledger->wal);
    ledger_forget_replay(ledger);
    ledger->seen = ledger->sent - 10;
    ledger_replay_from(ledger, 1192);

    ck_assert(ledger->right);
    ck_assert_uint_eq(ledger->seen, ledger->sent);
    ck_assert_uint_eq(ledger->report.lost + ledger->report.broken, 0);
}
END_TEST

START_TEST(leaves_out_records_that_were_not_ended)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_of(10, false);

    put_batch(ledger->wal, 4000);
    ledger_send_many(ledger, 10);
    wal_destroy(&ledger->wal);
    ledger_replay(ledger);

    ck_assert(ledger->right);
    ck_assert_uint_eq(ledger->rows, 20);
}
END_TEST

START_TEST(refuses_a_record_larger_than_a_segment)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_of(1, false);

    wal_begin(ledger->wal);
    for (unsigned i = 0; i < 1000; i++)
        wal_mark(ledger->wal, stream, i);

    ck_assert_int_eq(wal_end(ledger->wal, 2, NULL), -EMSGSIZE);
    ck_assert_int_eq(ledger_send(ledger), 0);
}
END_TEST

START_TEST(cuts_the_tail_wherever_it_is_torn)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_of(12, true);
    const char *path = last_segment(ledger);
    uint8_t bytes[SEGMENT];
    size_t size = read_file(path, bytes);

    ledger_replay(ledger);
    uint64_t whole = ledger->seen;
    for (size_t left = size; left-- > SEGMENT_HEAD;) {
        ck_assert_int_eq(truncate(path, (off_t)left), 0);
        ledger_replay(ledger);
        ck_assert(ledger->right);
        ck_assert_uint_le(ledger->seen, whole);
        ck_assert_uint_eq(ledger->report.lost, 0);
        ck_assert_uint_ge(ledger->report.next_lsn, ledger->seen + 1);
        whole = ledger->seen;
    }

    ck_assert_uint_eq(whole, 0);
}
END_TEST

START_TEST(goes_on_behind_a_tail_that_was_cut)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_of(12, true);

    ck_assert_int_eq(truncate(last_segment(ledger), 2000), 0);
    ck_assert_int_eq(ledger_open(ledger, files_real()), 0);
    uint64_t seen = ledger->seen;
    ck_assert_uint_lt(seen, 12);
    ledger->sent = seen;
    ledger_send_many(ledger, 100);
    wal_destroy(&ledger->wal);
    ledger_replay(ledger);

    ck_assert(ledger->right);
    ck_assert_uint_eq(ledger->seen, seen + 100);
    ck_assert_uint_eq(ledger->report.lost, 0);
}
END_TEST

START_TEST(notices_each_byte_that_is_flipped)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_of(12, true);
    const char *path = last_segment(ledger);
    uint8_t bytes[SEGMENT];
    size_t size = read_file(path, bytes);

    ledger_replay(ledger);
    uint64_t records = ledger->report.records;
    for (size_t i = 0; i < size; i++) {
        bytes[i] ^= 0x10;
        write_file(path, bytes, size);
        ledger_replay(ledger);
        ck_assert(ledger->right);
        uint64_t missed = ledger->report.lost + ledger->report.torn;
        ck_assert_uint_le(missed, 1);
        if (ledger->seen < 12) /* else it is in the end, which is empty */
            ck_assert_uint_eq(ledger->report.records + missed, records);
        bytes[i] ^= 0x10;
    }
}
END_TEST

START_TEST(goes_on_behind_damage_and_keeps_a_copy)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_of(60, true);
    char path[WAL_PATH_MOST];
    struct stat stat;
    uint8_t bytes[SEGMENT];

    wal_log_path(ledger->path, 1, path);
    size_t size = read_file(path, bytes);
    memset(bytes + 3000, 0xff, 600);
    write_file(path, bytes, size);
    ck_assert_int_eq(ledger_open(ledger, files_real()), 0);

    ck_assert(ledger->right);
    ck_assert_uint_gt(ledger->report.lost, 0);
    ck_assert_uint_eq(ledger->report.records + ledger->report.lost, 61);
    ck_assert_uint_eq(ledger->report.next_lsn, 62);
    ck_assert_uint_eq(
        ledger->rows + ledger->report.broken + ledger->report.lost, 60);
    ck_assert_uint_eq(ledger->report.damaged_segments, 1);
    wal_log_path(ledger->quarantine, 1, path);
    ck_assert_int_eq(file_stat(files_real(), path, &stat), 0);
}
END_TEST

START_TEST(misses_a_segment_that_is_gone)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_of(200, true);
    char path[WAL_PATH_MOST];

    wal_log_path(ledger->path, 2, path);
    ck_assert_int_eq(unlink(path), 0);
    ledger_replay(ledger);

    ck_assert(ledger->right);
    ck_assert_uint_gt(ledger->report.lost, 0);
    ck_assert_uint_eq(ledger->report.records + ledger->report.lost, 201);
}
END_TEST

START_TEST(does_not_touch_a_log_of_a_later_version)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_of(5, true);
    const char *path = last_segment(ledger);
    uint8_t bytes[SEGMENT];
    size_t size = read_file(path, bytes);
    struct segment_head head;

    memcpy(&head, bytes, sizeof(head));
    head.version = SEGMENT_VERSION + 1;
    head.crc = crc32c(0, &head.version,
                      sizeof(head) - offsetof(struct segment_head, version));
    memcpy(bytes, &head, sizeof(head));
    memcpy(bytes + SEGMENT_COPY, &head, sizeof(head));
    write_file(path, bytes, size);

    ck_assert_int_eq(ledger_open(ledger, files_real()), -ENOTSUP);
}
END_TEST

SPEC("tsdb log", gives_back_what_was_written,
     acknowledges_in_order_all_that_is_durable,
     acknowledges_at_once_what_is_written_when_told_so,
     goes_on_after_being_opened_again, begins_where_the_checkpoint_was,
     uses_released_segments_again, leaves_out_records_that_were_not_ended,
     refuses_a_record_larger_than_a_segment, cuts_the_tail_wherever_it_is_torn,
     goes_on_behind_a_tail_that_was_cut, notices_each_byte_that_is_flipped,
     goes_on_behind_damage_and_keeps_a_copy, misses_a_segment_that_is_gone,
     does_not_touch_a_log_of_a_later_version)
