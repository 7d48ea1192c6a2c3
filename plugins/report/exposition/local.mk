report_LTLIBRARIES    += %D%/exposition.la
%C%_exposition_la_SOURCES  = %D%/exposition.c \
                         %D%/exposition_text.c %D%/exposition_text.h \
                         %D%/page.c %D%/page.h
%C%_exposition_la_LDFLAGS  = $(PLUGIN_FLAGS)
%C%_exposition_la_LIBADD   = $(PLUGIN_LIBS)
dist_man_MANS         += %D%/weir-report-exposition.5

if HAVE_CHECK
check_PROGRAMS              += %D%/exposition_test
%C%_exposition_test_SOURCES  = %D%/exposition_test.c %D%/exposition_text.c \
                               %D%/page.c
%C%_exposition_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_exposition_test_LDADD    = $(SPEC_LIBS)
endif
EXTRA_DIST += %D%/exposition_test.c
