/* groupfile_fuzz.c - no file of targets may break its reader
 *
 * What is read is made of labels that a target can have, and what is refused is
 * told with a line.
 */
#include <config.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../plugins/input/scrape/groupfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct findings found = {0};
    struct groupfile_fault fault;

    int rc = groupfile_read((const char *)bytes, size, &found, &fault);
    if (rc < 0 && (!*fault.why || fault.line == 0))
        abort();
    for (size_t i = 0; i < found.count; i++) {
        const struct labelset *set = found.items[i];
        /* A set that is read in part is one without its address yet. */
        if (rc == 0 && !*labelset_get(set, "__address__"))
            abort();
        for (size_t k = 0; k < set->count; k++)
            if (!*set->labels[k].name || !*set->labels[k].value)
                abort();
    }
    findings_fini(&found);
    return 0;
}
