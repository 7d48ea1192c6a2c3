/* dns_answer_test.c - what a reader of name servers' answers promises */
#include <config.h>

#include "dns_answer.c"

#include "spec.h"

/* One question for "a.test", and as many answers as the header says. */
#define HEAD(answers) \
    "\x12\x34\x81\x80\0\1\0" answers "\0\0\0\0\1a\4test\0\0\1\0\1"
#define RECORD(type, size) "\xc0\x0c\0" type "\0\1\0\0\0\x1e\0" size

static int
read_bytes(enum dns_type type, const char *bytes, size_t size,
           struct findings *into)
{
    const struct dns_question question = {"a.test", type, 9100};

    return dns_answer_read(&question, (const uint8_t *)bytes, size, into);
}

#define READ(type, bytes, into) read_bytes(type, bytes, sizeof(bytes) - 1, into)

START_TEST(each_address_is_a_target_at_the_port)
{
    struct findings found = {0};

    ck_assert_int_eq(READ(DNS_A,
                          HEAD("\2") RECORD("\1", "\4") "\x7f\0\0\1" RECORD(
                              "\1", "\4") "\x0a\0\0\7",
                          &found),
                     0);
    ck_assert_int_eq(READ(DNS_AAAA,
                          HEAD("\1") RECORD("\x1c", "\x10") "\0\0\0\0\0\0\0\0"
                                                            "\0\0\0\0\0\0\0\1",
                          &found),
                     0);

    ck_assert_uint_eq(found.count, 3);
    ck_assert_str_eq(labelset_get(found.items[0], "__address__"),
                     "127.0.0.1:9100");
    ck_assert_str_eq(labelset_get(found.items[0], "__meta_dns_name"), "a.test");
    ck_assert_str_eq(labelset_get(found.items[1], "__address__"),
                     "10.0.0.7:9100");
    ck_assert_str_eq(labelset_get(found.items[2], "__address__"), "[::1]:9100");
    findings_fini(&found);
}
END_TEST

START_TEST(a_service_has_a_host_and_a_port_unless_there_is_none)
{
    struct findings found = {0};

    ck_assert_int_eq(
        READ(DNS_SRV,
             HEAD("\2")
                 RECORD("\x21", "\x0a") "\0\1\0\2\x1f\x90\1b\xc0\x0e" RECORD(
                     "\x21", "\7") "\0\0\0\0\0\0\0",
             &found),
        0);

    ck_assert_uint_eq(found.count, 1);
    const struct labelset *set = found.items[0];
    ck_assert_str_eq(labelset_get(set, "__address__"), "b.test:8080");
    ck_assert_str_eq(labelset_get(set, "__meta_dns_srv_record_target"),
                     "b.test.");
    ck_assert_str_eq(labelset_get(set, "__meta_dns_srv_record_port"), "8080");
    findings_fini(&found);
}
END_TEST

START_TEST(records_of_other_types_are_passed_over)
{
    struct findings found = {0};

    ck_assert_int_eq(READ(DNS_A,
                          HEAD("\2") RECORD("\5", "\2") "\xc0\x0e" RECORD(
                              "\1", "\4") "\1\2\3\4",
                          &found),
                     0);

    ck_assert_uint_eq(found.count, 1);
    findings_fini(&found);
}
END_TEST

START_TEST(a_damaged_answer_is_refused)
{
    static const struct {
        const char *bytes;
        size_t size;
        enum dns_type type;
    } cases[] = {
#define CASE(type, bytes) {bytes, sizeof(bytes) - 1, type}
        CASE(DNS_A, ""),
        CASE(DNS_A, "\x12\x34"),
        CASE(DNS_A, HEAD("\1")),
        CASE(DNS_A, HEAD("\1") RECORD("\1", "\4") "\1\2\3"),
        CASE(DNS_A, HEAD("\1") RECORD("\1", "\3") "\1\2\3"),
        CASE(DNS_SRV, HEAD("\1") RECORD("\x21", "\6") "\0\0\0\0\0\0"),
        CASE(DNS_SRV, HEAD("\1") RECORD("\x21", "\x8") "\0\0\0\0\0\0\xc0\x2a"),
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct findings found = {0};
        ck_assert_msg(read_bytes(cases[i].type, cases[i].bytes, cases[i].size,
                                 &found) == -EBADMSG,
                      "%zu", i);
        findings_fini(&found);
    }
}
END_TEST

SPEC("dns answer", each_address_is_a_target_at_the_port,
     a_service_has_a_host_and_a_port_unless_there_is_none,
     records_of_other_types_are_passed_over, a_damaged_answer_is_refused)
