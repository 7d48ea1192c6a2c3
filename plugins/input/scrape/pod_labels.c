/* pod_labels.c - what can be scraped of a pod; see pod_labels.h */
#include <config.h>

#include "pod_labels.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "meta.h"

#define PREFIX "__meta_kubernetes_"

/* Whose sets are being made. */
struct view {
    struct findings *into;
    const json_t *pod;
    const json_t *annotations; /* those that count; or NULL */
    struct labelset common;    /* labels of all its sets */
    const char *ip;
};

static void
view_fini(struct view *self)
{
    labelset_fini(&self->common);
}

/* Of the pod --------------------------------------------------------------- */

static int
add_ready(const struct view *self, struct labelset *set)
{
    const json_t *conditions =
        json_object_get(json_object_get(self->pod, "status"), "conditions");
    const json_t *condition = NULL;
    char text[16] = "unknown";
    size_t i = 0;

    json_array_foreach(conditions, i, condition)
    {
        if (strcmp(meta_text(condition, "type"), "Ready") == 0)
            (void)snprintf(text, sizeof(text), "%.15s",
                           meta_text(condition, "status"));
    }
    for (char *byte = text; *byte; byte++)
        *byte = (char)tolower((unsigned char)*byte);
    return meta_add(self->into, set, PREFIX "pod_ready", text);
}

static int
add_controller(const struct view *self, struct labelset *set)
{
    const json_t *owners = json_object_get(
        json_object_get(self->pod, "metadata"), "ownerReferences");
    const json_t *owner = NULL;
    size_t i = 0;

    json_array_foreach(owners, i, owner)
    {
        if (!json_is_true(json_object_get(owner, "controller")))
            continue;
        int rc = meta_add(self->into, set, PREFIX "pod_controller_kind",
                          meta_text(owner, "kind"));
        if (rc == 0)
            rc = meta_add(self->into, set, PREFIX "pod_controller_name",
                          meta_text(owner, "name"));
        return rc;
    }
    return 0;
}

static int
add_texts(const struct view *self, struct labelset *set)
{
    static const struct {
        const char *part, *field, *name;
    } known[] = {
        {"metadata", "namespace", PREFIX "namespace"},
        {"metadata", "name", PREFIX "pod_name"},
        {"metadata", "uid", PREFIX "pod_uid"},
        {"spec", "nodeName", PREFIX "pod_node_name"},
        {"status", "podIP", PREFIX "pod_ip"},
        {"status", "hostIP", PREFIX "pod_host_ip"},
        {"status", "phase", PREFIX "pod_phase"},
    };
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < sizeof(known) / sizeof(*known); i++)
        rc = meta_add(self->into, set, known[i].name,
                      meta_text(json_object_get(self->pod, known[i].part),
                                known[i].field));
    return rc;
}

static int
add_annotated(const struct view *self, struct labelset *set)
{
    static const struct {
        const char *annotation, *name;
    } known[] = {
        {"prometheus.io/path", "__metrics_path__"},
        {"prometheus.io/scheme", "__scheme__"},
    };
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < sizeof(known) / sizeof(*known); i++)
        rc = meta_add(self->into, set, known[i].name,
                      meta_text(self->annotations, known[i].annotation));
    return rc;
}

static int
make_common(struct view *self)
{
    const json_t *meta = json_object_get(self->pod, "metadata");
    struct labelset *set = &self->common;

    int rc = meta_add_map(self->into, set, json_object_get(meta, "labels"),
                          PREFIX "pod_label_", PREFIX "pod_labelpresent_");
    if (rc == 0)
        rc = meta_add_map(self->into, set, json_object_get(meta, "annotations"),
                          PREFIX "pod_annotation_",
                          PREFIX "pod_annotationpresent_");
    if (rc == 0)
        rc = add_texts(self, set);
    if (rc == 0)
        rc = add_ready(self, set);
    if (rc == 0)
        rc = add_controller(self, set);
    return rc < 0 ? rc : add_annotated(self, set);
}

