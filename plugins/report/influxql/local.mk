INFLUXQL_ANSWER = %D%/indent.c %D%/numeral.c %D%/render.c %D%/render_csv.c \
                  %D%/result.c %D%/run.c %D%/run_send.c %D%/run_statement.c \
                  %D%/show.c %D%/with.c %D%/stub.c

report_LTLIBRARIES       += %D%/influxql.la
%C%_influxql_la_SOURCES   = %D%/influxql.c %D%/indent.h %D%/influxql.h \
                            %D%/numeral.h %D%/render.h %D%/render_inner.h \
                            %D%/result.h %D%/run.h %D%/run_inner.h \
                            %D%/select.h %D%/show.h %D%/survey.h %D%/tree.h \
                            %D%/where.h %D%/with.h core/arena.c \
                            $(INFLUXQL_ANSWER)
%C%_influxql_la_LDFLAGS   = $(PLUGIN_FLAGS)
%C%_influxql_la_LIBADD    = $(INFLUX_LIBS) $(PLUGIN_LIBS)
dist_man_MANS            += %D%/weir-report-influxql.5

if HAVE_CHECK
check_PROGRAMS            += %D%/influxql_test
%C%_influxql_test_SOURCES  = %D%/influxql_test.c $(INFLUXQL_ANSWER)
%C%_influxql_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_influxql_test_LDADD    = $(INFLUX_LIBS) $(SPEC_LIBS)
endif
EXTRA_DIST += %D%/influxql_test.c
