/* transfer_inner.h - for transfer*.c alone */
#ifndef TSDB_TRANSFER_INNER_H
#define TSDB_TRANSFER_INNER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <weir/http.h>

#include "transfer.h"

struct tsdb;

/* Exports that run; see transfer_export.c. */
struct export_job;

struct transfer_exports {
    struct export_job *jobs; /* list */
    atomic_bool stopping;
};

/* Starts what the request asks for, which it takes. */
void transfer_export(struct tsdb *tsdb, struct transfer_exports *self,
                     struct weir_request *request);

/* Ends all of them. */
void transfer_exports_fini(struct transfer_exports *self);

/* Answers in plain text. */
void transfer_say(struct weir_request **request_p, int status,
                  const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif /* TSDB_TRANSFER_INNER_H */
