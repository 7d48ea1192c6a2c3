# tests/ - proofs about the core and about the whole
#
# A unit test NAME is tests/unit/NAME_test.c; it links the library with its
# inner symbols, as all programs do that say nothing else.  A plugin's test lies
# in its folder and includes its source.
SPEC_CPPFLAGS = $(AM_CPPFLAGS)
SPEC_LIBS     = libcore.la $(CHECK_LIBS)

if HAVE_CHECK
check_PROGRAMS += %D%/unit/allowance_test \
                  %D%/unit/answer_test \
                  %D%/unit/counter_test \
                  %D%/unit/ask_query_test \
                  %D%/unit/ask_test \
                  %D%/unit/backlog_crash_test \
                  %D%/unit/backlog_test \
                  %D%/unit/chart_test \
                  %D%/unit/configuration_test \
                  %D%/unit/crew_test \
                  %D%/unit/dead_test \
                  %D%/unit/depot_test \
                  %D%/unit/digest_test \
                  %D%/unit/errand_test \
                  %D%/unit/exposition_test \
                  %D%/unit/figures_test \
                  %D%/unit/frame_stow_test \
                  %D%/unit/frame_test \
                  %D%/unit/go_text_test \
                  %D%/unit/guard_test \
                  %D%/unit/harness_test \
                  %D%/unit/http_test \
                  %D%/unit/influxline_test \
                  %D%/unit/instance_test \
                  %D%/unit/keyring_test \
                  %D%/unit/keys_test \
                  %D%/unit/lane_dead_test \
                  %D%/unit/lane_forget_test \
                  %D%/unit/lane_spool_test \
                  %D%/unit/lane_test \
                  %D%/unit/layout_test \
                  %D%/unit/link_sim_test \
                  %D%/unit/loader_test \
                  %D%/unit/log_test \
                  %D%/unit/moment_test \
                  %D%/unit/numeral_test \
                  %D%/unit/option_test \
                  %D%/unit/outlet_test \
                  %D%/unit/parser_test \
                  %D%/unit/parser_limit_test \
                  %D%/unit/parser_refusal_test \
                  %D%/unit/parser_tree_test \
                  %D%/unit/pattern_test \
                  %D%/unit/printer_test \
                  %D%/unit/promql_shapes_test \
                  %D%/unit/question_aggregation_test \
                  %D%/unit/question_binary_test \
                  %D%/unit/question_function_test \
                  %D%/unit/question_range_test \
                  %D%/unit/question_selector_test \
                  %D%/unit/question_window_test \
                  %D%/unit/rank_test \
                  %D%/unit/reader_test \
                  %D%/unit/receiver_test \
                  %D%/unit/regex_test \
                  %D%/unit/relay_book_test \
                  %D%/unit/relay_chain_test \
                  %D%/unit/relay_split_test \
                  %D%/unit/relay_test \
                  %D%/unit/request_test \
                  %D%/unit/scan_test \
                  %D%/unit/sender_layout_test \
                  %D%/unit/series_test \
                  %D%/unit/source_key_test \
                  %D%/unit/source_label_test \
                  %D%/unit/source_test \
                  %D%/unit/source_send_test \
                  %D%/unit/source_tidy_test \
                  %D%/unit/spool_adopt_test \
                  %D%/unit/spool_crash_test \
                  %D%/unit/spool_disk_test \
                  %D%/unit/spool_home_test \
                  %D%/unit/spool_packed_test \
                  %D%/unit/spool_test \
                  %D%/unit/spread_retire_test \
                  %D%/unit/spread_test \
                  %D%/unit/stage_test \
                  %D%/unit/stage_thread_test \
                  %D%/unit/table_test \
                  %D%/unit/text_test \
                  %D%/unit/timetext_test \
                  %D%/unit/trail_test \
                  %D%/unit/typing_test \
                  %D%/unit/welcome_test
