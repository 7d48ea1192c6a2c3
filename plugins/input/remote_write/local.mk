input_LTLIBRARIES           += %D%/remote_write.la
%C%_remote_write_la_SOURCES  = %D%/remote_write.c %D%/remote_write.h \
                               %D%/families.c %D%/families.h %D%/message.c \
                               %D%/message.h %D%/protobuf.c %D%/protobuf.h \
                               %D%/push.c
%C%_remote_write_la_LDFLAGS  = $(PLUGIN_FLAGS)
%C%_remote_write_la_LIBADD   = $(PLUGIN_LIBS) $(SNAPPY_LIBS)
dist_man_MANS               += %D%/weir-input-remote_write.5

if HAVE_CHECK
check_PROGRAMS                += %D%/remote_write_test
%C%_remote_write_test_SOURCES  = %D%/remote_write_test.c %D%/families.c \
                                 %D%/message.c %D%/protobuf.c %D%/push.c
%C%_remote_write_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_remote_write_test_LDADD    = $(SPEC_LIBS) $(SNAPPY_LIBS)
endif
EXTRA_DIST += %D%/remote_write_test.c
