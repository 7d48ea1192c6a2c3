input_LTLIBRARIES    += %D%/exec.la
%C%_exec_la_SOURCES   = %D%/exec.c %D%/exec.h %D%/child.c %D%/child.h \
                        %D%/cycle.c %D%/output.c
%C%_exec_la_LDFLAGS   = $(PLUGIN_FLAGS)
%C%_exec_la_LIBADD    = $(PLUGIN_LIBS)
dist_man_MANS        += %D%/weir-input-exec.5

if HAVE_CHECK
check_PROGRAMS        += %D%/exec_test
%C%_exec_test_SOURCES  = %D%/exec_test.c %D%/child.c %D%/cycle.c %D%/output.c
%C%_exec_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_exec_test_LDADD    = $(SPEC_LIBS)
endif
EXTRA_DIST += %D%/exec_test.c
