/* times.c - vectors of times that many rings share */
#include <config.h>

#include "times.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct times *
copy_times(struct times_pool *self, const struct times *from)
{
    struct times *copy = malloc(sizeof(*copy));

    if (!copy) {
        (void)fputs("weir: out of memory\n", stderr);
        abort();
    }
    *copy = from ? *from : (struct times){0};
    copy->id = ++self->last_id;
    copy->users = 0;
    self->size += sizeof(*copy);
    return copy;
}

void
times_leave(struct times_pool *self, struct times **times_p)
{
    struct times *times = *times_p;

    *times_p = NULL;
    if (!times || --times->users > 0)
        return;
    self->size -= sizeof(*times);
    free(times);
}

static void
write_place(struct times *times, uint32_t place, int64_t ns)
{
    times->ns[place] = ns;
    if (times->filled <= place)
        times->filled = place + 1;
}

static bool
is_change(const struct times_change *change, uint64_t from, uint32_t place,
          int64_t ns)
{
    return change->result && change->from == from && change->place == place &&
           change->ns == ns;
}

void
times_set(struct times_pool *self, struct times **times_p, uint32_t place,
          int64_t ns)
{
    struct times *times = *times_p;
    uint64_t id = times ? times->id : 0;
    struct times_change *change = &self->changes[(id + place) % TIMES_CHANGES];

    if (times && place < times->filled && times->ns[place] == ns)
        return;
    /* What nobody set yet, nobody else looks at.  The last one who leaves a
     * vector follows the others, if they went where it goes. */
    bool same = is_change(change, id, place, ns);
    if (times && (place == times->filled || (times->users == 1 && !same))) {
        write_place(times, place, ns);
        return;
    }
    if (!same) {
        times_leave(self, &change->result);
        *change = (struct times_change){id, place, ns, copy_times(self, times)};
        change->result->users++;
        write_place(change->result, place, ns);
    }
    change->result->users++;
    times_leave(self, times_p);
    *times_p = change->result;
}

void
times_forget(struct times_pool *self)
{
    for (size_t i = 0; i < TIMES_CHANGES; i++)
        times_leave(self, &self->changes[i].result);
}
