/* text_test.c - reading small files and numbers */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "base.h"
#include "number.h"
#include "spec.h"

START_TEST(reads_a_whole_file_and_ends_it)
{
    weir_cleanup(spec_file_destroy) struct spec_file *file =
        spec_file_new("", "0.25 1.50\n");
    char text[11] = "xxxxxxxxxx";

    ck_assert_int_eq(weir_read_file(file->path, text, sizeof(text)), 10);
    ck_assert_str_eq(text, "0.25 1.50\n");
}
END_TEST

START_TEST(refuses_a_file_that_does_not_fit_with_its_end)
{
    weir_cleanup(spec_file_destroy) struct spec_file *file =
        spec_file_new("", "0123456789");
    char text[10];

    ck_assert_int_eq(weir_read_file(file->path, text, sizeof(text)), -EFBIG);
}
END_TEST

START_TEST(says_what_the_system_says_of_files_that_cannot_be_read)
{
    char text[10];

    ck_assert_int_eq(weir_read_file("/nonexistent", text, sizeof(text)),
                     -ENOENT);
    ck_assert_int_eq(weir_read_file("/tmp", text, sizeof(text)), -EISDIR);
    ck_assert_int_eq(weir_read_fd(-1, text, sizeof(text)), -EBADF);
}
END_TEST

START_TEST(reads_an_open_file_from_its_start_each_time)
{
    weir_cleanup(spec_file_destroy) struct spec_file *file =
        spec_file_new("", "7\n");
    weir_cleanup(weir_close) int fd = open(file->path, O_RDWR | O_CLOEXEC);
    char text[16];

    ck_assert_int_eq(weir_read_fd(fd, text, sizeof(text)), 2);
    ck_assert_int_eq(pwrite(fd, "89\n", 3, 0), 3);
    ck_assert_int_eq(weir_read_fd(fd, text, sizeof(text)), 3);
    ck_assert_str_eq(text, "89\n");
}
END_TEST

START_TEST(reads_numbers_one_after_the_other)
{
    const char *rest = " \t0.25 -1.5e3 .5 5. +7 1e";
    const double want[] = {0.25, -1500, 0.5, 5, 7, 1};

    for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
        double number = 0;
        ck_assert(weir_scan_double(&rest, &number));
        ck_assert_double_eq(number, want[i]);
    }
    ck_assert_str_eq(rest, "e");
}
END_TEST

START_TEST(reads_what_is_not_finite_in_any_case)
{
    const char *rest = "+Inf -inf infinity NaN";
    double number = 0;

    ck_assert(weir_scan_double(&rest, &number) && number == HUGE_VAL);
    ck_assert(weir_scan_double(&rest, &number) && number == -HUGE_VAL);
    ck_assert(weir_scan_double(&rest, &number) && number == HUGE_VAL);
    ck_assert(weir_scan_double(&rest, &number) && isnan(number));
}
END_TEST

START_TEST(changes_nothing_when_no_number_is_there)
{
    const char *const texts[] = {"",   " ",   "x1",  "-",     ".",
                                 "e5", "+-1", "\n1", "1e999", "-1e400"};

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        const char *rest = texts[i];
        double number = 42;
        ck_assert(!weir_scan_double(&rest, &number));
        ck_assert_ptr_eq(rest, texts[i]);
        ck_assert_double_eq(number, 42);
    }
}
END_TEST

static uint64_t
bits_of(double number)
{
    uint64_t bits = 0;

    memcpy(&bits, &number, sizeof(bits));
    return bits;
}

/* With a margin behind the number, which must not count, and without. */
static void
check_with_margin(const char *number)
{
    static const char margin[] = "\n99999999e9.9999999 9999999999999999999999"
                                 "999999999999999999999999999";
    char text[256];
    double with = 42;
    double without = 42;

    int length = snprintf(text, sizeof(text), "%s%s", number, margin);
    const char *end = number_scan(text, &without);
    ck_assert_msg(number_scan_before(text, text + length, &with) == end, "%s",
                  number);
    ck_assert_msg(bits_of(with) == bits_of(without), "%s: %a, not %a", number,
                  with, without);
}

