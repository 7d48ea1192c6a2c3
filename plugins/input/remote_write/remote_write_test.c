/* remote_write_test.c - what input remote_write promises */
#include <config.h>

#include "remote_write.c"

#include <endian.h>
#include <math.h>

#include <weir/harness.h>

#include "spec.h"

/* A message that is being written, as a sender would. */
struct writing {
    unsigned char bytes[65536];
    size_t size;
};

static void
put_bytes(struct writing *to, const void *bytes, size_t size)
{
    ck_assert_uint_le(to->size + size, sizeof(to->bytes));
    memcpy(to->bytes + to->size, bytes, size);
    to->size += size;
}

static void
put_varint(struct writing *to, uint64_t value)
{
    unsigned char byte = 0;

    for (; value >= 0x80; value >>= 7) {
        byte = (unsigned char)(value | 0x80);
        put_bytes(to, &byte, 1);
    }
    byte = (unsigned char)value;
    put_bytes(to, &byte, 1);
}

static void
put_field(struct writing *to, unsigned number, const void *bytes, size_t size)
{
    put_varint(to, number << 3 | PROTOBUF_BYTES);
    put_varint(to, size);
    put_bytes(to, bytes, size);
}

static void
put_text(struct writing *to, unsigned number, const char *text)
{
    put_field(to, number, text, strlen(text));
}

static void
put_message(struct writing *to, unsigned number, const struct writing *inner)
{
    put_field(to, number, inner->bytes, inner->size);
}

static void
put_number(struct writing *to, unsigned number, uint64_t value)
{
    put_varint(to, number << 3 | PROTOBUF_VARINT);
    put_varint(to, value);
}

static void
put_label(struct writing *to, const char *name, const char *value)
{
    struct writing label = {.size = 0};

    put_text(&label, 1, name);
    put_text(&label, 2, value);
    put_message(to, 1, &label);
}

static void
put_sample(struct writing *to, double value, int64_t time_ms)
{
    struct writing sample = {.size = 0};
    uint64_t bits = 0;

    memcpy(&bits, &value, sizeof(bits));
    bits = htole64(bits);
    put_varint(&sample, 1 << 3 | PROTOBUF_FIXED64);
    put_bytes(&sample, &bits, sizeof(bits));
    put_number(&sample, 2, (uint64_t)time_ms);
    put_message(to, 2, &sample);
}

/* A series with one label beside its name. */
static void
put_series(struct writing *to, const char *name, const char *label,
           double value, int64_t time_ms)
{
    struct writing series = {.size = 0};

    if (name)
        put_label(&series, "__name__", name);
    put_label(&series, label, "a");
    put_sample(&series, value, time_ms);
    put_message(to, 1, &series);
}

static void
put_metadata(struct writing *to, unsigned type, const char *family,
             const char *help)
{
    struct writing metadata = {.size = 0};

    put_number(&metadata, 1, type);
    put_text(&metadata, 2, family);
    put_text(&metadata, 4, help);
    put_message(to, 3, &metadata);
}

static struct weir_harness *
input_with(const char *const settings[])
{
    struct weir_harness *self = NULL;

    ck_assert_msg(
        weir_harness_open(&remote_write_LTX_weir_plugin, settings, &self) == 0,
        "%s", weir_harness_why(NULL));
    return self;
}

static int
send_as(struct weir_harness *self, const char *type,
        const struct writing *message, char **ret_answer)
{
    const struct weir_label heads[] = {
        {"Content-Type", type}, {"Content-Encoding", "snappy"}, {0}};
    size_t size = snappy_max_compressed_length(message->size);
    weir_cleanup(weir_free) char *packed = malloc(size);

    ck_assert_ptr_nonnull(packed);
    ck_assert_int_eq(snappy_compress((const char *)message->bytes,
                                     message->size, packed, &size),
                     SNAPPY_OK);
    return weir_harness_send(self, "POST", "/api/v1/write", heads, packed, size,
                             ret_answer);
}

