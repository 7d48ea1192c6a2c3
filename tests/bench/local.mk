# tests/bench/ - what it costs; `make bench` measures, make check sees that it
# can be measured
EXTRA_PROGRAMS += %D%/pipeline %D%/empty %D%/link
%C%_pipeline_SOURCES = %D%/pipeline.c %D%/counter.c %D%/counter.h \
                       %D%/feed.c %D%/feed.h %D%/raw.c %D%/raw.h \
                       %D%/tally.c %D%/tally.h
%C%_pipeline_LDADD   = libcore.la
%C%_link_SOURCES = %D%/link.c %D%/link.h %D%/link_agent.c %D%/link_bytes.c \
                   %D%/link_ends.c %D%/link_speed.c %D%/link_spool.c \
                   %D%/counter.c %D%/counter.h %D%/raw.c %D%/raw.h \
                   %D%/store_mix.c %D%/store_rows.c %D%/store_rows.h
%C%_link_LDADD   = libcore.la
%C%_empty_LDADD      = libweir.la
%C%_empty_LDFLAGS    = $(AM_LDFLAGS) -Wl,--no-as-needed
EXTRA_PROGRAMS += %D%/codec
%C%_codec_LDADD   = $(TSDB_LIBS)
EXTRA_PROGRAMS += %D%/store_ingest
%C%_store_ingest_SOURCES = %D%/store_ingest.c %D%/store_herd.c \
                           %D%/store_herd.h %D%/store_values.c \
                            %D%/store_values.h
%C%_store_ingest_LDADD   = $(TSDB_LIBS)

EXTRA_PROGRAMS += %D%/store_select
%C%_store_select_LDADD   = $(TSDB_LIBS)

EXTRA_PROGRAMS += %D%/store
%C%_store_SOURCES = %D%/store.c %D%/store.h %D%/store_load.c \
                    %D%/store_mix.c %D%/store_rows.c %D%/store_rows.h \
                    %D%/store_subject.c %D%/store_subject.h %D%/store_text.c
%C%_store_LDADD   = $(TSDB_LIBS)

EXTRA_PROGRAMS += %D%/herd
%C%_herd_LDADD = libcore.la

EXTRA_PROGRAMS += %D%/scrape
%C%_scrape_SOURCES  = %D%/scrape.c %D%/scrape_text.c %D%/scrape_text.h
%C%_scrape_CPPFLAGS = $(AM_CPPFLAGS) \
    -DSCRAPE_CAPTURE='"$(abs_top_srcdir)/tests/fixtures/goapp.om.txt"'
%C%_scrape_LDADD    = plugins/input/scrape/libscrape.la libcore.la

EXTRA_PROGRAMS += %D%/scrape_server
%C%_scrape_server_SOURCES  = %D%/scrape_server.c %D%/scrape_text.c \
                             %D%/scrape_text.h
%C%_scrape_server_CPPFLAGS = $(%C%_scrape_CPPFLAGS)
%C%_scrape_server_LDADD    = libcore.la

EXTRA_PROGRAMS += %D%/query_feed
%C%_query_feed_LDADD = libcore.la $(SNAPPY_LIBS)

benches = %D%/codec$(EXEEXT) %D%/store$(EXEEXT) %D%/store_ingest$(EXEEXT) \
          %D%/store_select$(EXEEXT) %D%/query_feed$(EXEEXT) \
          %D%/pipeline$(EXEEXT) %D%/empty$(EXEEXT) %D%/link$(EXEEXT) \
          %D%/herd$(EXEEXT) %D%/scrape$(EXEEXT) \
          %D%/scrape_server$(EXEEXT)

plays      += %D%/smoke.py
EXTRA_DIST += %D%/smoke.py %D%/collect.py %D%/store.py %D%/store_capture.py \
              %D%/store_rivals.py %D%/query.py %D%/herd.py \
              %D%/scrape.py \
              %D%/dashboard.py %D%/overview.py %D%/process.py %D%/outage.py %D%/influx.py \
              %D%/README.md
CLEANFILES += $(benches)
%D%/smoke.log: $(benches)

bench: all $(benches)
	$(AM_V_GEN)%D%/pipeline
	$(AM_V_at)%D%/link
	$(AM_V_at)%D%/codec
	$(AM_V_at)%D%/store_ingest
	$(AM_V_at)%D%/store_select
	$(AM_V_at)%D%/scrape
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) python3 $(top_srcdir)/%D%/collect.py
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) python3 $(top_srcdir)/%D%/store.py
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) python3 $(top_srcdir)/%D%/query.py
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) python3 $(top_srcdir)/%D%/herd.py
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) python3 $(top_srcdir)/%D%/scrape.py
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) python3 $(top_srcdir)/%D%/overview.py
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) python3 $(top_srcdir)/%D%/dashboard.py
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) python3 $(top_srcdir)/%D%/outage.py
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) python3 $(top_srcdir)/%D%/influx.py
.PHONY: bench
