# The ways of HTTP are those of input scrape.
INFLUXDB_HTTP = plugins/input/scrape/access.c plugins/input/scrape/access.h \
                plugins/input/scrape/body.c plugins/input/scrape/body.h \
                plugins/input/scrape/curlfree.h \
                plugins/input/scrape/transfers.c \
                plugins/input/scrape/transfers.h
INFLUXDB_REST = %D%/client.c %D%/deadfile.c %D%/deadfile.h %D%/delivery.c \
                %D%/influxdb.h %D%/line.c %D%/line.h %D%/outcome.c \
                %D%/outcome.h %D%/queue.c %D%/queue.h $(INFLUXDB_HTTP)

storage_LTLIBRARIES        += %D%/influxdb.la
%C%_influxdb_la_SOURCES     = %D%/influxdb.c $(INFLUXDB_REST)
%C%_influxdb_la_CPPFLAGS    = $(AM_CPPFLAGS) $(CURL_CFLAGS)
%C%_influxdb_la_LDFLAGS     = $(SCRAPE_FLAGS)
%C%_influxdb_la_LIBADD      = $(PLUGIN_LIBS) $(CURL_LIBS) $(JANSSON_LIBS)
dist_man_MANS              += %D%/weir-storage-influxdb.5

if HAVE_CHECK
check_PROGRAMS             += %D%/influxdb_test %D%/refused_test
%C%_influxdb_test_SOURCES   = %D%/influxdb_test.c %D%/influxdb_spec.h \
                              $(INFLUXDB_REST)
%C%_influxdb_test_CPPFLAGS  = $(SPEC_CPPFLAGS) $(CURL_CFLAGS)
%C%_influxdb_test_LDADD     = $(SPEC_LIBS) $(CURL_LIBS) $(JANSSON_LIBS)
%C%_refused_test_SOURCES    = %D%/refused_test.c %D%/influxdb_spec.h \
                              $(INFLUXDB_REST)
%C%_refused_test_CPPFLAGS   = $(SPEC_CPPFLAGS) $(CURL_CFLAGS)
%C%_refused_test_LDADD      = $(SPEC_LIBS) $(CURL_LIBS) $(JANSSON_LIBS)
endif
EXTRA_DIST += %D%/influxdb_spec.h %D%/influxdb_test.c %D%/refused_test.c