static void
expect_sent(struct weir_harness *self, const struct writing *message,
            int status, const char *contains)
{
    weir_cleanup(weir_free) char *answer = NULL;

    ck_assert_int_eq(send_as(self, "application/x-protobuf", message, &answer),
                     status);
    ck_assert_msg(strstr(answer, contains) != NULL, "%s", answer);
}

START_TEST(takes_samples_with_their_labels_and_times)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *input =
        input_with(NULL);
    struct writing message = {.size = 0};

    put_series(&message, "up", "job", 1, 1700000000123);
    put_series(&message, "load", "host", -0.25, 5);
    expect_sent(input, &message, 204, "");
    ck_assert_str_eq(weir_harness_text(input),
                     "load{host=\"a\"} -0.25 5000000\n"
                     "up{job=\"a\"} 1 1700000000123000000\n");
}
END_TEST

START_TEST(takes_series_that_it_knows_again)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *input =
        input_with(NULL);

    for (int i = 1; i <= 3; i++) {
        struct writing message = {.size = 0};
        char want[64];
        put_series(&message, "up", "job", i, i);
        expect_sent(input, &message, 204, "");
        (void)snprintf(want, sizeof(want), "up{job=\"a\"} %d %d000000\n", i, i);
        ck_assert_str_eq(weir_harness_text(input), want);
    }
}
END_TEST

START_TEST(keeps_the_bits_of_stale_markers)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *input =
        input_with(NULL);
    struct writing message = {.size = 0};
    const uint64_t bits = WEIR_STALE_BITS;
    double stale = 0;

    memcpy(&stale, &bits, sizeof(stale));
    put_series(&message, "up", "job", stale, 7);
    expect_sent(input, &message, 204, "");
    double got = weir_harness_value(input, "up{job=\"a\"}");
    ck_assert_mem_eq(&got, &stale, sizeof(got));
}
END_TEST

START_TEST(says_which_series_is_wrong_and_takes_the_others)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *input =
        input_with(NULL);
    struct writing message = {.size = 0};

    put_series(&message, "up", "job", 1, 1);
    put_series(&message, "bad", "no-label", 1, 1);
    put_series(&message, NULL, "job", 1, 1);
    expect_sent(input, &message, 400,
                "2 samples refused: series {__name__=\"bad\", "
                "no-label=\"a\"}: a name or label is not valid");
    ck_assert_str_eq(weir_harness_text(input), "up{job=\"a\"} 1 1000000\n");
}
END_TEST

START_TEST(refuses_a_time_beyond_all_times)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *input =
        input_with(NULL);
    struct writing message = {.size = 0};

    put_series(&message, "up", "job", 1, INT64_MAX / 1000);
    expect_sent(input, &message, 400, "beyond all times");
}
END_TEST

START_TEST(takes_nothing_of_a_body_that_is_no_message)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *input =
        input_with(NULL);
    struct writing message = {.size = 0};

    put_series(&message, "up", "job", 1, 1);
    put_bytes(&message, "\x0a\x7f", 2);
    expect_sent(input, &message, 400, "no write request");
    ck_assert(!weir_harness_has(input, "up{job=\"a\"}"));
}
END_TEST

START_TEST(refuses_what_is_not_packed_and_what_unpacks_to_too_much)
{
    static const char *const settings[] = {"max_size = 1K", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *input =
        input_with(settings);
    struct writing message = {.size = 0};
    static const char zeros[2048];

    ck_assert_int_eq(weir_harness_request(input, "POST", "/api/v1/write", NULL,
                                          "junk", NULL),
                     400);
    put_bytes(&message, zeros, sizeof(zeros));
    expect_sent(input, &message, 413, "max_size");
}
END_TEST

START_TEST(refuses_other_types_and_codings)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *input =
        input_with(NULL);
    const struct weir_label gzip[] = {{"Content-Encoding", "gzip"}, {0}};
    struct writing message = {.size = 0};

    ck_assert_int_eq(send_as(input, "application/json", &message, NULL), 415);
    ck_assert_int_eq(
        send_as(input, "application/x-protobuf;proto=other", &message, NULL),
        415);
    ck_assert_int_eq(
        weir_harness_request(input, "POST", "/api/v1/write", gzip, "", NULL),
        415);
}
END_TEST

