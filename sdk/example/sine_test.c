/* sine_test.c - what input sine promises, proved without a running weir */
#include "sine.c"

#include <stdio.h>

#include <weir/harness.h>

#define S INT64_C(1000000000)

/* Prints a line for the sentence; returns 1 when it is not true. */
static int
prove(const char *sentence, bool truth)
{
    printf("%s - %s\n", truth ? "ok" : "not ok", sentence);
    return !truth;
}

static bool
is_near(double a, double b)
{
    return fabs(a - b) < 1e-9;
}

static int
test_wave(void)
{
    const char *const settings[] = {"period = 20s", "amplitude = 3", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *sine = NULL;
    int failed = 0;

    failed +=
        prove("opens with the settings that it is given",
              weir_harness_open(&sine_LTX_weir_plugin, settings, &sine) == 0);
    if (!sine)
        return failed;
    (void)weir_harness_collect(sine, 1000 * S);
    failed += prove("is 0 where a period begins",
                    is_near(weir_harness_value(sine, "sine_value"), 0));
    (void)weir_harness_collect(sine, 1005 * S);
    failed += prove("is as high as its amplitude a quarter later",
                    is_near(weir_harness_value(sine, "sine_value"), 3));
    (void)weir_harness_collect(sine, 1015 * S);
    failed += prove("is as low half a period after that",
                    is_near(weir_harness_value(sine, "sine_value"), -3));
    return failed;
}

static int
test_refusal(void)
{
    const char *const settings[] = {"period = 0", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *sine = NULL;

    return prove("refuses a wave without length",
                 weir_harness_open(&sine_LTX_weir_plugin, settings, &sine) ==
                     -EINVAL);
}

int
main(void)
{
    int failed = test_wave() + test_refusal();

    printf("1..5\n");
    return failed != 0;
}
