/* sender_calls.h - what a sender calls, for tests that do not mind */
#ifndef SENDER_CALLS_H
#define SENDER_CALLS_H

#include "link/sender.h"

static inline void
ignore_reopen(void *arg)
{
    (void)arg;
}

static inline void
ignore_change(void *arg, enum sender_state state, const char *why)
{
    (void)arg;
    (void)state;
    (void)why;
}

static inline void
ignore_settled(void *arg, uint64_t cost, int rc)
{
    (void)arg;
    (void)cost;
    (void)rc;
}

#endif /* SENDER_CALLS_H */
