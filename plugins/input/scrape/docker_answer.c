/* docker_answer.c - what Docker answers; see docker_answer.h */
#include <config.h>

#include "docker_answer.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "meta.h"

#define PREFIX "__meta_docker_"

enum { PORT_MOST = 65535 };

/* What the sets of a container have in common, and where they go. */
struct container {
    struct findings *into;
    const json_t *json;
    const json_t *networks; /* all of Docker's, by their ids */
    const char *mode;       /* of its network, such as "bridge"; or "" */
    json_int_t port;        /* where it has none of its own */
};

/* One of its networks, and the way to it. */
struct way {
    const char *ip, *id;
};

static int
add_number(struct findings *into, struct labelset *set, const char *name,
           json_int_t number)
{
    char text[24];

    (void)snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT, number);
    return meta_add(into, set, name, text);
}

static int
add_address(const struct container *self, struct labelset *set, const char *ip,
            json_int_t port)
{
    char text[24];

    (void)snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT, port);
    return meta_add_address(self->into, set, ip, text);
}

/* Networks ----------------------------------------------------------------- */

static int
add_network(struct findings *into, struct labelset *set, const json_t *network)
{
    static const struct {
        const char *field, *name;
        bool is_text;
    } known[] = {
        {"Id", PREFIX "network_id", true},
        {"Name", PREFIX "network_name", true},
        {"Scope", PREFIX "network_scope", true},
        {"Internal", PREFIX "network_internal", false},
        {"Ingress", PREFIX "network_ingress", false},
    };
    int rc = 0;

    if (!network)
        return 0;
    for (size_t i = 0; rc == 0 && i < sizeof(known) / sizeof(*known); i++) {
        const json_t *value = json_object_get(network, known[i].field);
        const char *truth = json_is_true(value) ? "true" : "false";
        rc = meta_add(into, set, known[i].name,
                      known[i].is_text ? meta_text(network, known[i].field)
                                       : truth);
    }
    return rc < 0 ? rc
                  : meta_add_map(into, set, json_object_get(network, "Labels"),
                                 PREFIX "network_label_", NULL);
}

/* Returns the list of networks as an object by their ids, or NULL. */
static json_t *
by_id(json_t *list)
{
    json_t *object = json_object();
    json_t *network = NULL;
    size_t i = 0;

    json_array_foreach(list, i, network)
    {
        if (json_object_set(object, meta_text(network, "Id"), network) < 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

/* A container in several networks is reached by that of its mode, else by the
 * first one. */
static const json_t *
pick_network(const struct container *self)
{
    json_t *all = json_object_get(
        json_object_get(self->json, "NetworkSettings"), "Networks");
    const json_t *wanted = json_object_get(all, self->mode);
    const char *name = NULL;
    json_t *network = NULL;

    if (json_is_object(wanted))
        return wanted;
    json_object_foreach(all, name, network)
    {
        if (json_is_object(network))
            return network;
    }
    return NULL;
}

/* Containers --------------------------------------------------------------- */

static int
begin(const struct container *self, const struct way *way,
      struct labelset **ret_set)
{
    const json_t *names = json_object_get(self->json, "Names");
    const char *name = json_string_value(json_array_get(names, 0));
    struct findings *into = self->into;
    struct labelset *set = NULL;
    int rc = findings_add(into, &set);

    *ret_set = set;
    if (rc == 0)
        rc = meta_add(into, set, PREFIX "container_id",
                      meta_text(self->json, "Id"));
    if (rc == 0)
        rc = meta_add(into, set, PREFIX "container_name", name);
    if (rc == 0)
        rc = meta_add(into, set, PREFIX "container_network_mode", self->mode);
    if (rc == 0)
        rc = meta_add_map(into, set, json_object_get(self->json, "Labels"),
                          PREFIX "container_label_", NULL);
    if (rc == 0)
        rc = meta_add(into, set, PREFIX "network_ip", way->ip);
    if (rc == 0)
        rc = add_network(into, set, json_object_get(self->networks, way->id));
    return rc;
}

static int
add_port(const struct container *self, const struct way *way,
         const json_t *json)
{
    json_int_t private =
        json_integer_value(json_object_get(json, "PrivatePort"));
    json_int_t public = json_integer_value(json_object_get(json, "PublicPort"));
    struct labelset *set = NULL;

    if (private < 1 || private > PORT_MOST || public < 0 || public > PORT_MOST)
        return -EBADMSG;
    int rc = begin(self, way, &set);
    if (rc == 0)
        rc = add_number(self->into, set, PREFIX "port_private", private);
    if (rc == 0 && public > 0)
        rc = add_number(self->into, set, PREFIX "port_public", public);
    if (rc == 0 && public > 0)
        rc = meta_add(self->into, set, PREFIX "port_public_ip",
                      meta_text(json, "IP"));
    return rc < 0 ? rc : add_address(self, set, way->ip, private);
}

/* Without a port, or in the network of the host. */
static int
add_alone(const struct container *self, const struct way *way)
{
    bool is_host = strcmp(self->mode, "host") == 0;
    struct labelset *set = NULL;

    int rc = begin(self, way, &set);
    if (rc == 0 && is_host)
        rc = meta_add(self->into, set, "__address__", "localhost");
    else if (rc == 0)
        rc = add_address(self, set, way->ip, self->port);
    return rc;
}

static int
add_container(const struct container *self)
{
    const json_t *ports = json_object_get(self->json, "Ports");
    const json_t *network = pick_network(self);
    const struct way way = {meta_text(network, "IPAddress"),
                            meta_text(network, "NetworkID")};
    const json_t *names = json_object_get(self->json, "Names");
    const json_t *port = NULL;
    size_t i = 0;
    size_t added = 0;
    int rc = 0;

    bool is_host = strcmp(self->mode, "host") == 0;
    if (!network || !json_string_value(json_array_get(names, 0)) ||
        (!*way.ip && !is_host))
        return 0;
    json_array_foreach(ports, i, port)
    {
        if (rc < 0 || strcmp(meta_text(port, "Type"), "tcp") != 0)
            continue;
        rc = add_port(self, &way, port);
        added++;
    }
    return rc < 0 || added ? rc : add_alone(self, &way);
}

int
docker_answer_read(const struct docker_text *containers,
                   const struct docker_text *networks, uint16_t port,
                   struct findings *into)
{
    weir_cleanup(meta_release) json_t *list =
        json_loadb(containers->text, containers->size, 0, NULL);
    weir_cleanup(meta_release) json_t *nets =
        json_loadb(networks->text, networks->size, 0, NULL);
    weir_cleanup(meta_release) json_t *known = NULL;
    struct container container = {.into = into, .port = port};
    const json_t *each = NULL;
    size_t i = 0;
    int rc = 0;

    if (!json_is_array(list) || !json_is_array(nets))
        return -EBADMSG;
    known = by_id(nets);
    if (!known)
        return -ENOMEM;
    container.networks = known;
    json_array_foreach(list, i, each)
    {
        container.json = each;
        container.mode =
            meta_text(json_object_get(each, "HostConfig"), "NetworkMode");
        if (rc == 0)
            rc = json_is_object(each) ? add_container(&container) : -EBADMSG;
    }
    return rc;
}
