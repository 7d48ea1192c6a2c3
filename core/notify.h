/* notify.h - tell systemd how we are; nothing without NOTIFY_SOCKET
 *
 * The protocol is that of sd_notify(3): one datagram of NAME=VALUE lines.
 */
#ifndef NOTIFY_H
#define NOTIFY_H

#include <stdint.h>

/* Sends 'state', such as "READY=1".  Failures are nobody's business. */
void notify_send(const char *state);

/* Returns how often systemd wants to hear WATCHDOG=1: half its time-out; 0 for
 * never. */
int64_t notify_watchdog_ns(void);

#endif /* NOTIFY_H */
