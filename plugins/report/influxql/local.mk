INFLUXQL_SELECT = %D%/emit.c %D%/failure.c %D%/frame.c %D%/frame_call.c \
                  %D%/frame_fill.c %D%/frame_row.c %D%/function.c %D%/grid.c \
                  %D%/group.c %D%/nested.c %D%/plan.c %D%/plan_columns.c \
                  %D%/search.c %D%/select.c %D%/span.c %D%/survey.c \
                  %D%/tally.c %D%/where.c %D%/where_time.c
INFLUXQL_ANSWER = %D%/indent.c %D%/numeral.c %D%/render.c %D%/render_csv.c \
                  %D%/result.c %D%/run.c %D%/run_send.c %D%/run_statement.c \
                  %D%/show.c %D%/with.c
INFLUXQL_STUB   = %D%/stub.c

report_LTLIBRARIES       += %D%/influxql.la
%C%_influxql_la_SOURCES   = %D%/influxql.c %D%/emit.h %D%/failure.h %D%/frame.h \
                            %D%/frame_inner.h %D%/function.h %D%/grid.h \
                            %D%/group.h %D%/indent.h %D%/influxql.h %D%/nested.h \
                            %D%/numeral.h %D%/parse.h %D%/plan.h \
                            %D%/plan_inner.h %D%/render.h %D%/render_inner.h \
                            %D%/result.h %D%/run.h %D%/run_inner.h \
                            %D%/select.h %D%/show.h %D%/span.h %D%/survey.h \
                            %D%/tally.h %D%/tree.h %D%/where.h %D%/where_time.h \
                            %D%/with.h core/arena.c \
                            $(INFLUXQL_ANSWER) $(INFLUXQL_SELECT) \
                            $(INFLUXQL_STUB)
%C%_influxql_la_LDFLAGS   = $(PLUGIN_FLAGS)
%C%_influxql_la_LIBADD    = $(INFLUX_LIBS) $(PLUGIN_LIBS)
dist_man_MANS            += %D%/weir-report-influxql.5

if HAVE_CHECK
check_PROGRAMS            += %D%/influxql_test %D%/span_test %D%/tally_test
%C%_influxql_test_SOURCES  = %D%/influxql_test.c $(INFLUXQL_ANSWER) \
                             $(INFLUXQL_SELECT) $(INFLUXQL_STUB)
%C%_influxql_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_influxql_test_LDADD    = $(INFLUX_LIBS) $(SPEC_LIBS)
%C%_span_test_SOURCES      = %D%/span_test.c %D%/span.c %D%/tally.c
%C%_span_test_CPPFLAGS     = $(SPEC_CPPFLAGS)
%C%_span_test_LDADD        = $(SPEC_LIBS)
%C%_tally_test_SOURCES     = %D%/tally_test.c %D%/tally.c
%C%_tally_test_CPPFLAGS    = $(SPEC_CPPFLAGS)
%C%_tally_test_LDADD       = $(SPEC_LIBS)
endif
EXTRA_DIST += %D%/influxql_test.c %D%/span_test.c %D%/tally_test.c
