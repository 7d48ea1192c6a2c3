/* fault.h - requests that are answered with an error, as Prometheus' API does
 */
#ifndef REPLY_FAULT_H
#define REPLY_FAULT_H

#include <weir/http.h>

/* What went wrong; each has a status and a name. */
enum fault {
    FAULT_BAD_DATA,
    FAULT_EXECUTION,
    FAULT_TIMEOUT,
    FAULT_CANCELED,
    FAULT_UNAVAILABLE,
    FAULT_INTERNAL,
    FAULT_NOT_FOUND,
};

/* Answers a request for good with an error, in words. */
void fault_tell(struct weir_request **request_p, enum fault fault,
                const char *why);

#endif /* REPLY_FAULT_H */
