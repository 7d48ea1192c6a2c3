report_LTLIBRARIES   += %D%/api.la
%C%_api_la_SOURCES  = %D%/api.c %D%/api.h %D%/answer.c %D%/answer.h \
                      %D%/metadata.c %D%/names.c \
                      %D%/query.c %D%/status.c %D%/summary.c \
                      %D%/summary.h %D%/summary_rows.c %D%/sweep.c %D%/sweep.h \
                      %D%/target_rows.c %D%/target_rows.h %D%/targets.c
%C%_api_la_LDFLAGS  = $(PLUGIN_FLAGS)
%C%_api_la_LIBADD   = $(REPLY_LIBS) $(PLUGIN_LIBS)
dist_man_MANS       += %D%/weir-report-api.5

if HAVE_CHECK
check_PROGRAMS        += %D%/api_test
%C%_api_test_SOURCES  = %D%/api_test.c %D%/answer.c \
                        %D%/metadata.c %D%/names.c %D%/query.c %D%/status.c %D%/summary.c \
                        %D%/summary_rows.c %D%/sweep.c %D%/target_rows.c \
                        %D%/targets.c
%C%_api_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_api_test_LDADD    = $(REPLY_LIBS) $(SPEC_LIBS)
endif
EXTRA_DIST += %D%/api_test.c
