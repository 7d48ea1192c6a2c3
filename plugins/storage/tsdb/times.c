/* times.c - the times of a chunk as bytes */
#include <config.h>

#include "times.h"

#include <errno.h>
#include <string.h>

#include "ints.h"

_Static_assert((int)TIMES_MOST <= (int)INTS_MOST, "a vector is one stream");
_Static_assert((int)TIMES_ROOM >= (int)INTS_ROOM, "it has room for that");

size_t
times_encode(const int64_t *times_ns, size_t count, unsigned char *bytes)
{
    uint64_t numbers[TIMES_MOST];

    memcpy(numbers, times_ns, count * sizeof(*numbers));
    return (size_t)(ints_encode(numbers, count, bytes) - bytes);
}

static bool
ascend(const int64_t *times_ns, size_t count)
{
    bool fine = true;

    for (size_t i = 1; i < count; i++)
        fine &= times_ns[i - 1] < times_ns[i];
    return fine;
}

int
times_decode(const unsigned char *bytes, size_t size, size_t count,
             int64_t *ret_times_ns)
{
    struct wire_in in = {bytes, size, false};

    if (count == 0 || count > TIMES_MOST)
        return -EBADMSG;
    int rc = ints_decode(&in, count, ret_times_ns);
    if (rc < 0)
        return rc;
    return ascend(ret_times_ns, count) ? 0 : -EBADMSG;
}

bool
times_even(const unsigned char *bytes, size_t size, size_t count,
           int64_t *ret_from_ns, uint64_t *ret_every_ns)
{
    const struct wire_in in = {bytes, size, false};
    uint64_t first = 0, step = 0, extent_ns = 0;

    if (count == 0 || count > TIMES_MOST ||
        !ints_even(&in, count, &first, &step))
        return false;
    if (count == 1)
        step = 1;
    if (step == 0 || __builtin_mul_overflow(step, count - 1, &extent_ns) ||
        extent_ns > (uint64_t)INT64_MAX - first)
        return false;
    *ret_from_ns = (int64_t)first;
    *ret_every_ns = step;
    return true;
}
