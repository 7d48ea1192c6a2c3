/* timetext_test.c - times as people and formats write them */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "base.h"
#include "spec.h"
#include "timetext.h"

static void
check_read(const char *text, int64_t want_ns)
{
    int64_t time_ns = 0;

    ck_assert_msg(timetext_read(text, &time_ns) == 0, "%s", text);
    ck_assert_msg(time_ns == want_ns, "%s: %" PRId64, text, time_ns);
}

static void
check_refused(const char *text)
{
    int64_t time_ns = 0;

    ck_assert_msg(timetext_read(text, &time_ns) == -EINVAL, "%s", text);
}

START_TEST(reads_seconds_exactly)
{
    check_read("0", 0);
    check_read("1700000000.123456789", INT64_C(1700000000123456789));
    check_read("-1.5", -INT64_C(1500000000));
    check_read("-123456789.000000001", -INT64_C(123456789000000001));
    check_read("1.7e9", INT64_C(1700000000) * NS_PER_S);
    check_read(".5", NS_PER_S / 2);
    check_read("1.795429465958e+09", INT64_C(1795429465958000000));
    check_read("-1.795429465958000001e9", -INT64_C(1795429465958000001));
    check_read("17954294659580e-4", INT64_C(1795429465958000000));
    check_read("1.4e-9", 1);
    check_read("1.5e-9", 2);
    check_read("1e-99999", 0);
    check_read("0e99999", 0);
    check_read("1795429465.95800000019999999999", INT64_C(1795429465958000000));
}
END_TEST

START_TEST(reads_dates_of_any_zone)
{
    check_read("1970-01-01", 0);
    check_read("2026-11-23T10:00:00Z", INT64_C(1795428000) * NS_PER_S);
    check_read("2026-11-23T10:00:00.25+01:00",
               INT64_C(1795424400250) * NS_PER_MS);
    check_read("2024-02-29T23:59:59-00:30", INT64_C(1709252999) * NS_PER_S);
}
END_TEST

START_TEST(refuses_what_is_no_time)
{
    static const char *const texts[] = {
        "",
        "x",
        "1 ",
        "2026-13-01",
        "2026-1-01",
        "2026-01-32",
        "9300000000",
        "2026-01-01T25:00:00Z",
        "2026-01-01T",
        "1e300",
        "NaN",
        "2026-01-01T00:00:00+9",
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        check_refused(texts[i]);
}
END_TEST

START_TEST(writes_what_it_reads)
{
    static const int64_t times_ns[] = {0,
                                       1,
                                       -1,
                                       NS_PER_S,
                                       INT64_C(1709164799999999999),
                                       INT64_MAX,
                                       INT64_C(951782400) * NS_PER_S,
                                       -INT64_C(2208988800) * NS_PER_S};
    uint64_t chance = spec_seed();
    char text[TIMETEXT_SIZE];

    for (size_t i = 0; i < 100000; i++) {
        int64_t time_ns = i < ARRAY_SIZE(times_ns)
                              ? times_ns[i]
                              : (int64_t)(spec_random(&chance) >> i % 2);
        ck_assert_uint_eq(timetext_write(time_ns, text), strlen(text));
        check_read(text, time_ns);
        ck_assert_uint_eq(timetext_write_date(time_ns, text), strlen(text));
        check_read(text, time_ns);
    }
}
END_TEST

SPEC("timetext", reads_seconds_exactly, reads_dates_of_any_zone,
     refuses_what_is_no_time, writes_what_it_reads)
