/* crew_test.c - threads that take jobs */
#include <config.h>

#include "crew.h"

#include <semaphore.h>
#include <stdatomic.h>

#include "base.h"
#include "clock.h"
#include "spec.h"

enum { WAITING = 3 };

struct yard {
    sem_t begun, dropped;
    atomic_int ran, drops;
};

static void
count_run(void *arg)
{
    struct yard *yard = arg;

    yard->ran++;
    (void)sem_post(&yard->begun);
}

static void
count_drop(void *arg)
{
    struct yard *yard = arg;

    yard->drops++;
    (void)sem_post(&yard->dropped);
}

/* Holds the thread until all that wait were dropped. */
static void
hold(void *arg)
{
    struct yard *yard = arg;

    (void)sem_post(&yard->begun);
    for (int i = 0; i < WAITING; i++)
        while (sem_wait(&yard->dropped) != 0)
            ;
}

static int64_t
soon(void)
{
    return clock_now_ns() + 30 * NS_PER_S;
}

START_TEST(jobs_that_wait_when_the_crew_ends_are_dropped)
{
    struct crew *crew = crew_new("crew-test", 1);
    struct yard yard = {0};

    (void)sem_init(&yard.begun, 0, 0);
    (void)sem_init(&yard.dropped, 0, 0);
    ck_assert_int_eq(crew_add(crew, hold, count_drop, &yard), 0);
    ck_assert_int_eq(sem_wait(&yard.begun), 0);
    for (int i = 0; i < WAITING; i++)
        ck_assert_int_eq(crew_add(crew, count_run, count_drop, &yard), 0);

    crew_destroy(&crew, soon());

    ck_assert_int_eq(yard.drops, WAITING);
    ck_assert_int_eq(yard.ran, 0);
}
END_TEST

START_TEST(a_job_that_ran_is_not_dropped)
{
    struct crew *crew = crew_new("crew-test", 2);
    struct yard yard = {0};

    (void)sem_init(&yard.begun, 0, 0);
    ck_assert_int_eq(crew_add(crew, count_run, count_drop, &yard), 0);
    ck_assert_int_eq(sem_wait(&yard.begun), 0);

    crew_destroy(&crew, soon());

    ck_assert_int_eq(yard.ran, 1);
    ck_assert_int_eq(yard.drops, 0);
}
END_TEST

SPEC("a crew", jobs_that_wait_when_the_crew_ends_are_dropped,
     a_job_that_ran_is_not_dropped)
