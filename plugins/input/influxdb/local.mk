INFLUXDB_LINE   = %D%/line.c %D%/line_value.c
INFLUXDB_READER = $(INFLUXDB_LINE) %D%/feeds.c %D%/point.c %D%/push.c

input_LTLIBRARIES        += %D%/influxdb.la
%C%_influxdb_la_SOURCES   = %D%/influxdb.c %D%/feeds.h %D%/influxdb.h %D%/line.h \
                            %D%/line_inner.h %D%/point.h $(INFLUXDB_READER)
%C%_influxdb_la_LDFLAGS   = $(PLUGIN_FLAGS)
%C%_influxdb_la_LIBADD    = $(INFLUX_LIBS) $(PLUGIN_LIBS)
dist_man_MANS            += %D%/weir-input-influxdb.5

if HAVE_CHECK
check_PROGRAMS            += %D%/influxdb_test %D%/line_test
%C%_influxdb_test_SOURCES  = %D%/influxdb_test.c $(INFLUXDB_READER)
%C%_influxdb_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_influxdb_test_LDADD    = $(INFLUX_LIBS) $(SPEC_LIBS)
%C%_line_test_SOURCES      = %D%/line_test.c $(INFLUXDB_LINE)
%C%_line_test_CPPFLAGS     = $(SPEC_CPPFLAGS)
%C%_line_test_LDADD        = $(SPEC_LIBS)
endif
EXTRA_DIST += %D%/influxdb_test.c %D%/line_test.c
