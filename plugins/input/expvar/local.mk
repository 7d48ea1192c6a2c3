EXPVAR_READER = \
    %D%/gc.c %D%/memstats.c %D%/pauses.c %D%/program.c %D%/quoted.c \
    %D%/variables.c %D%/vars.c

input_LTLIBRARIES      += %D%/expvar.la
%C%_expvar_la_SOURCES   = %D%/expvar.c %D%/expvar.h %D%/pauses.h \
                          %D%/quoted.h %D%/vars.h $(EXPVAR_READER)
%C%_expvar_la_CPPFLAGS  = $(AM_CPPFLAGS) $(CURL_CFLAGS)
%C%_expvar_la_LDFLAGS   = $(SCRAPE_FLAGS)
%C%_expvar_la_LIBADD    = $(SCRAPE_LIBS)
dist_man_MANS          += %D%/weir-input-expvar.5 %D%/weir-go.7

if HAVE_CHECK
check_PROGRAMS               += %D%/pauses_test %D%/program_test %D%/vars_test
%C%_pauses_test_SOURCES       = %D%/pauses_test.c %D%/pauses.c
%C%_pauses_test_CPPFLAGS      = $(SPEC_CPPFLAGS)
%C%_pauses_test_LDADD         = $(SPEC_LIBS)
%C%_program_test_SOURCES      = %D%/program_test.c $(EXPVAR_READER)
%C%_program_test_CPPFLAGS     = $(SPEC_CPPFLAGS)
%C%_program_test_LDADD        = $(SPEC_LIBS)
%C%_vars_test_SOURCES         = %D%/vars_test.c %D%/vars.c %D%/quoted.c
%C%_vars_test_CPPFLAGS        = $(SPEC_CPPFLAGS)
%C%_vars_test_LDADD           = $(SPEC_LIBS)
endif
EXTRA_DIST += %D%/pauses_test.c %D%/program_test.c %D%/vars_test.c %D%/testdata
