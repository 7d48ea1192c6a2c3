/* link/curve.c - the options of sockets that speak CURVE */
#include <config.h>

#include "link/curve.h"

#include <errno.h>
#include <string.h>
#include <zmq.h>

#include "base.h"
#include "link/zap.h"

/* Only drafts of libzmq name it, but all since 4.3.0 know it. */
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif

struct curve_option {
    int name;
    const void *value;
    size_t size;
};

static int
set_all(void *zmq, const struct curve_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (zmq_setsockopt(zmq, options[i].name, options[i].value,
                           options[i].size) != 0)
            return -ENOTSUP;
    return 0;
}

int
curve_serve(void *zmq, const struct keyring *keys)
{
    static const int yes = 1;
    /* Without a domain, or without insisting on it, libzmq lets in every key
     * when nobody answers for it. */
    const struct curve_option options[] = {
        {ZMQ_CURVE_SERVER, &yes, sizeof(yes)},
        {ZMQ_CURVE_SECRETKEY, keyring_pair(keys)->private, KEY_SIZE},
        {ZMQ_ZAP_DOMAIN, ZAP_DOMAIN, strlen(ZAP_DOMAIN)},
        {ZMQ_ZAP_ENFORCE_DOMAIN, &yes, sizeof(yes)},
    };

    return set_all(zmq, options, ARRAY_SIZE(options));
}

int
curve_expect(void *zmq, const struct keyring *keys, const struct peer *peer)
{
    const struct keypair *pair = keyring_pair(keys);
    const struct curve_option options[] = {
        {ZMQ_CURVE_PUBLICKEY, pair->public, KEY_SIZE},
        {ZMQ_CURVE_SECRETKEY, pair->private, KEY_SIZE},
        {ZMQ_CURVE_SERVERKEY, peer->key, KEY_SIZE},
    };

    return set_all(zmq, options, ARRAY_SIZE(options));
}
