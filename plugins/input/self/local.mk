input_LTLIBRARIES   += %D%/self.la
%C%_self_la_SOURCES  = %D%/self.c
%C%_self_la_LDFLAGS  = $(PLUGIN_FLAGS)
%C%_self_la_LIBADD   = $(PLUGIN_LIBS)
dist_man_MANS       += %D%/weir-input-self.5
