# tests/ - proofs about the core and about the whole
#
# A unit test NAME is tests/unit/NAME_test.c; it links the library with its
# inner symbols.  A plugin's test lies in its folder and includes its source.
SPEC_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests $(CHECK_CFLAGS)
SPEC_LIBS     = libcore.la $(CHECK_LIBS)

if HAVE_CHECK
check_PROGRAMS += %D%/unit/scan_test
%C%_unit_scan_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_unit_scan_test_LDADD = $(SPEC_LIBS)
check_PROGRAMS += %D%/unit/option_test
%C%_unit_option_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_unit_option_test_LDADD = $(SPEC_LIBS)
check_PROGRAMS += %D%/unit/configuration_test
%C%_unit_configuration_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_unit_configuration_test_LDADD = $(SPEC_LIBS)
check_PROGRAMS += %D%/unit/exposition_test
%C%_unit_exposition_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_unit_exposition_test_LDADD = $(SPEC_LIBS)
check_PROGRAMS += %D%/unit/influxline_test
%C%_unit_influxline_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_unit_influxline_test_LDADD = $(SPEC_LIBS)
check_PROGRAMS += %D%/unit/http_test
%C%_unit_http_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_unit_http_test_LDADD = $(SPEC_LIBS)
check_PROGRAMS += %D%/unit/request_test
%C%_unit_request_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_unit_request_test_LDADD = $(SPEC_LIBS)
check_PROGRAMS += %D%/unit/numeral_test
%C%_unit_numeral_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_unit_numeral_test_LDADD = $(SPEC_LIBS)
check_PROGRAMS += %D%/unit/text_test
%C%_unit_text_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_unit_text_test_LDADD = $(SPEC_LIBS)
check_PROGRAMS += %D%/unit/pattern_test
%C%_unit_pattern_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_unit_pattern_test_LDADD = $(SPEC_LIBS)
check_PROGRAMS += %D%/unit/figures_test
%C%_unit_figures_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_unit_figures_test_LDADD = $(SPEC_LIBS)
check_PROGRAMS += %D%/unit/frame_test
%C%_unit_frame_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_unit_frame_test_LDADD = $(SPEC_LIBS)
check_PROGRAMS += %D%/unit/lane_test
%C%_unit_lane_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_unit_lane_test_LDADD = $(SPEC_LIBS)
check_PROGRAMS += %D%/unit/answer_test
%C%_unit_answer_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_unit_answer_test_LDADD = $(SPEC_LIBS)
check_PROGRAMS += %D%/unit/ask_test
%C%_unit_ask_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_unit_ask_test_LDADD = $(SPEC_LIBS)
endif

# A play with the whole program is tests/integration/NAME.py.
plays = %D%/integration/one_process.py %D%/integration/three_processes.py \
        %D%/integration/bad_input.py %D%/integration/hung_plugin.py \
        %D%/integration/reload.py %D%/integration/notify.py \
        %D%/integration/prometheus.py %D%/integration/manual.py \
        %D%/integration/install.py

TESTS      += $(check_PROGRAMS) $(plays)
EXTRA_DIST += $(plays) %D%/integration/weirtest.py \
              %D%/integration/programs.py %D%/tsan.supp
EXTRA_DIST += %D%/unit/folder.h %D%/spec.h %D%/batch_text.h %D%/fixtures/node.txt \
              %D%/fixtures/goapp.om.txt %D%/fixtures/collectd-prom.txt

if FUZZERS
EXTRA_PROGRAMS += %D%/fuzz/scan_fuzz
%C%_fuzz_scan_fuzz_CFLAGS = $(AM_CFLAGS) -fsanitize=fuzzer
%C%_fuzz_scan_fuzz_LDFLAGS = -fsanitize=fuzzer $(AM_LDFLAGS)
%C%_fuzz_scan_fuzz_LDADD = libcore.la
EXTRA_PROGRAMS += %D%/fuzz/option_fuzz
%C%_fuzz_option_fuzz_CFLAGS = $(AM_CFLAGS) -fsanitize=fuzzer
%C%_fuzz_option_fuzz_LDFLAGS = -fsanitize=fuzzer $(AM_LDFLAGS)
%C%_fuzz_option_fuzz_LDADD = libcore.la
EXTRA_PROGRAMS += %D%/fuzz/answer_fuzz
%C%_fuzz_answer_fuzz_CFLAGS = $(AM_CFLAGS) -fsanitize=fuzzer
%C%_fuzz_answer_fuzz_LDFLAGS = -fsanitize=fuzzer $(AM_LDFLAGS)
%C%_fuzz_answer_fuzz_LDADD = libcore.la
EXTRA_PROGRAMS += %D%/fuzz/exposition_fuzz
%C%_fuzz_exposition_fuzz_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_fuzz_exposition_fuzz_CFLAGS = $(AM_CFLAGS) -fsanitize=fuzzer
%C%_fuzz_exposition_fuzz_LDFLAGS = -fsanitize=fuzzer $(AM_LDFLAGS)
%C%_fuzz_exposition_fuzz_LDADD = libcore.la
EXTRA_PROGRAMS += %D%/fuzz/influxline_fuzz
%C%_fuzz_influxline_fuzz_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_fuzz_influxline_fuzz_CFLAGS = $(AM_CFLAGS) -fsanitize=fuzzer
%C%_fuzz_influxline_fuzz_LDFLAGS = -fsanitize=fuzzer $(AM_LDFLAGS)
%C%_fuzz_influxline_fuzz_LDADD = libcore.la
EXTRA_PROGRAMS += %D%/fuzz/request_fuzz
%C%_fuzz_request_fuzz_CFLAGS = $(AM_CFLAGS) -fsanitize=fuzzer
%C%_fuzz_request_fuzz_LDFLAGS = -fsanitize=fuzzer $(AM_LDFLAGS)
%C%_fuzz_request_fuzz_LDADD = libcore.la
endif
