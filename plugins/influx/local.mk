# What the plugins that speak InfluxDB's ways have in common; no plugin of its
# own.
noinst_LTLIBRARIES       += %D%/libinflux.la
%C%_libinflux_la_SOURCES  = %D%/answer.c %D%/answer.h %D%/databases.c \
                            %D%/databases.h %D%/login.c %D%/login.h \
                            %D%/naming.c %D%/naming.h core/utf8.c core/utf8.h
%C%_libinflux_la_LIBADD   = $(REPLY_LIBS)
INFLUX_LIBS = %D%/libinflux.la

if HAVE_CHECK
check_PROGRAMS               += %D%/naming_test %D%/databases_test
%C%_naming_test_CPPFLAGS      = $(SPEC_CPPFLAGS)
%C%_naming_test_LDADD         = $(INFLUX_LIBS) $(SPEC_LIBS)
%C%_databases_test_CPPFLAGS   = $(SPEC_CPPFLAGS)
%C%_databases_test_LDADD      = $(INFLUX_LIBS) $(SPEC_LIBS)
endif
EXTRA_DIST += %D%/naming_test.c %D%/databases_test.c %D%/scene_spec.h