%C%_unit_backlog_crash_test_SOURCES = %D%/unit/backlog_crash_test.c \
    %D%/unit/backlog_taker.h %D%/unit/spool_scene.h \
    plugins/storage/tsdb/file_fault.c \
    plugins/storage/tsdb/file_record.c plugins/storage/tsdb/file_crash.c
%C%_unit_backlog_test_SOURCES = %D%/unit/backlog_test.c \
    %D%/unit/backlog_taker.h %D%/unit/spool_scene.h \
    plugins/storage/tsdb/file_fault.c
%C%_unit_dead_test_SOURCES = %D%/unit/dead_test.c %D%/unit/spool_scene.h \
    plugins/storage/tsdb/file_fault.c
%C%_unit_depot_test_SOURCES = %D%/unit/depot_test.c %D%/unit/spool_scene.h \
    plugins/storage/tsdb/file_fault.c
%C%_unit_spool_adopt_test_SOURCES = %D%/unit/spool_adopt_test.c \
    %D%/unit/spool_scene.h plugins/storage/tsdb/file_fault.c
%C%_unit_spool_crash_test_SOURCES = %D%/unit/spool_crash_test.c \
    %D%/unit/spool_scene.h plugins/storage/tsdb/file_fault.c \
    plugins/storage/tsdb/file_record.c plugins/storage/tsdb/file_crash.c
%C%_unit_spool_disk_test_SOURCES = %D%/unit/spool_disk_test.c \
    %D%/unit/spool_scene.h plugins/storage/tsdb/file_fault.c
%C%_unit_spool_packed_test_SOURCES = %D%/unit/spool_packed_test.c \
    %D%/unit/spool_scene.h plugins/storage/tsdb/file_fault.c
%C%_unit_spool_test_SOURCES = %D%/unit/spool_test.c %D%/unit/spool_scene.h \
    plugins/storage/tsdb/file_fault.c
%C%_unit_link_sim_test_SOURCES = %D%/unit/link_sim_test.c \
    %D%/unit/link_sim_store.c %D%/unit/link_sim_node.c \
    %D%/unit/link_sim.h %D%/unit/link_net.h
endif

# A play with the whole program is tests/integration/NAME.py.
plays = %D%/integration/one_process.py %D%/integration/three_processes.py \
        %D%/integration/bad_input.py %D%/integration/hung_plugin.py \
        %D%/integration/reload.py %D%/integration/notify.py \
        %D%/integration/prometheus.py \
        %D%/integration/prometheus_api.py %D%/integration/manual.py \
        %D%/integration/promql_differential.py \
        %D%/integration/hostile.py %D%/integration/go_client.py \
        %D%/integration/query.py %D%/integration/keys.py \
        %D%/integration/install.py %D%/integration/kill.py \
        %D%/integration/spool.py %D%/integration/spool_dead.py \
        %D%/integration/stores.py %D%/integration/hosts.py \
        %D%/integration/protocol.py %D%/integration/strangers.py \
        %D%/integration/relay.py %D%/integration/strangers_keys.py \
        %D%/integration/strange_store.py \
        %D%/integration/host_same_as_node_exporter.py \
        %D%/integration/import_export.py %D%/integration/scrape.py \
        %D%/integration/scrape_same.py \
        %D%/integration/go_programs.py %D%/integration/overview.py \
        %D%/integration/relabel.py \
        %D%/integration/influx_read.py \
        %D%/integration/influx_storage.py \
        %D%/integration/access.py \
        %D%/integration/discovery.py %D%/integration/dashboard.py \
        %D%/integration/report.py %D%/integration/live.py \
        %D%/integration/influx_write.py %D%/integration/influx_flood.py \
        %D%/integration/influx_ordered.py %D%/integration/influx_queries.py \
        %D%/integration/influx_clients.py

TESTS      += $(check_PROGRAMS) $(plays)

# What plays in Go compile of others' packages, once for all of them, and where
# those in a browser run.
clean-local: clean-plays
clean-plays:
	rm -rf go-cache %D%/chromium
.PHONY: clean-plays

# What installs links the plugins anew where they lie, so it comes last.
%D%/integration/install.log: \
    $(filter-out %/integration/install.log, $(TEST_LOGS))

