# plugins/ - one folder each; add yours here
#
# In KIND/NAME/local.mk, so that the build tree looks as the loader wants it:
#
#     KIND_LTLIBRARIES   += %D%/NAME.la
#     %C%_NAME_la_SOURCES = %D%/NAME.c
#     %C%_NAME_la_LDFLAGS = $(PLUGIN_FLAGS)
#     %C%_NAME_la_LIBADD  = $(PLUGIN_LIBS)
#     dist_man_MANS      += %D%/weir-KIND-NAME.5
#
#     if HAVE_CHECK
#     check_PROGRAMS        += %D%/NAME_test
#     %C%_NAME_test_CPPFLAGS = $(SPEC_CPPFLAGS)
#     %C%_NAME_test_LDADD    = $(SPEC_LIBS)
#     endif
#     EXTRA_DIST += %D%/NAME_test.c
include plugins/storage/memory/local.mk
include plugins/report/exposition/local.mk
include plugins/report/reply/local.mk
include plugins/influx/local.mk
include plugins/report/api/local.mk
include plugins/report/dashboard/local.mk
include plugins/report/influxql/local.mk
include plugins/report/print/local.mk
include plugins/report/summary/local.mk
include plugins/input/self/local.mk
include plugins/input/host/local.mk
include plugins/input/exec/local.mk
include plugins/input/scrape/local.mk
include plugins/input/prometheus/local.mk
include plugins/input/expvar/local.mk
include plugins/input/remote_write/local.mk
include plugins/input/influxdb/local.mk
include plugins/storage/tsdb/local.mk
include plugins/storage/influxdb/local.mk
