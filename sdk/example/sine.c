/* sine.c - input: a wave to look at
 *
 * An example, and a signal whose average, extremes and slope are known
 * beforehand: amplitude * sin (2 pi t / period), where t is the cycle's time.
 */
#include <errno.h>
#include <math.h>

#include <weir/plugin.h>

struct sine {
    struct weir_duration period;
    double amplitude;
};

static const struct weir_option options[] = {
    WEIR_DURATION(struct sine, period, "1m", "How long one wave takes."),
    WEIR_REAL(struct sine, amplitude, "1", 0, 1e9, "Height of its crest."),
    {0},
};

static const struct weir_metric wave = {"sine_value", WEIR_GAUGE, "",
                                        "Height of the wave now."};

static int
sine_check(void *instance)
{
    const struct sine *self = instance;

    if (self->period.ns <= 0)
        return weir_fail(instance, -EINVAL, "period: 0 is no wave");
    return 0;
}

static int
sine_collect(void *instance, struct weir_batch *out)
{
    const struct sine *self = instance;
    const double whole_turn = 6.283185307179586;

    int64_t into_ns = weir_batch_time_ns(out) % self->period.ns;
    double turns = (double)into_ns / (double)self->period.ns;
    weir_add(out, &wave, NULL, self->amplitude * sin(whole_turn * turns));
    return 0;
}

WEIR_INPUT(sine) = {
    .help = "A sine wave of the time.",
    .instance_size = sizeof(struct sine),
    .options = options,
    .check = sine_check,
    .collect = sine_collect,
};
