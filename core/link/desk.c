/* link/desk.c - takes selects, has them run, and sends the answers
 *
 * Query threads ring the desk's bell; the stage, which alone touches sockets,
 * then sends what waits in the outboxes.
 */
#include <config.h>

#include "link/answer.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/errand.h"
#include "link/part.h"

enum {
    VISITS_MOST = 256,
    PEER_VISITS_MOST = 64,
};

static const int64_t sign_ns = NS_PER_S / 2;
static const int64_t again_ns = 10 * NS_PER_MS;

/* Who came with an errand, and how far the answer is. */
struct visit {
    struct visit *next;
    struct socket *socket;
    struct socket_peer peer;
    uint64_t id;
    uint64_t part; /* the number of the next */
    bool quiet;    /* nothing was sent since the last sign of life */
    struct errand *errand;
};

struct desk {
    struct stage *stage;
    struct crew *crew;
    struct errand_work work;
    struct visit *visits; /* list */
    size_t count;
    int sign_timer;  /* while there are visits; or 0 */
    int again_timer; /* while a socket is full; or 0 */
};

static void
visit_destroy(struct visit **visit_p)
{
    struct visit *visit = *visit_p;

    *visit_p = NULL;
    if (visit)
        errand_destroy(&visit->errand);
    free(visit);
}

static void
forget(struct desk *self, struct visit *visit)
{
    struct visit **link = &self->visits;

    while (*link != visit)
        link = &(*link)->next;
    *link = visit->next;
    self->count--;
    visit_destroy(&visit);
    if (!self->visits) {
        stage_timer_stop(self->stage, self->sign_timer);
        self->sign_timer = 0;
    }
}

static bool
is_of(const struct visit *visit, const struct socket *socket,
      const struct socket_peer *peer)
{
    return visit->socket == socket && visit->peer.size == peer->size &&
           memcmp(visit->peer.id, peer->id, peer->size) == 0;
}

/* Sends the frame as the visit's next part. */
static int
send_part(struct visit *visit, struct frame *frame)
{
    const struct frame_head head = {
        .type = FRAME_ANSWER, .a = visit->id, .b = visit->part};

    frame_set_head(frame, &head);
    int rc = socket_send(visit->socket, &visit->peer, frame);
    if (rc == 0) {
        visit->part++;
        visit->quiet = false;
    }
    return rc;
}

/* Sends an empty part: of a visit that goes on ('rc' 0), or was refused. */
static int
send_empty(struct visit *visit, int rc, const char *why)
{
    struct part_draft *draft = part_draft_new();
    weir_cleanup(frame_release) struct frame *frame =
        part_draft_take(draft, visit->id, rc, why, false);

    part_draft_destroy(&draft);
    int sent = send_part(visit, frame);
    if (sent == 0 && visit->errand)
        errand_count(visit->errand, frame_look(frame).size);
    return sent;
}

/* Sends what waits.  Returns 0, -EAGAIN when the socket is full, or another
 * errno when the peer has gone. */
static int
pump(struct visit *visit)
{
    struct frame *frame = NULL;

    while ((frame = errand_peek(visit->errand))) {
        int rc = send_part(visit, frame);
        if (rc < 0)
            return rc;
        errand_pop(visit->errand);
    }
    return 0;
}

static void
pump_all(void *arg)
{
    struct desk *self = arg;
    struct visit *next = NULL;

    stage_timer_stop(self->stage, self->again_timer);
    self->again_timer = 0;
    for (struct visit *visit = self->visits; visit; visit = next) {
        next = visit->next;
        int rc = pump(visit);
        if (rc == -EAGAIN && !self->again_timer)
            self->again_timer =
                stage_timer(self->stage, again_ns, 0, pump_all, self);
        else if (rc < 0 && rc != -EAGAIN)
            errand_cancel(visit->errand);
        if (errand_is_over(visit->errand))
            forget(self, visit);
    }
}

static void
bell_rang(void *arg, int fd, short events)
{
    eventfd_t rings = 0;

    (void)events;
    (void)eventfd_read(fd, &rings);
    pump_all(arg);
}

