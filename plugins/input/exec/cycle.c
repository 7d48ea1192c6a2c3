/* cycle.c - what a command printed becomes batches */
#include <config.h>

#include <time.h>

#include <weir/text.h>

#include "exec.h"

#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)

/* In the order of the choices. */
static const struct {
    int (*read)(struct weir_batch *into, const char *text, size_t size,
                size_t *ret_line);
    const char *name;
} formats[] = {
    {weir_read_exposition, "Prometheus text"},
    {weir_read_lines, "an InfluxDB line"},
};

int64_t
exec_wall_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    int64_t time_ns = (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
    return time_ns / NS_PER_MS * NS_PER_MS;
}

void
cycle_fail(struct exec *self, int rc)
{
    struct weir_batch *batch = weir_batch_begin(self->source, exec_wall_ns());

    weir_part_begin(batch);
    weir_part_end(batch, "command", rc);
    weir_batch_fail(&batch);
}

void
cycle_send(struct exec *self, size_t size, int64_t time_ns)
{
    struct weir_batch *batch = weir_batch_begin(self->source, time_ns);
    size_t line = 0;

    weir_part_begin(batch);
    int rc = formats[self->format].read(batch, size ? self->output.text : "",
                                        size, &line);
    if (rc < 0)
        rc = weir_fail(self, rc, "line %zu of its output is not %s", line,
                       formats[self->format].name);
    weir_part_end(batch, "command", rc);
    output_drop(&self->output, size);
    if (rc < 0)
        weir_batch_fail(&batch);
    else
        (void)weir_batch_end(&batch, NULL, NULL);
}

void
cycle_send_marked(struct exec *self)
{
    size_t size = 0;

    while ((size = output_cycle(&self->output, &self->looked)) > 0) {
        self->marks_cycles = true;
        self->looked = 0;
        /* Two empty lines in a row end one cycle. */
        if (size == 1)
            output_drop(&self->output, size);
        else
            cycle_send(self, size, exec_wall_ns());
    }
}

/* A command that does not say where a cycle ends has one an interval. */
void
cycle_flush(void *instance, void *arg)
{
    struct exec *self = instance;
    size_t size = output_lines(&self->output);

    (void)arg;
    if (self->marks_cycles || size == 0)
        return;
    self->looked = 0;
    cycle_send(self, size, exec_wall_ns());
}
