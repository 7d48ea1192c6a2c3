storage_LTLIBRARIES += %D%/memory.la
%C%_memory_la_SOURCES    = %D%/memory.c %D%/memory.h %D%/answer.c \
                       %D%/lookup.c %D%/lookup.h %D%/ring.c %D%/ring.h \
                       %D%/shelf.c %D%/shelf.h %D%/times.c %D%/times.h \
                       core/answer_texts.c core/arena.c core/series.c \
                       core/utf8.c
%C%_memory_la_LDFLAGS    = $(PLUGIN_FLAGS)
%C%_memory_la_LIBADD     = $(PLUGIN_LIBS) -lxxhash
dist_man_MANS       += %D%/weir-storage-memory.5

if HAVE_CHECK
check_PROGRAMS          += %D%/memory_test
%C%_memory_test_SOURCES  = %D%/memory_test.c %D%/answer.c %D%/lookup.c \
                           %D%/ring.c %D%/shelf.c %D%/times.c
%C%_memory_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_memory_test_LDADD    = $(SPEC_LIBS) -lxxhash

check_PROGRAMS           += %D%/figures_test
%C%_figures_test_SOURCES  = %D%/figures_test.c %D%/answer.c %D%/lookup.c \
                            %D%/ring.c %D%/shelf.c %D%/times.c
%C%_figures_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_figures_test_LDADD    = $(SPEC_LIBS) -lxxhash

check_PROGRAMS         += %D%/shelf_test
%C%_shelf_test_SOURCES  = %D%/shelf_test.c %D%/lookup.c %D%/ring.c %D%/shelf.c \
                          %D%/times.c
%C%_shelf_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_shelf_test_LDADD    = $(SPEC_LIBS) -lxxhash
endif
EXTRA_DIST += %D%/figures_test.c %D%/memory_test.c %D%/shelf_test.c
