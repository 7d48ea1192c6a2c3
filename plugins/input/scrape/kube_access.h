/* kube_access.h - where Kubernetes' API is */
#ifndef KUBE_ACCESS_H
#define KUBE_ACCESS_H

#include "kube.h"

/* Returns the URL of the API without a final '/', freed by the caller: the
 * option's, or what the environment of a cluster says.  NULL: no memory. */
char *kube_access_api(const struct kube_option *option);

#endif /* KUBE_ACCESS_H */
