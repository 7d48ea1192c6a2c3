/* docker.c - targets from Docker's list of containers; see docker.h */
#include <config.h>

#include "docker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "docker_answer.h"
#include "scraper.h"
#include "web.h"

enum { TIMEOUT_S = 10, PORT_MOST = 65535 };

const struct weir_option docker_options[] = {
    WEIR_PATH(struct docker_option, socket, "/var/run/docker.sock",
              "Unix socket of the daemon."),
    WEIR_INTEGER(struct docker_option, port, "80", 1, PORT_MOST,
                 "Port of a container that tells none."),
    WEIR_DURATION(struct docker_option, refresh, "1m",
                  "How long until it is asked again."),
    {0},
};

struct docker {
    struct scraper *owner;
    const struct docker_option *option;
    size_t number;
    struct web *web;
    char *containers; /* [size], its first answer; or NULL */
    size_t size;
    bool told; /* the log knows that it failed */
};

int
docker_judge(const void *item, char *why, size_t size)
{
    const struct docker_option *option = item;

    if (option->refresh.ns >= NS_PER_S)
        return 0;
    (void)snprintf(why, size, "refresh is at least 1s");
    return -EINVAL;
}

static void
fail(struct docker *self, const char *why)
{
    if (!self->told)
        weir_warn(self->owner,
                  "cannot ask Docker at %s: %s; its targets stay as they were",
                  self->option->socket, why);
    self->told = true;
}

static void
ask(struct docker *self, const char *url,
    void (*ended)(void *arg, const struct web_end *end))
{
    char why[WEB_WHY_SIZE] = "";
    const struct web_request request = {
        .url = url,
        .socket_path = self->option->socket,
        .ca_path = "",
        .token_file = "",
        .timeout_ns = TIMEOUT_S * NS_PER_S,
        .ended = ended,
        .arg = self,
    };

    if (web_ask(self->web, &request, why) < 0)
        fail(self, why);
}

static int
offer(struct docker *self, const struct web_end *networks)
{
    weir_cleanup(findings_fini) struct findings found = {0};
    const struct docker_text texts[] = {{self->containers, self->size},
                                        {networks->text, networks->size}};
    char name[40];

    int rc = docker_answer_read(&texts[0], &texts[1],
                                (uint16_t)self->option->port, &found);
    (void)snprintf(name, sizeof(name), "docker %zu", self->number);
    return rc < 0 ? rc : targets_offer(&self->owner->set, name, &found);
}

static void
took_networks(void *arg, const struct web_end *end)
{
    struct docker *self = arg;
    int rc = end->rc < 0 ? 0 : offer(self, end);

    free(self->containers);
    self->containers = NULL;
    if (end->rc < 0)
        fail(self, end->why);
    else if (rc < 0)
        fail(self,
             rc == -EBADMSG ? "its answer is not Docker's" : strerror(-rc));
    else
        self->told = false;
}

static void
took_containers(void *arg, const struct web_end *end)
{
    struct docker *self = arg;

    if (end->rc < 0) {
        fail(self, end->why);
        return;
    }
    self->containers = strndup(end->text, end->size);
    self->size = self->containers ? strlen(self->containers) : 0;
    if (self->containers)
        ask(self, "http://localhost/networks", took_networks);
    else
        fail(self, strerror(ENOMEM));
}

/* What still runs has a time-out of its own. */
static void
ask_due(void *instance, void *arg)
{
    struct docker *self = arg;

    (void)instance;
    if (web_is_busy(self->web))
        return;
    free(self->containers);
    self->containers = NULL;
    ask(self, "http://localhost/containers/json", took_containers);
}

static int
docker_open(struct scraper *owner, const void *option, size_t number,
            void **ret_self)
{
    struct docker *self = calloc(1, sizeof(*self));

    if (!self)
        return -ENOMEM;
    *ret_self = self;
    self->owner = owner;
    self->option = option;
    self->number = number;
    self->web = web_new(&owner->transfers);
    if (!self->web)
        return -ENOMEM;
    ask_due(owner, self);
    return weir_timer(owner, self->option->refresh.ns, self->option->refresh.ns,
                      ask_due, self);
}

static void
docker_close(void *arg)
{
    struct docker *self = arg;

    web_destroy(&self->web);
    free(self->containers);
    free(self);
}

const struct discoverer docker_discoverer = {
    .name = "docker",
    .option_size = sizeof(struct docker_option),
    .open = docker_open,
    .close = docker_close,
};
