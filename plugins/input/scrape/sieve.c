/* sieve.c - which of a target's samples are kept; see sieve.h */
#include <config.h>

#include "sieve.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "relabel.h"
#include "rule.h"

static const char name_label[] = "__name__";

/* Why a scrape fails. */
enum fault {
    NO_MEMORY,
    BAD_NAME,
    ABOVE_SAMPLES,
    ABOVE_LABELS,
    ABOVE_NAME_LENGTH,
    ABOVE_VALUE_LENGTH,
};

static const struct {
    int rc;
    const char *reason;
} faults[] = {
    [NO_MEMORY] = {-ENOMEM, "there is no memory for its labels"},
    [BAD_NAME] = {-EBADMSG, "metric_relabel makes an invalid name"},
    [ABOVE_SAMPLES] = {-ERANGE, "it is above sample_limit"},
    [ABOVE_LABELS] = {-ERANGE, "it is above label_limit"},
    [ABOVE_NAME_LENGTH] = {-ERANGE, "it is above label_name_length_limit"},
    [ABOVE_VALUE_LENGTH] = {-ERANGE, "it is above label_value_length_limit"},
};

int
sieve_open(struct sieve *self, void *owner, const struct weir_blocks *rules,
           const struct sieve_limits *limits)
{
    *self = (struct sieve){.limits = *limits};
    return rules->count ? relabel_new(rules, owner, &self->rules) : 0;
}

void
sieve_close(struct sieve *self)
{
    relabel_destroy(&self->rules);
    labelset_fini(&self->labels);
}

static int __attribute__((format(printf, 3, 4)))
refuse(struct sieve *self, enum fault fault, const char *format, ...)
{
    va_list rest;

    va_start(rest, format);
    (void)vsnprintf(self->why, sizeof(self->why), format, rest);
    va_end(rest);
    self->reason = faults[fault].reason;
    self->rc = faults[fault].rc;
    return self->rc;
}

static bool
exceeds(size_t number, int64_t limit)
{
    return limit > 0 && number > (uint64_t)limit;
}

/* Says whether the label is valid and within limits, or why not. */
static int
judge_label(struct sieve *self, const struct weir_label *label)
{
    const struct sieve_limits *limits = &self->limits;
    const char *metric = labelset_get(&self->labels, name_label);
    size_t name_length = strlen(label->name);
    size_t value_length = strlen(label->value);

    if (!rule_may_name(label->name))
        return refuse(self, BAD_NAME,
                      "metric_relabel gives %.40s a label with the invalid "
                      "name \"%.40s\"",
                      metric, label->name);
    if (exceeds(name_length, limits->name_length))
        return refuse(self, ABOVE_NAME_LENGTH,
                      "label_name_length_limit: %.40s has the label %.40s of "
                      "%zu bytes",
                      metric, label->name, name_length);
    if (exceeds(value_length, limits->value_length))
        return refuse(self, ABOVE_VALUE_LENGTH,
                      "label_value_length_limit: %.40s has a label %.40s of "
                      "%zu bytes",
                      metric, label->name, value_length);
    return 0;
}

/* A metric's name may have colons, too. */
static bool
may_name_metric(const char *name)
{
    const char *at = name;

    while ((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
           *at == '_' || *at == ':' || (*at >= '0' && *at <= '9' && at > name))
        at++;
    return at > name && *at == '\0';
}

static int
judge(struct sieve *self)
{
    const struct labelset *labels = &self->labels;
    const char *metric = labelset_get(labels, name_label);

    if (!may_name_metric(metric))
        return refuse(
            self, BAD_NAME,
            "metric_relabel gives a series the invalid name \"%.40s\"", metric);
    if (exceeds(labels->count, self->limits.labels))
        return refuse(self, ABOVE_LABELS, "label_limit: %.40s has %zu labels",
                      metric, labels->count);
    for (size_t i = 0; i < labels->count; i++) {
        int rc = judge_label(self, &labels->labels[i]);
        if (rc < 0)
            return rc;
    }
    return 1;
}

/* Changes the labels that are there, and judges what they have become.  A
 * series without any is dropped. */
static int
change(struct sieve *self)
{
    int rc = self->rules ? relabel_apply(self->rules, &self->labels) : 1;

    if (rc < 0)
        return refuse(self, NO_MEMORY, "%s", faults[NO_MEMORY].reason);
    return rc == 0 || self->labels.count == 0 ? 0 : judge(self);
}

/* Once one series failed the scrape, no other that is new is looked at.  What
 * there was before is counted, and the sample at which it fails. */
static int
pass(void *arg, const struct weir_label *labels,
     const struct weir_label **ret_labels)
{
    struct sieve *self = arg;

    if (self->rc < 0)
        return self->rc;
    labelset_fini(&self->labels);
    int rc = labelset_add(&self->labels, labels) < 0
                 ? refuse(self, NO_MEMORY, "%s", faults[NO_MEMORY].reason)
                 : change(self);
    if (rc < 0) {
        self->tally = weir_batch_tally(self->into);
        self->tally.given++;
    }
    *ret_labels = labelset_all(&self->labels);
    return rc;
}

void
sieve_begin(struct sieve *self, struct weir_source *source,
            const struct weir_batch *into)
{
    const struct sieve_limits *limits = &self->limits;

    self->source = source;
    self->into = into;
    self->rc = 0;
    self->reason = NULL;
    self->why[0] = '\0';
    if (self->rules || limits->labels || limits->name_length ||
        limits->value_length)
        weir_source_rewrite(source, pass, self);
}

int
sieve_end(struct sieve *self, struct weir_tally *ret_tally)
{
    weir_source_rewrite(self->source, NULL, NULL);
    *ret_tally = self->rc < 0 ? self->tally : weir_batch_tally(self->into);
    if (self->rc == 0 && exceeds(ret_tally->kept, self->limits.samples))
        return refuse(self, ABOVE_SAMPLES,
                      "sample_limit: it gave %" PRIu64 " samples",
                      ret_tally->kept);
    return self->rc;
}
