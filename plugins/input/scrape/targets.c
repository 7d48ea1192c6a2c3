/* targets.c - the targets of an input, which come and go; see targets.h */
#include <config.h>

#include "targets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aim.h"
#include "base.h"
#include "clock.h"
#include "scraper.h"
#include "target.h"

enum {
    PAUSE_MS = 50,     /* for offers that come together */
    PAUSE_FACTOR = 20, /* of the time that the set took the last time */
};

struct offer {
    struct offer *next;
    char *name;
    struct findings found;
};

/* Targets that are to be. */
struct wishes {
    struct target **list; /* [count] */
    size_t count, room;
    char why[TARGETS_WHY_SIZE]; /* of the first that is unfit */
};

static const struct weir_metric told[] = {
    {"weir_scrape_targets", WEIR_GAUGE, "", "Targets that are scraped."},
    {"weir_scrape_targets_unfit", WEIR_GAUGE, "",
     "Targets found that cannot be scraped: a bad address or label."},
    {"weir_scrape_targets_above_limit", WEIR_GAUGE, "",
     "Targets found that are above target_limit, or what an input can do."},
};

/* Offers ------------------------------------------------------------------- */

static struct offer *
find_offer(const struct targets *self, const char *name)
{
    struct offer *offer = self->offers;

    while (offer && strcmp(offer->name, name) != 0)
        offer = offer->next;
    return offer;
}

static struct offer *
offer_new(struct targets *self, const char *name)
{
    struct offer *offer = calloc(1, sizeof(*offer));

    if (!offer)
        return NULL;
    offer->name = strdup(name);
    if (!offer->name) {
        free(offer);
        return NULL;
    }
    offer->next = self->offers;
    self->offers = offer;
    return offer;
}

static void
drop_offers(struct targets *self, bool all)
{
    struct offer **link = &self->offers;

    while (*link) {
        struct offer *offer = *link;
        if (!all && offer->found.count) {
            link = &offer->next;
            continue;
        }
        *link = offer->next;
        findings_fini(&offer->found);
        free(offer->name);
        free(offer);
    }
}

static void
settle_due(void *instance, void *arg)
{
    struct targets *self = arg;
    int rc = self->pending ? targets_settle(self) : 0;

    if (rc < 0)
        weir_warn(instance, "cannot change the targets: %s", strerror(-rc));
}

int
targets_offer(struct targets *self, const char *name, struct findings *found)
{
    struct offer *offer = find_offer(self, name);

    if (offer ? findings_equal(&offer->found, found) : !found->count)
        return 0;
    if (!offer)
        offer = offer_new(self, name);
    if (!offer)
        return -ENOMEM;
    findings_fini(&offer->found);
    offer->found = *found;
    *found = (struct findings){0};
    if (self->pending)
        return 0;
    int rc = weir_timer(self->owner, self->pause_ns, 0, settle_due, self);
    self->pending = rc == 0;
    return rc;
}

/* What is to be ------------------------------------------------------------ */

static void
wishes_fini(struct wishes *self)
{
    for (size_t i = 0; i < self->count; i++)
        target_destroy(&self->list[i]);
    free(self->list);
}

static int
add_wish(struct wishes *self, struct target **target_p)
{
    if (self->count == self->room) {
        size_t room = self->room ? self->room * 2 : 64;
        struct target **list =
            reallocarray(self->list, room, sizeof(struct target *));
        if (!list)
            return -ENOMEM;
        self->list = list;
        self->room = room;
    }
    self->list[self->count++] = weir_take(*target_p);
    return 0;
}

static int
make_wish(struct targets *self, struct wishes *wishes,
          const struct labelset *found)
{
    weir_cleanup(target_destroy) struct target *target = NULL;
    const char *why = "";

    int rc = target_new(self->owner, found, &target, &why);
    if (rc == 0 && target)
        return add_wish(wishes, &target);
    if (rc != -EINVAL)
        return rc;
    if (self->unfit++ == 0)
        (void)snprintf(wishes->why, sizeof(wishes->why), "\"%.80s\": %s",
                       labelset_get(found, "__address__"), why);
    return 0;
}

static int
by_identity(const void *a, const void *b)
{
    return target_compare(*(struct target *const *)a,
                          *(struct target *const *)b);
}

static void
cut(struct targets *self, struct wishes *wishes)
{
    size_t most = TARGETS_MOST;

    if (self->owner->target_limit > 0 &&
        (size_t)self->owner->target_limit < most)
        most = (size_t)self->owner->target_limit;
    self->above = wishes->count > most ? wishes->count - most : 0;
    while (wishes->count > most)
        target_destroy(&wishes->list[--wishes->count]);
}

