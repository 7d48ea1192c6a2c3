/* dns_answer.c - what a name server answered; see dns_answer.h */
#include <config.h>

#include "dns_answer.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <resolv.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PREFIX "__meta_dns_"

enum {
    ADDRESS_SIZE = NS_MAXDNAME + 16,
    SRV_HEAD = 6, /* bytes before the target: priority, weight, port */
};

static const struct {
    ns_type type;
    int family;
    size_t size; /* bytes of an address */
} types[] = {
    [DNS_A] = {ns_t_a, AF_INET, 4},
    [DNS_AAAA] = {ns_t_aaaa, AF_INET6, 16},
    [DNS_SRV] = {ns_t_srv, AF_UNSPEC, 0},
};

static int
add_set(const struct dns_question *question, struct findings *into,
        const char *address, struct labelset **ret_set)
{
    int rc = findings_add(into, ret_set);

    if (rc == 0)
        rc = findings_label(into, *ret_set, "__address__", address);
    return rc < 0
               ? rc
               : findings_label(into, *ret_set, PREFIX "name", question->name);
}

static int
add_address(const struct dns_question *question, const ns_rr *record,
            struct findings *into)
{
    char text[INET6_ADDRSTRLEN];
    char address[ADDRESS_SIZE];
    struct labelset *set = NULL;

    if (ns_rr_rdlen(*record) != types[question->type].size ||
        !inet_ntop(types[question->type].family, ns_rr_rdata(*record), text,
                   sizeof(text)))
        return -EBADMSG;
    if (question->type == DNS_AAAA)
        (void)snprintf(address, sizeof(address), "[%s]:%u", text,
                       (unsigned)question->port);
    else
        (void)snprintf(address, sizeof(address), "%s:%u", text,
                       (unsigned)question->port);
    return add_set(question, into, address, &set);
}

/* The final dot of a name is not usual in an address. */
static int
add_service(const struct dns_question *question, const ns_msg *message,
            const ns_rr *record, struct findings *into)
{
    char target[NS_MAXDNAME];
    char rooted[NS_MAXDNAME + 1];
    char address[ADDRESS_SIZE];
    char port[8];
    struct labelset *set = NULL;
    const uint8_t *data = ns_rr_rdata(*record);

    if (ns_rr_rdlen(*record) <= SRV_HEAD ||
        dn_expand(ns_msg_base(*message), ns_msg_end(*message), data + SRV_HEAD,
                  target, sizeof(target)) < 0)
        return -EBADMSG;
    if (!*target) /* the root: there is no such service */
        return 0;
    (void)snprintf(port, sizeof(port), "%u", (unsigned)ns_get16(data + 4));
    (void)snprintf(address, sizeof(address), "%s:%s", target, port);
    int rc = add_set(question, into, address, &set);
    (void)snprintf(rooted, sizeof(rooted), "%s.", target);
    if (rc == 0)
        rc = findings_label(into, set, PREFIX "srv_record_target", rooted);
    return rc < 0 ? rc
                  : findings_label(into, set, PREFIX "srv_record_port", port);
}

int
dns_answer_read(const struct dns_question *question, const uint8_t *answer,
                size_t size, struct findings *into)
{
    ns_msg message;
    ns_rr record;
    int rc = 0;

    if (ns_initparse(answer, (int)size, &message) < 0)
        return -EBADMSG;
    for (int i = 0; rc == 0 && i < ns_msg_count(message, ns_s_an); i++) {
        if (ns_parserr(&message, ns_s_an, i, &record) < 0)
            return -EBADMSG;
        if (ns_rr_class(record) != ns_c_in ||
            ns_rr_type(record) != types[question->type].type)
            continue;
        rc = question->type == DNS_SRV
                 ? add_service(question, &message, &record, into)
                 : add_address(question, &record, into);
    }
    return rc;
}
