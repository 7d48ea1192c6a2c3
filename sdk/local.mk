# sdk/ - everything a plugin's author needs, and nothing else
weirincludedir      = $(includedir)/weir
weirinclude_HEADERS = %D%/weir/batch.h %D%/weir/cleanup.h %D%/weir/harness.h \
                      %D%/weir/http.h %D%/weir/plugin.h %D%/weir/query.h \
                      %D%/weir/storage.h %D%/weir/text.h
pkgconfigdir        = $(libdir)/pkgconfig
pkgconfig_DATA      = %D%/weir.pc
dist_man_MANS      += %D%/weir-plugin.7
EXTRA_DIST         += %D%/example/Makefile %D%/example/sine.c \
                      %D%/example/sine_test.c
