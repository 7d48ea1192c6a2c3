/* pod_labels.h - what can be scraped of a pod, as Prometheus' role pod has it
 */
#ifndef POD_LABELS_H
#define POD_LABELS_H

#include <jansson.h>
#include <stdbool.h>

#include "findings.h"

/* Adds a set to 'into' for each port of each container of 'pod', an object of
 * Kubernetes' API, or one for a container without; none before the pod has an
 * address.  When 'annotated', only of a pod whose annotation
 * prometheus.io/scrape is "true"; its prometheus.io/port, path and scheme say
 * where.  Labels that are too long are left out.  Returns 0, or as
 * findings_label(). */
int pod_labels(const json_t *pod, bool annotated, struct findings *into);

#endif /* POD_LABELS_H */
