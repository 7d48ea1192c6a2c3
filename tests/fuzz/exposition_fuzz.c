/* exposition_fuzz.c - no text of Prometheus or OpenMetrics may break its reader
 */
#include <config.h>

#include "reader_fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    read_twice(weir_read_exposition, bytes, size);
    return 0;
}