EXTRA_DIST += $(plays) %D%/integration/weirtest.py \
              %D%/integration/ledger.py %D%/integration/influx_both.py \
              %D%/integration/programs.py %D%/integration/speaker.py \
              %D%/integration/wrong_bodies.py %D%/integration/keys_hosts.py \
              %D%/tsan.supp %D%/lsan.supp
EXTRA_DIST += %D%/integration/influx_questions.py \
              %D%/integration/influx_ordered.go \
              %D%/integration/influx_python.py
EXTRA_DIST += %D%/integration/pushers.py %D%/integration/network.py \
              %D%/integration/machines.py %D%/integration/faults.py \
              %D%/integration/disks.py %D%/integration/exporters.py %D%/integration/scraped.py
EXTRA_DIST += %D%/browser/.npmrc %D%/browser/bench.mjs %D%/browser/charts.mjs \
              %D%/browser/dashboard.mjs %D%/browser/looks.mjs \
              %D%/browser/overview.mjs %D%/browser/questions.mjs \
              %D%/browser/package.json %D%/browser/package-lock.json \
              %D%/browser/pages.mjs %D%/browser/strange.mjs %D%/browser/tap.mjs %D%/browser/times.mjs
EXTRA_DIST += %D%/integration/dashboard_browser.py
EXTRA_DIST += %D%/integration/goprogram.py %D%/integration/go_client.go %D%/integration/influx_client.go %D%/integration/go_programs.go \
              %D%/integration/scrape.go %D%/integration/promql_data.py %D%/integration/promql_expressions.py
EXTRA_DIST += %D%/unit/ask_world.h %D%/unit/question.h
EXTRA_DIST += %D%/unit/folder.h %D%/unit/instance_odd.h \
              %D%/unit/lane_counted.h %D%/unit/lane_ends.h %D%/unit/outlet_world.h \
              %D%/unit/promql_text.h %D%/unit/relay_way.h \
              %D%/unit/sender_calls.h %D%/unit/shown.h \
              %D%/unit/source_store.h %D%/spec.h %D%/batch_text.h %D%/option_sample.h \
              %D%/fuzz/reader_fuzz.h %D%/fixtures/node.txt \
              %D%/fixtures/goapp.om.txt %D%/fixtures/collectd-prom.txt \
              %D%/fixtures/go-1.26.txt

# Many questions to weir and to Prometheus.
SOAK_QUESTIONS = 100000
SOAK_SEEDS     = 1 2 3

soak: soak-questions
soak-questions: all
	for seed in $(SOAK_SEEDS); do \
	    $(AM_TESTS_ENVIRONMENT) WEIR_SEED=$$seed \
	        WEIR_QUESTIONS=$(SOAK_QUESTIONS) WEIR_DIFFERENTIAL_S=100000 \
	        python3 $(srcdir)/%D%/integration/promql_differential.py || exit 1; \
	done
.PHONY: soak-questions

# Many faults on hosts of their own: two seconds a round, so about an hour.
SOAK_ROUNDS = 2000

soak: soak-hosts
soak-hosts: all
	$(AM_TESTS_ENVIRONMENT) WEIR_SOAK=$(SOAK_ROUNDS) \
	    python3 $(srcdir)/%D%/integration/hosts.py
.PHONY: soak-hosts

# Relays between agents and stores that come and go.
SOAK_RELAYS  = 200
SOAK_RELAY_S = 600

soak: soak-relays
soak-relays: all %D%/unit/relay_chain_test
	for seed in $$(seq $(SOAK_RELAYS)); do \
	    WEIR_SEED=$$seed %D%/unit/relay_chain_test || exit 1; \
	done
	$(AM_TESTS_ENVIRONMENT) WEIR_RELAY_S=$(SOAK_RELAY_S) \
	    python3 $(srcdir)/%D%/integration/relay.py all_come_and_go
.PHONY: soak-relays

REMOTE_WRITE_READER = plugins/input/remote_write/message.c \
                      plugins/input/remote_write/protobuf.c

