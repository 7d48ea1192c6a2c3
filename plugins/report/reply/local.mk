# What reports that answer over HTTP have in common; no plugin of its own.
noinst_LTLIBRARIES      += %D%/libreply.la
%C%_libreply_la_SOURCES  = %D%/fault.c %D%/fault.h %D%/json.c %D%/json.h \
                           %D%/labels.c %D%/labels.h %D%/outbox.c \
                           %D%/outbox.h %D%/parameter.c %D%/parameter.h
REPLY_LIBS = %D%/libreply.la
