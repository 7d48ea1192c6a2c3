/* reading.c - how a text of samples is read, beyond what weir/text.h says */
#include <config.h>

#include "reading.h"

#include <errno.h>

int
reading_fault(struct reading *self, const char *what)
{
    self->what = what;
    return -EBADMSG;
}

int
reading_untimed(struct reading *self, struct weir_batch *into,
                uint32_t reference, double value)
{
    if (self->has_time)
        weir_set_at(into, reference, self->time_ns, value);
    else if (self->strict)
        return reading_fault(self, "has no time; --time gives one to all that "
                                   "have none");
    else
        weir_set(into, reference, value);
    return 0;
}

int
reading_refused(struct reading *self, int rc)
{
    return reading_fault(
        self, rc == -EDQUOT
                  ? "this series is one more than may be"
                  : "the name or a label is not allowed: names are "
                    "[a-zA-Z_][a-zA-Z0-9_]*, values UTF-8, each label comes "
                    "once");
}