TOP_READER = plugins/report/dashboard/overview_subject.c \
             plugins/report/dashboard/overview_words.c \
             plugins/report/dashboard/top_answer.c \
             plugins/report/dashboard/top_text.c

# What reads bytes from outside has a fuzzer, NAME_fuzz.c.  libFuzzer runs it
# in CI; make check replays its corpus, with mistakes put in.
check_PROGRAMS += %D%/fuzz/scan_replay
%C%_fuzz_scan_replay_SOURCES = %D%/fuzz/scan_fuzz.c %D%/fuzz/replay.c
check_PROGRAMS += %D%/fuzz/option_replay
%C%_fuzz_option_replay_SOURCES = %D%/fuzz/option_fuzz.c %D%/fuzz/replay.c
check_PROGRAMS += %D%/fuzz/answer_replay
%C%_fuzz_answer_replay_SOURCES = %D%/fuzz/answer_fuzz.c %D%/fuzz/replay.c
check_PROGRAMS += %D%/fuzz/exposition_replay
%C%_fuzz_exposition_replay_SOURCES = %D%/fuzz/exposition_fuzz.c %D%/fuzz/replay.c
check_PROGRAMS += %D%/fuzz/openmetrics_replay
%C%_fuzz_openmetrics_replay_SOURCES = %D%/fuzz/openmetrics_fuzz.c %D%/fuzz/replay.c
check_PROGRAMS += %D%/fuzz/influxline_replay
%C%_fuzz_influxline_replay_SOURCES = %D%/fuzz/influxline_fuzz.c %D%/fuzz/replay.c
check_PROGRAMS += %D%/fuzz/csvtext_replay
%C%_fuzz_csvtext_replay_SOURCES = %D%/fuzz/csvtext_fuzz.c %D%/fuzz/replay.c
check_PROGRAMS += %D%/fuzz/request_replay
%C%_fuzz_request_replay_SOURCES = %D%/fuzz/request_fuzz.c %D%/fuzz/replay.c
check_PROGRAMS += %D%/fuzz/expvar_replay
%C%_fuzz_expvar_replay_SOURCES = %D%/fuzz/expvar_fuzz.c %D%/fuzz/replay.c \
                                 $(EXPVAR_READER)
%C%_fuzz_expvar_replay_CPPFLAGS = $(SPEC_CPPFLAGS)
check_PROGRAMS += %D%/fuzz/outcome_replay
%C%_fuzz_outcome_replay_SOURCES = %D%/fuzz/outcome_fuzz.c %D%/fuzz/replay.c
check_PROGRAMS += %D%/fuzz/top_replay
%C%_fuzz_top_replay_SOURCES = %D%/fuzz/top_fuzz.c %D%/fuzz/replay.c $(TOP_READER)
check_PROGRAMS += %D%/fuzz/frame_replay
%C%_fuzz_frame_replay_SOURCES = %D%/fuzz/frame_fuzz.c %D%/fuzz/replay.c
check_PROGRAMS += %D%/fuzz/codec_replay
%C%_fuzz_codec_replay_SOURCES = %D%/fuzz/codec_fuzz.c %D%/fuzz/replay.c
%C%_fuzz_codec_replay_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/fuzz/peer_replay
%C%_fuzz_peer_replay_SOURCES = %D%/fuzz/peer_fuzz.c %D%/fuzz/replay.c
check_PROGRAMS += %D%/fuzz/part_replay
%C%_fuzz_part_replay_SOURCES = %D%/fuzz/part_fuzz.c %D%/fuzz/replay.c
%C%_fuzz_part_replay_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/fuzz/wal_replay
%C%_fuzz_wal_replay_SOURCES = %D%/fuzz/wal_fuzz.c %D%/fuzz/replay.c
%C%_fuzz_wal_replay_LDADD = $(TSDB_LIBS)
check_PROGRAMS += %D%/fuzz/spool_replay
%C%_fuzz_spool_replay_SOURCES = %D%/fuzz/spool_fuzz.c %D%/fuzz/replay.c
check_PROGRAMS += %D%/fuzz/trail_replay
%C%_fuzz_trail_replay_SOURCES = %D%/fuzz/trail_fuzz.c %D%/fuzz/replay.c
check_PROGRAMS += %D%/fuzz/promql_replay
%C%_fuzz_promql_replay_SOURCES = %D%/fuzz/promql_fuzz.c %D%/fuzz/replay.c
check_PROGRAMS += %D%/fuzz/remote_write_replay
%C%_fuzz_remote_write_replay_SOURCES = %D%/fuzz/remote_write_fuzz.c %D%/fuzz/replay.c \
                                       $(REMOTE_WRITE_READER)
