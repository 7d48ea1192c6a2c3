/* wal_fault_test.c - the write-ahead log, when files fail and the power does */
#include <config.h>

#include "wal_spec.h"

#include "base.h"

enum { BATCHES = 60 };

/* Sends batches until all are sent or the log is read-only. */
static void
send_what_goes(struct ledger *ledger, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (ledger_send(ledger) < 0)
            return;
}

/* Nothing that was acknowledged may be missing, and nothing wrong there. */
static void
check_replay(struct ledger *ledger)
{
    ledger_replay(ledger);
    ck_assert(ledger->right);
    ck_assert(ledger->in_order);
    ck_assert_uint_ge(ledger->seen, ledger->durable);
    ck_assert_uint_eq(ledger->report.lost + ledger->report.broken, 0);
}

/* One session in which some calls fail. */
static void
live_through_as(bool written, enum file_call call, uint64_t first,
                uint64_t times)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_new();
    const int rc = -EIO;
    struct file_fault fault;

    ledger->written = written;
    file_fault_init(&fault, files_real());
    file_fault_set(&fault, call, first, times, rc);
    if (ledger_open(ledger, &fault.files) == 0) {
        for (unsigned i = 0; i < 3; i++) {
            send_what_goes(ledger, BATCHES / 3);
            (void)wal_settle(ledger->wal);
        }
        wal_destroy(&ledger->wal);
        check_replay(ledger);
    }
    ledger->sent = ledger->durable;
    ck_assert_int_eq(ledger_open(ledger, files_real()), 0);
    ledger->sent = ledger->seen;
    ledger_send_many(ledger, 10);
    wal_destroy(&ledger->wal);
    check_replay(ledger);
}

static void
live_through(enum file_call call, uint64_t first, uint64_t times)
{
    live_through_as(false, call, first, times);
}

/* It has no room now: who asks at once again may keep the lock from it. */
static void
let_log_work(int rc)
{
    ck_assert(rc == -EAGAIN || rc == -ENOSPC);
    (void)usleep(100);
}

START_TEST(survives_each_call_that_fails)
{
    static const uint64_t times[] = {1, 2, 1000000};

    for (int call = 0; call < FILE_CALLS; call++)
        for (uint64_t first = 1; first <= 12; first++)
            for (size_t i = 0; i < ARRAY_SIZE(times); i++)
                live_through((enum file_call)call, first, times[i]);
}
END_TEST

/* Who is told when it is written has lost nothing, either, unless the power
 * fails, or the disk again. */
START_TEST(survives_calls_that_fail_when_it_tells_what_is_written)
{
    for (uint64_t first = 1; first <= 60; first++) {
        live_through_as(true, FILE_WRITE, first, 1);
        live_through_as(true, FILE_SYNC, first, 1);
    }
}
END_TEST

START_TEST(survives_late_writes_and_syncs_that_fail)
{
    for (uint64_t first = 13; first <= 80; first += 3) {
        live_through(FILE_WRITE, first, 1);
        live_through(FILE_SYNC, first, 1);
    }
}
END_TEST

/* What could not be read may be there another time: nothing is cut, moved or
 * called lost over it. */
START_TEST(is_not_opened_when_its_end_cannot_be_read)
{
    for (uint64_t first = 1; first <= 4; first++) {
        weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_new();
        struct file_fault fault;

        file_fault_init(&fault, files_real());
        ck_assert_int_eq(ledger_open(ledger, files_real()), 0);
        ledger_send_many(ledger, 20);
        wal_destroy(&ledger->wal);
        file_fault_set(&fault, FILE_READ, first, 1000000, -EIO);
        if (ledger_open(ledger, &fault.files) == 0)
            wal_destroy(&ledger->wal);

        ck_assert_int_eq(ledger_open(ledger, files_real()), 0);
        ck_assert_uint_eq(ledger->seen, 20);
        ck_assert_uint_eq(ledger->report.lost, 0);
        wal_destroy(&ledger->wal);
    }
}
END_TEST

START_TEST(writes_what_is_not_durable_into_a_fresh_file_once)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_new();
    struct file_fault fault;

    file_fault_init(&fault, files_real());
    ck_assert_int_eq(ledger_open(ledger, &fault.files), 0);
    ledger_send_many(ledger, 5);
    ck_assert_int_eq(wal_settle(ledger->wal), 0);
    file_fault_set(&fault, FILE_SYNC, 1, 1, -EIO);
    ledger_send_many(ledger, 5);
    ck_assert_int_eq(wal_settle(ledger->wal), 0);

    ck_assert_uint_eq(ledger->durable, 10);
    ck_assert_uint_eq(ledger->alarms, 1);
    ck_assert(!ledger->read_only);
    wal_destroy(&ledger->wal);
    check_replay(ledger);
}
END_TEST

