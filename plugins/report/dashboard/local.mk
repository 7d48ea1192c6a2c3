report_LTLIBRARIES     += %D%/dashboard.la
%C%_dashboard_la_SOURCES = %D%/dashboard.c %D%/assets.h
%C%_dashboard_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/%D%
%C%_dashboard_la_LDFLAGS = $(PLUGIN_FLAGS)
%C%_dashboard_la_LIBADD  = $(PLUGIN_LIBS)

# The page is bundled by Node from exact versions; a tarball has assets.c.
%C%_web = %D%/web/ask.js %D%/web/bar.js %D%/web/board.js %D%/web/boards.js \
          %D%/web/bundle.mjs %D%/web/chart.js %D%/web/complete.js \
          %D%/web/editor.js %D%/web/explore.js %D%/web/figures.js \
          %D%/web/functions.js %D%/web/html.js %D%/web/index.html %D%/web/keys.js \
          %D%/web/legend.js %D%/web/main.js %D%/web/metric.js %D%/web/overview.js \
          %D%/web/paint.js %D%/web/panel.js %D%/web/place.js \
          %D%/web/plot.js %D%/web/query.js %D%/web/save.js %D%/web/span.js %D%/web/style.css \
          %D%/web/unit.js
%C%_modules = %D%/web/package.json %D%/web/package-lock.json %D%/web/.npmrc

%D%/assets.c: $(%C%_web) $(%C%_modules)
	$(AM_V_GEN)$(SHELL) $(srcdir)/%D%/web/bundle.sh "$(NPM)" \
	    $(srcdir)/%D%/web %D% $@

EXTRA_DIST += $(%C%_web) $(%C%_modules) %D%/web/bundle.sh

if DASHBOARD
%C%_dashboard_la_SOURCES      += %D%/page.c %D%/page.h
nodist_%C%_dashboard_la_SOURCES = %D%/assets.c
EXTRA_DIST                    += %D%/assets.c
else
EXTRA_DIST                    += %D%/page.c %D%/page.h
endif