%C%_fuzz_remote_write_replay_CPPFLAGS = $(SPEC_CPPFLAGS)
check_PROGRAMS += %D%/fuzz/influxdb_replay
%C%_fuzz_influxdb_replay_SOURCES = %D%/fuzz/influxdb_fuzz.c %D%/fuzz/replay.c \
                                   $(INFLUXDB_LINE)
%C%_fuzz_influxdb_replay_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_fuzz_influxdb_replay_LDADD = $(INFLUX_LIBS) $(SPEC_LIBS)
check_PROGRAMS += %D%/fuzz/influxql_replay
%C%_fuzz_influxql_replay_SOURCES = %D%/fuzz/influxql_fuzz.c %D%/fuzz/replay.c \
                                   $(INFLUXQL_PARSER)
%C%_fuzz_influxql_replay_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_fuzz_influxql_replay_LDADD = $(SPEC_LIBS) $(JANSSON_LIBS)
check_PROGRAMS += %D%/fuzz/relabel_replay
%C%_fuzz_relabel_replay_SOURCES = %D%/fuzz/relabel_fuzz.c %D%/fuzz/replay.c
%C%_fuzz_relabel_replay_LDADD = $(SCRAPE_TEST_LIBS)
check_PROGRAMS += %D%/fuzz/groupfile_replay
%C%_fuzz_groupfile_replay_SOURCES = %D%/fuzz/groupfile_fuzz.c %D%/fuzz/replay.c
%C%_fuzz_groupfile_replay_LDADD = $(SCRAPE_TEST_LIBS)
check_PROGRAMS += %D%/fuzz/influx_outcome_replay
%C%_fuzz_influx_outcome_replay_SOURCES = %D%/fuzz/influx_outcome_fuzz.c \
    %D%/fuzz/replay.c plugins/storage/influxdb/outcome.c
%C%_fuzz_influx_outcome_replay_LDADD = $(SPEC_LIBS) $(JANSSON_LIBS)
check_PROGRAMS += %D%/fuzz/influx_reply_replay
%C%_fuzz_influx_reply_replay_SOURCES = %D%/fuzz/influx_reply_fuzz.c \
    %D%/fuzz/replay.c plugins/storage/influxdb/msgpack.c \
    plugins/storage/influxdb/reply.c
%C%_fuzz_influx_reply_replay_LDADD = $(SPEC_LIBS)
check_PROGRAMS += %D%/fuzz/discovery_replay
%C%_fuzz_discovery_replay_SOURCES = %D%/fuzz/discovery_fuzz.c %D%/fuzz/replay.c
%C%_fuzz_discovery_replay_LDADD = $(SCRAPE_TEST_LIBS)
EXTRA_DIST += %D%/fuzz/corpus

