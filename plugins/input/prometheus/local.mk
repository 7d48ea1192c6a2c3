# What looks up names for libcurl may outlast the plugin: it stays loaded.
input_LTLIBRARIES          += %D%/prometheus.la
%C%_prometheus_la_SOURCES   = %D%/prometheus.c %D%/prometheus.h %D%/fetch.c \
                              %D%/place.c %D%/place.h %D%/scrape.c
%C%_prometheus_la_CPPFLAGS  = $(AM_CPPFLAGS) $(CURL_CFLAGS)
%C%_prometheus_la_LDFLAGS   = $(PLUGIN_FLAGS) -Wl,-z,nodelete
%C%_prometheus_la_LIBADD    = $(PLUGIN_LIBS) $(CURL_LIBS)
dist_man_MANS              += %D%/weir-input-prometheus.5

if HAVE_CHECK
check_PROGRAMS               += %D%/prometheus_test
%C%_prometheus_test_SOURCES   = %D%/prometheus_test.c %D%/fetch.c %D%/place.c \
                                %D%/scrape.c
%C%_prometheus_test_CPPFLAGS  = $(SPEC_CPPFLAGS) $(CURL_CFLAGS)
%C%_prometheus_test_LDADD     = $(SPEC_LIBS) $(CURL_LIBS)
endif
EXTRA_DIST += %D%/prometheus_test.c
