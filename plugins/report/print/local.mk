report_LTLIBRARIES   += %D%/print.la
%C%_print_la_SOURCES  = %D%/print.c %D%/human.c %D%/human.h \
                        %D%/board.c %D%/board.h %D%/table.c
%C%_print_la_LDFLAGS  = $(PLUGIN_FLAGS)
%C%_print_la_LIBADD   = $(PLUGIN_LIBS) -lm
dist_man_MANS        += %D%/weir-report-print.5

if HAVE_CHECK
check_PROGRAMS         += %D%/print_test
%C%_print_test_SOURCES  = %D%/print_test.c %D%/human.c %D%/board.c %D%/table.c
%C%_print_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_print_test_LDADD    = $(SPEC_LIBS)
endif
EXTRA_DIST += %D%/print_test.c
