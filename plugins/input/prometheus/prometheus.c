/* prometheus.c - input: what programs offer for a Prometheus */
#include <config.h>

#include <errno.h>
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

/* Whatever does not say that it is OpenMetrics is text, as for a Prometheus.
 */
static int
read_answer(struct target *target, struct weir_batch *into, char why[WHY_ROOM])
{
    bool open_metrics = target_answers(target, "application/openmetrics-text");
    const struct body *body = &target->body;
    const char *text = body->size ? body->text : "";
    size_t line = 0;

    int rc = open_metrics ? weir_read_openmetrics(into, text, body->size, &line)
                          : weir_read_prometheus(into, text, body->size, &line);
    if (rc == -ENODATA)
        (void)snprintf(why, WHY_ROOM,
                       "its answer is not whole: \"# EOF\" is missing");
    else if (rc < 0)
        (void)snprintf(why, WHY_ROOM, "line %zu of its answer is not %s", line,
                       open_metrics ? "OpenMetrics" : "Prometheus text");
    return rc;
}

static const struct format format = {
    .path = "/metrics",
    .accept = "Accept: application/openmetrics-text;version=1.0.0,"
              "application/openmetrics-text;version=0.0.1;q=0.75,"
              "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    .read = read_answer,
};

static int
prometheus_check(void *instance)
{
    return scraper_check(instance, &format);
}

static int
prometheus_open(void *instance)
{
    return scraper_open(instance, &format);
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
