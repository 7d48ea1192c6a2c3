input_LTLIBRARIES          += %D%/prometheus.la
%C%_prometheus_la_SOURCES   = %D%/prometheus.c
%C%_prometheus_la_CPPFLAGS  = $(AM_CPPFLAGS) $(CURL_CFLAGS)
%C%_prometheus_la_LDFLAGS   = $(SCRAPE_FLAGS)
%C%_prometheus_la_LIBADD    = $(SCRAPE_LIBS)
dist_man_MANS              += %D%/weir-input-prometheus.5

if HAVE_CHECK
check_PROGRAMS               += %D%/prometheus_test
%C%_prometheus_test_SOURCES   = %D%/prometheus_test.c
%C%_prometheus_test_CPPFLAGS  = $(SPEC_CPPFLAGS) $(CURL_CFLAGS)
%C%_prometheus_test_LDADD     = $(SCRAPE_TEST_LIBS)
endif
EXTRA_DIST += %D%/prometheus_test.c
