HOST_SOURCES = \
    %D%/arp.c %D%/conntrack.c %D%/cpu.c %D%/cpufreq.c %D%/device.c \
    %D%/device.h %D%/diskstats.c %D%/dmi.c %D%/entropy.c %D%/field.c \
    %D%/field.h %D%/file.c %D%/file.h %D%/filefd.c %D%/filesystem.c \
    %D%/host.h %D%/linknews.c %D%/linknews.h %D%/loadavg.c %D%/meminfo.c %D%/mount.c %D%/mount.h \
    %D%/netclass.c %D%/netdev.c %D%/netstat.c %D%/os.c %D%/pressure.c \
    %D%/probe.c %D%/probe.h %D%/procstat.c %D%/procstat.h %D%/scan.h \
    %D%/schedstat.c %D%/selinux.c %D%/sockstat.c %D%/softnet.c %D%/stat.c \
    %D%/textfile.c %D%/time.c %D%/timex.c %D%/udev.c %D%/udev.h \
    %D%/udp_queues.c %D%/uname.c %D%/vmstat.c

input_LTLIBRARIES   += %D%/host.la
%C%_host_la_SOURCES  = %D%/host.c $(HOST_SOURCES)
%C%_host_la_LDFLAGS  = $(PLUGIN_FLAGS)
%C%_host_la_LIBADD   = $(PLUGIN_LIBS)
dist_man_MANS       += %D%/weir-input-host.5

# The tests of the cost stand between the plugin and what it calls.
if HAVE_CHECK
check_PROGRAMS               += %D%/host_test %D%/host_change_test \
                                %D%/host_cost_test
%C%_host_test_SOURCES         = %D%/host_test.c %D%/host_spec.h $(HOST_SOURCES)
%C%_host_test_CPPFLAGS        = $(SPEC_CPPFLAGS)
%C%_host_test_LDADD           = $(SPEC_LIBS)
%C%_host_change_test_SOURCES  = %D%/host_change_test.c %D%/host_spec.h \
                                $(HOST_SOURCES)
%C%_host_change_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_host_change_test_LDADD    = $(SPEC_LIBS)
%C%_host_cost_test_SOURCES    = %D%/host_cost_test.c %D%/host_spec.h \
                                $(HOST_SOURCES)
%C%_host_cost_test_CPPFLAGS   = $(SPEC_CPPFLAGS)
%C%_host_cost_test_LDADD      = $(SPEC_LIBS)
%C%_host_cost_test_LDFLAGS    = $(AM_LDFLAGS) \
    -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc \
    -Wl,--wrap=reallocarray,--wrap=statfs
endif
EXTRA_DIST += %D%/host_test.c %D%/host_change_test.c %D%/host_cost_test.c \
              %D%/host_spec.h %D%/testdata
