/* lock.h - locks of two kinds that need more than a default
 *
 * One for one writer and many readers, where the writer goes first: the usual
 * one lets a few busy readers keep the writer out for ever.  A reader must not
 * lock it twice.
 *
 * And one that is held for moments, often by a thread that has just woken the
 * one that waits for it: who waits spins a little before he sleeps.
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

static inline void
lock_init_brief(pthread_mutex_t *lock)
{
    pthread_mutexattr_t kind;

    (void)pthread_mutexattr_init(&kind);
    (void)pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ADAPTIVE_NP);
    (void)pthread_mutex_init(lock, &kind);
    (void)pthread_mutexattr_destroy(&kind);
}

#endif /* LOCK_H */
