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