/* Tells askers that their selects still run, and gives up those that do not
 * take their answer in time. */
static void
give_signs(void *arg)
{
    struct desk *self = arg;
    int64_t now = clock_now_ns();

    for (struct visit *visit = self->visits; visit; visit = visit->next) {
        int rc = visit->quiet ? send_empty(visit, 0, NULL) : 0;
        visit->quiet = true;
        if ((rc < 0 && rc != -EAGAIN) ||
            now > errand_deadline_ns(visit->errand) + NS_PER_S)
            errand_cancel(visit->errand);
    }
    pump_all(self);
}

struct desk *
desk_new(struct stage *stage, struct crew *crew, desk_select *select, void *arg)
{
    struct desk *self = xcalloc(1, sizeof(*self));

    self->stage = stage;
    self->crew = crew;
    self->work = (struct errand_work){
        .select = select,
        .arg = arg,
        .bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
    };
    stage_watch(stage, self->work.bell, POLLIN, bell_rang, self);
    return self;
}

void
desk_destroy(struct desk **self_p)
{
    struct desk *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    for (struct visit *visit = self->visits; visit; visit = visit->next)
        errand_cancel(visit->errand);
    while (self->visits)
        forget(self, self->visits);
    stage_timer_stop(self->stage, self->again_timer);
    stage_watch(self->stage, self->work.bell, 0, NULL, NULL);
    (void)close(self->work.bell);
    free(self);
}

static struct visit *
find(struct desk *self, const struct visit *like)
{
    struct visit *visit = self->visits;

    while (visit &&
           (visit->id != like->id || !is_of(visit, like->socket, &like->peer)))
        visit = visit->next;
    return visit;
}

static bool
is_full(const struct desk *self, const struct visit *visit)
{
    size_t of_peer = 0;

    for (const struct visit *other = self->visits; other; other = other->next)
        if (is_of(other, visit->socket, &visit->peer))
            of_peer++;
    return self->count >= VISITS_MOST || of_peer >= PEER_VISITS_MOST;
}

/* Makes the visit's errand and gives it to the crew.  Returns 0, or what the
 * asker is told. */
static int
begin(struct desk *self, struct visit *visit, const struct frame_view *view,
      char *why, size_t size)
{
    struct question *question = NULL;

    (void)snprintf(why, size, "%s", "too many selects run already");
    if (is_full(self, visit))
        return -EAGAIN;
    (void)snprintf(why, size, "%s", "the select is garbage");
    int rc = question_read(view, why, size, &question);
    if (rc < 0)
        return rc;
    visit->errand = errand_new(&self->work, &question, visit->id, view->head.b);
    rc = crew_add(self->crew, errand_run, errand_run_not, visit->errand);
    if (rc == 0)
        return 0;
    (void)snprintf(why, size, "%s", "too many selects wait already");
    errand_drop(&visit->errand);
    return rc;
}

static void
take_select(struct desk *self, const struct visit *like,
            const struct frame_view *view)
{
    struct visit *visit = xcalloc(1, sizeof(*visit));
    char why[256];

    *visit = *like;
    int rc = begin(self, visit, view, why, sizeof(why));
    if (rc < 0) {
        (void)send_empty(visit, rc, why);
        visit_destroy(&visit);
        return;
    }
    visit->next = self->visits;
    visit->quiet = true;
    self->visits = visit;
    self->count++;
    if (!self->sign_timer)
        self->sign_timer =
            stage_timer(self->stage, sign_ns, sign_ns, give_signs, self);
}

void
desk_take(struct desk *self, struct socket *socket,
          const struct socket_peer *peer, const struct frame_view *view)
{
    const struct visit like = {
        .socket = socket, .peer = *peer, .id = view->head.a};
    struct visit *visit = find(self, &like);

    if (!visit && view->head.type == FRAME_SELECT)
        take_select(self, &like, view);
    else if (visit && view->head.type == FRAME_CREDIT)
        errand_credit(visit->errand, view->head.b);
    else if (visit && view->head.type == FRAME_CANCEL)
        errand_cancel(visit->errand);
}
