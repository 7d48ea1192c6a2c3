/* influxline_fuzz.c - no line protocol may break its reader */
#include <config.h>

#include "reader_fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    read_twice(weir_read_lines, bytes, size);
    return 0;
}
