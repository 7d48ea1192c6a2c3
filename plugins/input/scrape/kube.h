/* kube.h - targets from the pods of Kubernetes
 *
 * The API is asked for a list of pods, and then watched for changes.  While it
 * cannot be reached, what it told last stays.
 */
#ifndef KUBE_H
#define KUBE_H

#include <weir/plugin.h>

#include "discovery.h"

/* One block of the configuration. */
struct kube_option {
    const char *api, *token, *ca, *namespace;
    const char *selector;
    bool annotated;
};

extern const struct weir_option kube_options[];

/* Judges a block.  Returns 0, or -EINVAL and 'why', 'size' bytes. */
int kube_judge(const void *item, char *why, size_t size);

extern const struct discoverer kube_discoverer;

#endif /* KUBE_H */
