# conf/ - ready configurations
weirconfdir = $(sysconfdir)/weir
dist_weirconf_DATA = %D%/weir.conf %D%/agent.conf %D%/store.conf \
                     %D%/relay.conf %D%/report.conf %D%/influxdb.conf
dist_man_MANS += %D%/weir.conf.5

# The unit names where the program and its configuration were put.
systemdsystemunit_DATA = %D%/weir.service
EXTRA_DIST += %D%/weir.service.in
CLEANFILES += %D%/weir.service
%D%/weir.service: %D%/weir.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) %D% && sed -e 's|@bindir[@]|$(bindir)|' \
	    -e 's|@sysconfdir[@]|$(sysconfdir)|' \
	    $(srcdir)/%D%/weir.service.in >$@.tmp && mv $@.tmp $@
