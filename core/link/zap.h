/* link/zap.h - libzmq asks who may come in, and the roll answers
 *
 * A request of ZAP 1.0 (ZeroMQ's RFC 27) as it comes over
 * inproc://zeromq.zap.01, and the answer.  Pure: no socket, no thread.
 */
#ifndef LINK_ZAP_H
#define LINK_ZAP_H

#include "link/roll.h"

#define ZAP_ENDPOINT "inproc://zeromq.zap.01"
#define ZAP_DOMAIN   "weir" /* of all sockets with keys */

enum { ZAP_PARTS = 7, ZAP_ADDRESS_SIZE = 64 };

/* A message's part; lent. */
struct zap_part {
    const void *bytes;
    size_t size;
};

/* What is answered: 200 and the peer; 400 and why not; or 0, nothing at all,
 * when the request is none. */
struct zap_verdict {
    int code;
    const struct peer *peer; /* whose key it is, also with 400; or NULL */
    const char *why;         /* with 400 */
    char address[ZAP_ADDRESS_SIZE]; /* whence, for the log */
    char key_text[KEY_TEXT_SIZE];   /* what was shown; or "" */
};

/* Returns an address without what makes an IPv6 one of IPv4's. */
const char *zap_plain(const char *address);

/* Judges a request of 'count' parts. */
struct zap_verdict zap_judge(const struct roll *roll,
                             const struct zap_part parts[], size_t count);

#endif /* LINK_ZAP_H */