if FUZZERS
EXTRA_PROGRAMS += %D%/fuzz/scan_fuzz
%C%_fuzz_scan_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/option_fuzz
%C%_fuzz_option_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/answer_fuzz
%C%_fuzz_answer_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/exposition_fuzz
%C%_fuzz_exposition_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/openmetrics_fuzz
%C%_fuzz_openmetrics_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/influxline_fuzz
%C%_fuzz_influxline_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/csvtext_fuzz
%C%_fuzz_csvtext_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/request_fuzz
%C%_fuzz_request_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/expvar_fuzz
%C%_fuzz_expvar_fuzz_SOURCES = %D%/fuzz/expvar_fuzz.c $(EXPVAR_READER)
%C%_fuzz_expvar_fuzz_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_fuzz_expvar_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/outcome_fuzz
%C%_fuzz_outcome_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/top_fuzz
%C%_fuzz_top_fuzz_SOURCES = %D%/fuzz/top_fuzz.c $(TOP_READER)
%C%_fuzz_top_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/frame_fuzz
%C%_fuzz_frame_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/codec_fuzz
%C%_fuzz_codec_fuzz_LDFLAGS = $(FUZZ_FLAGS)
%C%_fuzz_codec_fuzz_LDADD = $(TSDB_LIBS)
EXTRA_PROGRAMS += %D%/fuzz/peer_fuzz
%C%_fuzz_peer_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/part_fuzz
%C%_fuzz_part_fuzz_LDFLAGS = $(FUZZ_FLAGS)
%C%_fuzz_part_fuzz_LDADD = $(TSDB_LIBS)
EXTRA_PROGRAMS += %D%/fuzz/remote_write_fuzz
%C%_fuzz_remote_write_fuzz_SOURCES = %D%/fuzz/remote_write_fuzz.c $(REMOTE_WRITE_READER)
%C%_fuzz_remote_write_fuzz_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_fuzz_remote_write_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/wal_fuzz
%C%_fuzz_wal_fuzz_LDFLAGS = $(FUZZ_FLAGS)
%C%_fuzz_wal_fuzz_LDADD = $(TSDB_LIBS)
EXTRA_PROGRAMS += %D%/fuzz/spool_fuzz
%C%_fuzz_spool_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/trail_fuzz
%C%_fuzz_trail_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/promql_fuzz
%C%_fuzz_promql_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/influxdb_fuzz
%C%_fuzz_influxdb_fuzz_SOURCES = %D%/fuzz/influxdb_fuzz.c $(INFLUXDB_LINE)
%C%_fuzz_influxdb_fuzz_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_fuzz_influxdb_fuzz_LDADD = $(INFLUX_LIBS) $(SPEC_LIBS)
%C%_fuzz_influxdb_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/influxql_fuzz
%C%_fuzz_influxql_fuzz_SOURCES = %D%/fuzz/influxql_fuzz.c $(INFLUXQL_PARSER)
%C%_fuzz_influxql_fuzz_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_fuzz_influxql_fuzz_LDADD = $(SPEC_LIBS) $(JANSSON_LIBS)
%C%_fuzz_influxql_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/relabel_fuzz
%C%_fuzz_relabel_fuzz_LDADD = $(SCRAPE_TEST_LIBS)
%C%_fuzz_relabel_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/groupfile_fuzz
%C%_fuzz_groupfile_fuzz_LDADD = $(SCRAPE_TEST_LIBS)
%C%_fuzz_groupfile_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/influx_outcome_fuzz
%C%_fuzz_influx_outcome_fuzz_SOURCES = %D%/fuzz/influx_outcome_fuzz.c \
    plugins/storage/influxdb/outcome.c
%C%_fuzz_influx_outcome_fuzz_LDADD = $(SPEC_LIBS) $(JANSSON_LIBS)
%C%_fuzz_influx_outcome_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/influx_reply_fuzz
%C%_fuzz_influx_reply_fuzz_SOURCES = %D%/fuzz/influx_reply_fuzz.c \
    plugins/storage/influxdb/msgpack.c plugins/storage/influxdb/reply.c
%C%_fuzz_influx_reply_fuzz_LDADD = $(SPEC_LIBS)
%C%_fuzz_influx_reply_fuzz_LDFLAGS = $(FUZZ_FLAGS)
EXTRA_PROGRAMS += %D%/fuzz/discovery_fuzz
%C%_fuzz_discovery_fuzz_LDADD = $(SCRAPE_TEST_LIBS)
%C%_fuzz_discovery_fuzz_LDFLAGS = $(FUZZ_FLAGS)
endif

include tests/bench/local.mk
