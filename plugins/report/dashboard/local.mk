DASHBOARD_SOURCES = %D%/overview.c %D%/overview_column.c \
                    %D%/overview_column.h %D%/overview_condition.c \
                    %D%/overview_condition.h %D%/overview_page.c \
                    %D%/overview_page.h %D%/overview_subject.c \
                    %D%/overview_subject.h %D%/overview_survey.c \
                    %D%/overview_survey.h %D%/overview_view.c \
                    %D%/overview_view.h %D%/overview_words.c \
                    %D%/overview_words.h %D%/overview_write.c

# What of core the plugin needs and libweir does not show.
DASHBOARD_CORE = core/utf8.c

report_LTLIBRARIES       += %D%/dashboard.la
%C%_dashboard_la_SOURCES  = %D%/dashboard.c %D%/dashboard.h \
                            $(DASHBOARD_SOURCES) $(DASHBOARD_CORE)
%C%_dashboard_la_LDFLAGS  = $(PLUGIN_FLAGS)
%C%_dashboard_la_LIBADD   = $(REPLY_LIBS) $(PLUGIN_LIBS) $(DEPS_LIBS)
dist_man_MANS            += %D%/weir-report-dashboard.5
