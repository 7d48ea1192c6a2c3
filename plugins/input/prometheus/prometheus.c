/* prometheus.c - input: what programs offer for a Prometheus */
#include <config.h>

#include <stdio.h>

#include <weir/text.h>

#include "../scrape/scraper.h"

static const struct weir_option options[] = {
    SCRAPER_OPTIONS("16M"),
    WEIR_BOOLEAN(struct scraper, honor_labels, "false",
                 "Keep the labels job and instance of their samples."),
    DISCOVERY_OPTIONS,
    {0},
};

static int
read_text(struct target *target, struct weir_batch *into, char why[WHY_ROOM])
{
    const struct body *body = &target->body;
    size_t line = 0;

    int rc = weir_read_exposition(into, body->size ? body->text : "",
                                  body->size, &line);
    if (rc < 0)
        (void)snprintf(why, WHY_ROOM,
                       "line %zu of its answer is not Prometheus text", line);
    return rc;
}

static const struct format text = {
    .path = "/metrics",
    .accept = "Accept: text/plain;version=0.0.4;q=1,*/*;q=0.1",
    .read = read_text,
};

static int
prometheus_check(void *instance)
{
    return scraper_check(instance, &text);
}

static int
prometheus_open(void *instance)
{
    return scraper_open(instance, &text);
}

static void
prometheus_close(void *instance)
{
    scraper_close(instance);
}

WEIR_INPUT(prometheus) = {
    .help = "What programs offer for a Prometheus at /metrics.",
    .instance_size = sizeof(struct scraper),
    .options = options,
    .check = prometheus_check,
    .open = prometheus_open,
    .close = prometheus_close,
};
