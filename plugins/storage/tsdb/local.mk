# What of core the plugin needs and libweir does not show.
tsdb_core = core/answer_texts.c core/arena.c core/file.c \
            core/link/crc32c.c core/series.c core/utf8.c

# The sources of the plugin but for tsdb.c, which its test includes; one a line.
tsdb_sources = \
    %D%/adopt.c %D%/adopt.h %D%/adopt_inner.h \
    %D%/adopt_write.c \
    %D%/answer.c \
    %D%/bits.c %D%/bits.h \
    %D%/block.c %D%/block.h \
    %D%/cap.c %D%/cap.h \
    %D%/cell.c %D%/cell.h \
    %D%/codec.c %D%/codec.h \
    %D%/columns.c %D%/columns.h \
    %D%/compact.c %D%/compact.h \
    %D%/damage.c %D%/damage.h \
    %D%/day.h \
    %D%/decimal.c %D%/decimal.h \
    %D%/dialect.c %D%/dialect.h %D%/dialect_inner.h \
    %D%/dialect_forms.c \
    %D%/errand.c %D%/errand.h \
    %D%/export.c %D%/export.h \
    %D%/extract.c %D%/extract.h \
    %D%/fetch.c %D%/fetch.h \
    %D%/flush.c %D%/flush.h \
    %D%/fold.c %D%/fold.h \
    %D%/group.c %D%/group.h \
    %D%/head.c %D%/head.h \
    %D%/home.c %D%/home.h \
    %D%/import.c %D%/import.h \
    %D%/intake.c \
    %D%/ints.c %D%/ints.h \
    %D%/keeper.c %D%/keeper.h \
    %D%/leave.c %D%/leave.h \
    %D%/limits.c %D%/limits.h \
    %D%/manifest.c %D%/manifest.h \
    %D%/marks.c %D%/marks.h \
    %D%/merge.c %D%/merge.h \
    %D%/meta.c %D%/meta.h %D%/meta_inner.h %D%/meta_load.c \
    %D%/meta_check.c %D%/meta_check.h \
    %D%/meta_tree.c %D%/meta_tree.h \
    %D%/numbers.c %D%/numbers.h \
    %D%/pack.c %D%/pack.h \
    %D%/part.c %D%/part.h %D%/part_format.h \
    %D%/part_cursor.c \
    %D%/part_extent.c \
    %D%/part_frames.c \
    %D%/part_index.c \
    %D%/part_names.c \
    %D%/part_series.c \
    %D%/part_series_old.c \
    %D%/part_summary.c \
    %D%/part_times.c \
    %D%/part_trail.c \
    %D%/part_vectors.c \
    %D%/part_window.c \
    %D%/part_verify.c \
    %D%/part_writer.c \
    %D%/parts.c %D%/parts.h \
    %D%/postings.c %D%/postings.h %D%/postings_inner.h \
    %D%/postings_pool.c \
    %D%/postings_read.c \
    %D%/quarantine.c %D%/quarantine.h \
    %D%/rebuild.c \
    %D%/recover.c \
    %D%/remote.c %D%/remote.h \
    %D%/pick.c %D%/pick.h \
    %D%/replay.c \
    %D%/ring.c %D%/ring.h \
    %D%/run.c %D%/run.h \
    %D%/samples.c %D%/samples.h \
    %D%/selector.c %D%/selector.h \
    %D%/span.c %D%/span.h \
    %D%/spread.c %D%/spread.h \
    %D%/staging.c %D%/staging.h \
    %D%/status.c \
    %D%/steps.c %D%/steps.h \
    %D%/textset.c %D%/textset.h \
    %D%/times.c %D%/times.h \
    %D%/told.c %D%/told.h \
    %D%/transfer.c %D%/transfer.h %D%/transfer_inner.h \
    %D%/transfer_export.c \
    %D%/trim.h \
    %D%/tsdb.h \
    %D%/verify.c %D%/verify.h \
    %D%/wal.c %D%/wal.h %D%/wal_inner.h \
    %D%/wal_chain.c %D%/wal_chain.h \
    %D%/wal_disk.c \
    %D%/wal_entry.c %D%/wal_entry.h \
    %D%/wal_log.c %D%/wal_log.h \
    %D%/wal_mend.c \
    %D%/wal_segment.c %D%/wal_segment.h \
    %D%/wal_thread.c \
    %D%/wal_visit.c \
    %D%/words.c %D%/words.h

# The plugin, its tests, benchmarks and fuzzers all link these.
noinst_LTLIBRARIES     += %D%/libtsdb.la
%C%_libtsdb_la_SOURCES  = $(tsdb_sources)

