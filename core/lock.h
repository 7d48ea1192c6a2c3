/* lock.h - a lock for one writer and many readers, where the writer goes first
 *
 * The usual one lets a few busy readers keep the writer out for ever.  A reader
 * must not lock it twice.
 */
#ifndef LOCK_H
#define LOCK_H

#include <pthread.h>

static inline void
lock_init(pthread_rwlock_t *lock)
{
    pthread_rwlockattr_t kind;

    (void)pthread_rwlockattr_init(&kind);
    (void)pthread_rwlockattr_setkind_np(
        &kind, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    (void)pthread_rwlock_init(lock, &kind);
    (void)pthread_rwlockattr_destroy(&kind);
}

#endif /* LOCK_H */
