/* dnslook.c - one look-up of names; see dnslook.h */
#include <config.h>

#include "dnslook.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <netdb.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

enum {
    WAIT_S = 2, /* for each server, at first */
    TRIES = 2,
    DNS_PORT = 53,
    PORT_MOST = 65535,
};

int
dnslook_server(const char *text, struct sockaddr_in *ret_server)
{
    char address[INET_ADDRSTRLEN + 1];
    const char *colon = strchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : strlen(text);
    char *end = NULL;
    unsigned long port = colon ? strtoul(colon + 1, &end, 10) : DNS_PORT;

    *ret_server = (struct sockaddr_in){.sin_family = AF_INET};
    if (length >= sizeof(address) || port < 1 || port > PORT_MOST ||
        (end && *end))
        return -EINVAL;
    (void)snprintf(address, sizeof(address), "%.*s", (int)length, text);
    ret_server->sin_port = htons((uint16_t)port);
    return inet_pton(AF_INET, address, &ret_server->sin_addr) == 1 ? 0
                                                                   : -EINVAL;
}

void
dnslook_release(struct dnslook **self_p)
{
    struct dnslook *self = weir_take(*self_p);

    if (!self || atomic_fetch_sub(&self->holders, 1) > 1)
        return;
    for (size_t i = 0; i < self->count; i++) {
        free(self->names[i].name);
        findings_fini(&self->names[i].found);
    }
    free(self->names);
    free(self);
}

struct dnslook *
dnslook_new(const char *const names[], size_t count)
{
    weir_cleanup(dnslook_release) struct dnslook *self =
        calloc(1, sizeof(*self));

    if (!self)
        return NULL;
    atomic_init(&self->holders, 1);
    self->names = calloc(count + 1, sizeof(*self->names));
    if (!self->names)
        return NULL;
    for (; self->count < count; self->count++) {
        char *name = strdup(names[self->count]);
        if (!name)
            return NULL;
        self->names[self->count].name = name;
    }
    return weir_take(self);
}

/* On another thread -------------------------------------------------------- */

static void
look_up(const struct dnslook *self, struct dns_name *name, res_state resolver,
        uint8_t *answer)
{
    static const ns_type types[] = {
        [DNS_A] = ns_t_a, [DNS_AAAA] = ns_t_aaaa, [DNS_SRV] = ns_t_srv};
    const struct dns_question question = {name->name, self->type, self->port};

    int size = res_nsearch(resolver, name->name, ns_c_in, types[self->type],
                           answer, NS_MAXMSG);
    if (size < 0) {
        bool is_none = resolver->res_h_errno == HOST_NOT_FOUND ||
                       resolver->res_h_errno == NO_DATA;
        name->why = is_none ? NULL : hstrerror(resolver->res_h_errno);
        return;
    }
    if (size > NS_MAXMSG)
        size = NS_MAXMSG;
    int rc = dns_answer_read(&question, answer, (size_t)size, &name->found);
    if (rc < 0) {
        findings_fini(&name->found);
        name->why = rc == -EBADMSG ? "the answer is damaged" : strerror(-rc);
    }
}

void
dnslook_run(void *arg)
{
    struct dnslook *self = arg;
    struct __res_state resolver = {0};
    uint8_t *answer = malloc(NS_MAXMSG);
    bool is_ready = answer && res_ninit(&resolver) == 0;

    if (is_ready && self->server.sin_port) {
        resolver.nsaddr_list[0] = self->server;
        resolver.nscount = 1;
    }
    resolver.retrans = WAIT_S;
    resolver.retry = TRIES;
    for (size_t i = 0; i < self->count; i++) {
        if (is_ready)
            look_up(self, &self->names[i], &resolver, answer);
        else
            self->names[i].why = "the resolver does not start";
    }
    if (is_ready)
        res_nclose(&resolver);
    free(answer);
    dnslook_release(&self);
}
