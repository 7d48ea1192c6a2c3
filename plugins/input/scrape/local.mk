# What inputs that scrape have in common; no plugin of its own.
#
# What looks up names for libcurl may outlast a plugin: who links this stays
# loaded, by SCRAPE_FLAGS.
noinst_LTLIBRARIES        += %D%/libscrape.la
%C%_libscrape_la_SOURCES   = %D%/access.c %D%/access.h %D%/aim.c %D%/aim.h \
                             %D%/alias.c %D%/alias.h %D%/body.c %D%/body.h \
                             %D%/curlfree.h %D%/discovery.c %D%/discovery.h \
                             %D%/dns.c %D%/dns.h %D%/dns_answer.c \
                             %D%/dns_answer.h %D%/dnslook.c %D%/dnslook.h \
                             %D%/docker.c %D%/docker.h %D%/docker_answer.c \
                             %D%/docker_answer.h %D%/fetch.c %D%/filelook.c \
                             %D%/filelook.h %D%/files.c %D%/files.h \
                             %D%/findings.c %D%/findings.h %D%/groupfile.c \
                             %D%/groupfile.h %D%/kube.c %D%/kube.h \
                             %D%/kube_access.c %D%/kube_access.h \
                             %D%/kube_line.c %D%/kube_line.h %D%/labelset.c \
                             %D%/labelset.h %D%/lettercase.c %D%/lettercase.h \
                             %D%/meta.c %D%/meta.h %D%/place.c %D%/place.h \
                             %D%/pod_labels.c %D%/pod_labels.h %D%/pods.c \
                             %D%/pods.h %D%/relabel.c %D%/relabel.h %D%/rule.c \
                             %D%/rule.h %D%/scrape.c %D%/scraper.c \
                             %D%/scraper.h %D%/sieve.c %D%/sieve.h \
                             %D%/target.c %D%/target.h %D%/targets.c \
                             %D%/targets.h %D%/transfers.c %D%/transfers.h \
                             %D%/turns.c %D%/turns.h %D%/web.c %D%/web.h
%C%_libscrape_la_CPPFLAGS  = $(AM_CPPFLAGS) $(CURL_CFLAGS) $(NETTLE_CFLAGS) \
                             $(YAML_CFLAGS)
%C%_libscrape_la_LIBADD    = $(CURL_LIBS) $(JANSSON_LIBS) $(NETTLE_LIBS) \
                             $(YAML_LIBS) $(RESOLV_LIBS)

SCRAPE_FLAGS = $(PLUGIN_FLAGS) -Wl,-z,nodelete
SCRAPE_LIBS  = %D%/libscrape.la $(PLUGIN_LIBS)
SCRAPE_TEST_LIBS = %D%/libscrape.la $(SPEC_LIBS)

if HAVE_CHECK
check_PROGRAMS             += %D%/labelset_test %D%/relabel_test \
                              %D%/scraper_test
%C%_labelset_test_SOURCES   = %D%/labelset_test.c
%C%_labelset_test_CPPFLAGS  = $(SPEC_CPPFLAGS)
%C%_labelset_test_LDADD     = $(SPEC_LIBS)
%C%_relabel_test_SOURCES    = %D%/relabel_test.c
%C%_relabel_test_CPPFLAGS   = $(SPEC_CPPFLAGS)
%C%_relabel_test_LDADD      = $(SCRAPE_TEST_LIBS)
%C%_scraper_test_SOURCES    = %D%/scraper_test.c
%C%_scraper_test_CPPFLAGS   = $(SPEC_CPPFLAGS) $(CURL_CFLAGS) $(YAML_CFLAGS)
%C%_scraper_test_LDADD      = $(SCRAPE_TEST_LIBS)

check_PROGRAMS             += %D%/dns_answer_test %D%/docker_answer_test \
                              %D%/groupfile_test %D%/pods_test \
                              %D%/targets_test %D%/turns_test
%C%_docker_answer_test_SOURCES  = %D%/docker_answer_test.c
%C%_docker_answer_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_docker_answer_test_LDADD    = $(SCRAPE_TEST_LIBS)
%C%_pods_test_SOURCES       = %D%/pods_test.c
%C%_pods_test_CPPFLAGS      = $(SPEC_CPPFLAGS)
%C%_pods_test_LDADD         = $(SCRAPE_TEST_LIBS)
%C%_dns_answer_test_SOURCES  = %D%/dns_answer_test.c
%C%_dns_answer_test_CPPFLAGS = $(SPEC_CPPFLAGS)
%C%_dns_answer_test_LDADD    = $(SCRAPE_TEST_LIBS)
%C%_groupfile_test_SOURCES  = %D%/groupfile_test.c
%C%_groupfile_test_CPPFLAGS = $(SPEC_CPPFLAGS) $(YAML_CFLAGS)
%C%_groupfile_test_LDADD    = $(SCRAPE_TEST_LIBS)
%C%_targets_test_SOURCES    = %D%/targets_test.c
%C%_targets_test_CPPFLAGS   = $(SPEC_CPPFLAGS) $(CURL_CFLAGS)
%C%_targets_test_LDADD      = $(SCRAPE_TEST_LIBS)
%C%_turns_test_SOURCES      = %D%/turns_test.c
%C%_turns_test_CPPFLAGS     = $(SPEC_CPPFLAGS)
%C%_turns_test_LDADD        = $(SPEC_LIBS)
endif
EXTRA_DIST += %D%/dns_answer_test.c %D%/docker_answer_test.c \
              %D%/groupfile_test.c %D%/labelset_test.c %D%/pods_test.c \
              %D%/relabel_test.c %D%/relabel_text.h %D%/scraper_test.c \
              %D%/targets_test.c %D%/testdata %D%/turns_test.c
