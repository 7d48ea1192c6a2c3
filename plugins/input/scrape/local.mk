# What inputs that scrape have in common; no plugin of its own.
#
# What looks up names for libcurl may outlast a plugin: who links this stays
# loaded, by SCRAPE_FLAGS.
noinst_LTLIBRARIES        += %D%/libscrape.la
%C%_libscrape_la_SOURCES   = %D%/fetch.c %D%/labelset.c %D%/labelset.h \
                             %D%/place.c %D%/place.h %D%/scrape.c \
                             %D%/scraper.c %D%/scraper.h
%C%_libscrape_la_CPPFLAGS  = $(AM_CPPFLAGS) $(CURL_CFLAGS)
%C%_libscrape_la_LIBADD    = $(CURL_LIBS)

SCRAPE_FLAGS = $(PLUGIN_FLAGS) -Wl,-z,nodelete
SCRAPE_LIBS  = %D%/libscrape.la $(PLUGIN_LIBS)

if HAVE_CHECK
check_PROGRAMS             += %D%/labelset_test %D%/scraper_test
%C%_labelset_test_SOURCES   = %D%/labelset_test.c
%C%_labelset_test_CPPFLAGS  = $(SPEC_CPPFLAGS)
%C%_labelset_test_LDADD     = $(SPEC_LIBS)
%C%_scraper_test_SOURCES    = %D%/scraper_test.c %D%/fetch.c %D%/place.c \
                              %D%/scrape.c
%C%_scraper_test_CPPFLAGS   = $(SPEC_CPPFLAGS) $(CURL_CFLAGS)
%C%_scraper_test_LDADD      = $(SPEC_LIBS) $(CURL_LIBS)
endif
EXTRA_DIST += %D%/labelset_test.c %D%/scraper_test.c
