/* failure.c - why storages did not answer, in words */
#include <config.h>

#include "failure.h"

#include <errno.h>
#include <string.h>

void
failure_keep(struct result *into, int rc)
{
    static const struct {
        int rc;
        const char *why;
    } reasons[] = {
        {-ENOTCONN, "there is no storage to ask; name one in \"from\""},
        {-EAGAIN, "too many queries run already; try again"},
        {-ETIMEDOUT, "query timeout: see query_timeout"},
        {-E2BIG, "the answer is too large: see max_series, max_samples, "
                 "max_memory and max_answer"},
        {-ECANCELED, "query interrupted"},
    };

    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (reasons[i].rc == rc)
            result_fail(into, "%s", reasons[i].why);
    result_fail(into, "%s", strerror(-rc));
}

void
failure_keep_result(struct result *into, const struct weir_result *result)
{
    for (size_t i = 0; i < result->note_count; i++)
        if (strcmp(result->notes[i].kind, "error") == 0)
            result_fail(into, "%s", result->notes[i].text);
    failure_keep(into, result->rc);
}