/* The symbols, then one series of the metric 'name' with its type. */
static void
put_request_2(struct writing *to, const char *name, unsigned type)
{
    const char *const symbols[] = {"", "__name__", name, "job", "a", "Help."};
    struct writing series = {.size = 0};
    struct writing metadata = {.size = 0};

    for (size_t i = 0; i < WEIR_COUNT(symbols); i++)
        put_text(to, 4, symbols[i]);
    put_field(&series, 1, "\x01\x02\x03\x04", 4);
    put_sample(&series, 3, 9);
    put_number(&metadata, 1, type);
    put_number(&metadata, 3, 5);
    put_message(&series, 5, &metadata);
    put_message(to, 5, &series);
}

START_TEST(takes_version_two)
{
    static const char type[] =
        "application/x-protobuf;proto=io.prometheus.write.v2.Request";
    weir_cleanup(weir_harness_destroy) struct weir_harness *input =
        input_with(NULL);
    struct writing message = {.size = 0};

    put_request_2(&message, "up", 2);
    ck_assert_int_eq(send_as(input, type, &message, NULL), 204);
    ck_assert_str_eq(weir_harness_text(input), "up{job=\"a\"} 3 9000000\n");
}
END_TEST

START_TEST(refuses_a_reference_to_no_symbol)
{
    static const char type[] =
        "application/x-protobuf;proto=io.prometheus.write.v2.Request";
    weir_cleanup(weir_harness_destroy) struct weir_harness *input =
        input_with(NULL);
    struct writing message = {.size = 0};
    struct writing series = {.size = 0};

    put_text(&message, 4, "");
    put_field(&series, 1, "\x01\x02", 2);
    put_sample(&series, 3, 9);
    put_message(&message, 5, &series);
    ck_assert_int_eq(send_as(input, type, &message, NULL), 400);
}
END_TEST

START_TEST(takes_metadata_that_comes_alone)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *input =
        input_with(NULL);
    const struct remote_write *self = weir_harness_self(input);
    struct writing message = {.size = 0};
    struct family_name split;

    put_metadata(&message, 3, "http_seconds", "Taken.");
    expect_sent(input, &message, 204, "");
    ck_assert_int_eq(
        families_split(&self->families, "http_seconds_bucket", NULL, &split),
        0);
    ck_assert_str_eq(split.metric.name, "http_seconds");
    ck_assert_str_eq(split.metric.help, "Taken.");
    ck_assert_int_eq(split.metric.type, WEIR_HISTOGRAM);
    ck_assert_str_eq(split.suffix, "_bucket");
}
END_TEST

START_TEST(guesses_the_type_of_a_metric_that_nobody_told_of)
{
    static const struct {
        const char *name, *metric, *suffix;
        enum weir_type type;
    } cases[] = {
        {"up", "up", "", WEIR_UNTYPED},
        {"a_total", "a_total", "", WEIR_COUNTER},
        {"a_bucket", "a", "_bucket", WEIR_HISTOGRAM},
        {"a_sum", "a_sum", "", WEIR_UNTYPED},
        {"_total", "_total", "", WEIR_UNTYPED},
    };
    const struct families families = {0};

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        struct family_name split;
        ck_assert_int_eq(families_split(&families, cases[i].name, NULL, &split),
                         0);
        ck_assert_str_eq(split.metric.name, cases[i].metric);
        ck_assert_str_eq(split.suffix, cases[i].suffix);
        ck_assert_int_eq(split.metric.type, cases[i].type);
    }
}
END_TEST

SPEC("input remote_write", takes_samples_with_their_labels_and_times,
     takes_series_that_it_knows_again, keeps_the_bits_of_stale_markers,
     says_which_series_is_wrong_and_takes_the_others,
     refuses_a_time_beyond_all_times,
     takes_nothing_of_a_body_that_is_no_message,
     refuses_what_is_not_packed_and_what_unpacks_to_too_much,
     refuses_other_types_and_codings, takes_version_two,
     refuses_a_reference_to_no_symbol, takes_metadata_that_comes_alone,
     guesses_the_type_of_a_metric_that_nobody_told_of)