storage_LTLIBRARIES    += %D%/tsdb.la
%C%_tsdb_la_SOURCES     = %D%/tsdb.c $(tsdb_core)
%C%_tsdb_la_LDFLAGS     = $(PLUGIN_FLAGS)
%C%_tsdb_la_LIBADD      = %D%/libtsdb.la $(PLUGIN_LIBS) $(LMDB_LIBS) $(ROARING_LIBS) -lxxhash -lz -lzstd
dist_man_MANS          += %D%/weir-storage-tsdb.5

TSDB_LIBS = %D%/libtsdb.la $(SPEC_LIBS) $(LMDB_LIBS) $(ROARING_LIBS) -lxxhash -lz -lzstd

if HAVE_CHECK
check_PROGRAMS += %D%/tsdb_test
%C%_tsdb_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_tsdb_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/answer_test
%C%_answer_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_answer_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/export_test
%C%_export_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_export_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/flush_test
%C%_flush_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_flush_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/home_test
%C%_home_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_home_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/tsdb_plain_test
%C%_tsdb_plain_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_tsdb_plain_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/import_test
%C%_import_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_import_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/leave_test
%C%_leave_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_leave_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/limits_test
%C%_limits_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_limits_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/postings_test
%C%_postings_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_postings_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/kill_test
%C%_kill_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_kill_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/decimal_test
%C%_decimal_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_decimal_test_LDADD = $(TSDB_LIBS)

check_PROGRAMS += %D%/codec_test
%C%_codec_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_codec_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/steps_test
%C%_steps_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_steps_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/times_test
%C%_times_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_times_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/meta_check_test
%C%_meta_check_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_meta_check_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/damage_test
%C%_damage_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_damage_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/store_damage_test
%C%_store_damage_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_store_damage_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/verify_test
%C%_verify_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_verify_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/store_fault_test
%C%_store_fault_test_SOURCES = %D%/store_fault_test.c $(tsdb_faults)
%C%_store_fault_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_store_fault_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/group_test
%C%_group_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_group_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/pack_test
%C%_pack_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_pack_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/threads_test
%C%_threads_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_threads_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/part_test
%C%_part_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_part_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/merge_test
%C%_merge_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_merge_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/parts_test
%C%_parts_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_parts_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/parts_fault_test
%C%_parts_fault_test_SOURCES = %D%/parts_fault_test.c $(tsdb_faults)
%C%_parts_fault_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_parts_fault_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/parts_crash_test
%C%_parts_crash_test_SOURCES = %D%/parts_crash_test.c $(tsdb_faults)
%C%_parts_crash_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_parts_crash_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/cap_test
%C%_cap_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_cap_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/part_extent_test
%C%_part_extent_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_part_extent_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/part_older_test
%C%_part_older_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_part_older_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/part_summary_test
%C%_part_summary_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_part_summary_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/part_damage_test
%C%_part_damage_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_part_damage_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/file_test
%C%_file_test_SOURCES = %D%/file_test.c $(tsdb_faults)
%C%_file_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_file_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/wal_test
%C%_wal_test_SOURCES = %D%/wal_test.c $(tsdb_faults)
%C%_wal_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_wal_test_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/wal_fault_test
%C%_wal_fault_test_SOURCES = %D%/wal_fault_test.c $(tsdb_faults)
%C%_wal_fault_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_wal_fault_test_LDADD = $(TSDB_LIBS)

# For tests/integration/kill.py, which needs to see what a store has.
EXTRA_PROGRAMS += %D%/dump
check_DATA      = %D%/dump$(EXEEXT)
CLEANFILES     += %D%/dump$(EXEEXT)
%C%_dump_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_dump_LDADD = $(TSDB_LIBS)
endif

# Two thousand kills, of many stores, since one that grows is slow to check.
SOAK_STORES = 80
SOAK_KILLS  = 25

soak: %D%/kill_test$(EXEEXT)
	seed=1; while [ $$seed -le $(SOAK_STORES) ]; do \
	    WEIR_SEED=$$seed WEIR_KILLS=$(SOAK_KILLS) CK_TIMEOUT_MULTIPLIER=60 \
	        $(builddir)/%D%/kill_test$(EXEEXT) || exit 1; \
	    seed=$$((seed + 1)); \
	done
.PHONY: soak

tsdb_faults = %D%/file_fault.c %D%/file_fault.h %D%/file_crash.c \
              %D%/file_record.c %D%/file_record.h %D%/file_record_inner.h
EXTRA_DIST += %D%/import_spec.h %D%/tsdb_spec.h %D%/verify_spec.h \
    %D%/part_older.h %D%/part_spec.h %D%/wal_spec.h
