/* scrape.c - what a target answered becomes a batch */
#include <config.h>

#include "scraper.h"

#include <errno.h>

#include "base.h"
#include "clock.h"

static const struct weir_metric up = {
    "up", WEIR_GAUGE, "", "Whether the target could be scraped: 1 or 0."};
static const struct weir_metric duration = {"scrape_duration_seconds",
                                            WEIR_GAUGE, "seconds",
                                            "How long the scrape took."};
static const struct weir_metric scraped = {"scrape_samples_scraped", WEIR_GAUGE,
                                           "", "Samples that the target gave."};
static const struct weir_metric kept = {"scrape_samples_post_metric_relabeling",
                                        WEIR_GAUGE, "",
                                        "Samples of these that were kept."};
static const struct weir_metric added = {
    "scrape_series_added", WEIR_GAUGE, "",
    "Series that the scrape before had not."};

static const struct weir_metric info = {
    "scrape_target_info", WEIR_GAUGE, "",
    "Always 1: where and when the target is scraped, and why it failed."};

/* The reason has no numbers that change, and nothing that the target chose, so
 * that there are few series of it. */
static const char *
reason_of(const struct target *target)
{
    static const struct {
        int rc;
        const char *reason;
    } known[] = {
        {-ETIMEDOUT, "it took longer than its timeout"},
        {-EBADMSG, "its answer cannot be read"},
        {-ENODATA, "its answer is not whole"},
        {-ERANGE, "its samples or labels are above a limit"},
    };

    for (size_t i = 0; !target->reason && i < WEIR_COUNT(known); i++)
        if (known[i].rc == target->failing)
            return known[i].reason;
    return target->reason ? target->reason : "it could not be scraped";
}

static void
add_info(const struct target *target, struct weir_batch *batch)
{
    const struct scraper *owner = target->owner;
    const struct weir_label labels[] = {
        {"reason", target->failing ? reason_of(target) : ""},
        {"scrape_interval", owner->interval},
        {"scrape_pool", weir_instance_name(owner)},
        {"scrape_timeout", owner->timeout},
        {"scrape_url", target->place.url},
        {0},
    };

    weir_add(batch, &info, target->failing ? labels : labels + 1, 1);
}

/* Adds what is told of the scrape itself, and sends the batch. */
static void
finish(const struct target *target, struct weir_batch *batch,
       const struct weir_tally *tally, bool is_up)
{
    int64_t took_ns = clock_now_ns() - target->started_ns;

    weir_add(batch, &up, NULL, is_up);
    weir_add(batch, &duration, NULL, (double)took_ns / (double)NS_PER_S);
    weir_add(batch, &scraped, NULL, (double)tally->given);
    weir_add(batch, &kept, NULL, (double)tally->kept);
    weir_add(batch, &added, NULL, (double)tally->added);
    add_info(target, batch);
    (void)weir_batch_end(&batch, NULL, NULL);
}

/* The log tells when a target begins to fail, or fails in another way. */
static void
tell_failure(struct target *target, struct weir_batch *batch, int rc,
             const char *why)
{
    int before = target->failing;

    target->failing = rc;
    if (rc == before)
        return;
    weir_part_begin(batch);
    weir_part_end(batch, target->place.instance,
                  weir_fail(target->owner, rc, "cannot scrape %s: %s",
                            target->place.url, why));
}

static void
tell_success(struct target *target)
{
    if (target->failing)
        weir_warn(target->owner, "%s can be scraped again", target->place.url);
    target->failing = 0;
}

static void
fail(struct target *target, int rc, const char *why,
     const struct weir_tally *tally)
{
    struct weir_batch *batch =
        weir_batch_begin(target->source, target->begun_ns);

    tell_failure(target, batch, rc, why);
    finish(target, batch, tally, false);
}

void
scrape_failed(struct target *target, int rc, const char *why)
{
    static const struct weir_tally nothing = {0};

    fail(target, rc, why, &nothing);
}

void
scrape_took(struct target *target)
{
    struct weir_batch *batch =
        weir_batch_begin(target->source, target->begun_ns);
    struct sieve *sieve = &target->owner->sieve;
    char why[WHY_ROOM] = "";
    struct weir_tally tally;

    sieve_begin(sieve, target->source, batch);
    int rc = target->owner->format->read(target, batch, why);
    int sieve_rc = sieve_end(sieve, &tally);
    if (rc < 0 || sieve_rc < 0) {
        weir_batch_destroy(&batch);
        target->reason = sieve->reason;
        fail(target, sieve_rc < 0 ? sieve_rc : rc,
             sieve_rc < 0 ? sieve->why : why, &tally);
        return;
    }
    tell_success(target);
    finish(target, batch, &tally, true);
}