START_TEST(reads_the_same_whatever_is_behind)
{
    static const char bytes[] = "0000123456789999.e-+ inftyxNA/:\x80\xff";
    uint64_t chance = spec_seed();
    char text[48];

    for (size_t i = 0; i < 200000; i++) {
        size_t length = spec_random(&chance) % (sizeof(text) - 1);
        size_t kinds = i % 2 ? 17 : sizeof(bytes) - 1;
        for (size_t k = 0; k < length; k++)
            text[k] = bytes[spec_random(&chance) % kinds];
        text[length] = '\0';
        check_with_margin(text);
    }
}
END_TEST

static void
check_against_strtod(const char *text)
{
    const char *rest = text;
    double number = 0;
    double want = strtod(text, NULL);

    ck_assert_msg(weir_scan_double(&rest, &number), "%s", text);
    ck_assert_msg(number == want && signbit(number) == signbit(want),
                  "%s: %a, not %a", text, number, want);
    ck_assert_msg(*rest == '\0', "%s", text);
    check_with_margin(text);
}

START_TEST(rounds_the_hard_ones_as_strtod_does)
{
    static const char *const hard[] = {
        "9007199254740993",
        "9007199254740992.5",
        "0.1",
        "2.2250738585072014e-308",
        "5e-324",
        "1e-400",
        "1.7976931348623157e308",
        "123456789012345678901234567890",
        "0.00000000000000000000000000000000000000000000000000000123456",
        "8.5e22",
        "1e23",
        "179769313486231570000e288",
        "1.00000000000000011102230246251565",
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124",
        "1.00000000000000011102230246251565404236316680908203126",
        "0e99999999999999999999",
        "-0",
    };

    for (size_t i = 0; i < ARRAY_SIZE(hard); i++)
        check_against_strtod(hard[i]);
}
END_TEST

START_TEST(rounds_any_double_as_strtod_does)
{
    static const int digits[] = {17, 16, 6, 25};
    char text[64];

    srand48(7);
    for (size_t i = 0; i < 40000; i++) {
        double number = ldexp(drand48(), (int)(mrand48() % 300));
        (void)snprintf(text, sizeof(text), "%.*g",
                       digits[i % ARRAY_SIZE(digits)], number);
        check_against_strtod(text);
    }
}
END_TEST

START_TEST(does_not_follow_the_locale)
{
    const char *rest = "1.00000000000000011102230246251565";
    double number = 0;

    /* Where no such locale is installed, this proves nothing and harms
     * nothing. */
    (void)setlocale(LC_ALL, "de_DE.UTF-8");
    ck_assert(weir_scan_double(&rest, &number));
    ck_assert_double_eq(number, 1.00000000000000011102230246251565);
    ck_assert_str_eq(rest, "");
}
END_TEST

START_TEST(reads_whole_numbers_to_the_largest)
{
    const char *rest = "0 18446744073709551615 12x";
    uint64_t number = 1;

    ck_assert(weir_scan_u64(&rest, &number) && number == 0);
    ck_assert(weir_scan_u64(&rest, &number) && number == UINT64_MAX);
    ck_assert(weir_scan_u64(&rest, &number) && number == 12);
    ck_assert(!weir_scan_u64(&rest, &number));
    ck_assert_str_eq(rest, "x");
}
END_TEST

START_TEST(refuses_whole_numbers_that_are_too_large_or_signed)
{
    const char *const texts[] = {
        "18446744073709551616", "99999999999999999999", "-1", "+1", "", "a"};

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        const char *rest = texts[i];
        uint64_t number = 42;
        ck_assert(!weir_scan_u64(&rest, &number));
        ck_assert_ptr_eq(rest, texts[i]);
        ck_assert_uint_eq(number, 42);
    }
}
END_TEST

SPEC("text", reads_a_whole_file_and_ends_it,
     refuses_a_file_that_does_not_fit_with_its_end,
     says_what_the_system_says_of_files_that_cannot_be_read,
     reads_an_open_file_from_its_start_each_time,
     reads_numbers_one_after_the_other, reads_what_is_not_finite_in_any_case,
     changes_nothing_when_no_number_is_there, reads_the_same_whatever_is_behind,
     rounds_the_hard_ones_as_strtod_does, rounds_any_double_as_strtod_does,
     does_not_follow_the_locale, reads_whole_numbers_to_the_largest,
     refuses_whole_numbers_that_are_too_large_or_signed)