static int
make_wishes(struct targets *self, struct wishes *wishes)
{
    size_t kept = 0;

    self->unfit = 0;
    for (const struct offer *offer = self->offers; offer; offer = offer->next) {
        for (size_t i = 0; i < offer->found.count; i++) {
            int rc = make_wish(self, wishes, offer->found.items[i]);
            if (rc < 0)
                return rc;
        }
    }
    if (wishes->count)
        qsort(wishes->list, wishes->count, sizeof(struct target *),
              by_identity);
    for (size_t i = 0; i < wishes->count; i++) {
        struct target *target = wishes->list[i];
        if (kept && target_compare(wishes->list[kept - 1], target) == 0)
            target_destroy(&target);
        else
            wishes->list[kept++] = target;
    }
    wishes->count = kept;
    cut(self, wishes);
    return 0;
}

/* From what is to what is to be -------------------------------------------- */

/* Says once what is wrong, as long as it stays the same. */
static void
complain(struct targets *self, const struct wishes *wishes)
{
    const size_t values[] = {self->count, self->unfit, self->above};
    char text[TARGETS_WHY_SIZE + 128] = "";
    int length = 0;

    for (size_t i = 0; i < WEIR_COUNT(told); i++)
        weir_tell(self->owner, &told[i], (double)values[i]);
    if (self->unfit)
        length = snprintf(text, sizeof(text),
                          "cannot scrape %zu of the targets found, such as %s",
                          self->unfit, wishes->why);
    if (self->above)
        (void)snprintf(text + length, sizeof(text) - (size_t)length,
                       "%s%zu targets are above the limit and are not scraped",
                       length ? "; " : "", self->above);
    if (strncmp(text, self->told, sizeof(self->told) - 1) == 0)
        return;
    if (*text)
        weir_warn(self->owner, "%s", text);
    (void)snprintf(self->told, sizeof(self->told), "%.*s",
                   (int)sizeof(self->told) - 1, text);
}

/* Puts what is there already in the place of the wish for it. */
static void
keep_known(struct targets *self, struct wishes *wishes)
{
    size_t old = 0;

    for (size_t i = 0; i < wishes->count; i++) {
        int order = -1;
        while (old < self->count &&
               (order = target_compare(self->list[old], wishes->list[i])) < 0)
            target_destroy(&self->list[old++]);
        if (old == self->count || order != 0)
            continue;
        target_destroy(&wishes->list[i]);
        wishes->list[i] = weir_take(self->list[old]);
        old++;
    }
    while (old < self->count)
        target_destroy(&self->list[old++]);
}

static int
open_new(struct targets *self)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < self->count; i++)
        if (!self->list[i]->source)
            rc = target_open(self->list[i]);
    return rc;
}

int
targets_settle(struct targets *self)
{
    weir_cleanup(wishes_fini) struct wishes wishes = {0};
    int64_t begun_ns = clock_now_ns();

    self->pending = false;
    int rc = make_wishes(self, &wishes);
    if (rc < 0)
        return rc;
    drop_offers(self, false);
    keep_known(self, &wishes);
    free(self->list);
    self->list = wishes.list;
    self->count = wishes.count;
    wishes.list = NULL;
    wishes.count = 0;
    rc = open_new(self);
    complain(self, &wishes);
    self->pause_ns = (clock_now_ns() - begun_ns) * PAUSE_FACTOR;
    if (self->pause_ns < PAUSE_MS * NS_PER_MS)
        self->pause_ns = PAUSE_MS * NS_PER_MS;
    transfers_resize(&self->owner->transfers, self->count);
    return rc < 0 ? rc : scraper_set_timer(self->owner);
}

/* Beginning and end -------------------------------------------------------- */

/* 'seen' has the texts of those before, by instance. */
static int
read_item(struct scraper *owner, const char *text, struct labelset *seen,
          struct findings *into)
{
    weir_cleanup(place_fini) struct place place = {0};
    struct labelset *set = NULL;
    const char *why = "";

    int rc = place_init(&place, text, owner->format->path, &why);
    if (rc < 0)
        return weir_fail(owner, rc, "target \"%s\": %s", text, why);
    if (*labelset_get(seen, place.instance))
        return weir_fail(owner, -EINVAL,
                         "target \"%s\": there is another one at %s; give it "
                         "an input with another job",
                         text, place.instance);
    rc = labelset_set(seen, place.instance, text);
    if (rc == 0)
        rc = findings_add(into, &set);
    return rc < 0 ? rc : aim_split(place.url, set);
}

int
targets_read_option(struct scraper *owner, struct findings *into)
{
    weir_cleanup(labelset_fini) struct labelset seen = {0};
    const struct weir_list *texts = &owner->targets;
    int rc = 0;

    if (texts->count > TARGETS_MOST)
        return weir_fail(owner, -EINVAL,
                         "targets: there are more than %d; give the rest to "
                         "another input",
                         TARGETS_MOST);
    for (size_t i = 0; rc == 0 && i < texts->count; i++)
        rc = read_item(owner, texts->items[i], &seen, into);
    return rc;
}

void
targets_close(struct targets *self)
{
    for (size_t i = 0; i < self->count; i++)
        target_destroy(&self->list[i]);
    free(self->list);
    drop_offers(self, true);
    turns_fini(&self->turns);
    transfers_close_watched(self->owner, &self->timer);
    *self = (struct targets){.timer = -1};
}
