DASHBOARD_SOURCES = %D%/live.c %D%/live.h %D%/tap.c %D%/tap.h \
                    %D%/overview.c %D%/overview_column.c \
                    %D%/overview_column.h %D%/overview_condition.c \
                    %D%/overview_condition.h %D%/overview_probe.c \
                    %D%/overview_probe.h %D%/overview_notice.c \
                    %D%/overview_notice.h %D%/overview_page.c \
                    %D%/overview_page.h %D%/overview_subject.c \
                    %D%/overview_subject.h %D%/overview_survey.c \
                    %D%/overview_survey.h %D%/overview_view.c \
                    %D%/overview_view.h %D%/overview_words.c \
                    %D%/overview_words.h %D%/overview_write.c \
                    %D%/top.c %D%/top.h %D%/top_answer.c %D%/top_answer.h \
                    %D%/top_asker.c %D%/top_asker.h %D%/top_screen.c \
                    %D%/top_screen.h %D%/top_text.c %D%/top_text.h \
                    %D%/top_view.c %D%/top_view.h %D%/top_wish.c \
                    %D%/top_wish.h

# What of core the plugin needs and libweir does not show.
DASHBOARD_CORE = core/cli/plain.c core/cli/screen.c core/http/gzip.c \
                 core/number.c core/utf8.c

report_LTLIBRARIES       += %D%/dashboard.la
%C%_dashboard_la_SOURCES  = %D%/dashboard.c %D%/dashboard.h \
                            $(DASHBOARD_SOURCES) $(DASHBOARD_CORE) \
                            %D%/assets.h %D%/page.h
%C%_dashboard_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/%D% $(CURL_CFLAGS) \
                            $(NCURSES_CFLAGS)
%C%_dashboard_la_LDFLAGS  = $(PLUGIN_FLAGS)
%C%_dashboard_la_LIBADD   = $(REPLY_LIBS) $(PLUGIN_LIBS) $(JANSSON_LIBS) \
                            $(NCURSES_LIBS) -lz -lxxhash -lm
dist_man_MANS            += %D%/weir-report-dashboard.5

# The page is bundled by Node from exact versions; a tarball has assets.c.
%C%_web = %D%/web/answers.js %D%/web/ask.js %D%/web/asked.js %D%/web/bar.js \
          %D%/web/board.js %D%/web/boards.js %D%/web/bundle.mjs \
          %D%/web/chart.js %D%/web/complete.js %D%/web/editor.js \
          %D%/web/explore.js %D%/web/figures.js %D%/web/functions.js \
          %D%/web/html.js %D%/web/index.html %D%/web/keys.js \
          %D%/web/legend.js %D%/web/live.js %D%/web/main.js %D%/web/marks.js \
          %D%/web/metric.js %D%/web/overview.js %D%/web/paint.js \
          %D%/web/panel.js %D%/web/place.js %D%/web/plot.js %D%/web/query.js \
          %D%/web/save.js %D%/web/span.js %D%/web/style.css %D%/web/unit.js
%C%_modules = %D%/web/package.json %D%/web/package-lock.json %D%/web/.npmrc

%D%/assets.c: $(%C%_web) $(%C%_modules)
	$(AM_V_GEN)$(SHELL) $(srcdir)/%D%/web/bundle.sh "$(NPM)" \
	    $(srcdir)/%D%/web %D% $@

EXTRA_DIST += $(%C%_web) $(%C%_modules) %D%/web/bundle.sh

if DASHBOARD
%C%_dashboard_la_SOURCES      += %D%/page.c
nodist_%C%_dashboard_la_SOURCES = %D%/assets.c
EXTRA_DIST                    += %D%/assets.c
else
%C%_dashboard_la_SOURCES      += %D%/page_none.c
endif
EXTRA_DIST                    += %D%/page.c %D%/page_none.c

if HAVE_CHECK
check_PROGRAMS              += %D%/dashboard_test
%C%_dashboard_test_SOURCES   = %D%/dashboard_test.c $(DASHBOARD_SOURCES) \
                               %D%/page_none.c
%C%_dashboard_test_CPPFLAGS  = $(SPEC_CPPFLAGS) $(CURL_CFLAGS) $(NCURSES_CFLAGS)
%C%_dashboard_test_LDADD     = $(REPLY_LIBS) $(SPEC_LIBS) $(JANSSON_LIBS) \
                               $(NCURSES_LIBS) -lz -lxxhash -lm
endif
EXTRA_DIST += %D%/dashboard_test.c