/* Of a container ----------------------------------------------------------- */

/* The port that is annotated counts, else that of the container. */
static int
add_address(const struct view *self, struct labelset *set, const char *port)
{
    const char *annotated = meta_text(self->annotations, "prometheus.io/port");

    return meta_add_address(self->into, set, self->ip,
                            *annotated ? annotated : port);
}

static const char *
id_of(const struct view *self, const char *statuses, const char *name)
{
    const json_t *list =
        json_object_get(json_object_get(self->pod, "status"), statuses);
    const json_t *status = NULL;
    size_t i = 0;

    json_array_foreach(list, i, status)
    {
        if (strcmp(meta_text(status, "name"), name) == 0)
            return meta_text(status, "containerID");
    }
    return "";
}

static int
add_port(const struct view *self, struct labelset *set, const json_t *port)
{
    char number[24] = "";

    if (json_is_integer(json_object_get(port, "containerPort")))
        (void)snprintf(
            number, sizeof(number), "%" JSON_INTEGER_FORMAT,
            json_integer_value(json_object_get(port, "containerPort")));
    const struct weir_label labels[] = {
        {PREFIX "pod_container_port_name", meta_text(port, "name")},
        {PREFIX "pod_container_port_number", number},
        {PREFIX "pod_container_port_protocol", meta_text(port, "protocol")},
    };
    int rc = add_address(self, set, number);
    for (size_t i = 0; rc == 0 && i < sizeof(labels) / sizeof(*labels); i++)
        rc = meta_add(self->into, set, labels[i].name, labels[i].value);
    return rc;
}

static int
add_set(const struct view *self, const json_t *container, bool is_init,
        const json_t *port)
{
    const char *name = meta_text(container, "name");
    const struct weir_label labels[] = {
        {PREFIX "pod_container_name", name},
        {PREFIX "pod_container_image", meta_text(container, "image")},
        {PREFIX "pod_container_init", is_init ? "true" : "false"},
        {PREFIX "pod_container_id",
         id_of(self, is_init ? "initContainerStatuses" : "containerStatuses",
               name)},
    };
    struct labelset *set = NULL;

    int rc = findings_copy(self->into, &self->common, &set);
    for (size_t i = 0; rc == 0 && i < sizeof(labels) / sizeof(*labels); i++)
        rc = meta_add(self->into, set, labels[i].name, labels[i].value);
    return rc < 0 ? rc : add_port(self, set, port);
}

static int
add_containers(const struct view *self, const char *field, bool is_init)
{
    const json_t *list =
        json_object_get(json_object_get(self->pod, "spec"), field);
    const json_t *container = NULL;
    size_t i = 0;
    int rc = 0;

    json_array_foreach(list, i, container)
    {
        const json_t *ports = json_object_get(container, "ports");
        size_t count = json_array_size(ports);
        for (size_t k = 0; rc == 0 && k < count; k++)
            rc = add_set(self, container, is_init, json_array_get(ports, k));
        if (rc == 0 && count == 0)
            rc = add_set(self, container, is_init, NULL);
    }
    return rc;
}

int
pod_labels(const json_t *pod, bool annotated, struct findings *into)
{
    const json_t *annotations =
        json_object_get(json_object_get(pod, "metadata"), "annotations");
    weir_cleanup(view_fini) struct view view = {
        .into = into,
        .pod = pod,
        .annotations = annotated ? annotations : NULL,
        .ip = meta_text(json_object_get(pod, "status"), "podIP"),
    };

    if (!*view.ip ||
        (annotated &&
         strcmp(meta_text(annotations, "prometheus.io/scrape"), "true") != 0))
        return 0;
    int rc = make_common(&view);
    if (rc == 0)
        rc = add_containers(&view, "containers", false);
    return rc < 0 ? rc : add_containers(&view, "initContainers", true);
}
