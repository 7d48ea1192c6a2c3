/* link/asker_away.c - a store that does not answer, until it does again
 *
 * What asks for its sign of life is a select without a body, to which a store
 * says that it is garbage.
 */
#include <config.h>

#include "link/asker_inner.h"

#include <weir/cleanup.h>

#include "base.h"
#include "log.h"

static const int64_t probe_ns = 2 * NS_PER_S;

static void
probe(void *arg)
{
    static const struct frame_head head = {.type = FRAME_SELECT};
    struct asker *self = arg;
    weir_cleanup(frame_release) struct frame *frame = frame_new(&head, NULL, 0);

    /* What waits for it is stale. */
    if (asker_reconnect(self) == 0)
        (void)socket_send(self->socket, NULL, frame);
}

void
asker_lose(struct asker *self)
{
    if (self->probe_timer)
        return;
    log_line(LOG_WARN, "store_away", "instance", stage_name(self->stage),
             "endpoint", self->endpoint, "error",
             "it does not answer; what others have is given until it does",
             NULL);
    self->probe_timer =
        stage_timer(self->stage, probe_ns, probe_ns, probe, self);
    probe(self);
}

void
asker_find(struct asker *self)
{
    if (!self->probe_timer)
        return;
    stage_timer_stop(self->stage, self->probe_timer);
    self->probe_timer = 0;
    log_line(LOG_INFO, "store_back", "instance", stage_name(self->stage),
             "endpoint", self->endpoint, NULL);
}