START_TEST(is_read_only_when_the_fresh_file_fails_too)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_new();
    struct file_fault fault;

    file_fault_init(&fault, files_real());
    ck_assert_int_eq(ledger_open(ledger, &fault.files), 0);
    ledger_send_many(ledger, 5);
    ck_assert_int_eq(wal_settle(ledger->wal), 0);
    file_fault_set(&fault, FILE_SYNC, 1, 2, -EIO);
    send_what_goes(ledger, 5);

    ck_assert_int_eq(wal_settle(ledger->wal), -EROFS);
    ck_assert_int_eq(ledger_send(ledger), -EROFS);
    ck_assert(ledger->read_only);
    ck_assert_uint_eq(ledger->durable, 5);
}
END_TEST

START_TEST(waits_when_the_disk_is_full_and_goes_on_when_there_is_room)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_new();
    struct file_fault fault;
    int rc = 0;

    file_fault_init(&fault, files_real());
    ck_assert_int_eq(ledger_open(ledger, &fault.files), 0);
    file_fault_set(&fault, FILE_ALLOCATE, 2, 1000000, -ENOSPC);
    while (rc != -ENOSPC) {
        put_batch(ledger->wal, ledger->sent + 1);
        rc = wal_end(ledger->wal, ledger->sent + 1, NULL);
        if (rc == 0)
            ledger->sent++;
        else
            let_log_work(rc);
    }
    ck_assert_int_eq(wal_settle(ledger->wal), 0);
    ck_assert_uint_eq(ledger->durable, ledger->sent);

    file_fault_set(&fault, FILE_ALLOCATE, 0, 0, 0);
    ledger_wait_for_room(ledger);
    ledger_send_many(ledger, 50);
    wal_destroy(&ledger->wal);
    ck_assert_uint_eq(ledger->alarms, 0);
    ck_assert_uint_eq(ledger->durable, ledger->sent);
    check_replay(ledger);
}
END_TEST

START_TEST(waits_at_its_limit_until_records_are_not_needed)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_new();
    struct wal_settings settings = ledger_settings(ledger, files_real());
    struct wal_figures figures;
    int rc = 0;

    settings.bytes_most = 4 * SEGMENT;
    ck_assert_int_eq(
        wal_open(&settings, 1, &spec_visitor, &ledger->report, &ledger->wal),
        0);
    while (rc != -ENOSPC) {
        put_batch(ledger->wal, ledger->sent + 1);
        rc = wal_end(ledger->wal, ledger->sent + 1, NULL);
        ledger->sent += rc == 0;
        if (rc < 0)
            let_log_work(rc);
    }
    ck_assert_int_eq(wal_settle(ledger->wal), 0);
    wal_figures(ledger->wal, &figures);
    ck_assert_uint_eq(figures.segments + figures.spares, 4);
    ck_assert_uint_eq(ledger->durable, ledger->sent);

    wal_release(ledger->wal, wal_next_lsn(ledger->wal));
    ledger_wait_for_room(ledger);
    ledger_send_many(ledger, 50);
    wal_figures(ledger->wal, &figures);
    ck_assert_uint_le(figures.segments + figures.spares, 4);
    wal_destroy(&ledger->wal);
    ck_assert_uint_eq(ledger->alarms, 0);
    ck_assert_uint_eq(ledger->durable, ledger->sent);
}
END_TEST

START_TEST(waits_when_a_write_finds_the_disk_full)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_new();
    struct file_fault fault;

    file_fault_init(&fault, files_real());
    ck_assert_int_eq(ledger_open(ledger, &fault.files), 0);
    ledger_send_many(ledger, 5);
    file_fault_set(&fault, FILE_WRITE, 1, 3, -ENOSPC);
    ledger_send_many(ledger, 20);
    while (wal_settle(ledger->wal) == -ENOSPC)
        let_log_work(-ENOSPC);
    wal_destroy(&ledger->wal);

    ck_assert_uint_eq(ledger->alarms, 0);
    ck_assert_uint_eq(ledger->durable, 25);
    check_replay(ledger);
}
END_TEST

/* Also where a segment ends meanwhile. */
START_TEST(waits_whichever_write_finds_the_disk_full)
{
    for (uint64_t first = 1; first <= 40; first++) {
        weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_new();
        struct file_fault fault;

        file_fault_init(&fault, files_real());
        ck_assert_int_eq(ledger_open(ledger, &fault.files), 0);
        file_fault_set(&fault, FILE_WRITE, first, first % 3 + 1, -ENOSPC);
        ledger_send_many(ledger, 60);
        while (wal_settle(ledger->wal) == -ENOSPC)
            let_log_work(-ENOSPC);
        wal_destroy(&ledger->wal);
        ck_assert_uint_eq(ledger->alarms, 0);
        ck_assert_uint_eq(ledger->durable, 60);
        check_replay(ledger);
    }
}
END_TEST

