# The sources of the plugin but for summary.c, which its test includes; the last
# line is what of others it needs and libweir does not show.
summary_sources = \
    %D%/choose.c \
    %D%/form.c %D%/form.h \
    %D%/form_csv.c \
    %D%/form_html.c \
    %D%/form_json.c \
    %D%/form_markdown.c \
    %D%/gather.c %D%/gather.h %D%/gather_inner.h \
    %D%/gather_figures.c \
    %D%/gather_steps.c \
    %D%/html.h \
    %D%/html_card.c \
    %D%/html_chart.c \
    %D%/html_style.c \
    %D%/panel.c %D%/panel.h \
    %D%/report.c %D%/report.h \
    %D%/request.c \
    %D%/robust.c %D%/robust.h \
    %D%/row.c %D%/row.h \
    %D%/schedule.c %D%/schedule.h \
    %D%/shelf.c %D%/shelf.h \
    %D%/summary.h \
    %D%/summary_command.c %D%/summary_command.h \
    %D%/timed.c \
    %D%/trend.c %D%/trend.h \
    %D%/words.c %D%/words.h \
    plugins/report/print/human.c plugins/report/print/human.h

report_LTLIBRARIES      += %D%/summary.la
%C%_summary_la_SOURCES   = %D%/summary.c $(summary_sources) core/utf8.c
%C%_summary_la_LDFLAGS   = $(PLUGIN_FLAGS)
%C%_summary_la_LIBADD    = $(PLUGIN_LIBS) $(JANSSON_LIBS) -lm
dist_man_MANS           += %D%/weir-report-summary.5

if HAVE_CHECK
check_PROGRAMS          += %D%/summary_test
%C%_summary_test_SOURCES  = %D%/summary_test.c $(summary_sources)
%C%_summary_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_summary_test_LDADD    = $(SPEC_LIBS) $(JANSSON_LIBS) -lm
check_PROGRAMS          += %D%/trend_test
%C%_trend_test_SOURCES    = %D%/trend_test.c %D%/trend.c %D%/robust.c \
                            %D%/words.c %D%/schedule.c \
                            plugins/report/print/human.c
%C%_trend_test_CPPFLAGS   = $(SPEC_CPPFLAGS)
%C%_trend_test_LDADD      = $(SPEC_LIBS) -lm
endif
EXTRA_DIST += %D%/summary_test.c %D%/trend_test.c
