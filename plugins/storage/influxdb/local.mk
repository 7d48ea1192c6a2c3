# The ways of HTTP are those of input scrape.
INFLUXDB_HTTP = plugins/input/scrape/access.c plugins/input/scrape/access.h \
                plugins/input/scrape/body.c plugins/input/scrape/body.h \
                plugins/input/scrape/curlfree.h \
                plugins/input/scrape/transfers.c \
                plugins/input/scrape/transfers.h
# Names there and here are those of input influxdb.
INFLUXDB_READ = %D%/answer.c %D%/answer.h %D%/caller.c %D%/caller.h \
                %D%/catalogue.c %D%/catalogue.h %D%/choice.c %D%/choice.h \
                %D%/influxql.c \
                %D%/influxql.h %D%/metrics.c %D%/metrics.h %D%/msgpack.c \
                %D%/msgpack.h %D%/reply.c %D%/reply.h %D%/rows.c %D%/rows.h \
                plugins/influx/naming.c plugins/influx/naming.h
INFLUXDB_REST = %D%/client.c %D%/deadfile.c %D%/deadfile.h %D%/delivery.c \
                %D%/influxdb.h %D%/line.c %D%/line.h %D%/outcome.c \
                %D%/outcome.h %D%/queue.c %D%/queue.h $(INFLUXDB_HTTP) \
                $(INFLUXDB_READ)

storage_LTLIBRARIES        += %D%/influxdb.la
%C%_influxdb_la_SOURCES     = %D%/influxdb.c $(INFLUXDB_REST) \
                              core/answer_texts.c core/arena.c core/series.c \
                              core/utf8.c
%C%_influxdb_la_CPPFLAGS    = $(AM_CPPFLAGS) $(CURL_CFLAGS)
%C%_influxdb_la_LDFLAGS     = $(SCRAPE_FLAGS)
%C%_influxdb_la_LIBADD      = $(PLUGIN_LIBS) $(CURL_LIBS) $(JANSSON_LIBS) -lxxhash
dist_man_MANS              += %D%/weir-storage-influxdb.5

if HAVE_CHECK
check_PROGRAMS             += %D%/influxdb_test %D%/refused_test
%C%_influxdb_test_SOURCES   = %D%/influxdb_test.c %D%/influxdb_spec.h \
                              $(INFLUXDB_REST)
%C%_influxdb_test_CPPFLAGS  = $(SPEC_CPPFLAGS) $(CURL_CFLAGS)
%C%_influxdb_test_LDADD     = $(SPEC_LIBS) $(CURL_LIBS) $(JANSSON_LIBS) -lxxhash
%C%_refused_test_SOURCES    = %D%/refused_test.c %D%/influxdb_spec.h \
                              $(INFLUXDB_REST)
%C%_refused_test_CPPFLAGS   = $(SPEC_CPPFLAGS) $(CURL_CFLAGS)
%C%_refused_test_LDADD      = $(SPEC_LIBS) $(CURL_LIBS) $(JANSSON_LIBS) -lxxhash

check_PROGRAMS             += %D%/read_test %D%/catalogue_test \
                              %D%/influxql_test %D%/reply_test
%C%_read_test_SOURCES       = %D%/read_test.c %D%/influxdb_spec.h \
                              %D%/reply_spec.h $(INFLUXDB_REST)
%C%_read_test_CPPFLAGS      = $(SPEC_CPPFLAGS) $(CURL_CFLAGS)
%C%_read_test_LDADD         = $(SPEC_LIBS) $(CURL_LIBS) $(JANSSON_LIBS) -lxxhash
%C%_catalogue_test_SOURCES  = %D%/catalogue_test.c %D%/catalogue.c \
                              %D%/influxql.c plugins/influx/naming.c
%C%_catalogue_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_catalogue_test_LDADD    = $(SPEC_LIBS)
%C%_influxql_test_SOURCES   = %D%/influxql_test.c %D%/influxql.c
%C%_influxql_test_CPPFLAGS  = $(SPEC_CPPFLAGS)
%C%_influxql_test_LDADD     = $(SPEC_LIBS)
%C%_reply_test_SOURCES      = %D%/reply_test.c %D%/reply_spec.h %D%/reply.c \
                              %D%/msgpack.c
%C%_reply_test_CPPFLAGS     = $(SPEC_CPPFLAGS)
%C%_reply_test_LDADD        = $(SPEC_LIBS)
endif
EXTRA_DIST += %D%/influxdb_spec.h %D%/influxdb_test.c %D%/refused_test.c \
              %D%/read_test.c %D%/catalogue_test.c %D%/influxql_test.c \
              %D%/reply_spec.h %D%/reply_test.c