START_TEST(writes_on_after_short_writes)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_new();
    struct file_fault fault;

    file_fault_init(&fault, files_real());
    fault.shorten = 100;
    ck_assert_int_eq(ledger_open(ledger, &fault.files), 0);
    ledger_send_many(ledger, 50);
    wal_destroy(&ledger->wal);

    ck_assert_uint_eq(ledger->durable, 50);
    check_replay(ledger);
}
END_TEST

/* Power loss --------------------------------------------------------------- */

/* Records a session with pauses, releases, and a failed file. */
static struct ledger *
record_session(bool deaf)
{
    struct ledger *ledger = ledger_new();
    char root[64];

    (void)snprintf(root, sizeof(root), "%s/live", ledger->folder->path);
    ledger->record = file_record_new(root, deaf);
    struct file_fault fault;
    file_fault_init(&fault, file_record_files(ledger->record));
    ck_assert_int_eq(ledger_open(ledger, &fault.files), 0);
    for (unsigned i = 0; i < 12; i++) {
        ledger_send_many(ledger, 7);
        if (i % 3 == 0)
            ck_assert_int_eq(wal_settle(ledger->wal), 0);
        if (i == 5)
            file_fault_set(&fault, FILE_SYNC, 1, 1, -EIO);
        if (i == 9)
            file_fault_set(&fault, FILE_WRITE, 1, 1, -EIO);
    }
    wal_destroy(&ledger->wal);
    return ledger;
}

/* Returns how many batches were acknowledged before the change 'count'. */
static uint64_t
acked_before(const struct ledger *ledger, size_t count)
{
    uint64_t acked = 0;

    while (acked < ledger->durable && ledger->acked_at[acked + 1] <= count)
        acked++;
    return acked;
}

/* Returns whether, after a power loss behind the change 'count', all that was
 * acknowledged is there, in a log that goes on. */
static bool
stands(const struct ledger *recorded, size_t count, enum file_crash how,
       uint64_t seed)
{
    weir_cleanup(ledger_destroy) struct ledger *ledger = ledger_new();
    char root[64];

    (void)snprintf(root, sizeof(root), "%s/crash", ledger->folder->path);
    (void)snprintf(ledger->path, sizeof(ledger->path), "%s/crash/wal",
                   ledger->folder->path);
    ck_assert_int_eq(
        file_record_crash(recorded->record, count, how, seed, root), 0);
    ck_assert_int_eq(ledger_open(ledger, files_real()), 0);
    uint64_t seen = ledger->seen;
    bool good = ledger->right && seen >= acked_before(recorded, count) &&
                ledger->rows == seen && ledger->report.lost == 0;

    ledger->sent = seen;
    ledger_send_many(ledger, 3);
    wal_destroy(&ledger->wal);
    ledger_replay(ledger);
    return good && ledger->right && ledger->seen == seen + 3 &&
           ledger->report.lost == 0;
}

static size_t
count_falls(struct ledger *recorded, uint64_t seed)
{
    size_t changes = file_record_count(recorded->record);
    size_t falls = 0;

    for (size_t count = 0; count <= changes; count++) {
        falls += !stands(recorded, count, CRASH_NOTHING, 0);
        falls += !stands(recorded, count, CRASH_EVERYTHING, 0);
        falls += !stands(recorded, count, CRASH_CHANCE, spec_random(&seed));
        falls += !stands(recorded, count, CRASH_CHANCE, spec_random(&seed));
    }
    return falls;
}

START_TEST(loses_nothing_acknowledged_when_the_power_fails)
{
    weir_cleanup(ledger_destroy) struct ledger *recorded =
        record_session(false);

    ck_assert_uint_eq(recorded->durable, 84);
    ck_assert_uint_eq(recorded->alarms, 2);
    ck_assert_uint_eq(count_falls(recorded, spec_seed()), 0);
}
END_TEST

START_TEST(would_be_caught_if_it_did_not_sync)
{
    weir_cleanup(ledger_destroy) struct ledger *recorded = record_session(true);

    ck_assert_uint_gt(count_falls(recorded, spec_seed()), 0);
}
END_TEST

SPEC("tsdb log under faults", survives_each_call_that_fails,
     survives_late_writes_and_syncs_that_fail,
     survives_calls_that_fail_when_it_tells_what_is_written,
     is_not_opened_when_its_end_cannot_be_read,
     writes_what_is_not_durable_into_a_fresh_file_once,
     is_read_only_when_the_fresh_file_fails_too,
     waits_when_the_disk_is_full_and_goes_on_when_there_is_room,
     waits_at_its_limit_until_records_are_not_needed,
     waits_when_a_write_finds_the_disk_full,
     waits_whichever_write_finds_the_disk_full, writes_on_after_short_writes,
     loses_nothing_acknowledged_when_the_power_fails,
     would_be_caught_if_it_did_not_sync)
