/* openmetrics_fuzz.c - no OpenMetrics may break its reader */
#include <config.h>

#include "reader_fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    read_twice(weir_read_openmetrics, bytes, size);
    return 0;
}
