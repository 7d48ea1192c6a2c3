/* option_sample.h - a struct with one field of each type of option, and its
 * table */
#ifndef OPTION_SAMPLE_H
#define OPTION_SAMPLE_H

#include <errno.h>
#include <stdio.h>

#include <weir/plugin.h>

struct item {
    const char *name;
    struct weir_duration every;
    struct weir_pattern *only;
    struct weir_map labels;
};

struct sample {
    const char *text;
    int64_t integer;
    double real;
    bool boolean;
    struct weir_duration duration;
    struct weir_size size;
    int choice;
    struct weir_list list;
    struct weir_pattern *pattern;
    const char *path;
    const char *endpoint;
    const char *secret;
    const char *kept;
    struct weir_map labels;
    struct weir_blocks items;
};

static const struct weir_option item_options[] = {
    WEIR_TEXT(struct item, name, NULL, "Name."),
    WEIR_DURATION(struct item, every, "1m", "How often."),
    WEIR_PATTERN(struct item, only, "a.*", "Which."),
    WEIR_MAP(struct item, labels, "Labels."),
    {0},
};

static inline int
judge_item(const void *arg, char *why, size_t size)
{
    const struct item *item = arg;

    if (item->every.ns != 0)
        return 0;
    (void)snprintf(why, size, "\"%s\" never comes; set every", item->name);
    return -EINVAL;
}

static const struct weir_option sample_options[] = {
    WEIR_TEXT(struct sample, text, "a b", "Text."),
    WEIR_INTEGER(struct sample, integer, "5", 1, 10, "Integer."),
    WEIR_REAL(struct sample, real, "0.5", 0, 1, "Real."),
    WEIR_BOOLEAN(struct sample, boolean, "true", "Boolean."),
    WEIR_DURATION(struct sample, duration, "10s", "Duration."),
    WEIR_SIZE(struct sample, size, "64M", "Size."),
    WEIR_CHOICE(struct sample, choice, "json", "text json", "Choice."),
    WEIR_LIST(struct sample, list, "{\"x\", y}", "List."),
    WEIR_PATTERN(struct sample, pattern, "", "Pattern."),
    WEIR_PATH(struct sample, path, "file", "Path."),
    WEIR_ENDPOINT(struct sample, endpoint, "", "Endpoint."),
    WEIR_SECRET(struct sample, secret, "", "Secret."),
    WEIR_STATE_PATH(struct sample, kept, "kept", "State path."),
    WEIR_MAP(struct sample, labels, "Labels."),
    WEIR_JUDGED_BLOCKS(struct sample, items, struct item, item_options,
                       judge_item, "Items."),
    {0},
};

#endif /* OPTION_SAMPLE_H */
