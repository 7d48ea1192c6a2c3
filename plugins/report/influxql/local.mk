INFLUXQL_PARSER = %D%/check.c %D%/check_call.c %D%/check_edges.c %D%/node_print.c %D%/node_reduce.c \
                  %D%/parse.c %D%/parse_bound.c %D%/parse_clause.c \
                  %D%/parse_dimension.c %D%/parse_duration.c \
                  %D%/parse_expression.c %D%/parse_literal.c %D%/parse_other.c %D%/parse_select.c \
                  %D%/parse_show.c %D%/parse_step.c %D%/parse_word.c %D%/pattern.c %D%/scanner.c %D%/scanner_point.c %D%/token.c

if HAVE_CHECK
check_PROGRAMS += %D%/check_test \
                  %D%/parse_test \
                  %D%/parse_refusal_test \
                  %D%/parse_statement_test \
                  %D%/pattern_test
%C%_check_test_SOURCES = %D%/check_test.c $(INFLUXQL_PARSER)
%C%_check_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_check_test_LDADD = $(SPEC_LIBS) $(JANSSON_LIBS)
%C%_parse_test_SOURCES = %D%/parse_test.c $(INFLUXQL_PARSER)
%C%_parse_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_parse_test_LDADD = $(SPEC_LIBS) $(JANSSON_LIBS)
%C%_parse_refusal_test_SOURCES = %D%/parse_refusal_test.c $(INFLUXQL_PARSER)
%C%_parse_refusal_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_parse_refusal_test_LDADD = $(SPEC_LIBS) $(JANSSON_LIBS)
%C%_parse_statement_test_SOURCES = %D%/parse_statement_test.c $(INFLUXQL_PARSER)
%C%_parse_statement_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_parse_statement_test_LDADD = $(SPEC_LIBS) $(JANSSON_LIBS)
%C%_pattern_test_SOURCES = %D%/pattern_test.c $(INFLUXQL_PARSER)
%C%_pattern_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_pattern_test_LDADD = $(SPEC_LIBS) $(JANSSON_LIBS)
endif
EXTRA_DIST += %D%/check_test.c %D%/parse_test.c \
              %D%/parse_refusal_test.c %D%/parse_statement_test.c %D%/pattern_test.c \
              %D%/parse_rows.h %D%/tree_text.h \
              %D%/check.h %D%/check_inner.h %D%/node.h %D%/parse.h \
              %D%/parse_inner.h %D%/parse_step.h %D%/pattern.h %D%/token.h %D%/token_inner.h \
              %D%/tree.h

INFLUXQL_SELECT = %D%/emit.c %D%/failure.c %D%/frame.c %D%/frame_call.c \
                  %D%/frame_fill.c %D%/frame_row.c %D%/function.c %D%/grid.c \
                  %D%/group.c %D%/nested.c %D%/plan.c %D%/plan_columns.c \
                  %D%/search.c %D%/select.c %D%/span.c %D%/survey.c \
                  %D%/tally.c %D%/where.c %D%/where_source.c %D%/where_time.c
INFLUXQL_ANSWER = %D%/indent.c %D%/numeral.c %D%/render.c %D%/render_csv.c \
                  %D%/result.c %D%/run.c %D%/run_statement.c \
                  %D%/show.c %D%/with.c

# What of core the plugin needs and libweir does not show.
INFLUXQL_CORE = core/arena.c core/number.c core/timetext.c

report_LTLIBRARIES       += %D%/influxql.la
%C%_influxql_la_SOURCES   = %D%/influxql.c %D%/emit.h %D%/failure.h %D%/frame.h \
                            %D%/frame_inner.h %D%/function.h %D%/grid.h \
                            %D%/group.h %D%/indent.h %D%/influxql.h %D%/nested.h \
                            %D%/numeral.h %D%/plan.h \
                            %D%/plan_inner.h %D%/render.h %D%/render_inner.h \
                            %D%/result.h %D%/run.h %D%/run_inner.h \
                            %D%/select.h %D%/show.h %D%/span.h %D%/survey.h \
                            %D%/tally.h %D%/where.h %D%/where_inner.h %D%/where_time.h \
                            %D%/with.h $(INFLUXQL_CORE) \
                            $(INFLUXQL_ANSWER) $(INFLUXQL_SELECT) \
                            $(INFLUXQL_PARSER)
%C%_influxql_la_LDFLAGS   = $(PLUGIN_FLAGS)
%C%_influxql_la_LIBADD    = $(INFLUX_LIBS) $(PLUGIN_LIBS) $(JANSSON_LIBS)
dist_man_MANS            += %D%/weir-report-influxql.5

if HAVE_CHECK
check_PROGRAMS            += %D%/influxql_test %D%/render_test \
                             %D%/select_test %D%/show_test \
                             %D%/span_test %D%/tally_test
%C%_influxql_test_SOURCES  = %D%/influxql_test.c $(INFLUXQL_ANSWER) \
                             $(INFLUXQL_SELECT) $(INFLUXQL_PARSER)
%C%_influxql_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_influxql_test_LDADD    = $(INFLUX_LIBS) $(SPEC_LIBS) $(JANSSON_LIBS)
%C%_render_test_SOURCES = %D%/render_test.c $(INFLUXQL_ANSWER) \
                             $(INFLUXQL_SELECT) $(INFLUXQL_PARSER)
%C%_render_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_render_test_LDADD = $(INFLUX_LIBS) $(SPEC_LIBS) $(JANSSON_LIBS)
%C%_show_test_SOURCES = %D%/show_test.c $(INFLUXQL_ANSWER) \
                             $(INFLUXQL_SELECT) $(INFLUXQL_PARSER)
%C%_show_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_show_test_LDADD = $(INFLUX_LIBS) $(SPEC_LIBS) $(JANSSON_LIBS)
%C%_select_test_SOURCES    = %D%/select_test.c $(INFLUXQL_ANSWER) \
                             $(INFLUXQL_SELECT) $(INFLUXQL_PARSER)
%C%_select_test_CPPFLAGS   = $(SPEC_CPPFLAGS)
%C%_select_test_LDADD      = $(INFLUX_LIBS) $(SPEC_LIBS) $(JANSSON_LIBS)
%C%_span_test_SOURCES      = %D%/span_test.c %D%/span.c %D%/tally.c
%C%_span_test_CPPFLAGS     = $(SPEC_CPPFLAGS)
%C%_span_test_LDADD        = $(SPEC_LIBS)
%C%_tally_test_SOURCES     = %D%/tally_test.c %D%/tally.c
%C%_tally_test_CPPFLAGS    = $(SPEC_CPPFLAGS)
%C%_tally_test_LDADD       = $(SPEC_LIBS)
endif
EXTRA_DIST += %D%/answer_spec.h %D%/influxql_spec.h %D%/influxql_test.c \
              %D%/render_test.c %D%/select_test.c %D%/show_test.c \
              %D%/span_test.c %D%/tally_test.c
