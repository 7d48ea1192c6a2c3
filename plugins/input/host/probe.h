/* probe.h - ask file systems for their sizes, beside the instance's thread
 *
 * A file system whose server is gone may not answer for hours.  A probe asks
 * several, one after the other, through weir_work(); meanwhile the instance
 * sees which have answered.  All functions belong to the instance's thread.
 */
#ifndef PROBE_H
#define PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/vfs.h>

struct host;
struct probe;

/* What one file system answered. */
struct answer {
    int rc; /* 0, or a negative errno */
    struct statfs sizes;
};

/* Returns a probe of 'count' paths, which are still to be set. */
struct probe *probe_new(size_t count);
void probe_set_path(struct probe *self, size_t i, const char *path);

/* Frees it, or has it freed when its work is done; sets '*self_p' to NULL. */
void probe_drop(struct probe **self_p);

/* Begins to ask, unless it does already.  Returns 0, or -EAGAIN when the
 * instance has too much work at once. */
int probe_start(struct host *host, struct probe *self);

/* The instance closes, all probes were dropped: each that still asks is freed
 * by its thread. */
void probes_leave(struct host *host);

size_t probe_count(const struct probe *self);

/* Says whether it still asks. */
bool probe_runs(const struct probe *self);

/* Returns how many have answered since the last start, in order. */
size_t probe_answered(const struct probe *self);

/* The i-th answer; 'i' is below probe_answered(). */
const struct answer *probe_answer(const struct probe *self, size_t i);

#endif /* PROBE_H */
